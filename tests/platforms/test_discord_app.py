"""What only Discord does: threads of messages, deferred commands, a gateway that breaks."""

from pathlib import Path

import pytest
from house import (
    BALANCE,
    DISCORD,
    DONE,
    HELP,
    House,
    bots_on,
    house_for,
    plain,
    running,
    said,
    told,
    words,
)

from bots.playground.neocu.media_files import Upload
from core import wording

SKETCH = ("sketch.png", b"a small boat", "image/png")
PHOTO = ("photo.png", b"the real boat", "image/png")


def handed_over(house: House) -> list[bytes]:
    """Return the bytes of the files that the newest task uses."""
    files = [house.sandbox.files[one] for one in house.sandbox.generated[-1].files]
    return [file.content for file in files if isinstance(file, Upload)]


async def test_the_thread_is_named_after_the_prompt(tmp_path: Path) -> None:
    """So that one finds it again in the list; a name has up to 100 characters."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("@neocu a lighthouse\nat dusk " + "and waves " * 20)
        [line, *_] = await told(ada, DONE)

        assert line.thread.name.startswith("a lighthouse at dusk and waves")
        assert len(line.thread.name) <= 100


@pytest.mark.parametrize("permission", ["create_public_threads", "send_messages_in_threads"])
async def test_without_threads_the_answer_is_a_reply(permission: str, tmp_path: Path) -> None:
    """The owner of the guild decides, and the person still gets what was asked for."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.guild.deny("general", permission)
        ada = house.seat()
        await ada.type("@neocu a lighthouse at dusk")
        lines = await told(ada, DONE)
        [asked, *_] = ada.lines()

        assert all(line.deep == 0 and line.shown.reply_to is asked.shown for line in lines)


async def test_where_it_may_not_answer_it_asks_nothing_of_neocu(tmp_path: Path) -> None:
    """Nobody pays for what nobody gets to see; the person hears of it in private."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.guild.deny("general", "send_messages")
        house.guild.deny("general", "send_messages_in_threads")
        await house.seat().type("@neocu a lighthouse at dusk")
        private = house.seat("ada", "dm")
        await told(private, words(wording.MAY_NOT_SPEAK), wording.NOTHING_SPENT)

        assert house.sandbox.generated == []


async def test_in_a_direct_message_it_replies(tmp_path: Path) -> None:
    """There are no threads in private."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat("ada", "dm")
        await ada.type("a lighthouse at dusk")
        [line, *_] = await told(ada, DONE)

        assert line.shown.reply_to.content == "a lighthouse at dusk"


@pytest.mark.parametrize("channel", ["general", "dm"])
async def test_a_command_takes_ids_and_attachments(channel: str, tmp_path: Path) -> None:
    """As options of their own, in a guild and in private."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat("ada", channel)
        await ada.type("/neocu a lighthouse at dusk")
        await told(ada, DONE)
        asset = house.sandbox.generated[0].assets[0].id
        where = house.guild.dm("ada") if channel == "dm" else channel
        options = {"query": "both in one", "files": asset}
        files = {"attachment": SKETCH, "attachment_2": PHOTO}
        act = await house.guild.command("ada", where, "neocu", **options, **files)
        await ada.journal.until(lambda: len(house.sandbox.generated) == 2)

        assert house.sandbox.generated[1].query == "both in one"
        assert house.sandbox.generated[1].files[0] == asset
        assert handed_over(house) == [SKETCH[1], PHOTO[1]]
        assert not act.failed


async def test_nothing_is_left_thinking(tmp_path: Path) -> None:
    """A deferred answer that is never filled in looks broken."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("/neocu a lighthouse at dusk")
        await ada.type("/neocu balance")
        await told(ada, DONE, BALANCE)

        assert not any(line.shown.thinking for line in ada.lines())


async def test_a_reply_that_pings_is_a_mention(tmp_path: Path) -> None:
    """One answers the bot as one answers people."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("@neocu a lighthouse at dusk")
        [line, *_] = await told(ada, DONE)
        await house.guild.say("ben", line.thread, "make it night", reply_to=line.shown)
        await ada.journal.until(lambda: len(house.sandbox.generated) == 2)

        assert house.sandbox.generated[1].query == "make it night"


async def test_mentioned_people_keep_their_names(tmp_path: Path) -> None:
    """Neocu can do nothing with a number in angle brackets."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        await house.seat().type("@neocu @ben as a knight")
        await house.sandbox.journal.until(lambda: house.sandbox.generated)

        assert house.sandbox.generated[0].query.casefold() == "@ben as a knight"


async def test_a_command_that_comes_twice_is_one_request(tmp_path: Path) -> None:
    """The gateway may tell an event again."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("/neocu a lighthouse at dusk")
        house.guild.replay(house.guild.newest("INTERACTION_CREATE"))
        await told(ada, DONE)
        await ada.type("/neocu help")
        await told(ada, HELP)

        assert await house.noted() == 2
        assert house.posts == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_dropped_gateway_comes_back(tmp_path: Path, *, resumable: bool) -> None:
    """Discord closes every connection now and then."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, [bot] = house.seat(), house.bots
        house.guild.drop_gateway(resumable=resumable)
        await ada.journal.until(lambda: not bot.ready)
        if resumable:  # what was said meanwhile is told on resuming
            await ada.type("@neocu a lighthouse at dusk")
        else:
            await house.ready()
            await ada.type("@neocu a lighthouse at dusk")
        await told(ada, DONE)

        assert house.posts == 1


async def test_commands_are_told_to_discord_once(tmp_path: Path) -> None:
    """It takes 200 new ones a day."""
    async with house_for(DISCORD) as house:
        async with running(house, DISCORD, folder=tmp_path):
            first = house.guild.world.command_creates
        async with running(house, DISCORD, folder=tmp_path):
            pass

        assert first > 0
        assert house.guild.world.command_creates == first


async def test_a_result_that_comes_after_fifteen_minutes_arrives(tmp_path: Path) -> None:
    """An interaction's token is dead by then; the thread is not."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.sandbox.faults.next("task", 404, 2)
        ada = house.seat()
        await ada.type("/neocu a long film")
        await told(ada, "Task")
        house.guild.age_interactions(16)
        await told(ada, DONE)

        assert all("asked" in plain(line) or line.deep == 1 for line in said(ada))


async def test_where_only_a_command_may_speak_the_picture_arrives_whole(tmp_path: Path) -> None:
    """The file was read for the message that was forbidden; the next try begins it anew."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.guild.deny("general", "send_messages")
        house.guild.deny("general", "send_messages_in_threads")
        ada = house.seat()
        await ada.type("/neocu a lighthouse at dusk")
        await told(ada, DONE)
        [picture] = [file for line in ada.lines() for file in line.shown.attachments]

        assert picture.data.startswith(b"\x89PNG")
