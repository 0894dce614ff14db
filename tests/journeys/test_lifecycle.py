"""What the thread hears while a task runs, and how it ends: one message at a time."""

import asyncio
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from house import (
    ANYTHING,
    BEGINNING,
    DISCORD,
    ENTRY,
    HTTP,
    NEVER,
    SLOW,
    STALE,
    House,
    actions,
    answers,
    both,
    bots_on,
    finish,
    house_for,
    is_question,
    made,
    press,
    press_on,
    progress,
    result,
    running,
    said,
    says,
    sent,
    shown,
    told,
)

from bots.playground.neocu import Fault
from bots.playground.seats import Line, Seat
from core import wording
from core.conversation import Reply
from core.ledger.outbox import MIN_EDIT_INTERVAL_SECONDS
from core.records import Part, Slot
from core.request import Action


@both
async def test_a_sign_of_life_stands_before_neocu_is_asked(chat: str, tmp_path: Path) -> None:
    """Who is not heard after a second asks again; and where nothing can be said, nothing is paid.

    Neocu hangs here: what is said comes from before it has answered.
    """
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.faults.always("generate", Fault.HANG)
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        line = await told(ada, BEGINNING)
        await house.sandbox.journal.until(lambda: house.sandbox.faults.hanging)

        assert said(ada) == [line]


@both
async def test_progress_is_one_message_that_changes(chat: str, tmp_path: Path) -> None:
    """Neocu's own words and the seconds; then the card takes its place.

    The card is new, because an edit notifies nobody, and the progress is taken back.
    """
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        beginning = await told(ada, BEGINNING)
        task = await made(house, 1)
        line = await progress(ada, task.task_id, "Reading your words…")
        assert said(ada) == [line]
        assert sent(line) == sent(beginning)

        finish(house)
        card = await result(ada)

        assert said(ada) == [card]
        assert sent(card) > sent(line)


@both
async def test_who_asked_is_called_when_it_is_ready(chat: str, tmp_path: Path) -> None:
    """Once, by the card; what stands there meanwhile calls nobody."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        await progress(ada)
        before = [notified(house, chat, line) for line in said(ada)]
        finish(house)
        card = await result(ada)

        assert before == [set(), set()]
        assert notified(house, chat, card) == {"ada"}


def notified(house: House, chat: str, line: Line) -> set[str]:
    """Return whom the words of a message notify."""
    if chat == DISCORD:
        return {house.guild.people[one].name for one in line.shown.pinged}
    if is_question(line):  # rich text that names a person notifies them; they asked just now
        return set()
    return {house.workspace.people[one].name for one in line.shown.pings}


@both
async def test_progress_changes_rarely(chat: str, tmp_path: Path) -> None:
    """Edits count like messages, so they are 3 s apart, however often the task is looked at."""
    async with bots_on(chat, folder=tmp_path, neocu_poll_interval=0.02) as house:
        house.sandbox.seconds = 7.0
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await result(ada)
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
        await progress(ada)
        await ada.journal.until(lambda: channel.statuses)
        finish(house)
        await result(ada)

        assert channel.statuses == {}


async def test_discord_shows_that_the_bot_types(tmp_path: Path) -> None:
    """For ten seconds at a time."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        line = await progress(ada)
        await ada.journal.until(lambda: line.shown.channel.typing)


@both
@pytest.mark.parametrize("words", ["@neocu a lighthouse at dusk", "/neocu a lighthouse at dusk"])
async def test_a_card_is_shown_in_the_channel(chat: str, words: str, tmp_path: Path) -> None:
    """Whoever wants everybody to see it presses a button; it costs nothing."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type(words)
        await result(ada)
        await press(ben, Action.SHOW_IN_CHANNEL)

        def in_channel() -> list[Line]:
            return [line for line in said(ada) if line.files and not line.deep]

        [line] = await ada.journal.until(in_channel)

        assert says(line, wording.shown_in_channel(ENTRY, ANYTHING, "", ""))
        assert "@ben" in line.text
        assert house.posts == 1


@both
async def test_a_late_result_comes_by_itself(chat: str, tmp_path: Path) -> None:
    """Nobody has to press "Check now"; and pressing it brings no second one."""
    async with bots_on(chat, folder=tmp_path, neocu_stale_after=0.05) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        stale = await ada.journal.until(lambda: stands(ada, STALE))
        assert actions(stale) == [Action.CHECK_NOW, Action.MUTE]
        await press_on(ada, stale, Action.CHECK_NOW)
        assert (await told(ada, wording.checking())).private
        finish(house)
        await result(ada)
        house.sandbox.seconds = 0.0
        await ada.type("@neocu a boat")
        await result(ada, 2)

        assert stands(ada, STALE) is None
        assert sum(len(line.files) for line in said(ada)) == 2


@both
async def test_a_slow_task_says_so(chat: str, tmp_path: Path) -> None:
    """In the same message: nobody thinks that it was forgotten."""
    async with bots_on(chat, folder=tmp_path, neocu_slow_after=0.05) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        line = await ada.journal.until(lambda: stands(ada, SLOW))

        assert said(ada) == [line]


def stands(seat: Seat, reply: Reply) -> Line | None:
    """Return the message that says this, whatever its numbers; None if there is none."""
    return next((line for line in said(seat) if says(line, reply, numbers=False)), None)


@both
async def test_whoever_waits_for_room_hears_their_place_in_line(chat: str, tmp_path: Path) -> None:
    """In the one message, which goes on to the picture when there is room; nothing is spent."""
    async with bots_on(chat, folder=tmp_path, person_tasks=1) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await made(house, 1)
        await ada.type("@neocu a boat")
        line = await told(ada, queued(1), under="a boat")
        assert house.posts == 1

        finish(house)
        house.sandbox.seconds = 0.0
        await result(ada, under="a lighthouse")
        card = await result(ada, under="a boat")

        assert answers(ada, "a boat") == [card]
        assert sent(card) > sent(line)


def queued(position: int) -> Reply:
    """Return what is said to whoever waits for room."""
    return shown(wording.queued(ENTRY, position), Part(Slot.PROGRESS))


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
            stale = await ada.journal.until(lambda: stands(ada, STALE))
        again = asyncio.create_task(polled())
        async with running(house, HTTP, folder=tmp_path, neocu_poll_interval=NEVER):
            await again
            check = asyncio.create_task(polled())
            await press_on(ada, stale, Action.CHECK_NOW)

            await check


async def test_what_ended_is_kept_no_longer_than_was_promised(tmp_path: Path) -> None:
    """Whoever keeps it for an hour forgets it every hour, not only when the bots start."""
    async with bots_on(HTTP, folder=tmp_path, retention_days=2e-5) as house:
        await house.seat("ada").type("@neocu a lighthouse at dusk")
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        with closing(sqlite3.connect(tmp_path / "bots.db")) as store:
            async with asyncio.timeout(20):
                count = "SELECT count(*) FROM requests"
                while store.execute(count).fetchone() != (0,):  # noqa: ASYNC110 (a file sets no event)
                    await asyncio.sleep(0.05)
