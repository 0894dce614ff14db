"""Each person hears the bot in their own language, and a channel in that of the settings."""

from pathlib import Path

import pytest
from house import DISCORD, ENTRY, HTTP, House, both, bots_on, plain, result, said, says, told

from bots.playground.seats import Seat
from core import wording
from core.conversation import Reply
from core.request import Action
from core.voice import speaking

FORM = {HTTP: "/neocu", DISCORD: "/neocu-form"}
GREETED = "random"  # a channel that the bot is not in


def speaks(house: House, chat: str, person: str, locale: str) -> Seat:
    """Return the seat of a person who has set a language."""
    if chat == DISCORD:
        house.guild.person(person).locale = locale
    else:
        house.workspace.person(person).locale = locale
    return house.seat(person)


def first_words(reply: Reply) -> Reply:
    """Return what stands before the person's name: that is the platform's to write."""
    return Reply(reply.text.partition("**,")[0].removeprefix("**"))


@both
async def test_a_person_is_answered_in_their_language(chat: str, tmp_path: Path) -> None:
    """From the first sign of life to the buttons under the result."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = speaks(house, chat, "ada", "de" if chat == DISCORD else "de-DE")
        await ada.type("/neocu a lighthouse at dusk")
        card = await result(ada)
        with speaking("de"):
            ready = wording.result(ENTRY)

        assert says(card, first_words(ready))
        assert "mit KI gemacht" in card.text
        assert {one.label for one in ready.buttons} <= set(card.buttons)


@both
async def test_help_and_its_form_speak_a_persons_language(chat: str, tmp_path: Path) -> None:
    """An example opens the form with its words, so that curiosity costs nothing."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = speaks(house, chat, "ada", "fr")
        await ada.type("/neocu help")
        with speaking("fr"):
            line = await told(
                ada, wording.help_with("/neocu-form" if chat == DISCORD else "/neocu")
            )
            example, label = wording.labels.example(2), wording.labels.query()
        await ada.press(line, example)
        form = await ada.journal.until(ada.form)

        assert form[label] == example
        assert house.posts == 0


@both
async def test_where_nobody_knows_it_is_the_settings_language(chat: str, tmp_path: Path) -> None:
    """A person's language that we don't speak is no reason for English."""
    async with bots_on(chat, folder=tmp_path, language="ja", ai_label=False) as house:
        ada = speaks(house, chat, "ada", "pl" if chat == DISCORD else "pl-PL")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)

        assert "画像ができました" in card.text
        assert "AIで作成" not in card.text


@both
async def test_a_channels_notice_is_in_the_channels_language(chat: str, tmp_path: Path) -> None:
    """Whoever it was whose request found that there is no compute left."""
    async with bots_on(chat, folder=tmp_path, language="es") as house:
        house.sandbox.compute = 0
        ada = speaks(house, chat, "ada", "de" if chat == DISCORD else "de-DE")
        await ada.type("/neocu a lighthouse at dusk")
        with speaking("de"):
            refused = wording.no_compute("")
        with speaking("es"):
            empty = wording.empty()
        await told(ada, refused)

        assert await told(ada, empty)


@both
async def test_the_first_result_tells_how_to_change_it(chat: str, tmp_path: Path) -> None:
    """Once: who has seen it need not see it under every picture."""
    hint = "Not quite it?"
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        first = await result(ada)
        await ada.type("@neocu a rowing boat at dawn")
        second = await result(ada, 2)

        assert hint in plain(first)
        assert hint not in plain(second)


async def test_the_bot_introduces_itself_once_where_it_is_let_in(tmp_path: Path) -> None:
    """People see what it can do, with examples to press; a second invitation adds nothing."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        workspace, bot = house.workspace, house.workspace.desk.team.bot
        ada = house.seat("ada", GREETED)
        await workspace.join(bot, GREETED)
        line = await told(ada, wording.greeting())
        workspace.channel(GREETED).members.remove(bot.id)
        await workspace.join(bot, GREETED)
        await ada.type("@neocu a lighthouse at dusk")
        await result(ada)

        assert [one for one in said(ada) if says(one, wording.greeting())] == [line]
        assert list(line.buttons) == wording.labels.examples()


@pytest.mark.parametrize("action", [Action.EXAMPLE])
async def test_an_example_that_there_is_no_more_opens_an_empty_form(
    action: Action, tmp_path: Path
) -> None:
    """A newer or older version may have had more of them."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("/neocu help")
        line = await told(ada, wording.help_with("/neocu"))
        for element, _ in line.shown.elements:
            element["action_id"] = element["action_id"].replace(f"{action}:1", f"{action}:9")
        await ada.press(line, wording.labels.example(1))
        form = await ada.journal.until(ada.form)

        assert form[wording.labels.query()] == ""
