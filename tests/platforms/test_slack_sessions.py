"""Slack's own Stop, where the app is an agent and the workspace has sessions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from house import HTTP, House, house_for, made, progress, running, said, told

from core import wording


@asynccontextmanager
async def agents(folder: Path, **changed: Any) -> AsyncIterator[House]:
    """Run the bots where they are agents."""
    async with house_for(HTTP) as house:
        house.workspace.rules.agent = True
        async with running(house, HTTP, folder=folder, **changed):
            yield house


def status(house: House, thread_ts: str) -> str:
    """Return the status that Slack shows of a thread."""
    return house.workspace.channel("general").sessions.get(thread_ts, "")


async def working(house: House, thread_ts: str) -> None:
    """Wait until Slack shows its Stop below a thread."""
    await house.workspace.journal.until(lambda: status(house, thread_ts) == "processing")


async def test_stop_cancels_for_free_what_waits_its_turn(tmp_path: Path) -> None:
    """And the Stop goes, which is the app's own business."""
    async with agents(tmp_path, person_tasks=1) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a cloud, please never finish")
        await progress(ada)
        await ada.type("@neocu a red boat")
        [asked] = [line.thread for line in ada.lines() if "a red boat" in line.text]
        await working(house, asked)
        house.workspace.stop("ada", "general", asked)
        await told(ada, wording.cancelled(""), under="a red boat")
        await house.workspace.journal.until(lambda: status(house, asked) == "active")

        assert house.posts == 1


async def test_stop_of_what_neocu_has_only_ends_the_talk(tmp_path: Path) -> None:
    """It is paid, and kept."""
    async with agents(tmp_path) as house:
        ada = house.seat("ada")
        house.sandbox.seconds = 3600.0
        await ada.type("@neocu a lighthouse at dusk")
        await made(house, 1)
        card = await progress(ada)
        await working(house, card.thread)
        house.workspace.stop("ada", "general", card.thread)
        assert (await told(ada, wording.muted())).private
        await house.workspace.journal.until(
            lambda: not [line for line in said(ada) if line.deep and not line.private]
        )

        assert house.posts == 1
        assert status(house, card.thread) == "active"


async def test_nothing_that_slack_is_asked_for_stands_before_an_acknowledgement(
    tmp_path: Path,
) -> None:
    """After three seconds Slack sends it again; apps that are often late are switched off."""
    async with agents(tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a cloud, please never finish")
        card = await progress(ada)
        await working(house, card.thread)
        before = len(house.workspace.deliveries)
        for method in ("agents.sessions.setStatus", "assistant.threads.setSuggestedPrompts"):
            house.workspace.faults.stall(method)
        house.workspace.stop("ada", "general", card.thread)
        await house.workspace.open_messages_tab("ada")
        told_of = house.workspace.deliveries[before:]
        await house.workspace.journal.until(lambda: all(one.acknowledged for one in told_of))
        house.workspace.faults.clear()

        assert [len(one.attempts) for one in told_of] == [1, 1]
