"""Whether this process is well, and where requests can arrive: for whoever restarts or balances."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from core.ledger import Ledger, LedgerError

CHECK_SECONDS = 1.0
READ_SECONDS = 5.0  # a ledger that takes longer can't note a request in time


class Connected(Protocol):
    """What is needed of a platform here."""

    @property
    def missing(self) -> str:
        """What keeps requests from arriving now, "" where nothing does."""
        ...


class Health:
    """The state of one process. `loops` are the tasks that run as long as it does, by name."""

    def __init__(self, ledger: Ledger, platforms: Mapping[str, Connected]) -> None:
        self._ledger = ledger
        self.platforms = platforms
        self.loops: dict[str, asyncio.Task[None]] = {}

    def fault(self) -> str:
        """Return what only a restart can mend, "" while there is no such thing.

        That the event loop is alive is shown by this being called.
        """
        if not self._ledger.alive:
            return "the ledger's thread has died"
        return next((f"{name} has ended" for name, one in self.loops.items() if one.done()), "")

    async def obstacle(self, platform: str = "") -> str:
        """Return why requests of a platform, or of any, can't be taken; "" where they can."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                await self._ledger.queries.ping()
        except (LedgerError, TimeoutError):
            return "the ledger can't be read"
        names = [platform] if platform else self.platforms
        missing = {name: self.platforms[name].missing for name in names}
        return "; ".join(f"{name}: {why}" for name, why in missing.items() if why)

    async def watch(self) -> None:
        """Look after the ledger's thread until cancelled. Raises LedgerError when it is dead."""
        while self._ledger.alive:  # noqa: ASYNC110 (a thread that dies sets no event)
            await asyncio.sleep(CHECK_SECONDS)
        raise LedgerError("The ledger's thread has died, so the bots end: start them again.")
