"""Deleting what is old few rows at a time: what stands before an acknowledgement waits for none."""

import asyncio

from core.ledger.stores.base import Statement, Store

BATCH = 200  # rows of one transaction
PAUSE_SECONDS = 0.05


async def while_any(store: Store, old: Statement, *acts: Statement) -> None:
    """Carry out `acts` as long as `old`, which is to find at most BATCH rows, finds any."""
    some = Statement(f"SELECT 1 FROM ({old.sql}) AS old LIMIT 1", old.args)
    while await store.read(some):
        await store.write(Statement("SELECT 1"), *acts, lock="delete")
        await asyncio.sleep(PAUSE_SECONDS)
