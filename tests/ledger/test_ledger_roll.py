"""During an update an older version and a newer one work at one database."""

import re

import pytest
from ledgers import UNDER_WAY, asked
from postgres_server import PostgresServer

from core.ledger import Ledger, LedgerError
from core.ledger.schema import MIGRATIONS
from core.ledger.stores import store_for

# What takes away what an older version needs, or wants of it what it does not know.
BREAKING = r"DROP TABLE|DROP COLUMN|RENAME|ADD COLUMN[^;]*NOT NULL(?![^;]*DEFAULT)"
ROLLING_SINCE = 4  # migrations; those before are older than the first version that replicas run


@pytest.mark.parametrize("number", range(ROLLING_SINCE, len(MIGRATIONS)))
def test_a_migration_takes_nothing_away(number: int) -> None:
    """What is in the way goes one version later, when nobody needs it any more."""
    assert re.findall(BREAKING, MIGRATIONS[number]) == []


async def test_an_older_version_goes_on_beside_a_newer_one(postgres_server: PostgresServer) -> None:
    """Each takes what people ask, and works on what the other took; restarted, the older stops."""
    url = await postgres_server.database()
    async with store_for(url) as older_store, store_for(url) as newer_store:
        await older_store.migrate(MIGRATIONS[:-1])
        older, newer = Ledger(older_store, ["slack"]), Ledger(newer_store, ["slack"])
        await older.entries.note(asked(1))
        await newer.open()
        await older.entries.note(asked(2))
        await newer.entries.note(asked(3))
        by_older = await older.entries.lease(2, UNDER_WAY)
        by_newer = await newer.entries.lease(2, UNDER_WAY)

        assert len(by_older) == 2
        assert {one.key for one in (*by_older, *by_newer)} == {asked(n).key for n in (1, 2, 3)}
        with pytest.raises(LedgerError, match="newer version of neocu-bots"):
            await older_store.migrate(MIGRATIONS[:-1])
