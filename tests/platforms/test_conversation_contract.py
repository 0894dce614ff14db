"""What the core may expect of a conversation, on every platform alike."""

from pathlib import Path
from typing import Any

import pytest
from house import DISCORD, HTTP, House, both, bots_on, house_for, plain, running, said

from bots.discord.conversation import Place as DiscordPlace
from bots.slack.conversation import Place as SlackPlace
from core.conversation import (
    Action,
    Button,
    Conversation,
    Reply,
    TryLaterError,
    UndeliverableError,
)

LOUD = "<!channel> <!here> <!subteam^S012> <@&99> @everyone @here"
POST = {HTTP: "chat.postMessage", DISCORD: "POST /channels/*/messages"}


async def begun(house: House, chat: str) -> str:
    """Return the address of a thread still to be made: of ben's message."""
    if chat == DISCORD:
        asked = await house.guild.say("ben", "general", "a boat")
        return DiscordPlace(channel=asked.channel.id, message=asked.id, title="a boat").dump()
    message = await house.workspace.say("ben", "general", "a boat")
    return SlackPlace(channel=message.channel, thread_ts=message.ts).dump()


def at(house: House, address: str) -> Conversation:
    """Return the conversation at an address, as a process finds it that knows nothing else."""
    return house.bots[0].conversation(address)


def faults(house: House, chat: str) -> Any:
    """Return the switches of the platform's faults; both have the same ones."""
    return house.guild.faults if chat == DISCORD else house.workspace.faults


@both
async def test_the_first_post_makes_the_thread_and_later_ones_go_there(
    chat: str, tmp_path: Path
) -> None:
    """Two people who ask at once must not read each other's answers."""
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        await talk.post(Reply("first"), "key 1")
        await talk.post(Reply("second"), "key 2")
        lines = said(house.seat())

        assert [(line.deep, line.text) for line in lines] == [(1, "first"), (1, "second")]


@both
async def test_what_is_posted_can_be_edited(chat: str, tmp_path: Path) -> None:
    """Progress is shown in one message, not in twenty."""
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        message_id = await talk.post(Reply("drawing"), "key")
        await talk.edit(message_id, Reply("drawn"))

        assert [line.text for line in said(house.seat())] == ["drawn"]


@both
async def test_an_address_finds_its_conversation_again(chat: str, tmp_path: Path) -> None:
    """It is all that is left of a conversation after a restart."""
    async with house_for(chat) as house:
        async with running(house, chat, folder=tmp_path):
            talk = at(house, await begun(house, chat))
            message_id = await talk.post(Reply("first"), "key 1")
        async with running(house, chat, folder=tmp_path):
            found = at(house, talk.address)
            await found.edit(message_id, Reply("edited"))
            await found.post(Reply("second"), "key 2")
        lines = said(house.seat())

        assert [(line.deep, line.text) for line in lines] == [(1, "edited"), (1, "second")]


@both
async def test_a_text_over_the_limit_arrives_whole(chat: str, tmp_path: Path) -> None:
    """In several messages, none of which the platform refuses."""
    long = " ".join(f"word{n}" for n in range(2_000))
    async with bots_on(chat, folder=tmp_path) as house:
        await at(house, await begun(house, chat)).post(Reply(long), "key")
        lines = said(house.seat())

        assert len(lines) > 1
        assert "".join(line.text for line in lines).replace(" ", "") == long.replace(" ", "")


@both
async def test_a_mass_mention_never_pings(chat: str, tmp_path: Path) -> None:
    """Even if the core forgot to escape it."""
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        message_id = await talk.post(Reply(LOUD), "key")
        [before] = said(house.seat())
        await talk.edit(message_id, Reply(LOUD + " again"))
        [line] = said(house.seat())

        assert plain(before) == LOUD
        assert plain(line) == LOUD + " again"
        assert not (line.shown.pinged if chat == DISCORD else line.shown.pings)


@both
async def test_buttons_arrive(chat: str, tmp_path: Path) -> None:
    """Also with the longest key that a request can have, and they stay through an edit."""
    button = Button("Send again", Action.SEND_AGAIN, "x" * 80)
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        message_id = await talk.post(Reply("unknown", buttons=(button,)), "key")
        await talk.edit(message_id, Reply("still unknown", buttons=(button,)))
        [line] = said(house.seat())

        assert (line.text, line.buttons) == ("still unknown", ("Send again",))


@both
async def test_said_again_is_said_once(chat: str, tmp_path: Path) -> None:
    """After a crash nobody knows whether it was said; the platform does."""
    async with bots_on(chat, folder=tmp_path) as house:
        address = await begun(house, chat)
        first = await at(house, address).post(Reply("drawn"), "key")
        again = await at(house, address).post(Reply("drawn"), "key", again=True)
        other = await at(house, address).post(Reply("drawn, too"), "other key", again=True)

        assert first == again != other
        assert [line.text for line in said(house.seat())] == ["drawn", "drawn, too"]


@both
async def test_a_lost_answer_is_no_reason_to_say_it_twice(chat: str, tmp_path: Path) -> None:
    """The connection broke after the platform had taken it."""
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        faults(house, chat).drop(POST[chat], after=True)
        with pytest.raises(TryLaterError) as caught:
            await talk.post(Reply("drawn"), "key")
        await talk.post(Reply("drawn"), "key", again=True)

        assert caught.value.maybe_said
        assert [line.text for line in said(house.seat())] == ["drawn"]


async def test_a_thread_whose_making_got_lost_is_found(tmp_path: Path) -> None:
    """Discord makes one thread of a message, and no second one."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        talk = at(house, await begun(house, DISCORD))
        house.guild.faults.drop("POST /channels/*/messages/*/threads", after=True)
        with pytest.raises(TryLaterError):
            await talk.post(Reply("drawn"), "key")
        await talk.post(Reply("drawn"), "key", again=True)

        assert [(line.deep, line.text) for line in said(house.seat())] == [(1, "drawn")]


@both
async def test_a_rate_limit_says_how_long_to_wait(chat: str, tmp_path: Path) -> None:
    """The SDK waits once by itself, or not at all if it is long; then the core knows."""
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        if chat == HTTP:
            faults(house, chat).rate_limit(POST[chat], retry_after=0)
        faults(house, chat).rate_limit(POST[chat], retry_after=90)
        with pytest.raises(TryLaterError) as caught:
            await talk.post(Reply("drawn"), "key")

        assert caught.value.seconds == pytest.approx(90, abs=1)
        assert not caught.value.maybe_said


async def test_what_was_said_in_part_is_not_begun_again(tmp_path: Path) -> None:
    """The first of several messages stands there when the second has to wait."""
    long = " ".join(f"word{n}" for n in range(500))
    async with bots_on(HTTP, folder=tmp_path) as house:
        talk = at(house, await begun(house, HTTP))
        faults(house, HTTP).slow(POST[HTTP], seconds=0)
        faults(house, HTTP).rate_limit(POST[HTTP], times=2, retry_after=0)
        with pytest.raises(TryLaterError) as caught:
            await talk.post(Reply(long), "key")
        await talk.post(Reply(long), "key", again=caught.value.maybe_said)

        assert "".join(line.text for line in said(house.seat())) == long


@both
async def test_trouble_at_the_platform_passes(chat: str, tmp_path: Path) -> None:
    """What can't be said now may have been, and can be later."""
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, await begun(house, chat))
        faults(house, chat).fail(POST[chat])
        with pytest.raises(TryLaterError) as failed:
            await talk.post(Reply("drawn"), "key")
        faults(house, chat).outage = True
        with pytest.raises(TryLaterError):
            await talk.post(Reply("drawn"), "key", again=True)
        with pytest.raises(TryLaterError):
            await talk.edit("1", Reply("drawn"))
        faults(house, chat).outage = False
        await talk.post(Reply("drawn"), "key", again=True)

        assert failed.value.maybe_said
        assert [line.text for line in said(house.seat())] == ["drawn"]


@both
async def test_where_nobody_can_speak_nothing_is_tried_again(chat: str, tmp_path: Path) -> None:
    """A deleted channel does not come back."""
    gone = DiscordPlace(channel=1) if chat == DISCORD else SlackPlace(channel="C0", thread_ts="1.1")
    async with bots_on(chat, folder=tmp_path) as house:
        talk = at(house, gone.dump())
        with pytest.raises(UndeliverableError):
            await talk.post(Reply("drawn"), "key")
        with pytest.raises(UndeliverableError):
            await talk.edit("1", Reply("drawn"))


async def test_a_locked_thread_is_closed_to_the_bot(tmp_path: Path) -> None:
    """Somebody with authority wanted silence there."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        thread = house.guild.add_thread("general", "old things")
        house.guild.archive(thread, locked=True)
        talk = at(house, DiscordPlace(channel=thread.id).dump())

        with pytest.raises(UndeliverableError):
            await talk.post(Reply("drawn"), "key")


async def test_an_archived_thread_opens_again(tmp_path: Path) -> None:
    """A thread archives itself after a day; a late result arrives all the same."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        thread = house.guild.add_thread("general", "old things")
        house.guild.archive(thread)
        await at(house, DiscordPlace(channel=thread.id).dump()).post(Reply("drawn"), "key")

        assert [note.content for note in house.guild.seen_by("ada", thread)] == ["drawn"]


async def test_a_private_word_is_seen_by_one_person(tmp_path: Path) -> None:
    """Slack calls it ephemeral; Discord can do it only in answer to a command."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        workspace = house.workspace
        place = SlackPlace(
            channel=workspace.channel("general").id, person=workspace.person("ada").id
        )
        await at(house, place.dump()).post(Reply("for you alone"), "key")

        assert [line.text for line in said(house.seat("ada"))] == ["for you alone"]
        assert said(house.seat("ben")) == []
