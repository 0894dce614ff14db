"""What the ledger rests on, and both stores keep: transactions, the schema, a restart."""

import asyncio

import pytest
from large_ledger import fill
from ledgers import RESULT, asked, card, column, counts, pass_time, taken

from core.ledger import Ledger, LedgerError
from core.ledger.batches import BATCH
from core.ledger.schema import MIGRATIONS
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement, Store
from core.records import State

DAY = 24 * 3600.0


async def test_a_write_takes_effect_whole_or_not_at_all(ledger: Ledger, store: Store) -> None:
    """A state without its words would be a person who never hears."""
    await ledger.entries.note(asked())
    bad = (
        Statement("UPDATE requests SET state = 'failed' RETURNING key"),
        Statement("INSERT INTO requests (key) VALUES ('incomplete')"),
    )
    outcomes = await asyncio.gather(
        store.write(*bad), ledger.entries.note(asked(2)), return_exceptions=True
    )

    assert isinstance(outcomes[0], LedgerError)
    assert outcomes[1] is True
    assert await counts(store) == {"received": 2}


async def test_a_write_without_its_condition_does_nothing(store: Store) -> None:
    """The compare-and-set on which everything rests."""
    rows = await store.write(
        Statement("UPDATE requests SET state = 'failed' WHERE key = 'none' RETURNING key"),
        Statement(
            "INSERT INTO deliveries (request, slot, number, rank, platform, reply, created)"
            " VALUES ('none', 'result', 1, 1, 'slack', '{}', clock())"
        ),
    )

    assert rows == []
    assert await column(store, "SELECT count(*) FROM deliveries") == [0]


async def test_a_newer_schema_is_refused(store: Store) -> None:
    """An older program must not write what it doesn't understand."""
    await store.migrate((*MIGRATIONS, "CREATE TABLE tomorrow (day TEXT)"))

    with pytest.raises(LedgerError, match="newer version of neocu-bots: update"):
        await Ledger(store, ["slack"]).open()


async def test_the_ledger_survives_a_restart(database_url: str) -> None:
    """What is noted stays, and opening twice changes nothing."""
    for new in (True, False):
        async with store_for(database_url) as store:
            ledger = Ledger(store, ["slack"])
            await ledger.open()
            assert await ledger.entries.note(asked()) is new


async def test_what_is_old_is_deleted_a_few_at_a_time(ledger: Ledger, store: Store) -> None:
    """What was promised to be forgotten is; what is under way, or young, is not."""
    await fill(store, 3 * BATCH + 1, youngest=10 * DAY)
    await ledger.entries.draft(asked(1))
    await pass_time(store, 10 * DAY)
    await ledger.entries.draft(asked(2))
    await ledger.entries.move(await taken(ledger, asked(3)), State.FAILED, card=card(RESULT))
    await ledger.entries.note(asked(4))
    await ledger.delete_ended(5 * DAY)
    left = await column(store, "SELECT key FROM requests ORDER BY key")

    assert left == [asked(n).key for n in (2, 3, 4)]
    assert await column(store, "SELECT request FROM deliveries") == [asked(3).key]
