"""Discord: what a message costs that isn't for the bot, and what many guilds take of memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench_figures import Figure
from bench_process import Program, running
from bench_stage import Stage, sides

MESSAGES = 15_000
GUILDS, CHANNELS, MEMBERS = 1000, 50, 100
MICROSECONDS = 1e6
SETTLED_SECONDS = 0.3


@asynccontextmanager
async def _connected(stage: Stage, side: str) -> AsyncIterator[Program]:
    if side == "ours":
        async with running(stage.bots("discord")) as bots:
            yield bots
    else:
        async with stage.opponent("discord") as bare:
            await bare.line()
            yield bare


async def cpu_of_others_messages(stage: Stage) -> list[Figure]:
    """Measure the CPU time for a message of people who talk to one another."""
    figure = Figure("CPU of a message that isn't for the bot", "µs", "bare discord.py")
    figure.at_most = 0.8
    messages = stage.size.scaled(MESSAGES, 5000)
    for number in range(stage.size.rounds):
        got = {}
        for side, _ in sides(number, None, None):
            await stage.reset(guilds=[1, 5, 3])
            async with _connected(stage, side) as program:
                await asyncio.sleep(SETTLED_SECONDS)
                got[side] = await _cpu_of(stage, program, messages)
        figure.add(got["ours"], got["theirs"])
    return [figure]


async def _cpu_of(stage: Stage, program: Program, messages: int) -> float:
    before = program.cpu
    await stage.control(messages=[f"did you see number {one}?" for one in range(messages)])
    await _quiet(program)
    return (program.cpu - before) / messages * MICROSECONDS


async def _quiet(program: Program) -> None:
    """Wait until a program has nothing more to do."""
    used = -1.0
    while (now := program.cpu) - used > SETTLED_SECONDS / 10:
        used = now
        await asyncio.sleep(SETTLED_SECONDS)


async def memory_of_many_guilds(stage: Stage) -> list[Figure]:
    """Measure the memory with 1,000 guilds of 50 channels, 100 members in each payload."""
    figure = Figure("memory with 1,000 guilds", "MiB", "bare discord.py", by="more", at_most=12)
    for number in range(min(stage.size.rounds, 3)):
        got = {}
        for side, _ in sides(number, None, None):
            await stage.reset(guilds=[stage.size.scaled(GUILDS), CHANNELS, MEMBERS])
            async with _connected(stage, side) as program:
                await _quiet(program)
                got[side] = program.memory
        figure.add(got["ours"], got["theirs"])
    return [figure]
