"""Looks at a database from outside: whether a ledger can live there. It changes nothing."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.schema import MIGRATIONS
from core.ledger.stores import POSTGRES, SQLITE
from core.ledger.stores.pg_errors import POSTGRES_ERRORS, describe

SECONDS = 5.0
# https://www.sqlite.org/rescode.html
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True)
class Checkup:
    """What a database looks like. `fault` is a sentence, "" where nothing is wrong.

    `schema` is its version, None where there is no ledger yet; `free` is what the disk has left,
    None where that is not ours to know; `in_use` that another process has the file.
    """

    fault: str = ""
    schema: int | None = None
    size: int = 0
    free: int | None = None
    in_use: bool = False

    @property
    def newer(self) -> bool:
        """Whether a newer version of this program wrote it."""
        return (self.schema or 0) > len(MIGRATIONS)


async def check_up(url: str) -> Checkup:
    """Look at the database of a DATABASE_URL."""
    if url.startswith(POSTGRES):
        return await _postgres(url)
    return _sqlite(Path(url.removeprefix(SQLITE)))


def _sqlite(path: Path) -> Checkup:
    folder = path.absolute().parent
    if not folder.is_dir():
        return Checkup(f"There is no folder {folder}.")
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Checkup(f"The folder {folder} may not be written.", free=free)
    if not path.exists():
        return Checkup(free=free)
    size = path.stat().st_size
    lock = Path(f"{path}.lock")  # where a running neocu-bots says that it is there
    try:
        if lock.exists():
            _version(lock, "EXCLUSIVE")
        version = _version(path, "IMMEDIATE")
    except sqlite3.Error as error:
        if error.sqlite_errorcode in BUSY:
            return Checkup(size=size, free=free, in_use=True)
        return Checkup(f"The file {path} can't be used ({error}).", size=size, free=free)
    return Checkup(schema=version or None, size=size, free=free)


def _version(path: Path, lock: str) -> int:
    """Return the version of a file that can be locked. Raises sqlite3.Error."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {lock}")
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("ROLLBACK")
        return version


async def _postgres(url: str) -> Checkup:
    try:
        connection = await asyncpg.connect(url, timeout=SECONDS, command_timeout=SECONDS)
        try:
            size = await connection.fetchval("SELECT pg_database_size(current_database())")
            if await connection.fetchval("SELECT pg_is_in_recovery()"):
                return Checkup("It is a standby: it can be read, but not written.", size=size)
            schema = None
            if await connection.fetchval("SELECT to_regclass('ledger_schema')"):
                schema = await connection.fetchval("SELECT max(version) FROM ledger_schema")
            elif not await connection.fetchval(
                "SELECT has_schema_privilege(current_schema(), 'CREATE')"
            ):
                return Checkup("Its user may not create tables.", size=size)
        finally:
            await connection.close()
    except POSTGRES_ERRORS as error:
        return Checkup(describe(error))
    return Checkup(schema=schema, size=size)
