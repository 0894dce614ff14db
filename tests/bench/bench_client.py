"""The client of the Neocu API, beside a bare aiohttp session that does the same POST."""

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


async def calls_a_second(stage: Stage) -> list[Figure]:
    """Measure `generate`, one call at a time and 64; each POST has a connection of its own."""
    figures = []
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

        for at_once, usual in CALLS.items():
            name = f"NeocuClient.generate, {at_once} at once"
            figure = Figure(name, "/s", "bare aiohttp", at_least=0.90)
            for number in range(stage.size.rounds):
                got = {}
                for side, call in sides(number, ours, theirs):
                    await stage.reset()
                    got[side] = await _speed(call, stage.size.scaled(usual, at_once), at_once)
                figure.add(got["ours"], got["theirs"])
            figures.append(figure)
    return figures


async def _speed(call: Callable[[], Awaitable[None]], total: int, at_once: int) -> float:
    left = iter(range(total))

    async def one_after_another() -> None:
        for _ in left:
            await call()

    start = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return total / (time.perf_counter() - start)
