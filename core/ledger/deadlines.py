"""How long the ledger is waited for: a chat waits 3 seconds for an acknowledgement."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.ledger.stores.base import LedgerError

ACK_DEADLINE_SECONDS = 2.0
REFUSAL_DEADLINE_SECONDS = 0.5  # what is left of the 3 s then
BACKGROUND_DEADLINE_SECONDS = 30.0  # where nothing has to be acknowledged


@asynccontextmanager
async def in_time(seconds: float = ACK_DEADLINE_SECONDS) -> AsyncIterator[None]:
    """Give up on what the block waits for, in time for an acknowledgement. Raises LedgerError."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise LedgerError("The ledger does not answer in time.") from None
