"""The ledger in PostgreSQL: many processes, which share the rows and notify one another.

Transient errors, such as those of a restarting database, are retried with backoff.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.stores.base import LedgerError, Row, Statement
from core.ledger.stores.notify import Notifier
from core.ledger.stores.pg_errors import POSTGRES_ERRORS, describe, is_transient

T = TypeVar("T")
Work = Callable[[Any], Awaitable[T]]  # what is done with a connection

MAX_CONNECTIONS = 10
MAX_NOTE_CONNECTIONS = 3  # for what stands before an acknowledgement, which waits for nothing else
CLOSE_TIMEOUT_SECONDS = 5.0  # then connections that are still in use are cut
MIGRATION_SECONDS = 600.0
MIN_BACKOFF_SECONDS, MAX_BACKOFF_SECONDS = 0.05, 1.0

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('neocu-bots ' || $1, 0))"
# A replica that vanishes, or freezes, holds up the others no longer than this (in milliseconds).
# https://www.postgresql.org/docs/current/runtime-config-client.html
SESSION = {
    "application_name": "neocu-bots",
    "statement_timeout": "30000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "5000",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_NO_TIMEOUT = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"
# The time of the statement, not of the transaction, which may have waited for a lock.
_CLOCK = """CREATE OR REPLACE FUNCTION clock() RETURNS double precision LANGUAGE sql STABLE
    AS 'SELECT extract(epoch FROM statement_timestamp())::double precision'"""

# What is under way changes often and is little: by the share of the whole table that has changed,
# which is the default, dead rows would pile up in the indexes of what is due.
# https://www.postgresql.org/docs/current/runtime-config-autovacuum.html
_AUTOVACUUM = "\n".join(
    f"""ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.0,
        autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0.02,
        autovacuum_vacuum_insert_scale_factor = 0.05);"""
    for table in ("requests", "deliveries")
)


class PostgresStore:
    """A PostgreSQL database for several processes. Each operation has `deadline` seconds."""

    shared = True

    def __init__(self, url: str, deadline: float = 30.0) -> None:
        self._deadline = deadline
        self._notifier = Notifier(url)
        self._pool = _pool(url, MAX_CONNECTIONS, deadline)
        self._notes = _pool(url, MAX_NOTE_CONNECTIONS, deadline)

    async def __aenter__(self) -> Self:
        try:
            await asyncio.gather(self._pool, self._notes)
            await self.read(Statement("SELECT 1"))
        except (ValueError, LedgerError) as error:
            await self._close()
            raise LedgerError(describe(error)) from None  # its text may hold half a password
        self._notifying = asyncio.create_task(self._notifier.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._notifying.cancel()
        with suppress(asyncio.CancelledError):
            await self._notifying
        await self._close()

    @property
    def alive(self) -> bool:
        """Whether it still works: connections are made anew, whatever becomes of the old ones."""
        return True

    async def write(
        self, *statements: Statement, lock: str = "", deadline: float | None = None
    ) -> list[Row]:
        """Run the statements as one transaction; see Store."""
        first, *rest = statements

        async def work(connection: Any) -> list[Row]:
            if not rest and not lock:  # a statement is a transaction by itself
                return _rows(await connection.fetch(first.sql, *_args(first)))
            async with connection.transaction(isolation="read_committed"):
                if lock:
                    await connection.execute(LOCK, lock)
                rows = _rows(await connection.fetch(first.sql, *_args(first)))
                for statement in rest if rows else []:
                    await connection.execute(statement.sql, *_args(statement))
                return rows

        return await self._with_retries(work, deadline)

    async def read(self, statement: Statement) -> list[Row]:
        """Return the rows."""
        return await self.write(statement)

    async def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema up to date, one process at a time."""

        async def work(connection: Any) -> None:
            async with connection.transaction(isolation="read_committed"):
                await connection.execute(_NO_TIMEOUT)
                await connection.execute(LOCK, "schema")
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS ledger_schema (version BIGINT NOT NULL)"
                )
                version = await connection.fetchval("SELECT max(version) FROM ledger_schema") or 0
                if version > len(migrations):
                    raise LedgerError(
                        "The database was written by a newer version of neocu-bots: update this "
                        "one, or name another database in DATABASE_URL."
                    )
                if version == len(migrations):
                    return
                await connection.execute(_CLOCK)
                for number, script in enumerate(migrations[version:], version + 1):
                    await connection.execute(script)
                    await connection.execute("INSERT INTO ledger_schema VALUES ($1)", number)
                await connection.execute(_AUTOVACUUM)

        await self._with_retries(work, MIGRATION_SECONDS)

    async def set_statistics(self, statistics: Sequence[tuple[str, str, str]]) -> None:
        """Do nothing: autovacuum gathers them, as often as migrate() has told it to."""

    def on_notify(self, callback: Callable[[], None]) -> None:
        """Call back when another process notifies this one of work."""
        self._notifier.on_notify(callback)

    def notify_others(self) -> None:
        """Notify the other processes of work."""
        self._notifier.notify()

    async def _with_retries(self, work: Work[T], deadline: float | None = None) -> T:
        """Do the work, and retry after transient errors for `deadline` seconds."""
        loop = asyncio.get_running_loop()
        pool = self._pool if deadline is None or deadline > self._deadline else self._notes
        ends = loop.time() + (self._deadline if deadline is None else deadline)
        backoff = MIN_BACKOFF_SECONDS
        while True:
            try:
                return await _do(pool, work, ends)
            except POSTGRES_ERRORS as error:
                if not is_transient(error) or loop.time() + backoff > ends:
                    raise LedgerError(describe(error)) from error
            await asyncio.sleep(backoff)
            backoff = min(MAX_BACKOFF_SECONDS, 2 * backoff)

    async def _close(self) -> None:
        for pool in (self._pool, self._notes):
            try:
                async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
                    await pool.close()
            except POSTGRES_ERRORS:
                pool.terminate()


def _pool(url: str, size: int, deadline: float) -> Any:
    return asyncpg.create_pool(
        url, min_size=0, max_size=size, reset=_keep, timeout=deadline, server_settings=SESSION
    )


async def _do(pool: Any, work: Work[T], ends: float) -> T:
    """Do the work, until a time of the loop's clock.

    A connection that is late is cut: asking a server that is frozen to cancel would take as long
    as whatever it does not answer.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout_at(ends):
        connection = await pool.acquire()
    late = loop.call_at(ends, connection.terminate)
    try:
        return await work(connection)
    except asyncio.CancelledError:
        connection.terminate()
        raise
    finally:
        late.cancel()
        await pool.release(connection)


async def _keep(_: object) -> None:
    """Skip the reset of a connection: no session state is ever set, so there is nothing to undo."""


def _args(statement: Statement) -> list[object]:
    """Return the arguments; PostgreSQL's TEXT can hold any character but NUL."""
    return [
        arg.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(arg, str) else arg
        for arg in statement.args
    ]


def _rows(records: list[Any]) -> list[Row]:
    return [dict(record) for record in records]
