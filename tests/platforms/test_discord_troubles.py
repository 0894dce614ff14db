"""Discord refuses something in the middle: what passes is tried again, what is final is told."""

from collections.abc import AsyncIterator

import pytest
from discord_bots import settings_for
from rungs_discord import SEND, DiscordStage, _stage, channel

from bots.discord import Discord
from bots.discord.calls import LIMITED_SECONDS
from bots.discord.ladder import Channel, ClosedDirectMessage, Token, dump
from bots.discord.tokens import Call
from bots.playground.discord import Guild
from core.conversation import (
    Attempt,
    Barrier,
    RateLimitedError,
    Reply,
    TryLaterError,
    UndeliverableError,
)

EDIT, DELETE = "PATCH /channels/*/messages/*", "DELETE /channels/*/messages/*"
MISSING_PERMISSION, UNKNOWN_MESSAGE, SLOW_MODE = 50013, 10008, 20016


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    """#general, and the bots."""
    async with _stage(channel)() as stage:
        yield stage


async def test_slow_mode_is_waited_for(stage: DiscordStage) -> None:
    """It passes, and costs nobody else anything."""
    stage.guild.faults.refuse(SEND, SLOW_MODE)
    with pytest.raises(RateLimitedError) as error:
        await stage.at(stage.address).post(Reply("Hello."), (), Attempt("key"))

    assert error.value.seconds == LIMITED_SECONDS
    assert not error.value.maybe_sent


async def test_before_the_first_connection_nothing_can_be_said() -> None:
    """What was left over from before a restart comes as soon as Discord is there."""
    async with Guild() as guild, Discord(settings_for(guild)) as bots:
        place = Channel(guild.channel("general").id, guild.guild_id)
        with pytest.raises(TryLaterError) as error:
            await bots.conversation(dump(place)).post(Reply("Hello."), (), Attempt("key"))

    assert error.value.outage


async def test_what_is_gone_is_taken_back(stage: DiscordStage) -> None:
    """Somebody may have deleted it; what we may not delete stays, and is told."""
    conversation = stage.at(stage.address)
    posted = await conversation.post(Reply("On it"), (), Attempt("key"))
    stage.guild.faults.refuse(DELETE, UNKNOWN_MESSAGE)
    await conversation.delete(posted.message_id)
    stage.guild.faults.refuse(DELETE, MISSING_PERMISSION)
    with pytest.raises(UndeliverableError):
        await conversation.delete(posted.message_id)


async def test_an_edit_that_is_refused_is_told(stage: DiscordStage) -> None:
    """Only an archived thread is opened for it; nothing else mends it."""
    conversation = stage.at(stage.address)
    posted = await conversation.post(Reply("On it"), (), Attempt("key"))
    stage.guild.faults.refuse(EDIT, MISSING_PERMISSION)
    with pytest.raises(UndeliverableError) as error:
        await conversation.edit(posted.message_id, Reply("Done"))

    assert error.value.barrier is Barrier.NO_PERMISSION


async def test_what_a_token_said_can_not_be_edited_when_it_has_expired(
    stage: DiscordStage,
) -> None:
    """Nobody is asked: a private answer is no message of the channel's."""
    place = Token(Call(1, "long ago"), 2, 1, private=True)
    calls = len(stage.guild.journal.calls)
    with pytest.raises(UndeliverableError) as error:
        await stage.at(dump(place)).edit("9", Reply("Done"))

    assert error.value.barrier is Barrier.EXPIRED
    assert len(stage.guild.journal.calls) == calls


async def test_what_stands_instead_of_a_direct_message_counts_for_its_channel(
    stage: DiscordStage,
) -> None:
    """It is said, edited and limited there."""
    general = stage.guild.channel("general").id
    conversation = stage.at(dump(ClosedDirectMessage(Channel(general, stage.guild.guild_id))))
    posted = await conversation.post(Reply("Your direct messages are closed."), (), Attempt("key"))
    await conversation.edit(posted.message_id, Reply("They still are."))

    assert conversation.bucket == str(general)
    assert [seen.text for seen in stage.said()][-1].startswith("They still are.")
