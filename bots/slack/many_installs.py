"""The teams that have installed the app by its button, each with a token of its own."""

import asyncio
import logging
from collections import OrderedDict

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.bot_tokens import BotTokens, Installed, NotInstalledError, TeamClient
from bots.slack.calls import map_slack_errors
from bots.slack.installs import Team
from bots.slack.members import SCOPE, Members
from core.conversation import TryLaterError, UndeliverableError

log = logging.getLogger(__name__)

MAX_REMEMBERED = 2000
ASK_SECONDS = 2.0  # of the 3 in which an event has to be acknowledged


class ManyInstalls:
    """Any number of teams, each looked up when something is heard of it, or said to it."""

    ours = False

    def __init__(self, tokens: BotTokens, client: AsyncWebClient) -> None:
        self._tokens = tokens
        self._client = client
        self._teams: OrderedDict[str, Team] = OrderedDict()

    def team(self, id_: str) -> Team:
        """Return a team, installed or not: a call by its client says if it is not."""
        if (team := self._teams.get(id_)) is None:
            client = TeamClient(id_, self._tokens, self._client)
            team = self._teams[id_] = Team(id_, client, Members(client))
            if len(self._teams) > MAX_REMEMBERED:
                self._teams.popitem(last=False)
        self._teams.move_to_end(id_)
        return team

    async def authorize(self, id_: str) -> AuthorizeResult | None:
        """Return who we are in a team, None where the app is not installed."""
        try:
            installed = await self._tokens.current(id_)
        except NotInstalledError:
            return None
        self._note(self.team(id_), installed)
        return AuthorizeResult(
            enterprise_id=None,
            team_id=id_,
            bot_id=installed.bot_id,
            bot_user_id=installed.bot_user_id,
            bot_token=installed.token,
        )

    async def token(self, id_: str) -> str:
        """Return the token of a team that is good now. Raises NotInstalledError, TryLaterError."""
        return (await self._tokens.current(id_)).token

    async def introduce(self) -> None:
        """Nothing has to be known before something is heard."""

    async def revoked(self, id_: str) -> None:
        """Forget a team whose tokens were revoked, if that is still so.

        Slack promises no order of its events: one may be of an installation before this one. Raises
        TryLaterError where that can't be told now: Slack sends the event again then.
        """
        try:
            async with asyncio.timeout(ASK_SECONDS):
                with map_slack_errors():
                    await self.team(id_).client.auth_test()
        except NotInstalledError:
            return  # its client has forgotten it
        except UndeliverableError as error:
            log.info("The tokens of %s were revoked: %s", id_, error)
            await self._tokens.forget(id_)
        except TimeoutError:
            raise TryLaterError("whether its tokens were revoked can't be told now") from None

    @staticmethod
    def _note(team: Team, installed: Installed) -> None:
        team.url = installed.url
        team.members.allowed = SCOPE in installed.scopes.replace(" ", "").split(",")
