"""How workspaces come and go, as their platform notes it."""

import logging

from core.ledger import Ledger
from core.workspaces.credentials import Credentials
from core.workspaces.secrets import Secrets
from core.workspaces.workspace import Presence

log = logging.getLogger(__name__)


class Arrivals:
    """The comings and goings on one platform, and the credentials that workspaces leave there."""

    def __init__(self, platform: str, ledger: Ledger, secrets: Secrets) -> None:
        self._platform = platform
        self._ledger = ledger
        self.keeps_secrets = bool(secrets)
        self.credentials = Credentials(platform, ledger, secrets)

    async def came(self, workspace: str, name: str = "") -> None:
        """Note that the bot has come to a workspace; what an operator has paused stays so.

        Raises LedgerError.
        """
        known = await self._ledger.workspaces.get(self._platform, workspace)
        if known.presence is not Presence.PAUSED:
            await self._ledger.workspaces.mark(self._platform, workspace, Presence.INSTALLED, name)
        log.info("The bot has come to %s %s", self._platform, workspace)

    async def left(self, workspace: str) -> None:
        """Note that the bot is out: its tokens there, and its own Neocu key, are gone at once.

        What was asked there is forgotten with everything that is old. Raises LedgerError.
        """
        known = await self._ledger.workspaces.get(self._platform, workspace)
        await self._ledger.workspaces.forget(self._platform, workspace)
        await self.credentials.forget(workspace)
        if known.presence is Presence.PAUSED:  # to leave and come again ends no pause
            await self._ledger.workspaces.mark(self._platform, workspace, Presence.PAUSED)
        log.info("The bot has left %s %s", self._platform, workspace)

    async def issue(self, token: str, seconds: float) -> None:
        """Keep a token that can be used once, within so many seconds. Raises LedgerError."""
        await self._ledger.vault.issue(token, seconds)

    async def use(self, token: str) -> bool:
        """Whether a token is good, which it is once. Raises LedgerError."""
        return await self._ledger.vault.use(token)
