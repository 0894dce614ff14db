"""What each operation of the ledger costs as it grows: milliseconds by requests that have ended.

    .venv/bin/python tests/bench/ledger_growth.py [database URL, with {rows} in it] [rows …]

Each size has a database of its own, and they take turns, so that what else the machine does shows
in all of them alike. None of the requests ended within the last day: what is asked in a day costs
the same in the first and in the third year.
"""

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TypeVar

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(TESTS / "support"), str(TESTS.parent)]

from every_statement import LIMITS  # noqa: E402 (the path is set above)
from large_ledger import fill  # noqa: E402 (the path is set above)
from ledgers import PROGRESS, RESULT, UNDER_WAY, asked, card  # noqa: E402 (as above)

from core.conversation import Posted  # noqa: E402 (the path is set above
from core.ledger import Ledger  # noqa: E402 (the path is set above)
from core.ledger.stores import store_for  # noqa: E402 (the path is set above)
from core.ledger.stores.base import Statement  # noqa: E402 (the path is set above)
from core.records import Scope, State  # noqa: E402 (the path is set above)

SIZES = (10_000, 100_000, 1_000_000)  # from 10,000: so that everybody has asked ten times
ROUNDS = 300
DAY = 86_400.0
MAX_RATIO = 1.3

T = TypeVar("T")
Times = dict[str, list[float]]


class Clocked:
    """Notes how long operations take."""

    def __init__(self) -> None:
        self.times: Times = defaultdict(list)

    async def __call__(self, name: str, operation: Awaitable[T]) -> T:
        """Do it, and note how long it took."""
        began = time.perf_counter()
        outcome = await operation
        self.times[name].append(1000 * (time.perf_counter() - began))
        return outcome


async def life(ledger: Ledger, number: int, timed: Clocked) -> None:
    """Take one request from its note to its end."""
    request = asked(number, key=f"new:{number}", person=f"U{number % 500}", thread=f"t{number}")
    await timed("note", ledger.entries.note(request))
    [entry] = await timed("lease a request", ledger.entries.lease(8, UNDER_WAY))
    entry = replace(entry, query=request.prompt, credits=1.0)
    for scope in (Scope.PERSON, Scope.WORKSPACE):
        await timed(f"usage of {scope}", ledger.queries.usage(request, "", scope))
    await timed("announce", ledger.entries.announce(entry, card(PROGRESS), 900))
    await deliver(ledger, timed)
    [entry] = await ledger.entries.lease(8, UNDER_WAY)
    submitted = await timed("submit", ledger.entries.submit(entry, LIMITS))
    assert submitted is not None
    submitted = replace(submitted, task_id=f"new-{number}")
    await timed("record the task ID", ledger.entries.record_task_id(submitted, 0, {}))
    await timed("idle", ledger.seconds_until_due())
    [entry] = await ledger.entries.lease(8, UNDER_WAY)
    await timed("durations", ledger.samples.durations(entry.query))
    await timed("ran alone", ledger.levels.ran_alone_since(entry.key, time.time() - 60))
    end = {PROGRESS: None} | card(RESULT)
    await timed("complete", ledger.entries.move(entry, State.COMPLETED, card=end))
    await deliver(ledger, timed)
    await deliver(ledger, timed)


async def deliver(ledger: Ledger, timed: Clocked) -> None:
    """Deliver what is due."""
    for one in await timed("lease a delivery", ledger.outbox.lease(8)):
        await timed("sent", ledger.outbox.sent(one, Posted(one.message_id or one.key, "C1/1")))


async def look(ledger: Ledger, number: int, timed: Clocked) -> None:
    """Ask what people ask."""
    who = asked(number, person=f"U{number % 500}", thread=f"t{number}", reply_to=f"m-old-{number}")
    queries = ledger.queries
    await timed("get", queries.get(f"old:{number}"))
    await timed("recent", queries.recent(who, 10))
    await timed("status", queries.find_by_task(who, f"old-{number}"))
    await timed("last result", queries.last_result(who))
    await timed("find by message", queries.find_by_message(who))
    await timed("backlog", queries.backlog())


async def prepare(url: str, rows: int) -> None:
    """Make a ledger in which so many requests have ended."""
    async with store_for(url) as store:
        await Ledger(store, ["slack"]).open()
        await fill(store, rows, youngest=DAY)
        if store.shared:  # as autovacuum would have done within the minute
            await store.write(Statement("ANALYZE"))


async def main(url: str, sizes: list[int]) -> None:
    """Measure at each size, and print a table."""
    async with AsyncExitStack() as stack:
        ledgers = []
        for rows in sizes:
            await prepare(url.format(rows=rows), rows)
            store = await stack.enter_async_context(store_for(url.format(rows=rows)))
            ledgers.append(Ledger(store, ["slack"]))
        for ledger in ledgers:
            await ledger.open()
        clocks = [Clocked() for _ in sizes]
        for number in range(-30, ROUNDS):
            if number == 0:
                clocks = [Clocked() for _ in sizes]  # everything is warm
            for ledger, timed in zip(ledgers, clocks, strict=True):
                await life(ledger, number, timed)
                await look(ledger, 1 + abs(number), timed)
    report(sizes, [timed.times for timed in clocks])


def report(sizes: list[int], found: list[Times]) -> None:
    """Print the table."""
    print(f"{'ms, median of ' + str(ROUNDS):24}", *(f"{rows:>10,}" for rows in sizes), "   ratio")
    for name in found[0]:
        medians = [median(times[name]) for times in found]
        ratio = medians[-1] / medians[0]
        mark = "  <-- grows" if ratio > MAX_RATIO else ""
        print(f"{name:24}", *(f"{one:10.3f}" for one in medians), f"{ratio:8.2f}{mark}")
    p99 = [sorted(times["note"])[int(0.99 * len(times["note"]))] for times in found]
    print(f"{'note, p99':24}", *(f"{one:10.3f}" for one in p99), f"{p99[-1] / p99[0]:8.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(
            main(
                sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/{{rows}}.db",
                [int(one) for one in sys.argv[2:]] or list(SIZES),
            )
        )
