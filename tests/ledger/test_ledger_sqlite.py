"""What only SQLite does: one process a file, grouped commits, and a disk that fills up."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from ledgers import (
    RESULT,
    asked,
    card,
    column,
    counts,
    expire,
    lease,
    outbox,
    results,
    said,
    taken,
)

from core.intent import Generate
from core.ledger import Ledger, LedgerError
from core.ledger.stores.base import Statement
from core.ledger.stores.sqlite import SqliteStore
from core.records import State

SECOND = """
import asyncio, sys
from core.ledger import LedgerError
from core.ledger.stores import store_for

async def main():
    async with store_for(sys.argv[1]):
        pass

try:
    asyncio.run(main())
except LedgerError as error:
    sys.exit(str(error))
"""


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """Where the ledger is."""
    return tmp_path / "ledger.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    """The ledger's file, open."""
    async with SqliteStore(str(file)) as store:
        await Ledger(store, ["slack"]).open()
        yield store


@pytest.fixture
def ledger(store: SqliteStore) -> Ledger:
    """The ledger in the file."""
    return Ledger(store, ["slack"])


def another_process(file: Path) -> subprocess.CompletedProcess[str]:
    """Open the file in another process, for real."""
    return subprocess.run(  # noqa: S603 (our own words only)
        [sys.executable, "-c", SECOND, f"sqlite:///{file}"],
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_second_process_is_refused_in_words(store: SqliteStore, file: Path) -> None:
    """Two processes would take each other's leases for those of the dead."""
    second = await asyncio.to_thread(another_process, file)

    assert await column(store, "SELECT 1") == [1]
    assert second.returncode == 1
    assert "another neocu-bots may be using it" in second.stderr
    assert "Traceback" not in second.stderr


async def test_the_file_is_free_again_when_closed(file: Path) -> None:
    """The lock goes with its holder."""
    async with SqliteStore(str(file)):
        pass
    second = await asyncio.to_thread(another_process, file)

    assert second.returncode == 0, second.stderr


async def test_leases_of_before_a_restart_are_over(file: Path) -> None:
    """Alone at the file, one need not wait for the leases of the dead."""
    for fence in (1, 2):
        async with SqliteStore(str(file)) as store:
            ledger = Ledger(store, ["slack"])
            await ledger.open()

            assert (await taken(ledger)).fence == fence


async def test_many_writes_share_a_commit_and_keep_their_own_answers(
    ledger: Ledger, store: SqliteStore
) -> None:
    """Under load, each write is told its own outcome, not its neighbour's."""
    keys = [n % 300 for n in range(600)]
    new = await asyncio.gather(*(ledger.entries.note(asked(n)) for n in keys))

    assert [sum(one) for one in (new[:300], new[300:])] == [300, 0]
    assert await counts(store) == {"received": 300}


async def test_a_bad_write_spoils_no_other(store: SqliteStore) -> None:
    """Writes that share a commit share nothing else."""
    ledger = Ledger(store, ["slack"])
    bad = [
        Statement("INSERT INTO requests (key) VALUES ($1) RETURNING key", ("incomplete",)),
        Statement("SELECT $1", (2**70,)),
        Statement("SELECT $1", ("\ud800",)),
    ]
    outcomes = await asyncio.gather(
        ledger.entries.note(asked(1)),
        *(store.write(statement) for statement in bad),
        ledger.entries.note(asked(2)),
        return_exceptions=True,
    )

    assert [type(one) for one in outcomes] == [bool, LedgerError, LedgerError, LedgerError, bool]
    assert await counts(store) == {"received": 2}


async def test_a_full_disk_is_told_and_nothing_is_half_written(
    ledger: Ledger, store: SqliteStore
) -> None:
    """The person hears that it was not taken, and that is true; later it works again."""
    entry = await taken(ledger)
    [pages] = await column(store, "PRAGMA page_count")
    await store.write(Statement(f"PRAGMA max_page_count = {pages}"))
    outcomes = await asyncio.gather(
        *(ledger.entries.note(asked(n, body=Generate("long " * 400))) for n in range(2, 40)),
        return_exceptions=True,
    )
    replies = results(*("long " * n for n in range(99, 199)))
    with pytest.raises(LedgerError, match="full"):
        await ledger.entries.move(entry, State.REFUSED, card=replies)
    noted = await column(store, "SELECT count(*) FROM requests")
    states = await column(store, "SELECT state FROM requests WHERE key = $1", entry.key)
    words = await column(store, "SELECT slot FROM deliveries")
    await store.write(Statement("PRAGMA max_page_count = 1000000"))

    assert any(isinstance(one, LedgerError) for one in outcomes)
    assert noted == [1 + sum(one is True for one in outcomes)]
    assert (states, words) == (["received"], [])
    assert await ledger.entries.move(entry, State.REFUSED, card=results("No."))


async def test_a_file_that_is_read_only_is_told(tmp_path: Path) -> None:
    """Where nothing can be written, the bots don't start, and say why."""
    (tmp_path / "folder").mkdir()

    with pytest.raises(LedgerError, match="can't be opened"):
        async with SqliteStore(str(tmp_path / "folder")):
            pass


async def test_a_ledger_that_turns_read_only_is_told(ledger: Ledger, store: SqliteStore) -> None:
    """A disk that is remounted read-only under us loses nothing silently."""
    await store.write(Statement("PRAGMA query_only = 1"))
    with pytest.raises(LedgerError, match="readonly"):
        await ledger.entries.note(asked())


async def test_a_read_waits_for_no_write(store: SqliteStore, ledger: Ledger) -> None:
    """What stands before an acknowledgement may read while something large is written."""
    count = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
               SELECT max(i) FROM n"""
    slow = asyncio.create_task(store.write(Statement(count)))
    await asyncio.sleep(0)
    await ledger.queries.get(asked().key)

    assert not slow.done()
    await slow


async def test_a_read_sees_what_was_written(ledger: Ledger) -> None:
    """Two connections, one truth: what was noted is known at once."""
    for n in range(50):
        await ledger.entries.note(asked(n))
        assert await ledger.queries.get(asked(n).key) is not None


async def test_nothing_is_written_by_a_read(store: SqliteStore) -> None:
    """A slip would be written beside the one writer."""
    with pytest.raises(LedgerError, match="readonly"):
        await store.read(Statement("DELETE FROM requests RETURNING 1"))


async def test_a_closed_file_says_so(file: Path) -> None:
    """What comes after the end does not wait for ever."""
    async with SqliteStore(str(file)) as store:
        pass

    with pytest.raises(LedgerError, match="has ended"):
        await store.write(Statement("SELECT 1"))


async def test_a_clock_that_jumps_takes_nothing_away(ledger: Ledger, store: SqliteStore) -> None:
    """A laptop that slept for a while must not take its own request for one that was cut off."""
    held = await taken(ledger)
    await said(ledger, card(RESULT), request=asked(2))
    [delivery] = await outbox(ledger)
    await expire(store)
    again = [*await lease(ledger), *await outbox(ledger)]
    for one in (held, delivery):
        ledger.leases.release(one)
    released = [*await lease(ledger), *await outbox(ledger)]

    assert again == []
    assert [one.key for one in released] == [held.key, delivery.key]
