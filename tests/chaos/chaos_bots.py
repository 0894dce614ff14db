"""The bots as processes that can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp

from bots.playground.stage import free_port

READY_WITHIN = 30.0  # seconds
LOOK_AGAIN = 0.05
OPEN = "neocu_bots_open_requests"
ROOT = Path(__file__).parents[2]


class Replica:
    """`neocu-bots run` as a process. What it logs goes to a file."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._environment = {**inherited, **environment, "HTTP_PORT": str(self.port)}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bots", "run"),
                env=self._environment,
                cwd=ROOT,
                stderr=log,
            )

    async def ready(self) -> None:
        """Wait until it can be asked on both platforms. TimeoutError if it can't."""
        async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
            while not await self._is_ready(session):  # noqa: ASYNC110 (a process can't ring)
                await asyncio.sleep(LOOK_AGAIN)

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        assert self.alive, "the bots ended by themselves"
        with suppress(aiohttp.ClientError):
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.ok
        return False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """Kill it: it gets no chance to tidy up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()

    async def open_requests(self) -> int:
        """Return how many requests are under way, as `/metrics` tells."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return sum(round(float(line.split()[-1])) for line in lines if line.startswith(OPEN))
