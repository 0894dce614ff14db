"""The form itself says what is wrong, what it costs, and what is off; nothing typed is lost."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from house import DISCORD, HTTP, House, both, bots_on, made, plain, press, result, told

from bots.playground.discord.components import walk
from bots.playground.seats import File, Seat, SlackSeat
from core import wording
from core.conversation import Reply
from core.intent import BadFileIdError, InputError, NothingAskedError, TwoChoicesError
from core.request import Action
from core.wording import labels, markup

QUERY, IDS, FILES = labels.query(), labels.file_ids(), labels.files()
SKETCH: File = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")


async def complained(house: House, ada: Seat, wrong: Reply) -> None:
    """Wait until the form says what is wrong, and stands there again as it was sent."""
    if isinstance(ada, SlackSeat):
        view = house.workspace.modal("ada")
        assert view is not None
        assert list(view.errors.values()) == [markup.plain(wrong.text)]
        return
    line = await told(ada, wording.to_mend(wrong, ""))
    assert line.private
    await press(ada, Action.REOPEN)
    await ada.journal.until(ada.form)


def notes(house: House, ada: Seat) -> str:
    """Return the small words of the open form."""
    if isinstance(ada, SlackSeat):
        view = house.workspace.modal("ada")
        assert view is not None
        contexts = [block for block in view.content["blocks"] if block["type"] == "context"]
        return "\n".join(part["text"] for block in contexts for part in block["elements"])
    modal = house.guild.modal("ada")
    assert modal is not None
    return "\n".join(part.get("description") or "" for part in walk(modal.components))


def title(house: House, ada: Seat) -> str:
    """Return what stands over the open form."""
    if isinstance(ada, SlackSeat):
        view = house.workspace.modal("ada")
        assert view is not None
        return str(view.content["title"]["text"])
    modal = house.guild.modal("ada")
    assert modal is not None
    return modal.title


@both
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({QUERY: "  "}, NothingAskedError()),
        ({QUERY: "a boat", IDS: "not/an/id"}, BadFileIdError("not/an/id")),
        ({QUERY: "a Falcon"}, None),
    ],
    ids=["empty", "file ID", "blocked"],
)
async def test_what_is_wrong_is_said_in_the_form(
    chat: str, given: dict[str, str], wrong: InputError | None, tmp_path: Path
) -> None:
    """Where it stands, before anything is asked; mended, it is answered where it was opened."""
    reply = wording.bad_input(wrong) if wrong else wording.blocked("falcon", "")
    async with bots_on(chat, folder=tmp_path, blocked_words="falcon") as house:
        ada = house.seat("ada")
        await ada.type("/neocu")
        await ada.journal.until(ada.form)
        await ada.send(given | {FILES: [SKETCH]})
        await complained(house, ada, reply)
        kept, asked = ada.form(), house.posts
        await ada.send({QUERY: "a boat", IDS: ""})
        line = await result(ada)
        task = await made(house, 1)

        assert kept[IDS] == given.get(IDS, "")
        assert kept[QUERY].strip() == given[QUERY].strip()
        assert asked == 0
        assert (task.query, len(task.files)) == ("a boat", 1)
        assert not line.private


async def test_two_lengths_are_one_too_many(tmp_path: Path) -> None:
    """One picker of Discord's offers lengths and shapes: a modal has no room for more."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("/neocu")
        await ada.journal.until(ada.form)
        manners: Sequence[str] = ["3 s", "5 s"]
        await ada.send({QUERY: "a boat", labels.length_and_shape(): manners})  # type: ignore[dict-item]  # what is picked, no files
        await complained(house, ada, wording.bad_input(TwoChoicesError()))

        assert house.posts == 0


async def test_slacks_pickers_write_words_and_show_the_price(tmp_path: Path) -> None:
    """What was typed stays, a kind brings its own pickers, and the words are the person's again."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat("ada")
        assert isinstance(ada, SlackSeat)
        await ada.type("/neocu")
        await ada.journal.until(ada.form)
        first = notes(house, ada)
        await ada.pick(labels.picker("kind"), labels.option("kind", "video"), {QUERY: "a boat"})
        await ada.journal.until(lambda: labels.picker("length") in ada.form())
        await ada.pick(labels.picker("length"), "5 s")
        await ada.journal.until(lambda: "5 s" in ada.form()[QUERY])
        await ada.pick(labels.picker("size"), "720p")
        await ada.journal.until(lambda: "720p" in ada.form()[QUERY])
        priced = notes(house, ada)
        form = ada.form()
        await ada.pick(labels.picker("kind"), labels.option("kind", "image"))
        await ada.journal.until(lambda: "image" in ada.form()[QUERY])
        image = ada.form()
        await ada.send({})
        task = await made(house, 1)

        assert labels.price("") in first
        assert form[QUERY] == "a boat (video, 5 s, 720p)"
        assert "35 credits" in priced
        assert image[QUERY] == task.query == "a boat (image)"
        assert labels.picker("length") not in image


async def test_discords_pickers_write_words_and_say_what_each_costs(tmp_path: Path) -> None:
    """Its form can't change while it is open, so each choice says its own price."""
    async with bots_on(DISCORD, folder=tmp_path, neocu_reuse_results=False) as house:
        ada = house.seat("ada")
        await ada.type("/neocu")
        await ada.journal.until(ada.form)
        prices = str(house.guild.modal("ada"))
        await ada.send(
            {
                QUERY: "a boat",
                labels.kind_and_size(): ["video/720p"],  # type: ignore[dict-item]  # what is picked, no files
                labels.length_and_shape(): ["5 s", "16:9"],  # type: ignore[dict-item]  # likewise
            }
        )
        task = await made(house, 1)
        await press(ada, Action.EDIT, asset=1)
        form = await ada.journal.until(ada.form)
        await ada.send({QUERY: "a ship"})
        second = await made(house, 2)

        assert "7 credits a second" in prices
        assert task.query == "a boat (video, 5 s, 720p, 16:9)"
        assert form[QUERY] == "a boat"
        assert second.query == "a ship (video, 5 s, 720p, 16:9)"


@both
async def test_where_uploads_are_off_no_file_is_asked_for(chat: str, tmp_path: Path) -> None:
    """A message's files are left out, and the form says so, instead of failing when it is sent."""
    async with bots_on(chat, folder=tmp_path, neocu_upload_url=None) as house:
        ada = house.seat("ada")
        await ada.type("the boat of last summer", files=[SKETCH])
        await ada.use(ada.lines()[0])
        form = await ada.journal.until(ada.form)
        left_out = notes(house, ada)
        await ada.send({})
        line = await result(ada)

        assert FILES not in form
        assert labels.files_left_out(["sketch.png"]) in left_out
        assert plain(line)


@both
async def test_a_title_says_what_is_edited(chat: str, tmp_path: Path) -> None:
    """And a new request's is as before."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu an image of a boat")
        await press(ada, Action.EDIT, asset=1)
        await ada.journal.until(ada.form)

        assert title(house, ada) == labels.edit_title("image")
