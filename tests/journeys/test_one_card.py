"""One card holds all files of a task; what can't be shown is a line, and never a gap."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from house import (
    DISCORD,
    HTTP,
    NEVER,
    House,
    actions,
    both,
    bots_on,
    finish,
    made,
    plain,
    progress,
    result,
    said,
    sent,
    shows,
)

from bots.playground.neocu.media_files import Asset
from bots.playground.neocu.tasks import Task
from bots.playground.seats import Line, Seat
from core.request import Action


async def begun(house: House, words: str) -> tuple[Seat, Line, Task]:
    """Have something asked and under way; return who asked, its progress, and the task."""
    house.sandbox.seconds = NEVER
    ada = house.seat("ada")
    await ada.type(words)
    task = await made(house, 1)
    return ada, await progress(ada, task.task_id), task


def change(house: House, task: Task, *assets: Asset) -> None:
    """Let a task have made these."""
    house.sandbox.tasks[task.task_id] = replace(task, assets=assets)
    house.sandbox.files |= {asset.id: asset for asset in assets}


def numbered(line: Line) -> list[int]:
    """Return the numbers that a card's lines begin with: of what it does not show."""
    return [int(found) for found in re.findall(r"^(\d+)\.", plain(line), flags=re.MULTILINE)]


def address(asset: Asset) -> str:
    """Return where Neocu has a result, without its host."""
    return f"/files/{asset.id}/{asset.name}"


@both
async def test_all_files_are_in_one_message(chat: str, tmp_path: Path) -> None:
    """Five pictures are no five notifications, and nobody scrolls for them."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu 5 images of a lighthouse")
        card = await result(ada)
        [task] = house.sandbox.generated

        assert said(ada) == [card]
        assert shows(card) == 5
        assert numbered(card) == []
        assert not any(address(asset) in card.text for asset in task.assets)


@both
async def test_one_of_five_that_fails_costs_itself_alone(chat: str, tmp_path: Path) -> None:
    """Its line has its number and a link, and the other four are shown."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, _, task = await begun(house, "@neocu 5 images of a lighthouse")
        broken = replace(task.assets[3], broken=True)
        change(house, task, *task.assets[:3], broken, task.assets[4])
        finish(house)
        card = await result(ada)

        assert said(ada) == [card]
        assert shows(card) == 4
        assert numbered(card) == [4]
        assert address(broken) in str(card.shown)


@both
async def test_more_than_ten_files_are_ten_and_links(chat: str, tmp_path: Path) -> None:
    """As many as one message takes; the rest by the numbers that its buttons have."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, _, task = await begun(house, "@neocu 10 images of a lighthouse")
        more = [replace(task.assets[0], number=n, id=f"more{n:020}") for n in (11, 12)]
        change(house, task, *task.assets, *more)
        finish(house)
        card = await result(ada)

        assert said(ada) == [card]
        assert shows(card) == 10
        assert numbered(card) == [11, 12]
        assert all(address(asset) in str(card.shown) for asset in more)


@both
async def test_refused_files_are_links(chat: str, tmp_path: Path) -> None:
    """A place that takes words but no files still gets the answer, with all that it links to."""
    async with bots_on(chat, folder=tmp_path) as house:
        if chat == DISCORD:
            house.guild.deny("general", "attach_files")
        else:
            refuse = house.workspace.faults.refuse
            refuse("files.completeUploadExternal", "file_uploads_disabled", times=9)
        ada = house.seat("ada")
        await ada.type("@neocu 2 images of a lighthouse")
        card = await result(ada)
        [task] = house.sandbox.generated

        assert said(ada) == [card]
        assert shows(card) == 0
        assert numbered(card) == [1, 2]
        assert all(address(asset) in str(card.shown) for asset in task.assets)
        assert actions(card)[0] is Action.AGAIN


async def test_files_that_fail_again_and_again_are_links(tmp_path: Path) -> None:
    """Four tries, and what was paid for is told without them: nothing waits for ever.

    On Slack, for discord.py has patience of its own: half a minute for each try.
    """
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada, _, task = await begun(house, "@neocu a lighthouse")
        refuse = house.workspace.faults.refuse
        refuse("files.completeUploadExternal", "internal_error", times=99)
        finish(house)
        card = await ada.journal.until(lambda: card_of(ada), within=60)

        assert shows(card) == 0
        assert address(task.assets[0]) in str(card.shown)


def card_of(seat: Seat) -> Line | None:
    """Return the card that there is."""
    return next((line for line in said(seat) if Action.AGAIN in actions(line)), None)


@both
async def test_a_deleted_thread_loses_nothing(chat: str, tmp_path: Path) -> None:
    """Somebody tidied up while it was made; it is paid for, and reaches the person all the same."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, line, _ = await begun(house, "@neocu a lighthouse")
        if chat == DISCORD:
            house.guild.delete_channel(line.thread)
        else:
            await house.workspace.delete("ada", ada.lines()[0].shown)
            house.workspace.channel("general").remove(line.shown)
        finish(house)
        seats = (ada, house.seat("ada", "dm"))

        def found() -> list[Line]:
            return [one for seat in seats for one in said(seat) if shows(one)]

        [card] = await ada.journal.until(found)

        assert sent(card) != sent(line)
        assert Action.AGAIN in actions(card)
        assert house.posts == 1


@both
async def test_a_lost_progress_message_is_not_missed(chat: str, tmp_path: Path) -> None:
    """An admin may delete what the bot says; the card comes nevertheless, once."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, line, _ = await begun(house, "@neocu a lighthouse")
        if chat == DISCORD:
            await house.guild.delete(house.guild.bot, line.shown)
        else:
            house.workspace.channel("general").remove(line.shown)
        finish(house)
        card = await result(ada)

        assert said(ada) == [card]


@both
async def test_a_card_that_is_said_but_not_noted_is_said_once(chat: str, tmp_path: Path) -> None:
    """The answer to our post gets lost: the message stands there, and is found again."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, _, _ = await begun(house, "@neocu a lighthouse")
        faults: Any = house.guild.faults if chat == DISCORD else house.workspace.faults
        route = "POST /channels/*/messages" if chat == DISCORD else "files.completeUploadExternal"
        faults.drop(route, after=True)
        finish(house)
        card = await result(ada)

        assert said(ada) == [card]
        assert shows(card) == 1


@pytest.mark.parametrize("number", [1, 3, 5])
@both
async def test_every_result_has_its_own_edit_button(chat: str, number: int, tmp_path: Path) -> None:
    """By its number, as far as there is room: four, so that all buttons are on one row."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type(f"@neocu {number} images of a lighthouse")
        card = await result(ada)

        assert actions(card).count(Action.EDIT) == min(number, 4)
        assert len(card.buttons) <= 5
