"""Whole requests a second: on each store beside one in memory, and with replicas."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench_figures import Figure
from bench_load import Commands
from bench_process import Bots, cpu_of_family, running
from bench_stage import Stage
from postgres_server import postgres

AT_ONCE = 50
REQUESTS = 150  # on each platform
REPLICAS = (1, 2, 4)
MENTION = "<@100> a lighthouse at dusk"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 (a file system in memory, in a folder of our own)


async def whole_requests_a_second(stage: Stage) -> list[Figure]:
    """Measure how many requests are done a second, pictures and all, on both platforms."""
    goals = {"SQLite": 0.85, "PostgreSQL": 0.6}
    figures = {
        name: Figure(f"whole requests on {name}", "/s", "the ledger in memory", at_least=goal)
        for name, goal in goals.items()
    }
    a_core = Figure("whole requests for a second of CPU, SQLite", "", by="value", at_least=200)
    with postgres(durable=True) as server, tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        for number in range(stage.size.rounds):
            urls = {
                "memory": f"sqlite:///{folder}/{number}.db",
                "SQLite": "sqlite:///bench.db",
                "PostgreSQL": await server.database(),
            }
            order = list(urls)[number % 3 :] + list(urls)[: number % 3]
            speed = {}
            for name in order:
                speed[name], cpu = await _both_platforms(stage, urls[name])
                if name == "SQLite":
                    a_core.add(cpu)
            for name, figure in figures.items():
                figure.add(speed[name], speed["memory"])
    return [*figures.values(), a_core]


async def _both_platforms(stage: Stage, url: str) -> tuple[float, float]:
    """Return whole requests a second, and a second of CPU."""
    requests = stage.size.scaled(REQUESTS, 20)
    await stage.reset(guilds=[1, 5, 3])
    async with running(stage.bots(DATABASE_URL=url)) as bots:
        people = Commands(bots.url, f"{stage.url}/")
        start, before = time.monotonic(), bots.cpu
        await stage.control(messages=[f"{MENTION}, {number}" for number in range(requests)])
        await people.burst(requests, AT_ONCE, lambda number: f"a lighthouse, number {number}")
        await stage.seen("files.completeUploadExternal", requests)
        await stage.seen("discord.post", 2 * requests)  # the progress, and the result
        seconds, cpu = time.monotonic() - start, bots.cpu - before
    return 2 * requests / seconds, 2 * requests / cpu


async def replicas(stage: Stage) -> list[Figure]:
    """Measure what more replicas on PostgreSQL bring."""
    speeds = {
        number: Figure(f"whole requests with {number} replicas", "/s", "one replica")
        for number in REPLICAS[1:]
    }
    speeds[2].at_least = 1.5
    share = Figure("the database's share of CPU, 2 replicas", "%", by="value")
    with postgres(durable=True) as server:
        for _ in range(stage.size.rounds):
            got = {}
            for number in REPLICAS if stage.size.share == 1 else REPLICAS[:2]:
                async with _replicas(stage, await server.database(), number) as bots:
                    before = cpu_of_family(server.pid)
                    got[number], ours = await _shared(stage, bots)
                    database = cpu_of_family(server.pid) - before
                if number == 2:
                    share.add(100 * database / (database + ours))
            for number, figure in speeds.items():
                if number in got:
                    figure.add(got[number], got[1])
    return [*(figure for figure in speeds.values() if figure.ours), share]


@asynccontextmanager
async def _replicas(stage: Stage, url: str, number: int) -> AsyncIterator[list[Bots]]:
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(running(stage.bots("slack", DATABASE_URL=url)))
            for _ in range(number)
        ]


async def _shared(stage: Stage, bots: list[Bots]) -> tuple[float, float]:
    """Return whole requests a second, and the CPU seconds of all replicas."""
    requests = stage.size.scaled(2 * REQUESTS, 40)
    each, at_once = requests // len(bots), AT_ONCE // len(bots)
    await stage.reset()
    start, before = time.monotonic(), sum(one.cpu for one in bots)
    await asyncio.gather(
        *(
            Commands(one.url, f"{stage.url}/").burst(each, at_once, lambda n: f"lighthouse {n}")
            for one in bots
        )
    )
    await stage.seen("files.completeUploadExternal", each * len(bots))
    seconds = time.monotonic() - start
    return each * len(bots) / seconds, sum(one.cpu for one in bots) - before
