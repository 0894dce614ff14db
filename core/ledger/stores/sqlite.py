"""The ledger in a SQLite file: one process, one writer thread, many writes to a commit.

Every commit is on disk before it is acknowledged (synchronous=FULL). Under load, writes that
arrive during a commit share the next one (group commit). Reads have a connection of their own and
wait for no write.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from core.ledger.stores.base import LedgerError, Row, Statement
from core.ledger.stores.sqlite_thread import ConnectionThread, commit, read

# A backup holds its lock for milliseconds: https://litestream.io/tips/#busy-timeout
LOCK_WAIT_SECONDS = 5
WRITER_CACHE_KIB = 32 * 1024  # at most
READER_CACHE_KIB = 1024  # it is emptied after each write, which takes the longer the more it holds


class SqliteStore:
    """A SQLite file, which only this process can use while it is open."""

    shared = False
    now = staticmethod(time.time)  # the clock of the ledger

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    async def __aenter__(self) -> Self:
        self._lock, writer, reader = await asyncio.to_thread(self._open)
        self._writer = ConnectionThread(writer, commit)
        self._reader = ConnectionThread(reader, read)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._reader.close()
        await self._writer.close()
        self._lock.close()

    @property
    def alive(self) -> bool:
        """Whether its threads are alive: without them, nothing is ever answered."""
        return self._writer.alive and self._reader.alive

    async def write(
        self,
        *statements: Statement,
        lock: str = "",  # noqa: ARG002 (the only writer needs no lock)
        deadline: float | None = None,  # noqa: ARG002 (a file is always reachable)
    ) -> list[Row]:
        """Run the statements as one transaction; see Store."""
        return await self._writer.do(*statements)

    async def read(self, statement: Statement) -> list[Row]:
        """Return the rows."""
        return await self._reader.do(statement)

    async def migrate(self, migrations: tuple[str, ...]) -> None:
        """Bring the schema up to date."""
        version = (await self.read(Statement("PRAGMA user_version")))[0]["user_version"]
        if version > len(migrations):
            raise LedgerError(
                f"{self._path.name} was written by a newer version of neocu-bots: update this one, "
                "or name another file in DATABASE_URL."
            )
        for number, script in enumerate(migrations[version:], version + 1):
            statements = [Statement(sql) for sql in script.split(";\n") if sql.strip()]
            await self.write(
                Statement("SELECT 1"), *statements, Statement(f"PRAGMA user_version = {number}")
            )

    async def set_statistics(self, statistics: Sequence[tuple[str, str, str]]) -> None:
        """Have plans made for a store of this kind: https://sqlite.org/lang_analyze.html."""
        reload = Statement("ANALYZE sqlite_schema")
        await self.write(
            Statement("SELECT 1"),
            reload,  # it makes the table, too
            Statement("DELETE FROM sqlite_stat1"),
            *(Statement("INSERT INTO sqlite_stat1 VALUES ($1, $2, $3)", row) for row in statistics),
            reload,
        )
        writable, read_only = (Statement(f"PRAGMA query_only = {on}") for on in (0, 1))
        await self._reader.do(Statement("SELECT 1"), writable, reload, read_only)

    def on_notify(self, callback: Callable[[], None]) -> None:
        """Do nothing: there is no other process."""

    def notify_others(self) -> None:
        """Do nothing: there is no other process."""

    def _open(self) -> tuple[sqlite3.Connection, sqlite3.Connection, sqlite3.Connection]:
        try:
            # Held until this process ends: a second one must not work on the ledger. It is a lock
            # beside the ledger and not on it, so that our reader and a backup can read meanwhile.
            lock = _connect(Path(f"{self._path}.lock"))
            lock.execute("BEGIN EXCLUSIVE")
            return lock, self._writing_connection(), self._reading_connection()
        except sqlite3.Error as error:
            raise LedgerError(
                f"{self._path} can't be opened ({error}): another neocu-bots may be using it, "
                "or it may not be written here. Two of them need PostgreSQL: see DATABASE_URL."
            ) from error

    def _writing_connection(self) -> sqlite3.Connection:
        connection = _connect(self._path, self.now)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        connection.execute("BEGIN IMMEDIATE")  # it can be written, or we don't start
        connection.execute("COMMIT")
        return connection

    def _reading_connection(self) -> sqlite3.Connection:
        connection = _connect(self._path, self.now)
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
        connection.execute("PRAGMA query_only = 1")
        return connection


def _connect(path: Path, clock: Callable[[], float] = time.time) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=LOCK_WAIT_SECONDS
    )
    connection.row_factory = sqlite3.Row
    connection.create_function("clock", 0, clock)
    return connection
