"""The last resort: what fails in a way that nobody thought of is ended in words."""

import asyncio

import pytest
from ledgers import asked, column, expire, results

from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.records import Delivery, Entry, State
from core.worker import MAX_FAILURES, Worker


async def test_a_step_that_always_fails_is_given_up_in_words(
    ledger: Ledger, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug of ours must not leave a person waiting, nor a row coming back for ever."""
    tried: list[int] = []
    failed, given_up = asyncio.Event(), asyncio.Event()

    async def advance(entry: Entry) -> None:
        tried.append(entry.fence)
        failed.set()
        raise ZeroDivisionError

    async def give_up(entry: Entry) -> None:
        await ledger.entries.move(entry, State.REFUSED, card=results("Sorry."))
        given_up.set()

    drain = asyncio.Event()

    async def deliver(_: Delivery) -> None:
        await drain.wait()

    worker = Worker(ledger, advance, give_up, deliver)
    running = asyncio.create_task(worker.run(drain, grace=5))
    await ledger.entries.note(asked())
    async with asyncio.timeout(60):
        for number in range(MAX_FAILURES):
            if number:
                await expire(store)
                worker.wake()
            await failed.wait()
            failed.clear()
        await given_up.wait()
    drain.set()
    await running

    assert len(tried) == MAX_FAILURES
    assert await column(store, "SELECT state FROM requests") == ["refused"]
    assert await column(store, "SELECT slot FROM deliveries") == ["result"]
    assert "nobody thought of" in caplog.text
