"""The ledger in a SQLite file: one process, one writer thread, many writes to a commit.

Every commit is on disk before it is acknowledged (synchronous=FULL). Under load, writes that
arrive during a commit share the next one (group commit).
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Self

from core.ledger.stores.base import LedgerError, Row, Statement

MAX_BATCH = 256  # transactions in one commit
# A backup holds its lock for milliseconds: https://litestream.io/tips/#busy-timeout
LOCK_WAIT_SECONDS = 5


class _Job:
    """One transaction, and the future of its caller."""

    def __init__(self, *statements: Statement) -> None:
        self.statements = statements
        self.rows: list[Row] = []
        self.error: Exception | None = None
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[list[Row]] = self.loop.create_future()

    def run(self, connection: sqlite3.Connection) -> None:
        connection.execute("SAVEPOINT job")
        try:
            for number, statement in enumerate(self.statements):
                args = {str(i): arg for i, arg in enumerate(statement.args, 1)}
                rows = connection.execute(statement.sql, args).fetchall()
                if number == 0:
                    self.rows = [dict(row) for row in rows]
                    if not rows:
                        break
        except (sqlite3.Error, ValueError, OverflowError) as error:
            if not connection.in_transaction:  # a full disk has rolled back the whole batch
                raise
            self.error = error
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def finish(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(LedgerError(f"SQLite: {self.error}"))
        else:
            self.future.set_result(self.rows)


class SqliteStore:
    """A SQLite file, which only this process can use while it is open."""

    shared = False

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()

    async def __aenter__(self) -> Self:
        self._connection = await asyncio.to_thread(self._open)
        self._thread = Thread(target=self._work, name="ledger", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._lock.close()

    @property
    def alive(self) -> bool:
        """Whether the writer thread is alive: without it, nothing is ever answered."""
        return self._thread.is_alive()

    async def write(
        self,
        *statements: Statement,
        lock: str = "",  # noqa: ARG002 (the only writer needs no lock)
        deadline: float | None = None,  # noqa: ARG002 (a file is always reachable)
    ) -> list[Row]:
        """Run the statements as one transaction; see Store."""
        job = _Job(*statements)
        self._jobs.put(job)
        return await job.future

    async def read(self, statement: Statement) -> list[Row]:
        """Return the rows."""
        return await self.write(statement)

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

    def on_notify(self, callback: Callable[[], None]) -> None:
        """Do nothing: there is no other process."""

    def notify_others(self) -> None:
        """Do nothing: there is no other process."""

    def _open(self) -> sqlite3.Connection:
        try:
            self._lock = self._connect(Path(f"{self._path}.lock"))
            # Held until this process ends: a second one must not work on the ledger. It is a lock
            # beside the ledger and not on it, so that a backup (Litestream) can read meanwhile.
            self._lock.execute("BEGIN EXCLUSIVE")
            connection = self._connect(self._path)
            connection.row_factory = sqlite3.Row
            connection.create_function("clock", 0, time.time)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise LedgerError(
                f"{self._path} can't be opened ({error}): another neocu-bots may be using it, "
                "or it may not be written here. Two of them need PostgreSQL: see DATABASE_URL."
            ) from error
        return connection

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=LOCK_WAIT_SECONDS
        )

    def _work(self) -> None:
        open_ = True
        while open_:
            jobs, job = [], self._jobs.get()
            while job is not None:
                jobs.append(job)
                if self._jobs.empty() or len(jobs) == MAX_BATCH:
                    break
                job = self._jobs.get()
            open_ = job is not None
            self._commit(jobs)
            for done in jobs:
                done.loop.call_soon_threadsafe(done.finish)
        self._connection.close()

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                job.run(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            # A full disk rolls the whole batch back: every caller has to hear of it.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            for job in jobs:
                job.error = error
