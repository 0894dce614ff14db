"""What goes wrong between a bot and the local Discord guild: blocks, floods, fatal closes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from test_playground_discord import Bot, logged_in, pointed_at
from test_playground_discord_rules import Caller

from bots.playground.discord import Guild

MESSAGES = "POST /channels/*/messages"
# Guilds, guild messages and direct messages.
FEWEST_INTENTS = 4609


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


@pytest.fixture
async def caller(guild: Guild) -> AsyncIterator[Caller]:
    """Somebody who holds the bot's token, without a library."""
    async with aiohttp.ClientSession() as session:
        yield Caller(guild, session)


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_block_page_is_not_discords_word(guild: Guild, bot: Bot, status: int) -> None:
    """The proxy's page is HTML: no code, so nothing is known of what Discord would say."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    guild.faults.block(MESSAGES, status=status)
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("hello")
    await channel.send("hello again")

    assert (refusal.value.status, refusal.value.code) == (status, 0)
    assert refusal.value.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("code", "status"), [(30046, 429), (200000, 400), (400001, 400)])
async def test_any_refusal_can_be_had(guild: Guild, bot: Bot, code: int, status: int) -> None:
    """Those that no rule leads to here, as their limits are not published."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    guild.faults.refuse(MESSAGES, code)
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("hello")

    assert (refusal.value.status, refusal.value.code) == (status, code)


async def test_refusals_are_counted(guild: Guild, caller: Caller) -> None:
    """401, 403 and 429 count against the bot, but not a 429 that others caused."""
    guild.deny("general", "send_messages")
    await caller.post(content="x")
    guild.faults.rate_limit(MESSAGES)
    await caller.post(content="x")
    guild.faults.limit_threads()
    shared = await caller.call("POST", f"/channels/{guild.channel('general').id}/threads", {})
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{guild.api_url}/users/@me") as answer,
    ):
        unauthorized = answer.status

    assert (shared[0], unauthorized) == (429, 401)
    assert guild.faults.invalid_requests == 3


async def test_who_storms_is_blocked(guild: Guild, bot: Bot) -> None:
    """After 10,000 refusals the proxy answers, and nothing goes through any more."""
    for _ in range(10_000):
        guild.faults.count(aiohttp.web.Response(status=403))
    channel = bot.get_partial_messageable(guild.channel("general").id)
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("hello")

    assert (refusal.value.status, refusal.value.code) == (429, 0)


async def test_channel_takes_so_many_in_so_long(guild: Guild, bot: Bot, caller: Caller) -> None:
    """Who heeds the headers waits and is never refused; who does not gets 429."""
    guild.faults.throttle(MESSAGES, limit=2, seconds=0.5)
    channel = bot.get_partial_messageable(guild.channel("general").id)
    for number in range(3):
        await channel.send(str(number))
    refused = guild.faults.invalid_requests
    guild.faults.clear()
    guild.faults.throttle(MESSAGES, limit=2, seconds=60)
    statuses = [(await caller.post("random", content=str(n)))[0] for n in range(3)]

    assert (refused, len(guild.seen_by("ada", "general"))) == (0, 3)
    assert statuses == [200, 200, 429]


async def test_global_limit_holds_everything(guild: Guild, bot: Bot) -> None:
    """discord.py waits with every route, and goes on by itself."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    guild.faults.rate_limit(MESSAGES, retry_after=0.05, everywhere=True)
    await channel.send("hello")

    assert guild.faults.invalid_requests == 1


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_fatal_close_ends_the_bot(guild: Guild, code: int) -> None:
    """discord.py gives up on each of these; the owner must hear why."""
    async with Bot(guild) as bot:
        with pointed_at(guild):
            running = asyncio.create_task(bot.start(guild.token))
            await guild.journal.until(bot.is_ready)
            guild.gateway.refuse(code)
            fatal = (discord.ConnectionClosed, discord.PrivilegedIntentsRequired)
            with pytest.raises(fatal) as end:
                await running

    assert getattr(end.value, "code", 4014) == code
    assert not guild.gateway.connected


async def test_login_is_refused_while_fatal(guild: Guild) -> None:
    """At 2,500 guilds a start without shards ends with 4011, until that is mended."""
    guild.gateway.refuse(4011)
    with pytest.raises(discord.ConnectionClosed) as end:
        async with logged_in(guild, Bot(guild)):
            pass
    guild.gateway.open()
    async with logged_in(guild, Bot(guild)) as bot:
        assert bot.is_ready()

    assert end.value.code == 4011


async def test_logins_run_out(guild: Guild) -> None:
    """One too many resets the token, so a bot must not log in in a loop."""
    guild.rules.session_starts, token = 1, guild.token
    async with logged_in(guild, Bot(guild)):
        left = guild.rules.session_starts - guild.world.identifies
        with pytest.raises(discord.ConnectionClosed) as end:
            async with logged_in(guild, Bot(guild)):
                pass

    assert (left, end.value.code) == (0, 4004)
    assert guild.token != token


async def test_events_depend_on_intents(guild: Guild) -> None:
    """4609 is all that a bot needs to be asked; what it did not ask for it does not get."""
    intents = discord.Intents._from_value(FEWEST_INTENTS)  # noqa: SLF001 -- no public way
    async with logged_in(guild, Bot(guild, intents)) as bot:
        heard: list[str] = []
        bot.on_socket_event_type = _noting(heard, guild)  # type: ignore[method-assign] # a listener
        await bot.get_partial_messageable(guild.channel("general").id).typing()
        await guild.say("ada", "general", "@neocu hello")
        await guild.say("ada", guild.dm("ada"), "hello")
        await guild.journal.until(lambda: len(bot.heard) == 2)

        assert bot.get_guild(guild.guild_id) is not None
        assert set(heard) == {"MESSAGE_CREATE"}


async def test_without_the_guilds_intent_no_guild_is_known(guild: Guild) -> None:
    """Its channels, roles and threads would be missing."""
    intents = discord.Intents(dm_messages=True)
    async with logged_in(guild, Bot(guild, intents)) as bot:
        await guild.say("ada", "general", "@neocu hello")
        await guild.say("ada", guild.dm("ada"), "hello")
        await guild.journal.until(lambda: bot.heard)

        home = bot.get_guild(guild.guild_id)
        assert home is not None
        assert (home.unavailable, home.text_channels) == (True, [])
        assert [message.content for message in bot.heard] == ["hello"]


@pytest.mark.parametrize(
    ("login", "code"),
    [({"intents": 0, "shard": [2, 2]}, 4010), ({"intents": 1 << 30}, 4013)],
)
async def test_impossible_login_is_refused(guild: Guild, login: dict[str, Any], code: int) -> None:
    """A shard beyond the last one, or an intent that does not exist."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(guild.gateway_url) as socket,
    ):
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": guild.token} | login})
        end = await socket.receive()

    assert (end.type, end.data) == (aiohttp.WSMsgType.CLOSE, code)


def _noting(heard: list[str], guild: Guild):  # noqa: ANN202 -- a coroutine function
    async def on_socket_event_type(name: str) -> None:
        heard.append(name)
        guild.journal.changed()

    return on_socket_event_type
