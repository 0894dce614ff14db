"""`recent`: a list with pictures, turned in place, of what a person may see there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from house import (
    ENTRY,
    HTTP,
    NEVER,
    RECENT,
    actions,
    both,
    bots_on,
    made,
    plain,
    press,
    progress,
    result,
    said,
    says,
    shows,
    told,
)

from bots.playground.discord.components import THUMBNAIL, walk
from bots.playground.seats import Line, Seat
from core import wording
from core.conversation import Attempt, Reply, Row
from core.records import State
from core.request import Action
from core.wording import phrases
from core.wording.recent import ROWS


def pictures(line: Line) -> list[str]:
    """Return the addresses of the pictures beside a list's entries."""
    if hasattr(line.shown, "blocks"):
        beside = (block.get("accessory", {}) for block in line.shown.blocks)
        return [one["image_url"] for one in beside if one.get("type") == "image"]
    parts: list[dict[str, Any]] = list(walk(line.shown.components))
    return [part["media"]["url"] for part in parts if part["type"] == THUMBNAIL]


async def page(seat: Seat, *prompts: str) -> Line:
    """Wait until the one list that there is shows these, the newest first."""

    def there() -> Line | None:
        lists = [line for line in said(seat) if says(line, RECENT)]
        found = [one.text.find(prompt) for one in lists for prompt in prompts]
        there = len(lists) == 1 and -1 not in found and found == sorted(found)
        return lists[0] if there else None

    return await seat.journal.until(there)


@both
async def test_a_list_is_turned_in_place(chat: str, tmp_path: Path) -> None:
    """Each entry leads to where it was asked; there is one list however often it is turned."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        for number in range(ROWS + 1):
            await ada.type(f"@neocu a boat of {number} sails")
        await result(ada, ROWS + 1)
        await ada.type("/neocu recent")
        first = await page(ada, *(f"of {n} sails" for n in range(ROWS, 0, -1)))
        thread = next(line.thread for line in ada.lines() if f"of {ROWS} sails" in line.text)
        name = thread.replace(".", "") if chat == HTTP else str(thread.id)

        assert "of 0 sails" not in first.text
        assert name in first.text or name in str(first.shown.blocks)
        assert actions(first) == [Action.SHOW] * ROWS + [Action.PAGE]
        assert len(pictures(first)) == ROWS
        await press(ada, Action.PAGE, asset=1)
        second = await page(ada, "of 0 sails")
        assert f"{ROWS + 1}\\." in second.text or f"{ROWS + 1}. " in second.text
        assert actions(second) == [Action.SHOW, Action.PAGE]
        await press(ada, Action.PAGE, asset=0)
        await page(ada, f"of {ROWS} sails")


@both
@pytest.mark.parametrize("channel", ["general", "dm"])
async def test_a_list_asked_by_mention_is_turned_too(
    chat: str, channel: str, tmp_path: Path
) -> None:
    """On Discord it stands in a direct message, and is about the server all the same."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, alone = house.seat("ada", channel), house.alone("ada", channel)
        for number in range(ROWS + 1):
            await ada.type(f"@neocu a boat of {number} sails")
        await result(ada, ROWS + 1)
        await ada.type("@neocu recent")
        await page(alone, f"of {ROWS} sails")
        await press(alone, Action.PAGE, asset=1)

        assert "of 1 sails" not in (await page(alone, "of 0 sails")).text


@both
async def test_what_was_refused_and_what_runs_is_listed(chat: str, tmp_path: Path) -> None:
    """With how far it is; only what has a result can be shown again."""
    async with bots_on(chat, folder=tmp_path, neocu_upload_url=None) as house:
        ada = house.seat()
        await ada.type("@neocu a boat like this", [("boat.png", b"\x89PNG", "image/png")])
        await ada.journal.until(lambda: said(ada))
        house.sandbox.seconds = NEVER
        await ada.type("@neocu a lighthouse at dusk")
        await made(house, 1)
        await progress(ada)
        await ada.type("/neocu recent")
        line = await page(ada, "a lighthouse at dusk", "a boat like this")

        assert phrases.state(State.GENERATING) in plain(line)
        assert phrases.state(State.REFUSED) in plain(line)
        assert actions(line) == []


@both
async def test_recent_offers_what_was_made_once_more(chat: str, tmp_path: Path) -> None:
    """To the person alone, as the list is: it may have been made in private."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        alone = house.seat("ada", "dm") if chat == HTTP else ada
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        await ada.type("/neocu recent")
        await told(ada, RECENT)
        await press(ada, Action.SHOW)
        line = await told(alone, wording.shown_again(replace(ENTRY, assets=())))

        assert shows(line) == 1
        assert said(ben) == [card]
        assert house.posts == 1


async def test_a_picture_that_slack_cannot_fetch_costs_only_the_pictures(tmp_path: Path) -> None:
    """Links to results end one day; a list of old requests is read all the same."""
    gone = Reply("A list.", rows=(Row("1. a boat", picture="http://127.0.0.1:9/gone.png"),))
    async with bots_on(HTTP, folder=tmp_path) as house:
        [slack] = house.bots
        address = slack.channel("", house.workspace.channel("general").id)
        await slack.conversation(address).post(gone, (), Attempt("key"))
        line = await told(house.seat(), Reply("A list."))

        assert "a boat" in line.text
        assert pictures(line) == []
