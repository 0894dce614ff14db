"""What the thread hears while a task runs, and how it ends: each thing once."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from house import (
    DISCORD,
    DONE,
    FINISHED,
    GENERATING,
    HTTP,
    LOOKING,
    RECENT,
    STALE,
    STARTED,
    House,
    both,
    bots_on,
    house_for,
    plain,
    running,
    said,
    told,
)

from bots.playground.seats import Line, Seat
from core.ledger.outbox import MIN_EDIT_INTERVAL_SECONDS

NEVER = 1_000_000.0  # seconds


def finish(house: House) -> None:
    """Let every task be finished now."""
    for id_, task in house.sandbox.tasks.items():
        house.sandbox.tasks[id_] = replace(task, seconds=0.0)


def texts(seat: Seat) -> str:
    """Return all that the bot has said."""
    return "\n".join(plain(line) for line in said(seat))


@both
async def test_progress_is_one_message_that_changes(chat: str, tmp_path: Path) -> None:
    """Neocu's own words and the seconds, in place of STARTED; then how long it took."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        [line] = await told(ada, GENERATING, "Reading your words…")
        finish(house)
        first, *_ = await told(ada, FINISHED, DONE)

        assert GENERATING not in texts(ada)
        assert shown_as(first) == shown_as(line)


def shown_as(line: Line) -> Any:
    """Return what names a message on its platform."""
    return line.shown.ts if hasattr(line.shown, "ts") else line.shown.id


@both
async def test_progress_changes_rarely(chat: str, tmp_path: Path) -> None:
    """Edits count like messages, so they are 3 s apart, however often the task is looked at."""
    async with bots_on(chat, folder=tmp_path, neocu_poll_interval=0.02) as house:
        house.sandbox.seconds = 1.0
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await told(ada, DONE)
        await told(ada, FINISHED)
        looks = sum("/v1/task/" in call.path for call in house.sandbox.journal.calls)
        calls = [call.at for call in edits(house, chat)]

        assert looks > len(calls) > 1
        assert all(later - one >= MIN_EDIT_INTERVAL_SECONDS - 0.1 for one, later in pairwise(calls))


def edits(house: House, chat: str) -> list[Any]:
    """Return the calls that changed a message."""
    if chat == DISCORD:
        calls = house.guild.journal.calls
        return [one for one in calls if one.method == "PATCH" and "/messages/" in one.path]
    return [one for one in house.workspace.journal.calls if one.path.endswith("chat.update")]


async def test_slack_shows_that_the_bot_is_at_work(tmp_path: Path) -> None:
    """Under the thread, as long as it is; Slack calls it the assistant's status."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        house.sandbox.seconds = NEVER
        channel = house.workspace.channel("general")
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await told(ada, GENERATING)
        await ada.journal.until(lambda: channel.statuses)
        finish(house)
        await told(ada, DONE)

        assert channel.statuses == {}


async def test_discord_shows_that_the_bot_types(tmp_path: Path) -> None:
    """For ten seconds at a time."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        [line] = await told(ada, GENERATING)
        await ada.journal.until(lambda: line.shown.channel.typing)
        finish(house)
        await told(ada, DONE)


async def test_where_slack_gives_no_message_nothing_is_changed(tmp_path: Path) -> None:
    """Where the bot is no member, what it says has no name; progress must not pile up there."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        house.workspace.kick("general")
        house.sandbox.seconds = 0.5
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        await told(ada, "/invite", STARTED, DONE)

        assert GENERATING not in texts(ada)
        assert len(said(ada)) == 4


@both
async def test_pressed_twice_is_once(chat: str, tmp_path: Path) -> None:
    """By the same person or by two: a picture is paid for once."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        [*_, last] = await told(ada, DONE)
        for seat in (ada, ada, ben):
            await seat.press(last, "Again")
        await ada.type("@neocu a boat")
        await house.sandbox.journal.until(lambda: len(house.sandbox.generated) == 3)
        await ada.journal.until(lambda: texts(ada).count(DONE) == 3)

        assert house.posts == 3


@both
async def test_a_late_result_comes_by_itself(chat: str, tmp_path: Path) -> None:
    """Nobody has to press "Check now"; and pressing it brings no second one."""
    async with bots_on(chat, folder=tmp_path, neocu_stale_after=0.05) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        [*_, stale] = await told(ada, STALE)
        finish(house)
        await told(ada, DONE)
        await ada.press(stale, "Check now")
        await told(ada, LOOKING)
        house.sandbox.seconds = 0.0
        await ada.type("@neocu a boat")
        await ada.journal.until(lambda: texts(ada).count(DONE) == 2)

        assert texts(ada).count(STALE) == 1
        assert sum(len(line.files) for line in said(ada)) == 2


async def test_check_now_looks_now(tmp_path: Path) -> None:
    """And not when it would have been time anyway: after the restart, that is in an hour."""
    async with house_for(HTTP) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")

        async def polled() -> None:
            calls = house.sandbox.journal.calls
            before = sum("/v1/task/" in call.path for call in calls)
            await house.sandbox.journal.until(
                lambda: sum("/v1/task/" in call.path for call in calls) > before
            )

        async with running(house, HTTP, folder=tmp_path, neocu_stale_after=0.05):
            await ada.type("@neocu a lighthouse at dusk")
            [*_, stale] = await told(ada, STALE)
        again = asyncio.create_task(polled())
        async with running(house, HTTP, folder=tmp_path, neocu_poll_interval=NEVER):
            await again
            check = asyncio.create_task(polled())
            await ada.press(stale, "Check now")

            await check


@both
async def test_recent_leads_back_to_the_threads(chat: str, tmp_path: Path) -> None:
    """Each with a link to where it was asked, and at most ten."""
    async with bots_on(chat, folder=tmp_path, person_tasks=20) as house:
        ada = house.seat("ada")
        for number in range(11):
            await ada.type(f"@neocu a boat of {number} sails, please deliver nothing")
        await ada.journal.until(lambda: texts(ada).count("gave no result") == 11)
        await ada.type("/neocu recent")
        [*_, answer] = await told(ada, RECENT)
        thread = next(line.thread for line in ada.lines() if "of 10 sails" in line.text)
        name = thread.replace(".", "") if chat == HTTP else str(thread.id)

        assert name in answer.text or name in str(answer.shown.blocks)
        assert answer.text.count("sails") == 10
        assert "of 0 sails" not in answer.text
