"""Which tokens and codes of the app are good, and for whom.

https://docs.slack.dev/authentication/installing-with-oauth,
https://docs.slack.dev/authentication/using-token-rotation
"""

import math
import secrets
import time
from dataclasses import dataclass, field

from bots.playground.slack.registration import App
from bots.playground.slack.slack_error import SlackError

CODE_SECONDS = 600.0


@dataclass(frozen=True)
class Code:
    """What somebody agreed to, until the app asks for the token: `holder` is who installs.

    That is a team, or an organization for all its teams.
    """

    holder: str
    person: str
    scopes: frozenset[str]
    redirect_uri: str
    issued: float = field(default_factory=time.monotonic)
    text: str = field(default_factory=secrets.token_urlsafe)


@dataclass
class Grant:
    """A bot token; `expires` is on the monotonic clock."""

    holder: str
    token: str
    refresh_token: str = ""
    expires: float = math.inf


class Grants:
    """Every token and code of one app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._grants: dict[str, Grant] = {}  # by token
        self._codes: dict[str, Code] = {}
        self._used: set[str] = set()
        self._revoked: set[str] = set()

    def issue(self, holder: str) -> Grant:
        """Return a new token; one that expires where the app rotates them."""
        if self._app.rotates_tokens:
            grant = Grant(holder, f"xoxe.xoxb-1-{secrets.token_hex(12)}")
            grant.refresh_token = f"xoxe-1-{secrets.token_hex(12)}"
            grant.expires = time.monotonic() + self._app.token_lifetime
        else:
            grant = Grant(holder, f"xoxb-{secrets.token_hex(12)}")
        self._grants[grant.token] = grant
        return grant

    def holder(self, token: str) -> str:
        """Return whose token this is. SlackError for one that is no good, or no more.

        https://docs.slack.dev/reference/methods/auth.test#errors
        """
        if token in self._revoked:
            raise SlackError("account_inactive")
        if (grant := self._grants.get(token)) is None:
            raise SlackError("invalid_auth")
        if time.monotonic() > grant.expires:
            raise SlackError("token_expired")
        return grant.holder

    def held_by(self, holder: str) -> list[Grant]:
        """Return somebody's tokens, the newest last."""
        return [grant for grant in self._grants.values() if grant.holder == holder]

    def refresh(self, refresh_token: str) -> Grant:
        """Return a new token for a refresh token, which counts once; the old one lasts its time."""
        for grant in self._grants.values():
            if refresh_token and grant.refresh_token == refresh_token:
                grant.refresh_token = ""
                return self.issue(grant.holder)
        raise SlackError("invalid_refresh_token")

    def revoke(self, holder: str) -> None:
        """Take every token of a team or an organization away."""
        self._revoked |= {grant.token for grant in self.held_by(holder)}
        self._grants = {t: grant for t, grant in self._grants.items() if grant.holder != holder}

    def agree(self, code: Code) -> Code:
        """Keep a code for the app to exchange."""
        self._codes[code.text] = code
        return code

    def exchange(self, text: str, redirect_uri: str) -> Code:
        """Return what a code stands for, once.

        https://docs.slack.dev/reference/methods/oauth.v2.access#errors
        """
        if text in self._used:
            raise SlackError("code_already_used")
        code = self._codes.pop(text, None)
        if code is None or time.monotonic() - code.issued > CODE_SECONDS:
            raise SlackError("invalid_code")
        self._used.add(text)
        if redirect_uri != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return code
