"""The stage: Slack workspace, Discord guild, sandbox, and the bots as a process on it."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import aiohttp

from bots.playground.discord import Guild
from bots.playground.local_server import HOST
from bots.playground.neighbours import Neighbours
from bots.playground.neocu import Sandbox
from bots.playground.slack import Workspace

# The last is by what tests measure the bots.
INHERITED = ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG")
READY_DEADLINE_SECONDS = 30.0
READY_POLL_SECONDS = 0.05


class Stage:
    """Everything that the bots talk to, on this machine; `environment` is what they need to know.

    `settings` are further ones, by the names of their variables, for the next start.

    With `neighbours` there is a second workspace, and a second server, that can add the bots.

    The servers stay as they are when the bots go and come again, as Slack and Discord do.
    """

    def __init__(self, *, seconds: float = 1.5, neighbours: bool = False) -> None:
        self.sandbox = Sandbox(seconds=seconds)
        self.workspace = Workspace()
        self.guild = Guild()
        self.neighbours = Neighbours(self.workspace, self.guild) if neighbours else None
        self.settings: dict[str, str] = {}
        self._bots: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for server in (self.sandbox, self.workspace, self.guild):
                await stack.enter_async_context(server)
            stack.push_async_callback(self.stop_bots)
            self._port = free_port()
            self.workspace.events_url = f"{self.bots_url}/slack/events"
            if self.neighbours:
                await self.neighbours.open(stack, self.bots_url)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def bots_url(self) -> str:
        """Where the bots' web server is."""
        return f"http://{HOST}:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that put the bots on this stage."""
        return {
            "NEOCU_API_KEY": self.sandbox.key,
            "NEOCU_BASE_URL": self.sandbox.url,
            "NEOCU_UPLOAD_URL": self.sandbox.upload_url,
            "NEOCU_POLL_INTERVAL": "0.3",
            **self._slack,
            "SLACK_API_URL": self.workspace.api_url,
            "DISCORD_TOKEN": self.guild.token,
            "DISCORD_API_URL": self.guild.api_url,
            "DISCORD_GATEWAY_URL": self.guild.gateway_url,
            "DATABASE_URL": f"sqlite:///{self._folder / 'neocu-bots.db'}",
            "HTTP_PORT": str(self._port),
            "SHOW_REQUESTS": "true",
            **self.settings,
        }

    @property
    def _slack(self) -> dict[str, str]:
        if self.neighbours:
            return self.neighbours.environment
        return {
            "SLACK_BOT_TOKEN": self.workspace.bot_token,
            "SLACK_SIGNING_SECRET": self.workspace.signing_secret,
        }

    async def start_bots(self) -> None:
        """Start `neocu-bots run` and wait until it can be asked. TimeoutError if it can't."""
        await self.launch_bots()
        await self.bots_ready()

    async def launch_bots(self) -> None:
        """Start `neocu-bots run`, and wait for nothing."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self._bots = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bots", "run"),
            env={"LOG_LEVEL": "WARNING", **inherited, **self.environment},
        )

    @property
    def bots_gone(self) -> bool:
        """Whether the bots are not there, or have ended by themselves."""
        return self._bots is None or self._bots.returncode is not None

    async def bots_ready(self) -> None:
        """Wait until the bots can be asked on both platforms."""
        async with asyncio.timeout(READY_DEADLINE_SECONDS), aiohttp.ClientSession() as session:
            while not await self.is_ready(session):  # noqa: ASYNC110 (another process can't notify)
                await asyncio.sleep(READY_POLL_SECONDS)
        if self.neighbours:
            await self.neighbours.settle()

    async def is_ready(self, session: aiohttp.ClientSession) -> bool:
        """Whether the bots can be asked now, on both platforms."""
        try:
            async with session.get(f"{self.bots_url}/readyz") as response:
                return response.ok
        except aiohttp.ClientError:
            return False

    async def stop_bots(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the bots, or kill them, and wait for their end."""
        if self._bots is not None and self._bots.returncode is None:
            self._bots.send_signal(how)
            await self._bots.wait()
        self._bots = None


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port
