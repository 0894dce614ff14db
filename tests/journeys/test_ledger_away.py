"""The ledger is away for a while, in the middle of what it is needed for: nothing is lost."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from house import (
    ANYTHING,
    DISCORD,
    ENTRY,
    HTTP,
    NEVER,
    both,
    bots_on,
    finish,
    result,
    said,
    shown,
    told,
)
from ledger_away import TASK_ID, find, ledger_away, lose

from core import wording
from core.records import Kind, Limit, Part, Scope, Slot

NEARLY_A_DAY = 24 * 3600.0 - 60


@both
async def test_a_task_id_is_noted_when_the_ledger_is_back(
    chat: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It stands nowhere else: without it what was paid for could never be found."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        async with ledger_away(tmp_path / "bots.db", TASK_ID):
            await ada.type("@neocu a lighthouse at dusk")
            await house.sandbox.journal.until(lambda: house.sandbox.generated)
            [task] = house.sandbox.generated
            async with asyncio.timeout(10):
                while "still to be noted" not in caplog.text:  # noqa: ASYNC110 (a log sets no event)
                    await asyncio.sleep(0.01)
        card = await result(ada)

        assert said(ada) == [card]
        assert house.posts == 1
        assert task.task_id in caplog.text


async def test_what_can_not_be_read_comes_back(tmp_path: Path) -> None:
    """Metrics say so instead of lying, and a restart would mend nothing."""
    async with bots_on(HTTP, folder=tmp_path) as house, aiohttp.ClientSession() as session:

        async def status(page: str) -> int:
            async with session.get(f"{house.url}/{page}") as answer:
                return answer.status

        ada = house.seat("ada")
        house.sandbox.seconds = NEVER
        await ada.type("@neocu a lighthouse at dusk")
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        lose(tmp_path / "bots.db")
        away = [await status(page) for page in ("metrics", "healthz")]
        finish(house)
        find(tmp_path / "bots.db")
        await result(ada)

        assert away == [503, 200]
        assert await status("metrics") == 200


@both
async def test_a_full_house_is_waited_for(chat: str, tmp_path: Path) -> None:
    """Without any daily limit, too: who comes later is told their place, and has their turn."""
    async with bots_on(chat, folder=tmp_path, overall_tasks=1) as house:
        house.sandbox.seconds = NEVER
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        await ben.type("@neocu a boat")
        await told(ben, shown(wording.queued(ENTRY, 1), Part(Slot.PROGRESS)), under="a boat")
        assert house.posts == 1
        house.sandbox.seconds = 0.05
        finish(house)
        await result(ada, under="a lighthouse")
        await result(ben, under="a boat")

        assert house.posts == 2


async def test_a_daily_limit_may_be_reached_by_those_before(tmp_path: Path) -> None:
    """Who waits for room is told at their turn: it is not made, and they don't wait for ever."""
    limits: dict[str, Any] = {"overall_tasks": 1, "workspace_daily_limit": "2 requests"}
    async with bots_on(HTTP, folder=tmp_path, **limits) as house:
        house.sandbox.seconds = NEVER
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        for seat, prompt, position in ((ben, "a boat", 1), (ada, "a goat", 2)):
            await seat.type(f"@neocu {prompt}")
            queued = wording.queued(ENTRY, position)
            await told(seat, shown(queued, Part(Slot.PROGRESS)), under=prompt)
        house.sandbox.seconds = 0.05
        finish(house)
        await result(ben, under="a boat")
        limit = Limit(Scope.WORKSPACE, Kind.REQUESTS, 2)
        await told(ada, wording.limit_reached(limit, NEARLY_A_DAY), under="a goat")

        assert house.posts == 2


@both
async def test_a_question_by_mention_is_answered_to_its_asker_only(
    chat: str, tmp_path: Path
) -> None:
    """What the organization has left is nobody else's business, nor what somebody asked for."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu help")
        await told(house.alone("ada"), wording.help_with(ANYTHING))

        assert said(ben) == []
        assert chat == DISCORD or all(line.private for line in said(ada))
