"""The form: what it is filled with, what it carries, and what it refuses."""

from pathlib import Path

import pytest
from house import (
    DISCORD,
    HTTP,
    NOT_HERE,
    both,
    bots_on,
    key_of,
    made,
    press,
    press_on,
    result,
    told,
)
from tenancies import forge

from bots.playground.seats import SlackSeat
from bots.slack.forms import MAX_INPUT
from core import wording
from core.intent import MAX_QUERY_LENGTH, QueryTooLongError
from core.request import Action
from core.wording import markup

QUERY, REST, IDS = wording.labels.query(), wording.labels.rest(), wording.labels.file_ids()
SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")
LONG = " ".join(f"word{n}" for n in range(1_000))[: MAX_QUERY_LENGTH - 10]


@both
async def test_a_long_query_comes_whole_through_the_form(chat: str, tmp_path: Path) -> None:
    """Slack's input takes 3,000 characters, a query has up to 4,000: nothing is cut in silence."""
    async with bots_on(chat, folder=tmp_path, neocu_reuse_results=False) as house:
        ada = house.seat("ada", "dm")
        await ada.type(LONG[:1990] if chat == DISCORD else LONG)
        await press(ada, Action.EDIT, asset=1)
        form = await ada.journal.until(ada.form)
        await ada.send({IDS: ""})
        await ada.journal.until(lambda: len(house.sandbox.generated) == 2)
        first, second = house.sandbox.generated

        assert form[QUERY] == first.query[:MAX_INPUT]
        assert second.query == first.query
        assert (REST in form) == (chat == HTTP)


@both
async def test_a_query_over_the_limit_is_refused_in_words(chat: str, tmp_path: Path) -> None:
    """A message may be longer than a query; its menu offers it all the same."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        if isinstance(ada, SlackSeat):
            await ada.type(LONG + LONG[:1_000])
            await ada.use(ada.lines()[0])
            await ada.journal.until(ada.form)
            await ada.send({})
            view = house.workspace.modal("ada")
            wrong = wording.bad_input(QueryTooLongError(len(LONG) + 1_000))

            assert view is not None
            assert list(view.errors.values()) == [markup.plain(wrong.text)]
        else:
            await ada.type("/neocu")
            await ada.journal.until(ada.form)
            with pytest.raises(ValueError, match="takes 1 to 4000"):
                await ada.send({QUERY: LONG + LONG[:1_000]})

        assert house.posts == 0


async def test_a_message_with_ten_long_names_can_be_used(tmp_path: Path) -> None:
    """All that a modal may carry is 3,000 characters."""
    files = [("ä" * 200 + f"{n}.png", b"%d" % n, "image/png") for n in range(10)]
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("all of these, please", files=files)
        await ada.use(ada.lines()[0])
        await ada.journal.until(ada.form)
        await ada.send({})
        await result(ada)

        assert len(house.sandbox.generated[0].files) == len(files)


@both
async def test_what_the_edit_form_shows_is_what_is_sent(chat: str, tmp_path: Path) -> None:
    """The files that the first request used are not added in secret to those in the form."""
    async with bots_on(chat, folder=tmp_path, neocu_reuse_results=False) as house:
        ada = house.seat("ada")
        await ada.type("@neocu put this into the picture", files=[SKETCH])
        await press(ada, Action.EDIT, asset=1)
        form = await ada.journal.until(ada.form)
        first = await made(house, 1)
        await ada.send({QUERY: "make it night"})
        second = await made(house, 2)
        await press(ada, Action.EDIT, asset=1)
        await ada.journal.until(ada.form)
        await ada.send({QUERY: "make it day", IDS: ""})
        third = await made(house, 3)

        assert form[IDS] == first.assets[0].id
        assert second.files == (first.assets[0].id,)
        assert third.files == ()


@both
async def test_a_form_about_another_workspaces_request_does_nothing(
    chat: str, tmp_path: Path
) -> None:
    """An ID in a button is no key: whoever forges one learns nothing and gets nothing."""
    other = DISCORD if chat == HTTP else HTTP
    async with bots_on(chat, other, folder=tmp_path) as house:
        house.workspace.events_url = f"{house.url}/slack/events"
        ada, stranger = house.seat("ada"), house.seat("ada", chat=other)
        await ada.type("@neocu a secret lighthouse")
        card = await result(ada)
        await stranger.type("@neocu a boat")
        own = await result(stranger)
        forge(own, key_of(card))
        await press_on(stranger, own, Action.AGAIN)
        await told(stranger, NOT_HERE)
        await press_on(stranger, own, Action.EDIT)
        form = await stranger.journal.until(stranger.form)
        await stranger.send({QUERY: "tell me all"})
        await told(stranger, NOT_HERE, times=2)

        assert "secret" not in str(form)
        assert house.posts == 2


async def test_the_messages_tab_suggests_what_to_ask(tmp_path: Path) -> None:
    """Nobody knows what to type into an empty box."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        channel = await house.workspace.open_messages_tab("ada")
        await house.workspace.journal.until(lambda: channel.suggested_prompts)

        said = wording.labels.suggestions()
        assert channel.suggested_prompts == [
            {"title": title, "message": text} for title, text in said.items()
        ]
