"""The last resort: what fails in a way that nobody thought of is ended in words."""

import asyncio

import pytest
from ledgers import asked, column, expire, results

from core.conversation import Barrier
from core.ledger import Ledger, LedgerError
from core.ledger.stores.base import Statement, Store
from core.records import Delivery, Entry, State
from core.worker import MAX_BUSY, MAX_FAILURES, Worker


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


async def test_a_message_that_always_fails_is_dropped(
    ledger: Ledger, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug of ours in one message must not have it come back for ever; what was asked goes on."""
    failed = asyncio.Event()
    tried: list[int] = []

    async def deliver(delivery: Delivery) -> None:
        tried.append(delivery.fence)
        failed.set()
        raise ZeroDivisionError

    async def nothing(_: Entry) -> None:
        pytest.fail("there is nothing to be done for the request")

    drain = asyncio.Event()
    await ledger.entries.note(asked())
    [entry] = await ledger.entries.lease(1, [State.RECEIVED])
    await ledger.entries.move(entry, State.COMPLETED, card=results("Done."))
    worker = Worker(ledger, nothing, nothing, deliver)
    running = asyncio.create_task(worker.run(drain, grace=5))
    dropped: list[object] = []
    async with asyncio.timeout(60):
        while not any(dropped):
            await failed.wait()
            failed.clear()
            while ledger.leases.held_deliveries():  # noqa: ASYNC110 (it sets no event)
                await asyncio.sleep(0)
            await expire(store)
            worker.wake()
            dropped = await column(store, "SELECT dropped FROM deliveries")
    drain.set()
    await running

    assert len(tried) == MAX_FAILURES
    assert dropped == [Barrier.UNKNOWN]
    assert await column(store, "SELECT state FROM requests") == ["completed"]
    assert "nobody thought of" in caplog.text


async def test_a_ledger_that_fails_in_a_step_is_an_outage_and_no_failure(
    ledger: Ledger, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """The step is done when it is back, however often that takes: nobody is given up for it."""
    drain, done = asyncio.Event(), asyncio.Event()
    tried: list[int] = []

    async def advance(entry: Entry) -> None:
        tried.append(entry.fence)
        if len(tried) <= MAX_FAILURES:
            raise LedgerError("away")
        await ledger.entries.move(entry, State.COMPLETED)
        done.set()

    async def nothing(_: object) -> None:
        pytest.fail("there is nothing to give up and nothing to deliver")

    await ledger.entries.note(asked())
    worker = Worker(ledger, advance, nothing, nothing)
    running = asyncio.create_task(worker.run(drain, grace=5))
    async with asyncio.timeout(60):
        while not done.is_set():
            await expire(store)
            worker.wake()
            await asyncio.sleep(0.01)
    drain.set()
    await running

    assert len(tried) == MAX_FAILURES + 1
    assert "The ledger" in caplog.text
    assert "nobody thought of" not in caplog.text


async def test_an_unreadable_ledger_is_tried_again(
    ledger: Ledger, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so once, and goes on by itself when the ledger is back."""
    drain, done = asyncio.Event(), asyncio.Event()

    async def advance(entry: Entry) -> None:
        await ledger.entries.move(entry, State.COMPLETED)
        done.set()

    async def nothing(_: object) -> None:
        pytest.fail("there is nothing to give up and nothing to deliver")

    await ledger.entries.note(asked())
    await store.write(Statement("SELECT 1"), Statement("ALTER TABLE requests RENAME TO lost"))
    worker = Worker(ledger, advance, nothing, nothing)
    running = asyncio.create_task(worker.run(drain, grace=5))
    async with asyncio.timeout(60):
        while "The ledger" not in caplog.text:  # noqa: ASYNC110 (a log sets no event)
            await asyncio.sleep(0.01)
        await store.write(Statement("SELECT 1"), Statement("ALTER TABLE lost RENAME TO requests"))
        await done.wait()
    drain.set()
    await running

    assert await column(store, "SELECT state FROM requests") == ["completed"]


async def test_more_than_a_lane_holds_is_done_in_its_order(ledger: Ledger) -> None:
    """Fair under load: who asked first is answered first, and a full lane drops nobody."""
    drain, done = asyncio.Event(), asyncio.Event()
    begun: list[str] = []
    number = MAX_BUSY + 8

    async def advance(entry: Entry) -> None:
        begun.append(entry.key)
        await asyncio.sleep(0)
        await ledger.entries.move(entry, State.COMPLETED)
        if len(begun) == number:
            done.set()

    async def nothing(_: object) -> None:
        pytest.fail("there is nothing to give up and nothing to deliver")

    for one in range(number):
        await ledger.entries.note(asked(one))
    worker = Worker(ledger, advance, nothing, nothing)
    running = asyncio.create_task(worker.run(drain, grace=5))
    async with asyncio.timeout(60):
        await done.wait()
    drain.set()
    await running

    first = {asked(one).key for one in range(MAX_BUSY)}
    assert set(begun[:MAX_BUSY]) == first
    assert len(set(begun)) == number
