"""The client of the Neocu API, beside a bare aiohttp session that does the same POST.

Both run in this process, so that its CPU time for a call is the caller's alone; the speeds are also
those of the stub, and of whatever else the machine does.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import aiohttp
from bench_figures import Figure
from bench_stage import Stage, sides
from pydantic import SecretStr

from core.neocu.client import NeocuClient

CALLS = {1: 300, 64: 1200}
WARM_UP = 50
MICROSECONDS = 1e6


async def calls_a_second(stage: Stage) -> list[Figure]:
    """Measure `generate`, one call at a time and 64; each POST has a connection of its own."""
    cost = Figure("CPU of NeocuClient.generate", "µs", "bare aiohttp", at_most=1 / 0.90)
    figures = [cost]
    async with (
        NeocuClient(SecretStr("bench"), stage.url) as client,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
    ):

        async def ours() -> None:
            await client.generate("a lighthouse at dusk")

        async def theirs() -> None:
            async with session.post(
                f"{stage.url}/v1/generate",
                json={"query": "a lighthouse at dusk"},
                headers={"api-key": "bench"},
            ) as answer:
                assert json.loads(await answer.read())["task_id"]

        for call in (ours, theirs):  # what is loaded and built once is no part of a call
            await _spent(call, WARM_UP, 1)
        for at_once, usual in CALLS.items():
            name = f"NeocuClient.generate, {at_once} at once"
            figure = Figure(name, "/s", "bare aiohttp", at_least=0.90)
            for number in range(stage.size.rounds):
                got, spent = {}, {}
                calls = stage.size.scaled(usual, max(at_once, WARM_UP))
                for side, call in sides(number, ours, theirs):
                    await stage.reset()
                    seconds, cpu = await _spent(call, calls, at_once)
                    got[side], spent[side] = calls / seconds, cpu / calls * MICROSECONDS
                figure.add(got["ours"], got["theirs"])
                if at_once == 1:
                    cost.add(spent["ours"], spent["theirs"])
            figures.append(figure)
    return figures


async def _spent(
    call: Callable[[], Awaitable[None]], total: int, at_once: int
) -> tuple[float, float]:
    """Return the seconds, and those of CPU, that so many calls take."""
    left = iter(range(total))

    async def one_after_another() -> None:
        for _ in left:
            await call()

    start, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return time.perf_counter() - start, time.process_time() - cpu
