"""The Web API: who calls, may they, and which method answers (https://docs.slack.dev/apis/web-api/)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bots.playground.slack import (
    agent_sessions,
    assistant,
    chat,
    conversations,
    file_methods,
    views,
)
from bots.playground.slack.args import Args, read_args
from bots.playground.slack.consent import Consent
from bots.playground.slack.desk import Desk
from bots.playground.slack.grants import Grants
from bots.playground.slack.rate_limits import RateLimitedError
from bots.playground.slack.registration import App
from bots.playground.slack.slack_error import SlackError, missing_scope
from bots.playground.slack.socket_mode import Sockets
from bots.playground.slack.state import Json

Method = Callable[[Desk, Args], Awaitable[Json]]
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
# What names a thing of one workspace, by which an organization's token finds it.
NAMING = ("channel", "channel_id", "user", "user_id", "users", "file", "trigger_id", "view_id")
READ = ("channels:read", "groups:read", "im:read", "mpim:read")


@dataclass(frozen=True)
class Entry:
    """A method and the scopes of which the app needs one."""

    method: Method
    scopes: tuple[str, ...] = ()


async def auth_test(desk: Desk, args: Args) -> Json:
    """auth.test: who the bot is; what it says of an organization's token is unconfirmed."""
    del args
    team = desk.team
    return {
        "url": team.base_url,
        "team": team.domain,
        "user": team.bot.name,
        "team_id": team.holder,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": team.installed_by_org,
    } | ({"enterprise_id": team.enterprise_id} if team.enterprise_id else {})


# Every method that this Slack knows.
METHODS: dict[str, Entry] = {
    "agents.sessions.setStatus": Entry(agent_sessions.set_status, ("chat:write",)),
    "assistant.threads.setStatus": Entry(assistant.set_status, ("chat:write", "assistant:write")),
    "assistant.threads.setSuggestedPrompts": Entry(
        assistant.set_suggested_prompts, ("assistant:write",)
    ),
    "auth.test": Entry(auth_test),
    "chat.delete": Entry(chat.delete, ("chat:write",)),
    "chat.getPermalink": Entry(chat.get_permalink),
    "chat.postEphemeral": Entry(chat.post_ephemeral, ("chat:write",)),
    "chat.postMessage": Entry(chat.post_message, ("chat:write",)),
    "chat.update": Entry(chat.update, ("chat:write",)),
    "conversations.history": Entry(conversations.history, HISTORY),
    "conversations.info": Entry(conversations.info, READ),
    "conversations.join": Entry(conversations.join, ("channels:join",)),
    "conversations.open": Entry(conversations.open_dm, ("im:write", "mpim:write")),
    "conversations.replies": Entry(conversations.replies, HISTORY),
    "files.completeUploadExternal": Entry(file_methods.complete, ("files:write",)),
    "files.delete": Entry(file_methods.delete, ("files:write",)),
    "files.getUploadURLExternal": Entry(file_methods.get_upload_url, ("files:write",)),
    "files.info": Entry(file_methods.info, ("files:read",)),
    "reactions.add": Entry(conversations.add_reaction, ("reactions:write",)),
    "users.info": Entry(conversations.users_info, ("users:read",)),
    "views.open": Entry(views.open_view),
    "views.publish": Entry(views.publish),
    "views.update": Entry(views.update),
}


class WebApi:
    """Answers /api/<method> for every workspace: the token says for which."""

    def __init__(
        self, app: App, grants: Grants, desks: Mapping[str, Desk], sockets: Sockets
    ) -> None:
        self._app = app
        self._grants = grants
        self._desks = desks
        self._sockets = sockets
        self._consent = Consent(app, grants, desks)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call; errors have status 200, as Slack's have, but for rate limits."""
        headers: dict[str, str] = {}
        status = HTTPStatus.OK
        try:
            body = {"ok": True, **await self._call(request, headers)}
        except SlackError as error:
            body = error.answer()
        except RateLimitedError as error:
            body, status = {"ok": False, "error": "ratelimited"}, HTTPStatus.TOO_MANY_REQUESTS
            headers["Retry-After"] = str(error.retry_after)
        return web.json_response(body, status=status, headers=headers)

    async def _call(self, request: web.Request, headers: dict[str, str]) -> Json:
        name = request.match_info["method"]
        args, token = await read_args(request)
        if name == "api.test":
            return self._echo(args)
        if name == "apps.connections.open":
            return self._open_socket(request)
        if name == "oauth.v2.access":
            return self._consent.access(request, args)
        if name == "apps.uninstall":
            return self._consent.uninstall(request, args, self._grants.holder(token))
        if name == "auth.revoke":
            return self._consent.revoke(self._grants.holder(token))
        if (entry := METHODS.get(name)) is None:
            raise SlackError("unknown_method", req_method=name)
        desk = self._desk(token, args)
        held = desk.team.rules.scopes
        headers["x-oauth-scopes"] = ",".join(sorted(held))
        desk.limits.count(name, args.text("channel"))
        if entry.scopes and not held.intersection(entry.scopes):
            raise missing_scope(entry.scopes, held)
        return await entry.method(desk, args)

    def _echo(self, args: Args) -> Json:
        given = {name: value for name, value in args.values.items() if name != "token"}
        if error := args.text("error"):
            raise SlackError(error, args=given)
        return {"args": given}

    def _open_socket(self, request: web.Request) -> Json:
        """apps.connections.open: the app-level token, and in the header only."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token.startswith("xox"):
            raise SlackError("not_allowed_token_type")
        if token != self._app.app_token:
            raise SlackError("invalid_auth" if token else "not_authed")
        return {"url": self._sockets.address()}

    def _desk(self, token: str, args: Args) -> Desk:
        """Return the workspace that a token is for; of an organization's, the one that is meant."""
        if not token:
            raise SlackError("not_authed")
        if token == self._app.app_token:
            raise SlackError("not_allowed_token_type")
        holder = self._grants.holder(token)
        desks = [desk for desk in self._desks.values() if desk.team.holder == holder]
        return next((desk for desk in desks if _is_meant(desk, args)), desks[0])


def _is_meant(desk: Desk, args: Args) -> bool:
    """Whether a call names something of this workspace."""
    team, named = desk.team, {args.text(name) for name in NAMING}
    known = (team.channels, team.people, team.files, team.triggers, team.views)
    return any(one in things for one in named for things in known)
