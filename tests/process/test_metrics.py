"""What /metrics says: the names that alerts rely on, few labels, and numbers that are true."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from processes import inherited
from prometheus_client.parser import text_string_to_metric_families as families

from bots.playground.seats import SlackSeat
from bots.playground.stage import Stage
from core.endings import Endings
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement
from core.metrics import MAX_TIMED, Metrics
from core.neocu.models import Asset
from core.records import Entry, State
from core.request import Request

# deploy/ asks for these, so they stay.
PROMISED = {
    "neocu_bots_requests": {"platform", "medium", "outcome"},
    "neocu_bots_acknowledgement_seconds": {"platform", "le"},
    "neocu_bots_first_sign_seconds": {"platform", "le"},
    "neocu_bots_overhead_seconds": {"platform", "le"},
    "neocu_bots_waiting_deliveries": set(),
    "neocu_bots_oldest_waiting_seconds": set(),
    "neocu_bots_neocu_calls": {"call", "status"},
    "neocu_bots_rate_limited": {"platform", "method"},
    "neocu_bots_balance_credits": set(),
    "neocu_bots_spent_credits": {"medium"},
    "neocu_bots_forecast_seconds": set(),
    "neocu_bots_leases_taken_over": set(),
    "neocu_bots_rows_set_aside": set(),
    "neocu_bots_bytes_in_flight": set(),
    "neocu_bots_connected": {"platform"},
    "neocu_bots_build_info": {"version"},
}
Samples = dict[tuple[str, str], float]


@asynccontextmanager
async def bots(stage: Stage) -> AsyncIterator[None]:
    """Run the bots on a stage until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", "run"),
        env={**inherited(), **stage.environment, "NEOCU_POLL_INTERVAL": "0.1"},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await stage.bots_ready()
        yield
    finally:
        process.terminate()
        await process.wait()


async def page(stage: Stage) -> str:
    """Return /metrics as it is."""
    url = f"{stage.bots_url}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.ok
        return await answer.text()


async def test_a_day_in_numbers() -> None:
    """One picture, one refusal of Slack's, one of Neocu's: each is found under its name."""
    async with Stage(seconds=0.1) as stage, bots(stage):
        seat = SlackSeat(stage.workspace)
        stage.workspace.faults.rate_limit("chat.postMessage")
        stage.sandbox.faults.next("task", 503)
        await seat.type("@neocu a lighthouse at dusk")
        await seat.journal.until(lambda: any(line.files for line in seat.lines()))
        told = 'neocu_bots_overhead_seconds_count{platform="slack"} 1.0'
        while told not in (text := await page(stage)):  # noqa: ASYNC110 (another process can't notify)
            await asyncio.sleep(0.05)

    found = {family.name: family for family in families(text)}
    assert PROMISED.keys() <= found.keys()
    assert all(family.documentation for family in found.values())
    samples = {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample
        for family in found.values()
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }
    once = (
        "neocu_bots_requests_noted_total slack",
        "neocu_bots_requests_total image completed slack",
        "neocu_bots_rate_limited_total chat.postMessage slack",
        "neocu_bots_neocu_calls_total generate 200",
        "neocu_bots_neocu_calls_total task 503",
        "neocu_bots_spent_credits_total image",
        "neocu_bots_acknowledgement_seconds_count slack",
        "neocu_bots_first_sign_seconds_count slack",
        "neocu_bots_overhead_seconds_count slack",
        "neocu_bots_connected slack",
        "neocu_bots_connected discord",
    )
    assert {name: samples[name].value for name in once} == dict.fromkeys(once, 1)
    assert samples["neocu_bots_balance_credits"].value in {999, 1000}
    assert samples["neocu_bots_first_sign_seconds_sum slack"].value < 30


def completed(*, created: float = 0.0, submitted: float = 0.0) -> Entry:
    """Return a request whose picture is there."""
    return Entry(
        request=Request("key", "slack", "T1", "C1", "U1", Generate("a lighthouse"), ""),
        state=State.GENERATING,
        address="",
        query="a lighthouse",
        files=(),
        task_id="task",
        assets=(Asset(type="image", url="https://files.example/a.png"),),
        tries=0,
        fence=1,
        created=created,
        submitted=submitted,
        now=60.0,
        credits=1.0,
    )


def test_the_names_and_labels_are_the_promised_ones() -> None:
    """An alert on a name that nobody writes is silent for ever."""
    metrics = Metrics(["slack"])
    metrics.end(completed(), State.COMPLETED)
    metrics.call("generate", None)
    metrics.limited.labels("slack", "chat.update").inc()

    found = {
        family.name: {label for sample in family.samples for label in sample.labels}
        for family in families(metrics.text().decode())
    }
    assert {name: found[name] for name in PROMISED} == PROMISED


def test_what_waits_is_not_in_the_overhead_of_neocu() -> None:
    """The time that Neocu takes is Neocu's; ours is before the call and after the result."""
    metrics = Metrics(["slack"])
    metrics.end(completed(created=1_000.0, submitted=1_007.0), State.COMPLETED)
    metrics.speak("slack", "key", result=True)

    text = metrics.text().decode()
    assert 'overhead_seconds_bucket{le="5.0",platform="slack"} 0.0' in text
    assert 'overhead_seconds_bucket{le="10.0",platform="slack"} 1.0' in text


def test_what_another_process_answers_is_forgotten() -> None:
    """A replica that only notes requests must not grow for ever."""
    metrics = Metrics(["slack"])
    for number in range(MAX_TIMED + 10):
        metrics.note("slack", str(number), 0.001)
    metrics.speak("slack", "0", result=False)

    assert 'first_sign_seconds_count{platform="slack"} 0.0' in metrics.text().decode()


async def test_a_scrape_costs_the_same_after_ten_million_requests(database_url: str) -> None:
    """It is asked every few seconds, so it may read no row that is done."""
    asked: list[str] = []
    async with store_for(database_url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        read = store.read

        class Noting:
            """The store, and what it is asked."""

            async def read(self, statement: Statement) -> object:
                asked.append(statement.sql)
                return await read(statement)

        ledger.queries._store = Noting()  # type: ignore[assignment]  # noqa: SLF001 (no other way to hear what is asked)
        backlog = await ledger.queries.backlog()
        explain = "EXPLAIN" if store.shared else "EXPLAIN QUERY PLAN"
        setting = [Statement("SET enable_seqscan = off")] if store.shared else []
        plans = [
            str(await store.write(*setting or [Statement("SELECT 1")]))
            + str(await read(Statement(f"{explain} {sql}")))
            for sql in asked
        ]

    assert (backlog.deliveries, backlog.oldest_seconds, backlog.requests) == (0, 0.0, {})
    assert len(plans) == 2
    if not store.shared:  # PostgreSQL reads an empty table whole, whatever its indexes
        assert "deliveries_due" in plans[0]
        assert "requests_work" in plans[1]


async def test_an_end_that_another_process_made_is_counted_there(tmp_path: Path) -> None:
    """Two replicas that meet at one request would count it, and its cost, twice."""
    async with store_for(f"sqlite:///{tmp_path / 'bots.db'}") as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        metrics = Metrics(["slack"])
        await Endings(ledger, metrics).give_up(completed())  # it is not in this ledger

    assert "requests_total{" not in metrics.text().decode()
