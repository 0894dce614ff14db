"""What age costs: every operation and each acknowledgement, with few finished requests and many.

One request is finished by the bots themselves, and copied: so the rows are as the bots write them.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from bench_figures import Figure, percentile
from bench_load import Commands
from bench_process import running
from bench_slack import prompt
from bench_stage import Stage
from postgres_server import postgres

from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores import store_for
from core.records import Scope, State
from core.request import Request

FEW, MANY = 1_000, 100_000
RATE = 50
TIMES = 30
MS = 1000.0
WITHIN = 1.3
DAY = 24 * 3600
PEOPLE = 100  # each has asked ten times, of 1,000 as of a million


@dataclass
class Aged:
    """A store with so many finished requests, and what was measured on it, in ms."""

    url: str
    rows: int
    operations: dict[str, float]
    acknowledged: float = 0.0


async def growth(stage: Stage, few: int = FEW, many: int = MANY) -> list[Figure]:
    """Measure every operation, and acknowledgements, with few and with many finished requests."""
    figures: list[Figure] = []
    with postgres(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        for name in ("SQLite", "PostgreSQL"):
            aged = []
            for rows in (few, stage.size.scaled(many, few * 10)):
                url = f"sqlite:///{folder}/{rows}.db"
                url = await server.database() if name == "PostgreSQL" else url
                aged.append(await _aged(stage, url, rows))
            figures += _compared(name, *aged)
    return figures


def _compared(store: str, few: Aged, many: Aged) -> list[Figure]:
    pairs = {
        f"{store}: {name}": (many.operations[name], few.operations[name]) for name in few.operations
    }
    worst = max(pairs, key=lambda name: pairs[name][0] / pairs[name][1])
    pairs[f"{store}: acknowledged at {RATE}/s, p99"] = (many.acknowledged, few.acknowledged)
    figures = []
    for name, (old, young) in pairs.items():
        figure = Figure(f"{name}, {many.rows:,} finished", "ms", f"{few.rows:,} finished")
        figure.at_most, figure.hidden = WITHIN, name not in {worst, list(pairs)[-1]}
        figure.add(old, young)
        figures.append(figure)
    return figures


async def _aged(stage: Stage, url: str, rows: int) -> Aged:
    """Make a store old, and measure on it."""
    await stage.reset()
    async with running(stage.bots("slack", DATABASE_URL=url)) as bots:
        people = Commands(bots.url, f"{stage.url}/")
        await people.burst(1, 1, lambda _: "the oldest lighthouse")
        await stage.seen("files.completeUploadExternal", 1)
        await stage.quiet()
    await _multiply(url, rows)
    aged = Aged(url, rows, await _operations(url))
    async with running(stage.bots("slack", DATABASE_URL=url)) as bots:
        await stage.reset(task_seconds=3600.0)
        people = Commands(bots.url, f"{stage.url}/")
        await people.burst(20, 5, prompt)
        waits = await people.steady(RATE, 4, prompt)
        aged.acknowledged = percentile(waits, 0.99) * MS
    return aged


# ---- Growing old ---------------------------------------------------------------------------------

# What differs from copy to copy. A third of them are of the last day, all of the last month.
_AGE = f"(CAST(n AS DOUBLE PRECISION) / {{rows}} * {30 * DAY})"
_DIFFERENT = {
    ("requests", "key"): "key || '-' || n",
    ("requests", "task_id"): "task_id || '-' || n",
    ("requests", "person"): f"'P' || (n % {PEOPLE})",
    ("requests", "channel"): f"'C' || (n % {PEOPLE})",
    ("requests", "thread"): "thread || '-' || n",
    ("requests", "created"): f"created - {_AGE}",
    ("requests", "submitted"): f"submitted - {_AGE}",
    ("requests", "ended"): f"ended - {_AGE}",
    ("requests", "due"): "NULL",
    ("deliveries", "due"): "NULL",  # an edit may be: no copy waits for one
    ("deliveries", "request"): "request || '-' || n",
    ("deliveries", "message_id"): "message_id || '-' || n",
    ("deliveries", "created"): f"created - {_AGE}",
    ("deliveries", "sent"): f"sent - {_AGE}",
}


def _copying(table: str, columns: list[str], numbers: str, rows: int) -> str:
    chosen = [_DIFFERENT.get((table, one), one).format(rows=rows) for one in columns]
    return (  # our own names only
        f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 (as it says above)
        f"SELECT {', '.join(chosen)} FROM {table}, ({numbers}) AS numbers"
    )


async def _multiply(url: str, rows: int) -> None:
    if url.startswith("sqlite"):
        await asyncio.to_thread(_multiply_sqlite, url.removeprefix("sqlite:///"), rows)
        return
    connection = await asyncpg.connect(url)
    for table in ("requests", "deliveries"):
        found = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1 "
            "AND is_generated = 'NEVER' AND is_identity = 'NO'",
            table,
        )
        numbers = f"SELECT generate_series(1, {rows}) AS n"
        columns = [row["column_name"] for row in found]
        await connection.execute(_copying(table, columns, numbers, rows), timeout=3600)
    await connection.execute("VACUUM ANALYZE", timeout=3600)
    await connection.close()


def _multiply_sqlite(path: str, rows: int) -> None:
    connection = sqlite3.connect(path)
    connection.create_function("clock", 0, time.time)
    numbers = (
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted LIMIT ?) "
        "SELECT n FROM counted"
    )
    for table in ("requests", "deliveries"):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        connection.execute(_copying(table, columns, numbers, rows), (rows,))
    connection.commit()
    connection.close()


# ---- Every operation -----------------------------------------------------------------------------


async def _operations(url: str) -> dict[str, float]:
    """Return what each operation takes, in ms: the median of some."""
    async with store_for(url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        return {
            name: median([await _took(act) for _ in range(TIMES)]) * MS
            for name, act in _acts(ledger).items()
        }


async def _took(act: Callable[[], Awaitable[Any]]) -> float:
    start = time.perf_counter()
    await act()
    return time.perf_counter() - start


def _acts(ledger: Ledger) -> dict[str, Callable[[], Awaitable[Any]]]:
    queries, entries = ledger.queries, ledger.entries
    one = Request(
        key="slack:T1:new",
        platform="slack",
        workspace="T1",
        channel="C1",
        person="P1",
        body=Generate("a lighthouse"),
        address='{"kind": "channel", "channel": "C1"}',
        thread="C1:1.0",
        reply_to="1.0-7",
    )
    return {
        "note": lambda: entries.note(one),
        "lease requests": lambda: entries.lease(0, [State.RECEIVED, State.ANNOUNCING]),
        "lease tasks": lambda: entries.lease(32, [State.GENERATING, State.STALE]),
        "lease deliveries": lambda: ledger.outbox.lease(32),
        "seconds until due": ledger.seconds_until_due,
        "get": lambda: queries.get("slack:T1:new"),
        "find by task": lambda: queries.find_by_task(one, "f00-7"),
        "find by message": lambda: queries.find_by_message(one),
        "last result": lambda: queries.last_result(one),
        "recent": lambda: queries.recent(one, 10),
        "durations": lambda: ledger.samples.durations("a lighthouse"),
        "cost ratios": lambda: ledger.samples.cost_ratios("a lighthouse"),
        "backlog": queries.backlog,
        "used today": lambda: queries.used_today(one, "", Scope.PERSON),
    }
