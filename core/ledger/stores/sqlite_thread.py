"""A SQLite connection with a thread of its own, which runs transactions in their order."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread

from core.ledger.stores.base import LedgerError, Row, Statement

MAX_BATCH = 256  # transactions in one commit


class Job:
    """One transaction, and the future of its caller."""

    def __init__(self, *statements: Statement) -> None:
        self.statements = statements
        self.rows: list[Row] = []
        self.error: Exception | None = None
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[list[Row]] = self.loop.create_future()

    def run(self, connection: sqlite3.Connection) -> None:
        """Run the statements; none but the first if that returns no row."""
        for number, statement in enumerate(self.statements):
            args = {str(i): arg for i, arg in enumerate(statement.args, 1)}
            rows = connection.execute(statement.sql, args).fetchall()
            if number == 0:
                self.rows = [dict(row) for row in rows]
                if not rows:
                    break

    def finish(self) -> None:
        """Give the outcome to the caller."""
        self.loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(LedgerError(f"SQLite: {self.error}"))
        else:
            self.future.set_result(self.rows)


class ConnectionThread:
    """Runs jobs, many at a time, by the function that it is given, until it is closed."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        run: Callable[[sqlite3.Connection, Sequence[Job]], None],
    ) -> None:
        self._connection = connection
        self._run = run
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._jobs_under_way: list[Job] = []
        self._open = True
        self._thread = Thread(target=self._work, name="ledger", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still runs what it is given."""
        return self._open

    async def do(self, *statements: Statement) -> list[Row]:
        """Run statements as one transaction and return the rows of the first."""
        if not self._open:
            raise LedgerError("SQLite: its thread has ended.")
        job = Job(*statements)
        self._jobs.put(job)
        return await job.future

    async def close(self) -> None:
        """Run what is waiting, and close the connection."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        try:
            while self._open:
                self._jobs_under_way, self._open = self._take()
                self._run(self._connection, self._jobs_under_way)
                for job in self._jobs_under_way:
                    job.finish()
                self._jobs_under_way = []
            self._connection.close()
        finally:  # whatever went wrong: nobody waits for ever
            self._open = False
            for job in [*self._jobs_under_way, *self._left()]:
                job.error = RuntimeError("its thread has ended")
                job.finish()

    def _take(self) -> tuple[list[Job], bool]:
        """Wait for a job, and return all that are waiting; False once there are no more."""
        jobs: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if self._jobs.empty() or len(jobs) == MAX_BATCH:
                return jobs, True
            job = self._jobs.get()
        return jobs, False

    def _left(self) -> list[Job]:
        left: list[Job] = []
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return left
            if job is not None:
                left.append(job)


def commit(connection: sqlite3.Connection, jobs: Sequence[Job]) -> None:
    """Run jobs in one commit; what fails of them is undone by itself."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            _run_or_undo(connection, job)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        # A full disk rolls the whole batch back: every caller has to hear of it.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for job in jobs:
            job.error = error


def _run_or_undo(connection: sqlite3.Connection, job: Job) -> None:
    connection.execute("SAVEPOINT job")
    try:
        job.run(connection)
    except (sqlite3.Error, ValueError, OverflowError) as error:
        if not connection.in_transaction:  # a full disk has rolled back the whole batch
            raise
        job.error = error
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")


def read(connection: sqlite3.Connection, jobs: Sequence[Job]) -> None:
    """Run jobs that only read, each by itself."""
    for job in jobs:
        try:
            job.run(connection)
        except (sqlite3.Error, ValueError, OverflowError) as error:
            job.error = error
