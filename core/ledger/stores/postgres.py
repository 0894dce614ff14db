"""The ledger in PostgreSQL: many processes, which share the rows and wake one another.

A restarted or unreachable database is waited for: whatever was under way is run again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.stores.base import LedgerError, Row, Statement
from core.ledger.stores.notify import Bell
from core.ledger.stores.pg_errors import FAULTS, in_words, passing

T = TypeVar("T")
Work = Callable[[Any], Awaitable[T]]  # what is done with a connection

CONNECTIONS = 10
CLOSING = 5.0  # seconds until connections that don't end are cut
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between two tries

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('neocu-bots ' || $1, 0))"
# The time of the statement, not of the transaction, which may have waited for a lock.
_CLOCK = """CREATE OR REPLACE FUNCTION clock() RETURNS double precision LANGUAGE sql STABLE
    AS 'SELECT extract(epoch FROM statement_timestamp())::double precision'"""


class PostgresStore:
    """A PostgreSQL database that several processes use; `patience` is how long it is waited for."""

    shared = True

    def __init__(self, url: str, patience: float = 30.0) -> None:
        self._patience = patience
        self._bell = Bell(url)
        self._pool = asyncpg.create_pool(
            url, min_size=0, max_size=CONNECTIONS, reset=_keep, timeout=patience
        )

    async def __aenter__(self) -> Self:
        try:
            await self._pool
            await self.read(Statement("SELECT 1"))
        except (ValueError, LedgerError) as error:
            await self._close()
            raise LedgerError(in_words(error)) from None  # its text may hold half a password
        self._listening = asyncio.create_task(self._bell.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        await self._close()

    async def write(
        self, *statements: Statement, lock: str = "", patience: float | None = None
    ) -> list[Row]:
        """Run the statements as one transaction; see Store."""
        first, *rest = statements

        async def work(connection: Any) -> list[Row]:
            if not rest and not lock:  # a statement is a transaction by itself
                return _rows(await connection.fetch(first.sql, *_args(first)))
            async with connection.transaction(isolation="read_committed"):
                if lock:
                    await connection.execute(_LOCK, lock)
                rows = _rows(await connection.fetch(first.sql, *_args(first)))
                for statement in rest if rows else []:
                    await connection.execute(statement.sql, *_args(statement))
                return rows

        return await self._patiently(work, patience)

    async def read(self, statement: Statement) -> list[Row]:
        """Return the rows."""
        return await self.write(statement)

    async def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema up to date, one process at a time."""

        async def work(connection: Any) -> None:
            async with connection.transaction(isolation="read_committed"):
                await connection.execute(_LOCK, "schema")
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS ledger_schema (version BIGINT NOT NULL)"
                )
                version = await connection.fetchval("SELECT max(version) FROM ledger_schema") or 0
                if version > len(migrations):
                    raise LedgerError(
                        "The database was written by a newer version of neocu-bots: update this "
                        "one, or name another database in DATABASE_URL."
                    )
                if version < len(migrations):
                    await connection.execute(_CLOCK)
                for number, script in enumerate(migrations[version:], version + 1):
                    await connection.execute(script)
                    await connection.execute("INSERT INTO ledger_schema VALUES ($1)", number)

        await self._patiently(work)

    def on_wake(self, callback: Callable[[], None]) -> None:
        """Call back when another process says that there is work."""
        self._bell.on_ring(callback)

    def wake_others(self) -> None:
        """Tell the other processes that there is work."""
        self._bell.ring()

    async def _patiently(self, work: Work[T], patience: float | None = None) -> T:
        """Do the work, again and again while the database is away."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (self._patience if patience is None else patience)
        pause = FIRST_PAUSE
        while True:
            try:
                async with asyncio.timeout_at(deadline), self._pool.acquire() as connection:
                    return await work(connection)
            except FAULTS as error:
                if not passing(error) or loop.time() + pause > deadline:
                    raise LedgerError(in_words(error)) from error
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSING):
                await self._pool.close()
        except FAULTS:
            self._pool.terminate()


async def _keep(_: object) -> None:
    """Leave a connection as it is: nothing is ever set on one, so there is nothing to undo."""


def _args(statement: Statement) -> list[object]:
    """Return the arguments; PostgreSQL's texts can hold any character but NUL."""
    return [
        arg.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(arg, str) else arg
        for arg in statement.args
    ]


def _rows(records: list[Any]) -> list[Row]:
    return [dict(record) for record in records]
