"""Whether the ledger's database can be used: reachable, written, of our version, with room."""

from collections.abc import AsyncIterator

from bots.doctor.finding import Finding, note, ok, wrong
from core.ledger.checkup import Checkup, check_up
from core.ledger.stores import POSTGRES
from core.settings import Settings

AREA = "database"
MEBIBYTE = 1024 * 1024
MIN_FREE_BYTES = 200 * MEBIBYTE


async def check_database(settings: Settings) -> AsyncIterator[Finding]:
    """Look at the database, without changing anything in it."""
    found = await check_up(settings.database_url)
    if found.fault:
        yield wrong(AREA, found.fault, _remedy(settings.database_url))
        return
    if found.newer:
        yield wrong(
            AREA,
            "It was written by a newer version of neocu-bots.",
            "Update this one, or name another database in DATABASE_URL.",
        )
        return
    if found.free is not None and found.free < MIN_FREE_BYTES:
        yield wrong(
            AREA,
            f"Only {found.free / MEBIBYTE:,.0f} MB are free on its disk.",
            "Make room: requests that can't be noted are not taken.",
        )
    if found.in_use:
        yield note(AREA, "A running neocu-bots has it open, so not all of it could be looked at.")
    else:
        yield ok(AREA, _state(found))


def _state(found: Checkup) -> str:
    if found.schema is None:
        return "It can be written; its tables are made at the first start."
    return f"It can be read and written ({found.size / MEBIBYTE:,.1f} MB)."


def _remedy(url: str) -> str:
    if url.startswith(POSTGRES):
        return "Check DATABASE_URL (host, user, password, name), and that PostgreSQL runs."
    return "Check DATABASE_URL (sqlite:///a-file; four slashes for a path from the root)."
