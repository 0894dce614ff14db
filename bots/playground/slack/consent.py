"""How the app comes into a workspace: the page where somebody agrees, and what the app gets.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import base64
import html
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from bots.playground.slack.args import Args
from bots.playground.slack.desk import Desk
from bots.playground.slack.grants import Code, Grant, Grants
from bots.playground.slack.registration import App
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Json, Person

ASKED = ("client_id", "scope", "state", "redirect_uri")
ALLOW = "allow"


class Consent:
    """The pages at /oauth/v2/authorize, and the method oauth.v2.access."""

    def __init__(self, app: App, grants: Grants, desks: Mapping[str, Desk]) -> None:
        self._app = app
        self._grants = grants
        self._desks = desks

    async def page(self, request: web.Request) -> web.Response:
        """Show what the app asks for, and let one of the people decide."""
        if problem := self._problem(request.query):
            return web.Response(text=_page(html.escape(problem)), content_type="text/html")
        hidden = {name: request.query.get(name, "") for name in ASKED}
        inputs = "".join(_input(name, value) for name, value in hidden.items())
        scopes = ", ".join(html.escape(one) for one in _split(hidden["scope"]))
        choices = "".join(f"<option value='{who}'>{words}</option>" for who, words in self._choices)
        form = (
            f"<h1>Neocu asks to come into a workspace</h1><p>It wants: {scopes}.</p>"
            f"<form method=post>{inputs}<p><label>You are <select name=who>{choices}</select>"
            "</label></p><button name=decision value=allow>Allow</button> "
            "<button name=decision value=cancel>Cancel</button></form>"
        )
        return web.Response(text=_page(form), content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Lead back to the app, with a code or with `access_denied`."""
        asked = {name: str(value) for name, value in (await request.post()).items()}
        if problem := self._problem(asked):
            raise web.HTTPBadRequest(text=problem)
        back = {"state": asked.get("state", "")}
        if asked.get("decision") == ALLOW:
            holder, _, person = asked["who"].partition("/")
            scopes = frozenset(_split(asked["scope"]))
            code = self._grants.agree(Code(holder, person, scopes, asked.get("redirect_uri", "")))
            back["code"] = code.text
        else:
            back["error"] = "access_denied"
        where = asked.get("redirect_uri") or self._app.redirect_urls[0]
        raise web.HTTPFound(f"{where}?{urlencode(back)}")

    def access(self, request: web.Request, args: Args) -> Json:
        """oauth.v2.access: a code, or a refresh token, for a token.

        https://docs.slack.dev/reference/methods/oauth.v2.access
        """
        self._check_client(request, args)
        match args.text("grant_type", "authorization_code"):
            case "refresh_token":
                grant = self._grants.refresh(args.text("refresh_token"))
                return self._answer(grant, None)
            case "authorization_code":
                code = self._grants.exchange(args.text("code"), args.text("redirect_uri"))
                grant = self._grants.issue(code.holder)
                for desk in self._desks_of(code.holder):
                    desk.team.rules.scopes |= code.scopes
                    desk.team.journal.changed()
                return self._answer(grant, code.person)
        raise SlackError("invalid_grant_type")

    def uninstall(self, request: web.Request, args: Args, holder: str) -> Json:
        """apps.uninstall: every token is revoked, and the app hears of it.

        https://docs.slack.dev/reference/methods/apps.uninstall
        """
        self._check_client(request, args)
        remove(self._grants, self._desks_of(holder), uninstalled=True)
        return {}

    def revoke(self, holder: str) -> Json:
        """auth.revoke: the bot stays, without a token and in no channel.

        https://docs.slack.dev/reference/methods/auth.revoke
        """
        remove(self._grants, self._desks_of(holder), uninstalled=False)
        return {"revoked": True}

    def _check_client(self, request: web.Request, args: Args) -> None:
        client_id, secret = args.text("client_id"), args.text("client_secret")
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            basic = base64.b64decode(header.removeprefix("Basic ")).decode()
            client_id, _, secret = basic.partition(":")
        if client_id != self._app.client_id:
            raise SlackError("invalid_client_id")
        if secret != self._app.client_secret:
            raise SlackError("bad_client_secret")

    def _answer(self, grant: Grant, person: str | None) -> Json:
        desk = self._desks_of(grant.holder)[0]
        team, by_org = desk.team, desk.team.enterprise_id == grant.holder
        answer: Json = {
            "access_token": grant.token,
            "token_type": "bot",
            "scope": ",".join(sorted(team.rules.scopes)),
            "bot_user_id": team.bot.id,
            "app_id": self._app.id,
            "team": None if by_org else {"id": team.id, "name": team.domain},
            "enterprise": team.enterprise_id and {"id": team.enterprise_id, "name": "Org"},
            "is_enterprise_install": by_org,
        }
        if person:
            answer["authed_user"] = {"id": person}
        if grant.refresh_token:
            lasts = round(self._app.token_lifetime)
            answer |= {"refresh_token": grant.refresh_token, "expires_in": lasts}
        return answer

    def _problem(self, asked: Mapping[str, str]) -> str:
        """Return what Slack's page says instead of asking, "" where all is well."""
        if asked.get("client_id") != self._app.client_id:
            return "Invalid client_id parameter"
        uri = asked.get("redirect_uri", "")
        if not self._app.redirect_urls or (uri and not self._app.takes_back(uri)):
            return "redirect_uri did not match any configured URIs."
        return "" if asked.get("scope") else "Invalid permissions requested"

    def _desks_of(self, holder: str) -> list[Desk]:
        desks = self._desks.values()
        return [d for d in desks if holder in (d.team.id, d.team.enterprise_id)]

    @property
    def _choices(self) -> list[tuple[str, str]]:
        """Who can agree, and in whose name; an organization's admins for all its workspaces."""
        found = []
        for desk in self._desks.values():
            team = desk.team
            for person in team.people.values():
                if not _may_install(person) or person.team_id != team.id:
                    continue
                found.append((f"{team.id}/{person.id}", f"{person.name} in {team.domain}"))
                if self._app.org_wide and team.enterprise_id and person.is_admin:
                    who = f"{team.enterprise_id}/{person.id}"
                    found.append((who, f"{person.name} for the whole organization"))
        return found


def remove(grants: Grants, desks: Sequence[Desk], *, uninstalled: bool) -> None:
    """Revoke the tokens of who installed the app, take the bot out, and tell the app.

    Slack promises no order of the two events: https://docs.slack.dev/reference/events/app_uninstalled
    """
    team = desks[0].team
    grants.revoke(team.holder)
    for desk in desks:
        for channel in desk.team.channels.values():
            channel.members.discard(desk.team.bot.id)
    desks[0].events.removed(uninstalled=uninstalled)
    team.journal.changed()


def _may_install(person: Person) -> bool:
    return not (person.is_bot or person.is_restricted or person.is_ultra_restricted)


def _split(scopes: str) -> list[str]:
    return [scope for scope in scopes.replace(" ", ",").split(",") if scope]


def _input(name: str, value: str) -> str:
    return f"<input type=hidden name={name} value='{html.escape(value)}'>"


def _page(content: str) -> str:
    return f"<!DOCTYPE html><html lang=en><title>Slack | Install an app</title>{content}</html>"
