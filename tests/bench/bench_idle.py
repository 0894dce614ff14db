"""What it costs to be there: starting, memory, and CPU while nobody asks."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bench_figures import Figure
from bench_process import Program, running
from bench_stage import Stage, sides

IDLE_SECONDS = 10
SETTLE_SECONDS = 1.0
PER_CENT = 100.0


async def idle(stage: Stage) -> list[Figure]:
    """Measure memory and CPU with both platforms connected, and nobody who asks."""
    memory = Figure("idle: memory", "MiB", "importing the SDKs", by="value", at_most=62)
    cpu = Figure("idle: CPU", "%", by="value", at_most=0.2)
    for number in range(stage.size.rounds):
        await stage.reset(guilds=[1, 5, 3])
        async with running(stage.bots()) as bots, stage.opponent("imports", "--wait") as bare:
            await bare.line()
            await asyncio.sleep(SETTLE_SECONDS)
            memory.add(bots.memory, bare.memory)
            if number == 0:
                before, seconds = bots.cpu, stage.size.scaled(IDLE_SECONDS)
                await asyncio.sleep(seconds)
                cpu.add((bots.cpu - before) / seconds * PER_CENT)
    return [memory, cpu]


async def start(stage: Stage) -> list[Figure]:
    """Measure `--help` beside a Python that does nothing, and `run` beside importing the SDKs."""
    named = Figure("neocu-bots --help", "s", "python -c pass", by="more", at_most=0.15)
    ready = Figure("run until ready", "s", "importing the SDKs", by="more", at_most=0.5)

    async def helps() -> None:
        async with Program("-m", "bots", "--help", env={}) as program:
            await program.wait()

    async def nothing() -> None:
        async with Program("-c", "pass", env={}) as program:
            await program.wait()

    async def runs() -> None:
        async with stage.bots() as bots:
            await bots.ready()

    async def imports() -> None:
        async with stage.opponent("imports") as program:
            await program.line()

    for figure, ours, theirs in ((named, helps, nothing), (ready, runs, imports)):
        for number in range(stage.size.rounds):
            await stage.reset(guilds=[1, 5, 3])
            got = {side: await _took(act) for side, act in sides(number, ours, theirs)}
            figure.add(got["ours"], got["theirs"])
    return [named, ready]


async def _took(act: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await act()
    return time.perf_counter() - begun
