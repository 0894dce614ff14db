"""Many servers: the shards are shared out among replicas, taken over, and miss nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chaos_bots import Replica
from discord_bots import QUICK, Bots, bots_on_discord, until
from postgres_server import PostgresServer

from bots.discord.settings import Timing
from bots.playground.discord import Guild
from bots.playground.discord.gateway_session import shard_for
from bots.playground.discord.state import TIMESTAMP_SHIFT, Message
from bots.playground.neocu import Sandbox
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement

SHARDS = 16


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A Neocu."""
    async with Sandbox(seconds=QUICK) as sandbox:
        yield sandbox


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A Discord that wants sixteen shards, with a server on each."""
    async with Guild() as guild:
        guild.rules.shards, guild.rules.max_concurrency = SHARDS, 4
        for number in range(SHARDS):
            home = guild.add_guild(guild.guild_id - (number << TIMESTAMP_SHIFT))
            guild.add_channel(f"shard-{shard_for(home, SHARDS)}", guild_id=home)
        yield guild


@pytest.fixture
async def postgres(postgres_server: PostgresServer) -> str:
    """A database that replicas can share."""
    return await postgres_server.database()


async def drawn(guild: Guild, channel: str, prompt: str) -> Message:
    """Ask in a channel, and wait for the picture."""
    message = await guild.say("ada", channel, f"@neocu {prompt}")
    return await picture(guild, message)


async def picture(guild: Guild, asked: Message) -> Message:
    """Wait for the picture that answers a message, in its thread."""

    def found() -> list[Message]:
        inside = asked.thread.messages.values() if asked.thread else ()
        return [one for one in inside if one.attachments]

    await guild.journal.until(found, within=20)
    return found()[0]


async def test_one_process_listens_to_all(guild: Guild, sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing has to be set: there are as many as Discord recommends."""
    async with bots_on_discord(tmp_path, guild, sandbox) as bots:
        await until(lambda: bots.discord.shards == [*range(SHARDS)] and bots.discord.ready)
        await asyncio.gather(*(drawn(guild, f"shard-{n}", f"boat {n}") for n in (1, 7, 15)))
        await bots.seat("ada", "dm").type("a lighthouse at dusk")
        await sandbox.journal.until(lambda: len(sandbox.generated) == 4)

        assert guild.gateway.heard_twice == []


async def test_logins_come_one_at_a_time(guild: Guild, sandbox: Sandbox, tmp_path: Path) -> None:
    """Discord ends a login that comes too soon after another of its bucket."""
    guild.rules.shards, guild.rules.max_concurrency, guild.rules.identify_seconds = 2, 1, 0.2
    timing = Timing(renew=0.1, remember=0.1, identify=0.8)
    async with bots_on_discord(tmp_path, guild, sandbox, timing) as bots:
        await until(lambda: bots.discord.shards == [0, 1] and bots.discord.ready)

        assert guild.gateway.too_fast == 0


async def test_few_servers_need_one_connection(tmp_path: Path) -> None:
    """A bot of everyday size is as it always was."""
    async with bots_on_discord(tmp_path) as bots:
        sessions = [*bots.guild.gateway.sessions.values()]

        assert [(one.shard, one.shards) for one in sessions] == [(0, 1)]


async def test_replicas_share_the_shards_and_hear_nothing_twice(
    guild: Guild, sandbox: Sandbox, postgres: str, tmp_path: Path
) -> None:
    """Each server is heard by one of them; those that come and go change that without a gap."""

    def spread(replicas: list[Bots]) -> list[int]:
        return sorted(len(one.discord.shards) for one in replicas)

    async with AsyncExitStack() as stack:
        replicas = [
            await stack.enter_async_context(
                bots_on_discord(tmp_path, guild, sandbox, database_url=postgres)
            )
            for _ in range(3)
        ]
        await until(lambda: spread(replicas) == [4, 6, 6])
        await until(lambda: all(one.discord.ready for one in replicas))
        held = [number for one in replicas for number in one.discord.shards]
        assert sorted(held) == [*range(SHARDS)]
        await asyncio.gather(*(drawn(guild, f"shard-{n}", f"boat {n}") for n in range(0, 16, 5)))
    assert len(sandbox.generated) == 4
    assert guild.gateway.heard_twice == []


async def test_who_takes_over_from_the_dead_hears_what_they_missed(
    guild: Guild, sandbox: Sandbox, postgres: str, tmp_path: Path
) -> None:
    """A replica that is killed costs nobody's request."""
    guild.rules.shards = 1
    environment = {
        "DISCORD_TOKEN": guild.token,
        "DISCORD_API_URL": guild.api_url,
        "DISCORD_GATEWAY_URL": guild.gateway_url,
        "NEOCU_API_KEY": sandbox.key,
        "NEOCU_BASE_URL": sandbox.url,
        "DATABASE_URL": postgres,
    }
    victim = Replica(environment, tmp_path / "victim.log")
    await victim.start()
    await victim.ready()
    async with (
        bots_on_discord(tmp_path, guild, sandbox, database_url=postgres) as bots,
        store_for(postgres) as store,
    ):
        assert bots.discord.shards == []
        while not await store.read(Statement("SELECT 1 FROM shards WHERE session <> ''")):  # noqa: ASYNC110 (a process sets no event)
            await asyncio.sleep(0.05)
        await victim.kill()
        asked = await guild.say("ada", "general", "@neocu nobody hears this now")
        await store.write(Statement("UPDATE shards SET lease = 0 RETURNING 1"))
        await store.write(Statement("UPDATE listeners SET seen = 0 RETURNING 1"))
        await picture(guild, asked)

        assert bots.discord.shards == [0]
        assert len(sandbox.generated) == 1


async def test_a_restart_misses_nothing(tmp_path: Path) -> None:
    """What people ask during a deploy is answered after it, and what was answered is not again."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        async with bots_on_discord(tmp_path, guild, sandbox):
            await drawn(guild, "general", "before")
        asked = await guild.say("ada", "general", "@neocu while it restarts")
        async with bots_on_discord(tmp_path, guild, sandbox):
            await picture(guild, asked)
            await drawn(guild, "general", "after")

        assert [task.query for task in sandbox.generated] == [
            "before",
            "while it restarts",
            "after",
        ]


async def test_a_session_that_discord_forgot_is_begun_anew(tmp_path: Path) -> None:
    """After hours nothing can be resumed: the bots come up all the same."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        async with bots_on_discord(tmp_path, guild, sandbox):
            pass
        guild.drop_gateway(resumable=False)
        async with bots_on_discord(tmp_path, guild, sandbox):
            await drawn(guild, "general", "after")


async def test_told_which_shards_it_listens_to_no_others(
    guild: Guild, sandbox: Sandbox, postgres: str, tmp_path: Path
) -> None:
    """Whoever deals the shards out by hand is obeyed."""
    told = {"discord_shard_count": SHARDS, "database_url": postgres}
    async with (
        bots_on_discord(tmp_path, guild, sandbox, discord_shard_ids="0-3", **told) as one,
        bots_on_discord(tmp_path, guild, sandbox, discord_shard_ids="4,5", **told) as other,
    ):
        assert one.discord.shards == [0, 1, 2, 3]
        assert other.discord.shards == [4, 5]


async def test_a_shard_that_is_lost_is_named(
    guild: Guild, sandbox: Sandbox, tmp_path: Path
) -> None:
    """An operator of many shards asks which."""
    async with bots_on_discord(tmp_path, guild, sandbox, discord_shard_count=2) as bots:
        await until(lambda: bots.discord.shards == [0, 1] and bots.discord.ready)
        guild.gateway.closed = True
        guild.drop_gateway()
        await until(lambda: bots.discord.missing == "not connected: shard 0, 1 of 2")
        guild.gateway.open()
        await until(lambda: bots.discord.ready)


async def test_more_servers_than_the_shards_hold_make_more_shards(
    guild: Guild, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A bot grows without anybody who restarts it."""
    guild.rules.shards = 1
    async with bots_on_discord(tmp_path, guild, sandbox) as bots:
        guild.rules.shards, guild.rules.guilds_a_shard = 4, 5
        guild.drop_gateway(resumable=False)
        await until(lambda: len(bots.discord.shards) == 4 and bots.discord.ready)
        await drawn(guild, "shard-9", "a boat")

        assert "Discord wants 4 shards by now" in caplog.text


async def test_a_gateway_that_is_away_at_first_is_waited_for(
    guild: Guild, sandbox: Sandbox, tmp_path: Path
) -> None:
    """discord.py itself ends with an AttributeError where its first connection fails."""
    guild.rules.shards = 1
    guild.gateway.closed = True
    opening = asyncio.create_task(_opened_later(guild))
    async with bots_on_discord(tmp_path, guild, sandbox) as bots:
        await opening

        assert bots.discord.shards == [0]


async def _opened_later(guild: Guild) -> None:
    refused = guild.journal.calls
    await guild.journal.until(lambda: any(call.path == "/gateway" for call in refused))
    guild.gateway.open()
