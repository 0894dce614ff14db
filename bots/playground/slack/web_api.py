"""The Web API: who calls, may they, and which method answers (https://docs.slack.dev/apis/web-api/)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bots.playground.slack import agent_sessions, assistant, chat, conversations, views
from bots.playground.slack.args import Args, read_args
from bots.playground.slack.desk import Desk
from bots.playground.slack.file_methods import Files
from bots.playground.slack.rate_limits import RateLimitedError, RateLimits
from bots.playground.slack.slack_error import SlackError, missing_scope
from bots.playground.slack.state import Json

Method = Callable[[Desk, Args], Awaitable[Json]]
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
READ = ("channels:read", "groups:read", "im:read", "mpim:read")


@dataclass(frozen=True)
class Entry:
    """A method and the scopes of which the app needs one."""

    method: Method
    scopes: tuple[str, ...] = ()


def methods(files: Files) -> dict[str, Entry]:
    """Return every method that this workspace knows."""
    return {
        "agents.sessions.setStatus": Entry(agent_sessions.set_status, ("chat:write",)),
        "assistant.threads.setStatus": Entry(
            assistant.set_status, ("chat:write", "assistant:write")
        ),
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
        "files.completeUploadExternal": Entry(files.complete, ("files:write",)),
        "files.delete": Entry(files.delete, ("files:write",)),
        "files.getUploadURLExternal": Entry(files.get_upload_url, ("files:write",)),
        "files.info": Entry(files.info, ("files:read",)),
        "reactions.add": Entry(conversations.add_reaction, ("reactions:write",)),
        "users.info": Entry(conversations.users_info, ("users:read",)),
        "views.open": Entry(views.open_view),
        "views.publish": Entry(views.publish),
        "views.update": Entry(views.update),
    }


async def auth_test(desk: Desk, args: Args) -> Json:
    """auth.test: who the bot is."""
    del args
    team = desk.team
    return {
        "url": team.base_url,
        "team": team.domain,
        "user": team.bot.name,
        "team_id": team.id,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


class WebApi:
    """Answers /api/<method>."""

    def __init__(self, desk: Desk, files: Files) -> None:
        self._desk = desk
        self._limits = RateLimits(desk.team.rules)
        self._methods = methods(files)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call; errors have status 200, as Slack's have, but for rate limits."""
        headers = {"x-oauth-scopes": ",".join(sorted(self._desk.team.rules.scopes))}
        status = HTTPStatus.OK
        try:
            body = {"ok": True, **await self._call(request)}
        except SlackError as error:
            body = error.answer()
        except RateLimitedError as error:
            body, status = {"ok": False, "error": "ratelimited"}, HTTPStatus.TOO_MANY_REQUESTS
            headers["Retry-After"] = str(error.retry_after)
        return web.json_response(body, status=status, headers=headers)

    async def _call(self, request: web.Request) -> Json:
        name = request.match_info["method"]
        args, token = await read_args(request)
        if name == "api.test":
            return self._echo(args)
        if name == "apps.connections.open":
            return self._open_socket(request)
        if (entry := self._methods.get(name)) is None:
            raise SlackError("unknown_method", req_method=name)
        self._authenticate(token)
        self._limits.count(name, args.text("channel"))
        held = self._desk.team.rules.scopes
        if entry.scopes and not held.intersection(entry.scopes):
            raise missing_scope(entry.scopes, held)
        return await entry.method(self._desk, args)

    def _echo(self, args: Args) -> Json:
        given = {name: value for name, value in args.values.items() if name != "token"}
        if error := args.text("error"):
            raise SlackError(error, args=given)
        return {"args": given}

    def _open_socket(self, request: web.Request) -> Json:
        """apps.connections.open: the app-level token, and in the header only."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token == self._desk.team.bot_token:
            raise SlackError("not_allowed_token_type")
        if token != self._desk.team.app_token:
            raise SlackError("invalid_auth" if token else "not_authed")
        return {"url": self._desk.sockets.address()}

    def _authenticate(self, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token == self._desk.team.app_token:
            raise SlackError("not_allowed_token_type")
        if token != self._desk.team.bot_token:
            raise SlackError("invalid_auth")
