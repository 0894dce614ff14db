"""The bots are killed in each state and started again: exactly one answer, and one payment."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from house import (
    NEVER,
    actions,
    is_progress,
    only,
    progress,
    said,
    shows,
)

from bots.playground.neocu import Fault
from bots.playground.seats import DiscordSeat, Seat, SlackSeat
from bots.playground.stage import Stage
from core import wording
from core.records import State
from core.request import Action

PROMPT = "@neocu a lighthouse at dusk"
OPEN = 'neocu_bots_open_requests{{state="{}"}}'
ENDED = 'outcome="completed"'
WITHIN = 60.0  # seconds: what a dead process had leased comes back after a while


@asynccontextmanager
async def staged() -> AsyncIterator[tuple[Stage, list[Seat]]]:
    """Run the bots as a process on both platforms, with a seat at each."""
    async with Stage(seconds=0.1) as stage:
        stage.settings["NEOCU_POLL_INTERVAL"] = "0.1"
        await stage.start_bots()
        yield stage, [SlackSeat(stage.workspace), DiscordSeat(stage.guild)]


async def in_state(stage: Stage, metric: str, number: int = 2) -> None:
    """Wait until the bots' metrics count so many requests in a state."""
    async with asyncio.timeout(WITHIN), aiohttp.ClientSession() as session:
        counted = 0
        while counted != number:  # another process can't notify
            await asyncio.sleep(0.01)
            async with session.get(f"{stage.bots_url}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            counted = sum(round(float(line.split()[-1])) for line in lines if metric in line)


async def restart(stage: Stage) -> None:
    """Kill the bots, which get no chance to tidy up, let all go well again, and start them."""
    await stage.stop_bots(signal.SIGKILL)
    stage.workspace.faults.clear()
    stage.guild.faults.clear()
    stage.sandbox.faults.clear()
    await stage.start_bots()


async def ask(seats: list[Seat]) -> None:
    """Have the same asked on both platforms."""
    for seat in seats:
        await seat.type(PROMPT)


async def all_of(seats: list[Seat], fact: Callable[[Seat], object]) -> None:
    """Wait until something is so on both platforms."""
    for seat in seats:
        await seat.journal.until(lambda seat=seat: fact(seat), WITHIN)


def is_answered(seat: Seat) -> bool:
    """Whether one card with its file is all that is said."""
    lines = said(seat)
    return len(lines) == 1 and Action.AGAIN in actions(lines[0]) and shows(lines[0]) == 1


def fail_posting(stage: Stage, times: int = 999, *, after: bool) -> None:
    """Have new messages fail on both platforms, before or `after` they have come to stand."""
    stage.workspace.faults.fail("chat.postMessage", times=times, after=after)
    stage.workspace.faults.fail("files.completeUploadExternal", times=times, after=after)
    stage.guild.faults.fail("POST /channels/*/messages", times=times, after=after)


def finish(stage: Stage) -> None:
    """Let every task be finished now."""
    for id_, task in stage.sandbox.tasks.items():
        stage.sandbox.tasks[id_] = replace(task, seconds=0.0)


def posts(stage: Stage) -> int:
    """Return how often Neocu was asked to make something."""
    return sum(call.path == "/v1/generate" for call in stage.sandbox.journal.calls)


@pytest.mark.parametrize("after", [False, True], ids=["not said", "said, but not noted"])
async def test_killed_while_announcing(*, after: bool) -> None:
    """The first message may stand there or not: it comes to stand once, and then it is paid."""
    async with staged() as (stage, seats):
        fail_posting(stage, after=after)
        await ask(seats)
        await in_state(stage, OPEN.format(State.ANNOUNCING))
        if after:
            await all_of(seats, lambda seat: any(map(is_progress, said(seat))))
        assert posts(stage) == 0

        await restart(stage)
        await all_of(seats, is_answered)

        assert posts(stage) == 2


async def test_killed_when_announced() -> None:
    """It was heard and not paid yet: that is done after the restart, and nothing is said twice."""
    async with staged() as (stage, seats):
        stage.sandbox.faults.always("generate", 429)
        await ask(seats)
        await stage.sandbox.journal.until(lambda: posts(stage) >= 2)  # tried again in a second
        await in_state(stage, OPEN.format(State.ANNOUNCED))

        await restart(stage)
        await all_of(seats, is_answered)

        assert len(stage.sandbox.generated) == 2


async def test_killed_while_submitting() -> None:
    """Nobody can know whether it was taken: it is told so, and never sent again by itself."""
    async with staged() as (stage, seats):
        stage.sandbox.faults.always("generate", Fault.HANG)
        await ask(seats)
        await stage.sandbox.journal.until(lambda: stage.sandbox.faults.hanging == 2)

        await restart(stage)
        for seat in seats:
            line = await only(seat, wording.unknown(""))
            assert actions(line) == [Action.SEND_AGAIN]

        assert posts(stage) == 2
        assert stage.sandbox.generated == []


async def test_killed_while_generating() -> None:
    """The task is on disk, and is found finished after the restart."""
    async with staged() as (stage, seats):
        stage.sandbox.seconds = NEVER
        await ask(seats)
        for seat in seats:
            await progress(seat)

        await stage.stop_bots(signal.SIGKILL)
        finish(stage)
        await restart(stage)
        await all_of(seats, is_answered)

        assert posts(stage) == 2


@pytest.mark.parametrize("after", [False, True], ids=["not said", "said, but not noted"])
async def test_killed_while_delivering(*, after: bool) -> None:
    """The card may stand there or not: it comes to stand once, and the progress goes."""
    async with staged() as (stage, seats):
        stage.sandbox.seconds = NEVER
        await ask(seats)
        for seat in seats:
            await progress(seat)
        fail_posting(stage, after=after)
        finish(stage)
        await in_state(stage, ENDED)
        if after:
            await all_of(seats, lambda seat: any(shows(line) for line in said(seat)))

        await restart(stage)
        await all_of(seats, is_answered)
        assert posts(stage) == 2
