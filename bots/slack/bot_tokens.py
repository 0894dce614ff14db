"""The tokens by which we may act in each team: kept encrypted, renewed before they expire.

https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack.calls import answered, error_code, map_slack_errors
from bots.slack.settings import SlackSettings
from core.backoff import backoff
from core.conversation import Barrier, TryLaterError, UndeliverableError
from core.ledger import LedgerError
from core.workspaces.arrivals import Arrivals

log = logging.getLogger(__name__)

REMEMBER_SECONDS = 60.0
MAX_REMEMBERED = 10_000
# The app is out, and this token will never be good again; others may have been given since.
# https://docs.slack.dev/reference/methods/auth.test#errors
GONE = {"account_inactive", "token_revoked"}


class NotInstalledError(UndeliverableError):
    """The app is not installed in the team any more."""

    def __init__(self, team: str) -> None:
        super().__init__(f"the app is not installed in {team}", Barrier.GONE)


@dataclass(frozen=True)
class Installed:
    """What a team has given us. `expires` is in Unix seconds, 0 for never."""

    token: str
    bot_id: str
    bot_user_id: str
    url: str
    scopes: str
    refresh_token: str = ""
    expires: float = 0.0

    def is_due(self, seconds: float = 0.0) -> bool:
        """Whether the token expires within so many seconds."""
        return bool(self.expires) and self.expires - time.time() < seconds

    def renewed(self, given: Mapping[str, Any]) -> "Installed":
        """Return it with another token, as oauth.v2.access has answered."""
        return replace(
            self,
            token=str(given["access_token"]),
            refresh_token=str(given.get("refresh_token") or ""),
            expires=time.time() + float(given["expires_in"]) if given.get("expires_in") else 0.0,
        )


class BotTokens:
    """The tokens of all teams."""

    def __init__(
        self,
        settings: SlackSettings,
        client: AsyncWebClient,
        arrivals: Arrivals,
        renew_before: float,
    ) -> None:
        self._settings = settings
        self._renew_before = renew_before
        self._client = client
        self._arrivals = arrivals
        self._known: OrderedDict[str, tuple[float, Installed]] = OrderedDict()
        self._renewing: dict[str, asyncio.Task[Installed]] = {}

    async def current(self, team: str) -> Installed:
        """Return what a team has given us, with a token that is good now.

        Raises NotInstalledError, and TryLaterError where that can't be told now.
        """
        found = await self._find(team)
        if not found.is_due(self._renew_before):
            return found
        # Of several that find it due only one may renew it: a refresh token counts once.
        renewal = self._renewing.get(team)
        if renewal is None:
            renewal = self._renewing[team] = asyncio.create_task(self._renew(team))
            renewal.add_done_callback(partial(self._renewed, team))
        if not found.is_due():  # what comes in has to be acknowledged, and this token is good yet
            return found
        try:
            return await asyncio.shield(renewal)
        except (TryLaterError, LedgerError) as error:
            raise TryLaterError(f"no token now: {error}", outage=True) from error

    def _renewed(self, team: str, renewal: asyncio.Task[Installed]) -> None:
        self._renewing.pop(team, None)
        if not renewal.cancelled() and (error := renewal.exception()):
            log.warning("The token of %s is not renewed yet: %s", team, error)

    async def instead_of(self, team: str, refused: Installed) -> Installed:
        """Return another token than one that Slack has refused for good.

        Raises NotInstalledError where there is none: then the team has taken us out.
        """
        self._known.pop(team, None)
        found = await self.current(team)
        if found.token != refused.token:
            return found
        await self.forget(team)
        raise NotInstalledError(team)

    async def keep(self, team: str, installed: Installed, name: str) -> None:
        """Keep what a team has given us. Raises LedgerError."""
        await self._arrivals.credentials.store(team, asdict(installed))
        await self._arrivals.came(team, name)
        self._remember(team, installed)

    async def forget(self, team: str) -> None:
        """Forget what a team has given us: it has taken the app out. Raises TryLaterError."""
        self._known.pop(team, None)
        try:
            await self._arrivals.left(team)
        except LedgerError as error:
            raise TryLaterError(str(error), outage=True) from error

    async def _find(self, team: str) -> Installed:
        then, known = self._known.get(team, (0.0, None))
        if known is not None and time.monotonic() - then < REMEMBER_SECONDS:
            return known
        try:
            return await self._fetch(team)
        except LedgerError as error:
            if known is None:
                raise TryLaterError(str(error), outage=True) from error
            return known  # as it was a minute ago

    async def _fetch(self, team: str) -> Installed:
        values = await self._arrivals.credentials.fetch(team)
        if values is None:
            self._known.pop(team, None)
            raise NotInstalledError(team)
        return self._remember(team, Installed(**values))

    def _remember(self, team: str, installed: Installed) -> Installed:
        self._known[team] = (time.monotonic(), installed)
        self._known.move_to_end(team)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
        return installed

    async def _renew(self, team: str) -> Installed:
        """Exchange the refresh token, if no other replica has done so already."""
        found = await self._fetch(team)
        if not found.is_due(self._renew_before):
            return found
        secret = self._settings.slack_client_secret
        try:
            with map_slack_errors():
                given = await self._client.oauth_v2_access(
                    client_id=self._settings.slack_client_id or "",
                    client_secret=secret.get_secret_value() if secret else "",
                    grant_type="refresh_token",
                    refresh_token=found.refresh_token,
                )
        except UndeliverableError as error:
            # Another replica was quicker, and will have written it down in a moment.
            raise TryLaterError(str(error), 2.0, outage=True) from error
        renewed = self._remember(team, found.renewed(answered(given)))
        await self._save(team, renewed)
        log.info("The token of %s is renewed", team)
        return renewed

    async def _save(self, team: str, renewed: Installed) -> None:
        """Write a new token down, however long the ledger is away: no other will come."""
        for tries in itertools.count(1):
            try:
                await self._arrivals.credentials.store(team, asdict(renewed))
            except LedgerError:
                log.exception("The new token of %s is not kept yet", team)
                await asyncio.sleep(backoff(tries))
            else:
                return


class TeamClient(AsyncWebClient):
    """Speaks to a team by the token that it has now, and by another where that is refused."""

    def __init__(self, team: str, tokens: BotTokens, like: AsyncWebClient) -> None:
        super().__init__(base_url=like.base_url, session=like.session, retry_handlers=[])
        self._team = team
        self._tokens = tokens

    async def api_call(self, api_method: str, **what: Any) -> AsyncSlackResponse:
        """Call a method. Raises NotInstalledError, TryLaterError, and what slack_sdk raises."""
        installed = await self._tokens.current(self._team)
        self.token = installed.token
        try:
            return await super().api_call(api_method, **what)
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise
            self.token = (await self._tokens.instead_of(self._team, installed)).token
            return await super().api_call(api_method, **what)
