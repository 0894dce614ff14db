"""A ledger that takes no request, as its database says so at once: a full disk, a lost right."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

# Whether the refusal itself can be written is what decides how sure its sentence may be.
NEW = "INSERT", "NEW.state = 'received'"
REFUSED = "INSERT", "NEW.state IN ('received', 'refused')"
TASK_ID = "UPDATE", "NEW.state = 'generating' AND OLD.state = 'submitting'"

_SQLITE = """CREATE TRIGGER away BEFORE {event} ON requests WHEN {when}
    BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"""
_POSTGRES = """CREATE OR REPLACE FUNCTION away() RETURNS trigger AS
        $$ BEGIN RAISE EXCEPTION 'disk I/O error'; END $$ LANGUAGE plpgsql;
    CREATE TRIGGER away BEFORE {event} ON requests
        FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION away()"""


@asynccontextmanager
async def ledger_away(database: Path | str, change: tuple[str, str] = NEW) -> AsyncIterator[None]:
    """Have the ledger, a SQLite file or a PostgreSQL's address, take no such change meanwhile."""
    event, when = change
    if isinstance(database, Path):
        _change(database, _SQLITE.format(event=event, when=when))
        yield
        _change(database, "DROP TRIGGER away")
        return
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(_POSTGRES.format(event=event, when=when))
        yield
        await connection.execute("DROP TRIGGER away ON requests")
    finally:
        await connection.close()


def find(database: Path) -> None:
    """Give the table back."""
    _change(database, "ALTER TABLE lost RENAME TO requests")


def lose(database: Path) -> None:
    """Have a SQLite file lose its table of requests, so that nothing of them can be read."""
    _change(database, "ALTER TABLE requests RENAME TO lost")


def _change(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(sql)
