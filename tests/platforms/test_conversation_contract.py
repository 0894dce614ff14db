"""What the core may expect of a conversation, on every rung of every platform's ladder alike."""

import struct
import zlib
from collections.abc import Iterable

import pytest
from rungs import Rung
from rungs_discord import DISCORD_RUNGS
from rungs_slack import SLACK_RUNGS

from core.conversation import (
    Attempt,
    Button,
    File,
    FilesRefusedError,
    Media,
    Reply,
    TryLaterError,
    UndeliverableError,
)
from core.request import Action

RUNGS = (*SLACK_RUNGS, *DISCORD_RUNGS)


def among(rungs: Iterable[Rung]) -> pytest.MarkDecorator:
    """Return a mark that runs a test on each of these rungs."""
    return pytest.mark.parametrize("rung", list(rungs), ids=str)


every_rung = among(RUNGS)
with_files = among(one for one in RUNGS if one.files)
without_files = among(one for one in RUNGS if not one.files)
with_edits = among(one for one in RUNGS if one.edits)
with_memory = among(one for one in RUNGS if one.dedupes)
with_memory_of_files = among(one for one in RUNGS if one.dedupes and one.files)
that_close = among(one for one in RUNGS if one.closes)

LOUD = "<!channel> <!here> <!subteam^S012> <@&99> @everyone @here"


def _png() -> bytes:
    """Return the smallest picture there is: one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"\0\x80"))
        + chunk(b"IEND", b"")
    )


PICTURES = [File(name, _png(), "image/png", name) for name in ("one.png", "two.png")]


@every_rung
async def test_what_is_said_arrives_once_and_whole(rung: Rung) -> None:
    """The words, the small line and the buttons, in one message."""
    button = Button("Again", Action.AGAIN, "key")
    async with rung.open() as stage:
        reply = Reply("**Drawn.**", small="2 s · 1 credit", buttons=(button,))
        await stage.at(stage.address).post(reply, (), Attempt("key"))
        [seen] = stage.said()

        assert "Drawn." in seen.text
        assert "2 s · 1 credit" in seen.text
        assert seen.buttons == ("Again",)


@with_edits
async def test_what_is_posted_can_be_edited(rung: Rung) -> None:
    """Progress is shown in one message, not in twenty."""
    async with rung.open() as stage:
        posted = await stage.at(stage.address).post(Reply("drawing"), (), Attempt("key"))
        await stage.at(posted.address).edit(posted.message_id, Reply("drawn"))

        assert [seen.text for seen in stage.said()] == ["drawn"]


@with_edits
async def test_what_is_posted_can_be_taken_back(rung: Rung) -> None:
    """The result takes the place of the progress; what is gone already is no error."""
    async with rung.open() as stage:
        posted = await stage.at(stage.address).post(Reply("drawing"), (), Attempt("key"))
        await stage.at(posted.address).post(Reply("drawn"), (), Attempt("other"))
        await stage.at(posted.address).delete(posted.message_id)
        await stage.at(posted.address).delete(posted.message_id)

        assert [seen.text for seen in stage.said()] == ["drawn"]


@every_rung
async def test_an_address_finds_its_conversation_again(rung: Rung) -> None:
    """It is all that is left after a restart, and whatever follows stands in one place."""
    async with rung.open() as stage:
        address = stage.address
        for text in ("first", "second", "third"):
            posted = await stage.at(address).post(Reply(text), (), Attempt(text))
            address = posted.address
        first, second, third = stage.said()

        assert [first.text, second.text, third.text] == ["first", "second", "third"]
        assert second.where == third.where


@every_rung
async def test_a_text_of_usual_length_is_one_message(rung: Rung) -> None:
    """One reply is one message wherever it fits."""
    async with rung.open() as stage:
        await stage.at(stage.address).post(Reply("word " * 300), (), Attempt("key"))

        assert len(stage.said()) == 1


@with_edits
async def test_a_text_over_the_limit_arrives_whole(rung: Rung) -> None:
    """In several messages, none of which the platform refuses."""
    long = " ".join(f"word{n}" for n in range(2_000))
    async with rung.open() as stage:
        await stage.at(stage.address).post(Reply(long), (), Attempt("key"))
        seen = stage.said()

        assert len(seen) > 1
        assert "".join(one.text for one in seen).replace(" ", "") == long.replace(" ", "")


@every_rung
async def test_a_mass_mention_never_pings(rung: Rung) -> None:
    """Even if the core forgot to escape it, in the text and in the small line."""
    async with rung.open() as stage:
        reply = Reply(LOUD, small=LOUD)
        posted = await stage.at(stage.address).post(reply, (), Attempt("key"))
        before = stage.said()
        if rung.edits:
            await stage.at(posted.address).edit(posted.message_id, Reply(LOUD + " again"))

        assert LOUD in before[0].text
        assert not any(seen.pinged for seen in [*before, *stage.said()])


@with_edits
async def test_buttons_arrive(rung: Rung) -> None:
    """Also with the longest key that a request can have, and they stay through an edit."""
    button = Button("Send again", Action.SEND_AGAIN, "x" * 80)
    async with rung.open() as stage:
        reply = Reply("unknown", buttons=(button,))
        posted = await stage.at(stage.address).post(reply, (), Attempt("key"))
        reply = Reply("still unknown", buttons=(button,))
        await stage.at(posted.address).edit(posted.message_id, reply)
        [seen] = stage.said()

        assert (seen.text, seen.buttons) == ("still unknown", ("Send again",))


# Files


@with_files
async def test_all_files_are_in_one_message_with_the_words(rung: Rung) -> None:
    """One answer is one card."""
    button = Button("Again", Action.AGAIN, "key")
    async with rung.open() as stage:
        talk = stage.at(stage.address)
        reply = Reply("Your images are ready.", small="2 s", buttons=(button,))
        posted = await talk.post(reply, PICTURES, Attempt("key"))
        [seen] = stage.said()

        assert talk.capacity.files >= len(PICTURES)
        assert seen.files == ("one.png", "two.png")
        assert "Your images are ready." in seen.text
        assert seen.buttons == ("Again",)
        assert posted.message_id


@with_files
async def test_an_edit_leaves_the_files(rung: Rung) -> None:
    """Used buttons go, the pictures stay."""
    button = Button("Again", Action.AGAIN, "key")
    async with rung.open() as stage:
        media = tuple(Media(f"https://files.example/{one.name}", one.name, "") for one in PICTURES)
        reply = Reply("Ready.", media=media, buttons=(button,))
        posted = await stage.at(stage.address).post(reply, PICTURES, Attempt("key"))
        await stage.at(posted.address).edit(posted.message_id, Reply("Still.", media=media))
        [seen] = stage.said()

        assert seen.files == ("one.png", "two.png")
        assert seen.buttons == ()


@with_files
async def test_where_files_are_refused_the_words_go(rung: Rung) -> None:
    """The core says them again, with links."""
    async with rung.open() as stage:
        stage.refuse_files()
        with pytest.raises(FilesRefusedError):
            await stage.at(stage.address).post(Reply("Ready."), PICTURES, Attempt("key"))
        await stage.at(stage.address).post(Reply("Ready."), (), Attempt("key"))

        assert [(seen.text, seen.files) for seen in stage.said()] == [("Ready.", ())]


@without_files
async def test_a_place_without_files_says_so(rung: Rung) -> None:
    """Before they are fetched; and where somebody tries, the words can still go."""
    async with rung.open() as stage:
        talk = stage.at(stage.address)
        with pytest.raises(FilesRefusedError):
            await talk.post(Reply("Ready."), PICTURES, Attempt("key"))

        assert talk.capacity.files == 0
        assert stage.said() == []


@with_memory_of_files
async def test_files_said_again_are_said_once(rung: Rung) -> None:
    """After a crash nobody knows whether they were said; the platform does."""
    async with rung.open() as stage:
        first = await stage.at(stage.address).post(Reply("Ready."), PICTURES, Attempt("key"))
        again = await stage.at(stage.address).post(
            Reply("Ready."), PICTURES, Attempt("key", 2, maybe_sent=True)
        )

        assert again == first
        assert len(stage.said()) == 1


# What goes wrong


@with_memory
async def test_said_again_is_said_once(rung: Rung) -> None:
    """After a crash nobody knows whether it was said; the platform does."""
    once_more = Attempt("key", 2, maybe_sent=True)
    async with rung.open() as stage:
        first = await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))
        again = await stage.at(stage.address).post(Reply("drawn"), (), once_more)
        other = Attempt("other key", 2, maybe_sent=True)
        await stage.at(first.address).post(Reply("drawn, too"), (), other)

        assert first == again
        assert [seen.text for seen in stage.said()] == ["drawn", "drawn, too"]


@with_memory
async def test_a_lost_answer_is_no_reason_to_say_it_twice(rung: Rung) -> None:
    """The connection broke after the platform had taken it."""
    async with rung.open() as stage:
        stage.lose_answer()
        with pytest.raises(TryLaterError) as caught:
            await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))
        again = Attempt("key", 2, maybe_sent=True, memo=caught.value.memo)
        await stage.at(stage.address).post(Reply("drawn"), (), again)

        assert caught.value.maybe_sent
        assert [seen.text for seen in stage.said()] == ["drawn"]


@every_rung
async def test_a_rate_limit_says_how_long_to_wait(rung: Rung) -> None:
    """Nothing sleeps in its slot; the platform is busy, which is no fault of the message."""
    async with rung.open() as stage:
        stage.rate_limit(90)
        with pytest.raises(TryLaterError) as caught:
            await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))

        assert caught.value.seconds == pytest.approx(90, abs=1)
        assert caught.value.outage
        assert not caught.value.maybe_sent


@every_rung
async def test_trouble_at_the_platform_is_transient(rung: Rung) -> None:
    """What can't be said now may have been, and can be later."""
    async with rung.open() as stage:
        stage.fail()
        with pytest.raises(TryLaterError) as failed:
            await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))
        stage.outage(down=True)
        with pytest.raises(TryLaterError) as away:
            await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))
        stage.outage(down=False)
        again = Attempt("key", 3, maybe_sent=True)
        await stage.at(stage.address).post(Reply("drawn"), (), again)

        assert failed.value.maybe_sent
        assert away.value.outage
        assert [seen.text for seen in stage.said()] == ["drawn"]


@that_close
async def test_where_nobody_can_speak_nothing_is_tried_again(rung: Rung) -> None:
    """A closed channel does not open by waiting."""
    async with rung.open() as stage:
        stage.close()
        with pytest.raises(UndeliverableError):
            await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))

        assert stage.said() == []
