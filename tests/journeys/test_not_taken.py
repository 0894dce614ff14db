"""What could not be noted: its person is told exactly once, and it is never taken afterwards."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from house import (
    DISCORD,
    HELP,
    HTTP,
    House,
    both,
    bots_on,
    everywhere,
    press,
    result,
    said,
    says,
    told,
)
from ledger_away import REFUSED, ledger_away, lose
from postgres_server import PostgresServer

from bots.playground.seats import Line, Seat
from core import wording
from core.conversation import Reply
from core.request import Action

Way = Callable[[Seat], Awaitable[object]]

NOT_TAKEN = wording.not_taken(certain=True)
UNSURE = wording.not_taken(certain=False)
SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")


async def _nothing(_: Seat) -> None:
    pass


async def _result(ada: Seat) -> None:
    await ada.type("@neocu a lighthouse at dusk")
    await result(ada)


async def _form(ada: Seat) -> None:
    await ada.type("/neocu")
    await ada.journal.until(ada.form)


# What is done before the ledger goes away, and what is asked while it is.
WAYS: dict[str, tuple[Way, Way]] = {
    "mention": (_nothing, lambda ada: ada.type("@neocu a boat")),
    "mention with file": (_nothing, lambda ada: ada.type("@neocu a boat", [SKETCH])),
    "command": (_nothing, lambda ada: ada.type("/neocu a boat")),
    "button": (_result, lambda ada: press(ada, Action.AGAIN)),
    "form": (_form, lambda ada: ada.send({wording.labels.query(): "a boat"})),
}


@everywhere
@pytest.mark.parametrize("way", WAYS)
async def test_it_is_told_once_and_never_taken(way: str, chat: str, tmp_path: Path) -> None:
    """Whoever was told so asks again: what comes late must not be made, and paid, besides.

    Both platforms deliver again what they think we missed.
    """
    before, ask = WAYS[way]
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await before(ada)
        paid = house.posts
        async with ledger_away(tmp_path / "bots.db"):
            start = len(house.workspace.deliveries), len(house.guild.world.events)
            await ask(ada)
            await told(ada, NOT_TAKEN)
        await deliver_again(house, *start)
        await ask_for_more(ada)

        assert len(words(ada, NOT_TAKEN)) == 1
        assert "**" not in words(ada, NOT_TAKEN)[0].text or chat == DISCORD
        assert house.posts == paid + 1


@both
@pytest.mark.parametrize("way", WAYS)
async def test_what_nobody_can_know_is_not_called_certain(
    way: str, chat: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Where even the refusal can't be written, another replica may find the note, and begin."""
    url = await postgres_server.database()
    before, ask = WAYS[way]
    async with bots_on(chat, folder=tmp_path, database_url=url) as house:
        ada = house.seat("ada")
        await before(ada)
        async with ledger_away(url, REFUSED):
            await ask(ada)
            await told(ada, UNSURE)
        await ask_for_more(ada)

        assert len(words(ada, UNSURE)) == 1
        assert words(ada, NOT_TAKEN) == []


async def test_what_slack_will_send_again_is_not_called_lost(tmp_path: Path) -> None:
    """It tries three times more: nobody is told that it was not taken, and then it is."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada, workspace = house.seat("ada"), house.workspace
        workspace.rules.retry_after, url = (), workspace.events_url
        workspace.events_url = None
        await ada.type("@neocu a boat")
        missed = list(workspace.deliveries)
        await ada.journal.until(lambda: all(one.over for one in missed))
        workspace.events_url = url
        async with ledger_away(tmp_path / "bots.db"):
            again = [workspace.redeliver(one) for one in missed]
            await ada.journal.until(lambda: all(one.over for one in again))
            assert not any(one.acknowledged for one in again)
        again = [workspace.redeliver(one) for one in missed]
        card = await result(ada)

        assert said(ada) == [card]


@both
async def test_a_form_that_can_not_be_filled_is_not_opened(chat: str, tmp_path: Path) -> None:
    """A dead database must not leave the button without any answer."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await _result(ada)
        lose(tmp_path / "bots.db")
        await press(ada, Action.EDIT, asset=1)
        line = await told(ada, NOT_TAKEN if chat == DISCORD else wording.form_not_opened())

        assert line.private
        assert ada.form() == {}


async def deliver_again(house: House, deliveries: int, events: int) -> None:
    """Deliver once more all that was delivered since then."""
    workspace, guild = house.workspace, house.guild
    again = [workspace.redeliver(one) for one in workspace.deliveries[deliveries:]]
    await workspace.journal.until(lambda: all(one.over for one in again))
    for event in list(guild.world.events)[events:]:
        guild.replay(event)


async def ask_for_more(ada: Seat) -> None:
    """Ask for something else, and wait for it: whatever was to come before has come by then."""
    await ada.type("/neocu help")
    await told(ada, HELP)
    await ada.type("@neocu a harbour")
    await result(ada, under="a harbour")


def words(ada: Seat, reply: Reply) -> list[Line]:
    """Return the messages that say so."""
    return [line for line in said(ada) if says(line, reply)]
