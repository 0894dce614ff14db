"""Where the app is installed: the room that answers "the client for this team".

A team is a workspace, or an organization that has installed the app for all its workspaces.
"""

import asyncio
import itertools
import logging
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import TOKEN_REFUSED, answered, map_slack_errors
from bots.slack.members import SCOPE, Members
from bots.slack.settings import SlackSettings
from core.backoff import backoff
from core.conversation import ConversationError, TryLaterError
from core.logs import Outage
from core.settings import SettingsError

log = logging.getLogger(__name__)


@dataclass
class Team:
    """A team as we speak to it. `url` is its web address, "" until Slack has told it.

    `has_sessions` is whether it has agent sessions, until Slack says otherwise.
    """

    id: str
    client: AsyncWebClient
    members: Members
    url: str = ""
    has_sessions: bool = True


class Installs(Protocol):
    """The teams that have installed the app."""

    def team(self, id_: str, /) -> Team:
        """Return a team, installed or not: a call by its client says if it is not."""
        ...

    @property
    def ours(self) -> bool:
        """Whether they are the operator's own, whose compute may be spent without a word."""
        ...

    async def authorize(self, id_: str, /) -> AuthorizeResult | None:
        """Return who we are in a team, None where the app is not installed."""
        ...

    async def token(self, id_: str, /) -> str:
        """Return the token of a team that is good now. Raises ConversationError."""
        ...

    async def introduce(self) -> None:
        """Find out what has to be known before anything is heard. Raises SettingsError."""
        ...


class OneInstall:
    """The one team that SLACK_BOT_TOKEN is of, whoever asks."""

    ours = True

    def __init__(self, client: AsyncWebClient) -> None:
        self._team = Team("", client, Members(client))
        self._me: AuthorizeResult | None = None

    def team(self, _id: str, /) -> Team:
        """Return the team."""
        return self._team

    async def authorize(self, _id: str, /) -> AuthorizeResult | None:
        """Return who we are."""
        return self._me

    async def token(self, _id: str, /) -> str:
        """Return SLACK_BOT_TOKEN."""
        return self._team.client.token or ""

    async def introduce(self) -> None:
        """Ask Slack whose token this is, as long as Slack is out of reach. Raises SettingsError."""
        outage = Outage(log, "Slack")
        client = self._team.client
        for tries in itertools.count(1):
            try:
                with map_slack_errors():
                    response = await client.auth_test()
            except ConversationError as error:
                if str(error) in TOKEN_REFUSED:
                    what = SlackSettings.model_fields["slack_bot_token"].description
                    raise SettingsError(
                        f"SLACK_BOT_TOKEN was refused by Slack ({error}): it is {what}"
                    ) from error
                outage.begin(error)
                seconds = error.seconds if isinstance(error, TryLaterError) else None
                await asyncio.sleep(seconds or backoff(tries))
            else:
                outage.end()
                break
        granted = response.headers.get("x-oauth-scopes", "")
        self._team.members.allowed = SCOPE in granted.replace(" ", "").split(",")
        # Without a `bot_id`, Bolt would not take the `user_id` for ours.
        answer = {"bot_id": "", **answered(response)}
        self._me = AuthorizeResult.from_auth_test_response(
            auth_test_response=answer, bot_token=client.token
        )
        self._team.url = self._me.url or ""
        log.info("Connected to Slack as @%s in %s", self._me.user, self._me.team)
