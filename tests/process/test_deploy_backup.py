"""The backup that deploy/ offers: Litestream copies the ledger while it is written to."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from deploy_files import output, tool
from ledgers import asked

from core.ledger import Ledger
from core.ledger.stores.sqlite import SqliteStore

WITHIN = 30.0  # seconds, for what Litestream does once a second
CONFIG = """
dbs:
  - path: {folder}/neocu-bots.db
    replica:
      type: file
      path: {folder}/backup
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Say what litestream.yml says, with a folder in place of the bucket."""
    path = tmp_path / "litestream.yml"
    path.write_text(CONFIG.format(folder=tmp_path))
    return str(path)


@asynccontextmanager
async def litestream(config: str) -> AsyncIterator[None]:
    """Copy while the block runs."""
    process = await asyncio.create_subprocess_exec(
        *(tool("litestream"), "replicate", "-config", config),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


def restored(config: str, folder: Path) -> int:
    """Return how many requests a restored file has; 0 where there is nothing to restore yet."""
    target = folder / "restored.db"
    target.unlink(missing_ok=True)
    wanted = ("-if-replica-exists", "-config", config, "-o", str(target))
    output(tool("litestream"), "restore", *wanted, str(folder / "neocu-bots.db"))
    if not target.exists():
        return 0
    found = sqlite3.connect(target)
    try:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = found.execute("SELECT count(*) FROM requests").fetchone()
        return int(count)
    except sqlite3.OperationalError:  # the first copy is older than the tables
        return 0
    finally:
        found.close()


async def test_what_is_noted_is_in_the_backup(config: str, tmp_path: Path) -> None:
    """While the bots run, and although both die without a word: a machine may burn down."""
    async with SqliteStore(str(tmp_path / "neocu-bots.db")) as store, litestream(config):
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        for number in range(50):
            await ledger.entries.note(asked(number))
        async with asyncio.timeout(WITHIN):
            while await asyncio.to_thread(restored, config, tmp_path) < 50:  # noqa: ASYNC110 (only Litestream knows)
                await asyncio.sleep(0.2)

    assert restored(config, tmp_path) == 50
