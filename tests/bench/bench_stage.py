"""The stage of a benchmark: the stubs, and the bots and their opponents as processes on it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from bench_load import SECRET, Commands
from bench_process import HERE, Bots, Program, running

POLL_SECONDS = 0.02
QUIET_SECONDS = 0.4
EVERYBODY = "1000000"


@dataclass(frozen=True)
class Size:
    """How large a benchmark is: so many rounds, and a share of the usual amount in each."""

    rounds: int = 5
    share: float = 1.0

    def scaled(self, amount: float, least: float = 1) -> int:
        """Return this share of an amount."""
        return round(max(least, amount * self.share))


class Stage:
    """The stubs, and how to start what is measured against them."""

    def __init__(
        self, size: Size, stub: Program, port: int, session: aiohttp.ClientSession
    ) -> None:
        self.size = size
        self.stub = stub
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._session = session

    @property
    def environment(self) -> dict[str, str]:
        """The settings that put the bots on this stage, but for the store."""
        return {
            "NEOCU_API_KEY": "bench",
            "NEOCU_BASE_URL": self.url,
            "NEOCU_POLL_INTERVAL": "0.05",
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"{self.url}/api",
            "DISCORD_TOKEN": "bench",
            "DISCORD_API_URL": f"{self.url}/discord",
            "DISCORD_GATEWAY_URL": f"ws://127.0.0.1:{self._port}/gateway",
            "DATABASE_URL": "sqlite:///bench.db",
            "ALLOWED_WORKSPACES": "*",
            "PERSON_TASKS": EVERYBODY,
            "WORKSPACE_TASKS": EVERYBODY,
            "OVERALL_TASKS": EVERYBODY,
            "DRAIN_SECONDS": "0",
            "LOG_LEVEL": "WARNING",
        }

    def bots(self, platform: str = "", cores: set[int] | None = None, **settings: str) -> Bots:
        """Return the bots, not yet started; each start has a new store."""
        return Bots({**self.environment, **settings}, platform, cores)

    def opponent(self, name: str, *args: str) -> Program:
        """Return an opponent, not yet started."""
        return Program(str(HERE / f"bench_bare_{name}.py"), *args, env=self.environment)

    @asynccontextmanager
    async def slack(self, **settings: str) -> AsyncIterator[tuple[Bots, Commands]]:
        """Run the bots in Slack, with people who ask them."""
        async with running(self.bots("slack", **settings)) as bots:
            yield bots, Commands(bots.url, f"{self.url}/")

    @asynccontextmanager
    async def bare_bolt(self) -> AsyncIterator[tuple[Program, Commands]]:
        """Run the bare Bolt app, with people who ask it."""
        async with self.opponent("bolt") as bolt:
            yield bolt, Commands(f"http://127.0.0.1:{await bolt.line()}")

    async def control(self, **wanted: Any) -> dict[str, Any]:
        """Set what the stubs do; with nothing to set, return what they have seen."""
        async with self._session.post(f"{self.url}/control", json=wanted) as answer:
            return dict(await answer.json())

    async def reset(self, **wanted: Any) -> None:
        """Have the stubs forget what they have seen, and answer at once but for what is wanted."""
        prompt = {
            "generate_seconds": 0.0,
            "task_seconds": 0.0,
            "chat_seconds": 0.0,
            "file_bytes": 0,
            "limited_channel": "",
            "fault_share": 0.0,
        }
        await self.control(reset=True, **{**prompt, **wanted})

    async def seen(self, kind: str, times: int, within: float = 60.0) -> dict[str, float]:
        """Wait until the stubs have seen a call so often; return when which was made."""
        deadline = time.monotonic() + within
        while (seen := await self.control())["counts"].get(kind, 0) < times:
            assert time.monotonic() < deadline, f"{kind}: {seen['counts']}"
            await asyncio.sleep(POLL_SECONDS)
        return dict(seen["marks"])

    async def quiet(self) -> None:
        """Wait until nobody has called the stubs for a while: all that was begun is done."""
        before = None
        while (now := (await self.control())["counts"]) != before:
            before = now
            await asyncio.sleep(QUIET_SECONDS)


@asynccontextmanager
async def stage(size: Size) -> AsyncIterator[Stage]:
    """Run the stubs while the block runs."""
    async with (
        Program(str(HERE / "bench_stub.py"), env={}) as stub,
        aiohttp.ClientSession() as session,
    ):
        yield Stage(size, stub, int(await stub.line()), session)


def sides(round_number: int, ours: Any, theirs: Any) -> Iterator[tuple[str, Any]]:
    """Yield both sides in turns: who begins changes with each round."""
    pair = [("ours", ours), ("theirs", theirs)]
    yield from pair if round_number % 2 == 0 else pair[::-1]
