"""Saved prompts: asked with by their names, shared by admins, and never a way to surprise."""

from pathlib import Path

import pytest
from house import DISCORD, HTTP, House, both, bots_on, finish, made, plain, press, progress, told

from bots.playground.seats import Seat
from core import wording
from core.intent import MAX_QUERY_LENGTH, QueryTooLongError
from core.prompt_names import Fault
from core.records import SavedPrompt
from core.request import Action

DUSK = SavedPrompt("dusk", "a lighthouse at dusk")


def admin(house: House, chat: str) -> Seat:
    """Return the seat of somebody who looks after the workspace."""
    if chat == DISCORD:
        return house.seat(house.guild.owner.name)
    house.workspace.person("ben").is_admin = True
    return house.seat("ben")


@both
async def test_a_saved_prompt_is_asked_with_by_its_name(chat: str, tmp_path: Path) -> None:
    """With more words or without, and the chat tells what it stands for; in private it is kept."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.seconds = 60.0
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("/neocu save Dusk: a lighthouse at dusk")
        answer = await told(ada, wording.saved(DUSK, with_files=False))
        await ada.type("@neocu dusk in the rain")
        task = await made(house, 1)
        shown = await progress(ada, "a lighthouse at dusk in the rain", under="dusk in the rain")
        await ben.type("@neocu dusk over the city")
        other = await made(house, 2)
        await ada.type("/neocu saved")
        await told(ada, wording.saved_prompts([DUSK]))
        await ada.type("/neocu forget dusk")
        await told(ada, wording.forgotten("dusk"))
        await ada.type("/neocu forget dusk")
        await told(ada, wording.not_saved("dusk"))
        finish(house)

        assert answer.private
        assert task.query == "a lighthouse at dusk in the rain"
        assert plain(shown)
        assert other.query == "dusk over the city"


@both
async def test_what_all_can_use_is_saved_by_admins(chat: str, tmp_path: Path) -> None:
    """And one's own prompt of the same name comes before it."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, olga = house.seat("ada"), admin(house, chat)
        await ada.type("/neocu save team brand: a red boat")
        await told(ada, wording.only_admins_share())
        await olga.type("/neocu save team brand: our blue boat")
        shared = SavedPrompt("brand", "our blue boat", shared=True)
        await told(olga, wording.saved(shared, with_files=False))
        await ada.type("@neocu brand")
        first = await made(house, 1)
        await ada.type("/neocu save brand: my own boat")
        own = SavedPrompt("brand", "my own boat")
        await told(ada, wording.saved(own, with_files=False))
        await ada.type("@neocu brand please")
        second = await made(house, 2)
        await ada.type("/neocu forget team brand")
        await told(ada, wording.only_admins_share(), times=2)
        await olga.type("/neocu forget team brand")
        await told(olga, wording.forgotten("brand"))

        assert first.query == "our blue boat"
        assert second.query == "my own boat please"


@both
@pytest.mark.parametrize(
    ("name", "fault"),
    [("balance", Fault.TAKEN), ("@ben", Fault.MENTION), ("the whales", Fault.SHAPE)],
)
async def test_a_name_that_will_not_do_has_its_sentence(
    chat: str, name: str, fault: Fault, tmp_path: Path
) -> None:
    """What was meant as a request can be made all the same; nothing is spent unasked."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type(f"/neocu save {name}: a poster")
        line = await told(ada, wording.bad_name(name, fault, ""))
        before = house.posts
        await press(ada, Action.CONFIRM)
        task = await made(house, 1)

        assert wording.nothing_spent() in plain(line)
        assert before == 0
        assert task.query == f"save {name}: a poster"


async def test_a_long_prompt_is_saved_and_too_long_with_more_words(tmp_path: Path) -> None:
    """It may have all that a query may have, and not a word more."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada, long = house.seat("ada", "dm"), "boat " * (MAX_QUERY_LENGTH // 5)
        await ada.type(f"save long: {long} and more")
        await told(ada, wording.bad_input(QueryTooLongError(len(long) + 9)))
        await ada.type(f"save long: {long}")
        await told(ada, wording.saved(SavedPrompt("long", long.strip()), with_files=False))
        await ada.type("long boat")
        await told(ada, wording.bad_input(QueryTooLongError(len(long) + 4)))
        await ada.type("long")
        task = await made(house, 1)

        assert task.query == long.strip()


async def test_files_without_words_are_no_prompt(tmp_path: Path) -> None:
    """Asked with alone, they would have Neocu paid for nothing that anybody asked."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat("ada", "dm")
        await ada.type("save boat: --file 64a9250a1f2b3c4d5e6f7a8b")
        await told(ada, wording.how_to_save())
