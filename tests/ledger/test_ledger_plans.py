"""What the ledger asks costs the same however much has ended: every statement's plan."""

import json
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from every_statement import statements
from large_ledger import fill
from ledgers import pass_time

from core.ledger import Ledger
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement, Store

ENDED = 200_000
BIG = {"requests", "deliveries", "daily_totals"}
# A whole index may be read where it holds work to do, and nothing that has ended; one that is read
# from its end, until there is enough, is bounded by the steps.
MAY_BE_SCANNED = {"requests_work", "requests_notices", "deliveries_due", "requests_created"}
MAX_ROWS = 10_000  # read by one statement; in a day about 2,000 end here
STEPS_A_ROW = 20  # of SQLite's program


async def prepared(store: Store) -> list[Statement]:
    """Return every statement of a ledger in which much has ended."""
    await Ledger(store, ["slack"]).open()
    found = await statements(store, lambda: pass_time(store, 10))
    await fill(store, ENDED)
    return [one for one in found if re.match(r"\s*(SELECT|WITH|UPDATE|INSERT|DELETE)", one.sql)]


async def test_sqlite_reads_no_big_table(tmp_path: Path) -> None:
    """A default installation that has run for months is as quick as on its first day."""
    file = tmp_path / "ledger.db"
    async with store_for(f"sqlite:///{file}") as store:
        asked = await prepared(store)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.create_function("clock", 0, time.time)
    slow = []
    for statement in asked:
        args = {str(n): arg for n, arg in enumerate(statement.args, 1)}
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", args).fetchall()
        plan = [row[3] for row in rows]
        steps = _sqlite_steps(connection, statement.sql, args)
        print(f"\n{statement.sql}\n  {steps} steps\n  " + "\n  ".join(plan))
        if steps > STEPS_A_ROW * MAX_ROWS or any(map(_scans, plan)):
            slow.append((statement.sql, steps, plan))
    connection.close()

    assert slow == []


def _scans(step: str) -> bool:
    """Whether a step of SQLite's plan reads a whole table, or an index of what has ended."""
    scan = re.match(
        r"SCAN (requests|deliveries|daily_totals|later|[der])\b(?:.* INDEX (\w+))?", step
    )
    return scan is not None and scan[2] not in MAY_BE_SCANNED


def _sqlite_steps(connection: sqlite3.Connection, sql: str, args: dict[str, Any]) -> int:
    """Run a statement and undo it; return about how many steps its program took."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 100
        return 0

    connection.execute("BEGIN")
    connection.set_progress_handler(count, 100)
    connection.execute(sql, args).fetchall()
    connection.set_progress_handler(None, 0)
    connection.execute("ROLLBACK")
    return steps


async def test_postgres_reads_no_big_table(request: pytest.FixtureRequest) -> None:
    """And so do replicas at a database that has grown."""
    url = await request.getfixturevalue("postgres_server").database()
    async with store_for(url) as store:
        asked = await prepared(store)
    connection = await asyncpg.connect(url)
    await connection.execute("ANALYZE")
    slow = []
    for statement in asked:
        transaction = connection.transaction()
        await transaction.start()
        explained = await connection.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", *statement.args
        )
        await transaction.rollback()
        plan = json.loads(explained)[0]["Plan"]
        rows, scanned = _read(plan), _sequential(plan)
        print(f"\n{statement.sql}\n  {rows} rows, sequentially {scanned}")
        if rows > MAX_ROWS or scanned & BIG:
            slow.append((statement.sql, rows, scanned))
    await connection.close()

    assert slow == []


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in _nodes(child))]


def _read(plan: dict[str, Any]) -> float:
    """Return the most rows that a step of PostgreSQL's plan read, kept or not."""
    read = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return max(sum(node.get(n, 0) for n in read) * node["Actual Loops"] for node in _nodes(plan))


def _sequential(plan: dict[str, Any]) -> set[str]:
    return {node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan"}
