"""The bots as they are delivered: one process, its environment, its signals and its log."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from house import is_question, result, said, told
from processes import inherited

from bots.playground.neocu import Fault
from bots.playground.seats import DiscordSeat, SlackSeat
from bots.playground.stage import Stage
from core import wording
from core.neocu.errors import ApiResponseError

WITHIN = 30.0  # seconds, for anything that a process is asked to do
PROMPT = "a lighthouse with a secret door"


@dataclass
class Bots:
    """A running `python -m bots run`, and what it has written so far."""

    process: asyncio.subprocess.Process
    log: bytearray = field(default_factory=bytearray)

    async def read(self) -> None:
        """Keep what it writes."""
        assert self.process.stderr
        while chunk := await self.process.stderr.read(4096):
            self.log += chunk

    async def end(self) -> int:
        """Return its exit status, once it has ended by itself."""
        async with asyncio.timeout(WITHIN):
            return await self.process.wait()


@asynccontextmanager
async def process(stage: Stage, **changed: str) -> AsyncIterator[Bots]:
    """Start the bots with the stage's settings, these among them; kill what is left."""
    environment: Mapping[str, str] = stage.environment | {"NEOCU_POLL_INTERVAL": "0.1"} | changed
    bots = Bots(
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bots", "run"),
            env={**inherited(), **environment},
            stderr=asyncio.subprocess.PIPE,
        )
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bots.read())
        try:
            yield bots
        finally:
            if bots.process.returncode is None:
                bots.process.kill()
            await bots.process.wait()


@pytest.mark.parametrize(
    ("level", "how"), [("INFO", signal.SIGTERM), ("DEBUG", signal.SIGINT)], ids=["INFO", "DEBUG"]
)
async def test_it_works_tells_no_secret_and_ends_when_told(level: str, how: signal.Signals) -> None:
    """A mention on each platform, a failure on one, the health checks, and a clean end."""
    async with Stage(seconds=0.1) as stage, process(stage, LOG_LEVEL=level) as bots:
        await stage.bots_ready()
        for seat in (SlackSeat(stage.workspace), DiscordSeat(stage.guild)):
            await seat.type(f"@neocu {PROMPT}")
            await result(seat)
            await seat.type(f"/neocu {PROMPT}")
            await result(seat, 2)
            assert any(is_question(line) for line in said(seat))
        stage.sandbox.faults.next("generate", Fault.HTML)
        await seat.type(f"@neocu {PROMPT} again")
        await told(seat, wording.refused(ApiResponseError(""), ""))
        pages = {path: await page(stage, path) for path in ("healthz", "readyz", "metrics")}
        bots.process.send_signal(how)

        assert await bots.end() == 0
        log = bots.log.decode()
        assert {path: status for path, (status, _) in pages.items()} == dict.fromkeys(pages, 200)
        assert re.search(r'requests_total\{.*outcome="completed".*\} [1-4]', pages["metrics"][1])
        assert "Traceback" not in log
        for secret in secrets(stage):
            assert secret not in log
        if level == "INFO":
            assert "secret door" not in log


def secrets(stage: Stage) -> list[str]:
    """Return what nobody may read in a log."""
    workspace, guild = stage.workspace, stage.guild
    return [stage.sandbox.key, workspace.bot_token, workspace.signing_secret, guild.token]


async def page(stage: Stage, path: str) -> tuple[int, str]:
    """Return a page of the bots' web server: its status and its text."""
    url = f"{stage.bots_url}/{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "DISCORD_TOKEN"])
async def test_a_wrong_token_is_one_sentence(name: str) -> None:
    """Whoever sets the bots up reads what to do, and no traceback."""
    async with Stage() as stage, process(stage, **{name: "xoxb-wrong"}) as bots:
        status = await bots.end()

    assert status == os.EX_CONFIG
    assert f"{name} was refused" in bots.log.decode()
    assert "Traceback" not in bots.log.decode()
    assert "xoxb-wrong" not in bots.log.decode()


async def test_platforms_that_are_down_at_the_start_are_waited_for() -> None:
    """A machine that starts in an outage must not need a second start."""
    async with Stage(seconds=0.1) as stage:
        stage.workspace.faults.outage = stage.guild.faults.outage = True
        async with process(stage) as bots:
            await stage.workspace.journal.until(lambda: stage.workspace.journal.calls)
            await stage.guild.journal.until(lambda: stage.guild.journal.calls)
            stage.workspace.faults.outage = stage.guild.faults.outage = False
            await stage.bots_ready()
            for seat in (SlackSeat(stage.workspace), DiscordSeat(stage.guild)):
                await seat.type(f"@neocu {PROMPT}")
                await result(seat)

            assert len(stage.sandbox.generated) == 2
            assert "Traceback" not in bots.log.decode()
