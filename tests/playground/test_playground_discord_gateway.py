"""The local Discord guild's gateway: who gets in, who is told what, and how one comes back."""

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from test_playground_discord import Bot, logged_in, pointed_at

from bots.playground.discord import Guild


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[Bot]:
    """A bot that is logged in to it."""
    async with logged_in(guild, Bot(guild)) as bot:
        yield bot


async def test_dropped_gateway_is_resumed_with_what_was_missed(guild: Guild, bot: Bot) -> None:
    """A mention during a reconnect is not lost."""
    guild.drop_gateway()
    await guild.say("ada", "general", "@neocu while you were away")
    await guild.journal.until(lambda: bot.heard and bot.resumes)

    assert [message.clean_content for message in bot.heard] == ["@neocu while you were away"]
    assert bot.logins == 1


async def test_lost_session_is_begun_anew(guild: Guild, bot: Bot) -> None:
    """When a session can't be resumed the bot identifies again; what was missed is lost."""
    guild.drop_gateway(resumable=False)
    await guild.say("ada", "general", "@neocu lost")
    await guild.journal.until(lambda: bot.logins == 2, within=20)
    await guild.say("ada", "general", "@neocu found")
    await guild.journal.until(lambda: bot.heard)

    assert [message.clean_content for message in bot.heard] == ["@neocu found"]
    assert bot.resumes == 0


async def test_asked_to_reconnect_it_resumes(guild: Guild, bot: Bot) -> None:
    """Discord asks so (op 7) a few times a day."""
    guild.gateway.ask_reconnect()
    await guild.journal.until(lambda: bot.resumes)

    assert bot.logins == 1


async def test_event_can_come_twice(guild: Guild, bot: Bot) -> None:
    """The gateway may replay; the bot must notice by the message's ID."""
    await guild.say("ada", "general", "@neocu once")
    guild.replay(guild.newest("MESSAGE_CREATE"))
    await guild.journal.until(lambda: len(bot.heard) == 2)

    assert bot.heard[0].id == bot.heard[1].id


async def test_outage_ends(guild: Guild, bot: Bot) -> None:
    """While Discord is down all is refused; afterwards the bot comes back by itself."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    guild.faults.outage = True
    with pytest.raises(discord.DiscordServerError):
        await channel.send("anybody there?")
    guild.faults.outage = False
    await guild.journal.until(lambda: bot.resumes, within=30)

    assert guild.gateway.connected


async def test_wrong_token_is_refused(guild: Guild) -> None:
    """The bot must be able to tell its owner that the token is wrong."""
    async with Bot(guild) as client:
        with pointed_at(guild), pytest.raises(discord.LoginFailure):
            await client.login("wrong")


async def test_privileged_intent_is_refused(guild: Guild) -> None:
    """A bot that asks for message content unapproved is closed with 4014, as by Discord."""
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with logged_in(guild, Bot(guild, discord.Intents.all())):
            pass


async def test_content_is_hidden_without_a_mention(guild: Guild, bot: Bot) -> None:
    """Without the intent a bot sees who writes, not what; it must not rely on more."""
    picture = [("cat.png", b"cat", "image/png")]
    await guild.say("ada", "general", "nothing for bots", files=picture)
    await guild.say("ada", guild.dm("ada"), "for you", files=picture)
    await guild.journal.until(lambda: len(bot.heard) == 2)
    hidden, direct = bot.heard

    assert (hidden.content, hidden.attachments) == ("", [])
    assert (direct.content, len(direct.attachments)) == ("for you", 1)


async def test_reply_is_readable_only_if_it_pings(guild: Guild, bot: Bot) -> None:
    """A follow-up by reply works as on Discord: with the ping on."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    sent = await channel.send("a picture")
    answer = guild.channel("general").messages[sent.id]
    await guild.say("ada", "general", "make it night", reply_to=answer)
    await guild.say("ada", "general", "between us", reply_to=answer, ping=False)
    await guild.journal.until(lambda: len(bot.heard) == 2)

    assert [message.content for message in bot.heard] == ["make it night", ""]


async def test_protocol_without_a_library(guild: Guild) -> None:
    """Uncompressed too: HELLO, heartbeat and ACK, and 4004 for a wrong token."""
    guild.rules.heartbeat_interval = 1.5
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(guild.gateway_url) as socket,
    ):
        hello = await socket.receive_json()
        await socket.send_json({"op": 1, "d": None})
        ack = await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 0}})
        end = await socket.receive()

    assert (hello["op"], hello["d"]) == (10, {"heartbeat_interval": 1500})
    assert ack["op"] == 11
    assert (end.type, end.data) == (aiohttp.WSMsgType.CLOSE, 4004)


async def test_unseen_channel_stays_unseen(guild: Guild, bot: Bot) -> None:
    """Events of a channel that is closed to the bot don't reach it."""
    guild.deny("random", "view_channel")
    await guild.say("ada", "random", "@neocu psst")
    await guild.say("ada", "general", "@neocu hello")
    await guild.journal.until(lambda: bot.heard)

    assert [message.clean_content for message in bot.heard] == ["@neocu hello"]
