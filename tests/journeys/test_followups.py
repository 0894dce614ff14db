"""What a follow-up works on: this result, the last one, or none; and when the bot keeps out."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from house import (
    DISCORD,
    ENTRY,
    HTTP,
    NEVER,
    NO_SUCH_TASK,
    House,
    both,
    bots_on,
    finish,
    made,
    plain,
    result,
    said,
    told,
)

from bots.playground.seats import DiscordSeat, Line, Seat
from core import wording
from core.conversation import Reply
from core.records import State

SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")


async def drawn(house: House, words: str = "@neocu a lighthouse at dusk") -> tuple[Seat, Line]:
    """Let ada have something drawn; return her seat and the card."""
    ada = house.seat("ada")
    await ada.type(words)
    return ada, await result(ada)


async def nth(house: House, number: int) -> Any:
    """Return the task of this number, from 1, as soon as it is asked for."""
    await house.sandbox.journal.until(lambda: len(house.sandbox.generated) >= number)
    return house.sandbox.generated[number - 1]


@both
async def test_a_chain_works_on_the_latest_result(chat: str, tmp_path: Path) -> None:
    """Night, then rain: the rain falls at night."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, last = await drawn(house)
        await ada.type("@neocu make it night", thread=last.thread)
        second = await nth(house, 2)
        await result(ada, 2)
        await ada.type("@neocu let it rain", thread=last.thread)
        third = await nth(house, 3)

        assert third.files == (second.assets[0].id,)


@both
async def test_all_results_of_the_last_request_are_used(chat: str, tmp_path: Path) -> None:
    """Where nobody says which one."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, last = await drawn(house, "@neocu 2 images of a lighthouse")
        await ada.type("@neocu put them side by side", thread=last.thread)
        first, second = await nth(house, 1), await nth(house, 2)
        card = await result(ada, 2)

        assert second.files == tuple(asset.id for asset in first.assets)
        assert "this result" in plain(card)


@both
async def test_named_files_take_the_place_of_the_threads(chat: str, tmp_path: Path) -> None:
    """Who names a file means that file."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, last = await drawn(house, "@neocu 2 images of a lighthouse")
        asset = house.sandbox.generated[0].assets[1].id
        await ada.type(f"@neocu make it night\nfiles: {asset}", thread=last.thread)

        assert (await nth(house, 2)).files == (asset,)


@both
async def test_results_are_not_used_where_that_is_switched_off(chat: str, tmp_path: Path) -> None:
    """NEOCU_REUSE_RESULTS=false."""
    async with bots_on(chat, folder=tmp_path, neocu_reuse_results=False) as house:
        ada, last = await drawn(house)
        await ada.type("@neocu a boat", thread=last.thread)

        assert (await nth(house, 2)).files == ()


@both
async def test_a_failed_request_leaves_nothing_to_work_on(chat: str, tmp_path: Path) -> None:
    """The result before it counts."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, last = await drawn(house)
        await ada.type("@neocu make it night, please fail", thread=last.thread)
        await told(ada, Reply(wording.failed(ENTRY, []).text))
        await ada.type("@neocu make it day", thread=last.thread)

        assert (await nth(house, 3)).files == (house.sandbox.generated[0].assets[0].id,)


async def test_a_reply_to_a_card_works_on_all_that_it_shows(tmp_path: Path) -> None:
    """Discord says which message is replied to; the ledger knows whose results it shows."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, card = await drawn(house, "@neocu 3 images of a lighthouse")
        assert isinstance(ada, DiscordSeat)
        await ada.type("@neocu a boat", thread=card.thread)
        await result(ada, 2)
        await ada.reply(card, "make it night")
        third = await nth(house, 3)

        assert third.files == tuple(asset.id for asset in house.sandbox.generated[0].assets)


async def test_a_reply_without_its_ping_is_for_people(tmp_path: Path) -> None:
    """It is Discord's way to talk about a picture without calling the bot."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, last = await drawn(house)
        before = len(said(ada))
        await house.guild.say("ben", last.thread, "lovely", reply_to=last.shown, ping=False)
        await ada.type("@neocu a boat")
        await nth(house, 2)
        await result(ada, 2)

        assert house.posts == 2
        assert len(said(ada)) == 2 * before
        assert before == 1


async def test_files_of_the_message_replied_to_count(tmp_path: Path) -> None:
    """As far as Discord shows them to us: where that message mentions the bot, too."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ben.type("@neocu help, what of this?", files=[SKETCH])
        await nth(house, 1)
        [asked, *_] = ada.lines()
        assert isinstance(ada, DiscordSeat)
        await ada.reply(asked, "@neocu a lighthouse like this one")
        task = await nth(house, 2)

        assert len(task.files) == 1
        assert house.sandbox.files[task.files[0]].content == SKETCH[1]  # type: ignore[union-attr]  # it is an Upload


@pytest.mark.parametrize("follow", ["mention", "auto"])
async def test_slack_threads_can_be_followed_without_a_mention(
    follow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """THREAD_FOLLOW=auto, for teams that like it; what names somebody is for people even then."""
    monkeypatch.setenv("THREAD_FOLLOW", follow)
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada, last = await drawn(house)
        ben = house.seat("ben")
        await ben.type("@ada what a dusk", thread=last.thread)
        await ben.type("just words, in the channel")
        await ben.type("make it night", thread=last.thread)
        await ada.type("@neocu a boat")
        await ada.journal.until(lambda: "a boat" in asked(house))
        await house.sandbox.journal.until(lambda: len(asked(house)) >= 2 + (follow == "auto"))

        assert sorted(asked(house)) == sorted(
            ["a lighthouse at dusk", "a boat", *(["make it night"] if follow == "auto" else [])]
        )


def asked(house: House) -> list[str]:
    """Return the queries that Neocu got."""
    return [task.query for task in house.sandbox.generated]


# Where the bot is no member


async def test_a_visitor_says_so_and_delivers_within_the_token(tmp_path: Path) -> None:
    """Somebody took the app along to a guild that has not installed it."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        guild, abroad = house.guild, house.guild.add_channel("abroad", guild_id=1)
        house.sandbox.seconds = NEVER  # the note stands as long as something is to come
        await guild.command("ada", abroad, "neocu", user_install=True, query="6 images of a boat")
        seat = DiscordSeat(guild, "ada", "abroad")
        await made(house, 1)
        question, *_ = said(seat)
        finish(house)

        assert wording.visiting(15) in plain(question)
        assert len((await result(seat)).files) == 6


async def test_what_a_visitor_asked_is_told_to_the_same_person_only(tmp_path: Path) -> None:
    """The guild has nothing to do with it: it is the person's own app."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        guild, abroad = house.guild, house.guild.add_channel("abroad", guild_id=1)
        ada, ben = (DiscordSeat(guild, who, "abroad") for who in ("ada", "ben"))
        await guild.command("ada", abroad, "neocu", user_install=True, query="a secret lighthouse")
        await result(ada)
        status = f"status {house.sandbox.generated[0].task_id}"
        await guild.command("ben", abroad, "neocu", user_install=True, query=status)
        answer = await told(ben, NO_SUCH_TASK)
        await guild.command("ada", abroad, "neocu", user_install=True, query=status)
        done = wording.status(replace(ENTRY, state=State.COMPLETED), "")
        await told(ada, Reply(done.text.splitlines()[0]))

        assert "secret" not in plain(answer)
        assert answer.private
