"""What only PostgreSQL does: replicas that start together, wake one another, and wait for it."""

import asyncio
import re

import asyncpg
import pytest
from ledgers import RESULT, ROOM, announced, arrive, asked, card, column, lease, said
from postgres_server import PostgresServer

from core.inbox import Inbox
from core.ledger import Ledger, LedgerError
from core.ledger.schema import MIGRATIONS
from core.ledger.stores import store_for
from core.ledger.stores.postgres import LOCK, SESSION, PostgresStore
from core.records import Kind, Limit, Scope


@pytest.fixture
async def url(postgres_server: PostgresServer) -> str:
    """An empty database."""
    return await postgres_server.database()


async def test_replicas_start_together(url: str) -> None:
    """A deploy starts several at once, and each brings the schema up to date."""

    async def start() -> None:
        async with store_for(url) as store:
            ledger = Ledger(store, ["slack"])
            await ledger.open()
            await ledger.entries.note(asked())

    await asyncio.gather(*(start() for _ in range(5)))
    async with store_for(url) as store:
        assert await column(store, "SELECT version FROM ledger_schema") == [
            *range(1, len(MIGRATIONS) + 1)
        ]
        assert await column(store, "SELECT count(*) FROM requests") == [1]


async def test_a_replica_leaves_the_leases_of_others(url: str) -> None:
    """A second replica that starts must not take over what the first is at."""
    async with store_for(url) as first, store_for(url) as second:
        ledger = Ledger(first, ["slack"])
        await ledger.open()
        await ledger.entries.note(asked())
        await lease(ledger)
        await Ledger(second, ["slack"]).open()

        assert await column(first, "SELECT count(*) FROM requests WHERE lease IS NULL") == [0]


async def test_a_new_request_wakes_the_others(url: str) -> None:
    """A replica at rest helps at once."""
    woken, listening = asyncio.Event(), asyncio.Event()

    def wake() -> None:
        (woken if listening.is_set() else listening).set()

    second = store_for(url)
    Ledger(second, ["slack"]).on_notify(wake)
    async with store_for(url) as first, second:
        ledger = Ledger(first, ["slack"])
        await ledger.open()
        async with asyncio.timeout(30):
            await listening.wait()  # called once when it begins to listen
            await ledger.entries.note(asked())
            await woken.wait()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_is_survived(url: str, postgres_server: PostgresServer, mode: str) -> None:
    """Writes that were under way when the database went down are done once it is back."""
    woken = asyncio.Event()
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        ledger.on_notify(woken.set)
        for n in range(50):
            await said(ledger, card(RESULT), request=asked(n))
        box = await ledger.outbox.lease(50)
        closing = [asyncio.create_task(arrive(ledger, delivery)) for delivery in box]
        await asyncio.to_thread(postgres_server.stop, mode)
        woken.clear()
        closing += [asyncio.create_task(arrive(ledger, delivery)) for delivery in box]
        await asyncio.to_thread(postgres_server.start)
        async with asyncio.timeout(60):
            await asyncio.gather(*closing)
            await woken.wait()  # it listens again

        assert await column(store, "SELECT DISTINCT due FROM deliveries") == [None]


async def test_a_claim_does_not_wait_for_long(url: str, postgres_server: PostgresServer) -> None:
    """The person is told that it was not taken, in time for the platform's 3 seconds."""
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        await asyncio.to_thread(postgres_server.stop)
        try:
            async with asyncio.timeout(15):  # elsewhere it is waited for 30 s
                with pytest.raises(LedgerError, match="PostgreSQL"):
                    await ledger.entries.note(asked())
        finally:
            await asyncio.to_thread(postgres_server.start)

        assert await ledger.entries.note(asked())


async def test_the_deadline_ends_in_words(url: str, postgres_server: PostgresServer) -> None:
    """A database that stays away is told, without its password."""
    await asyncio.to_thread(postgres_server.stop)
    try:
        with pytest.raises(LedgerError, match="is it running") as error:
            async with PostgresStore(url, deadline=0.1):
                pass
    finally:
        await asyncio.to_thread(postgres_server.start)

    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("postgresql://bot:se/cret@127.0.0.1:1/x", "special characters"),
        ("postgresql://bot:secret@127.0.0.1:port/x", "special characters"),
    ],
)
async def test_a_wrong_address_is_told(wrong: str, words: str) -> None:
    """A slip in DATABASE_URL is named, and its password is not."""
    with pytest.raises(LedgerError, match=words) as error:
        async with store_for(wrong):
            pass

    assert "cret" not in str(error.value)
    assert error.value.__cause__ is None


async def test_an_unknown_database_is_told(url: str) -> None:
    """Permanent errors are not retried."""
    async with asyncio.timeout(20):
        with pytest.raises(LedgerError, match='"nowhere" does not exist'):
            async with store_for(re.sub(r"/test\d+", "/nowhere", url)):
                pass


async def test_time_is_the_databases(url: str) -> None:
    """Leases run on one clock, whatever the replicas' own clocks say."""
    async with store_for(url) as store:
        await Ledger(store, ["slack"]).open()
        sql = "SELECT abs(clock() - extract(epoch FROM clock_timestamp())) < 5"

        assert await column(store, sql) == [True]


async def test_a_frozen_server_is_not_waited_for(url: str, postgres_server: PostgresServer) -> None:
    """A machine that hangs must not make Slack say "operation_timed_out": 3 s, for all of it."""
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        inbox = Inbox(ledger, lambda: None)
        await inbox.accept(asked(1))
        with postgres_server.frozen():
            for number, take in enumerate((inbox.accept, inbox.press), 2):
                async with asyncio.timeout(3):
                    with pytest.raises(LedgerError):
                        await take(asked(number))
                    assert not await inbox.refuse(asked(number))  # nobody can know

        assert await inbox.accept(asked(4))  # as if nothing had been


async def test_what_was_cut_off_is_refused_for_certain(
    url: str, postgres_server: PostgresServer
) -> None:
    """A note that a frozen server takes after all is void: its person was told otherwise."""
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        inbox = Inbox(ledger, lambda: None)
        await inbox.accept(asked(1))
        with postgres_server.frozen(), pytest.raises(LedgerError):
            await inbox.accept(asked(2))
        certain = await inbox.refuse(asked(2))

        assert certain
        assert [entry.key for entry in await lease(ledger)] == [asked(1).key]


async def test_a_replica_that_vanished_holds_nobody_up_for_long(url: str) -> None:
    """It went away in the middle of taking the last place: the place is not guarded for ever."""
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        entry = await announced(ledger)
        gone = await asyncpg.connect(url, server_settings=SESSION)
        await gone.execute("BEGIN")
        await gone.execute(LOCK.replace("$1", "'limits'"))
        async with asyncio.timeout(15):
            assert await ledger.entries.submit(entry, ROOM) is not None
        gone.terminate()


async def test_workspaces_do_not_wait_for_one_another(url: str) -> None:
    """Where no limit is shared by all, each workspace has a lock of its own."""
    mine = (Limit(Scope.PERSON, Kind.RUNNING, 3),)
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        entry = await announced(ledger)
        busy = await asyncpg.connect(url)
        await busy.execute("BEGIN")
        await busy.execute(LOCK.replace("$1", "'limits slack T2'"))
        async with asyncio.timeout(3):
            assert await ledger.entries.submit(entry, mine) is not None
        await busy.close()
