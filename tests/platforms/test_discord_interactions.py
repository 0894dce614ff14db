"""Interactions that Discord posts by HTTP: signed, fresh, each once, and answered as ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from discord_bots import QUICK, Bots, bots_on_discord
from postgres_server import PostgresServer

from bots.discord.app import INTERACTIONS_PATH
from bots.playground.discord import Guild
from bots.playground.neocu import Sandbox
from bots.playground.stage import free_port
from core import wording


@asynccontextmanager
async def posted_to(folder: Path) -> AsyncIterator[tuple[Bots, str]]:
    """Run bots to whom Discord posts; yields them, and the address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with (
        Sandbox(seconds=QUICK) as sandbox,
        Guild() as guild,
        bots_on_discord(
            folder, guild, sandbox, http_port=port, discord_public_key=guild.world.public_key
        ) as bots,
    ):
        await guild.endpoint.connect(url + INTERACTIONS_PATH)
        yield bots, url


async def refused(url: str) -> dict[str, float]:
    """Return how many requests were refused, by why."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    name = 'neocu_bots_refused_requests_total{platform="discord",why="'
    found = [line.removeprefix(name) for line in lines if line.startswith(name)]
    return {line.split('"')[0]: float(line.split()[-1]) for line in found}


async def test_commands_buttons_and_forms_come_by_http(tmp_path: Path) -> None:
    """As over the gateway, and a mention still comes there."""
    async with posted_to(tmp_path) as (bots, _):
        ada = bots.seat()
        await ada.type("/neocu a lighthouse at dusk")
        result = await bots.result()
        await ada.press(next(line for line in ada.lines() if line.files), "Edit…")
        await bots.guild.journal.until(ada.form)
        await ada.send({wording.labels.query(): "a boat"})
        await bots.result(2)
        await ada.type("@neocu a third one")
        await bots.result(3)

        assert [task.query for task in bots.sandbox.generated] == [
            "a lighthouse at dusk",
            "a boat",
            "a third one",
        ]
        assert result.channel.name == "a lighthouse at dusk"
        assert set(bots.guild.endpoint.statuses) == {202}


async def test_what_is_forged_stale_replayed_or_no_interaction_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Counted, and hardly logged: whoever floods us fills no disk."""
    async with posted_to(tmp_path) as (bots, url):
        await bots.seat().type("/neocu a lighthouse at dusk")
        await bots.result()
        caplog.clear()
        data = bots.guild.newest("INTERACTION_CREATE").data
        endpoint, to = bots.guild.endpoint, url + INTERACTIONS_PATH
        answers = [
            await endpoint.post(to, data, signature="00"),
            await endpoint.post(to, data, signature="no hexadecimal"),
            await endpoint.post(to, data, seconds_ago=600),
            await endpoint.post(to, data, seconds_ago=-600),
            await endpoint.post(to, data),
            await endpoint.post(to, {"type": "1"}),
        ]

        assert [status for status, _ in answers] == [401, 401, 401, 401, 401, 400]
        assert await refused(url) == {"signature": 3, "stale": 2, "replayed": 1, "unreadable": 1}
        assert bots.posts == 1
        assert len(caplog.messages) == 3  # one for each reason; of signatures, there was one before


async def test_a_large_body_is_not_read(tmp_path: Path) -> None:
    """Discord's are kilobytes."""
    async with posted_to(tmp_path) as (bots, url):
        status, _ = await bots.guild.endpoint.post(
            url + INTERACTIONS_PATH, {"type": 2, "text": "x" * 2_000_000}
        )

        assert status == 413


async def test_a_replica_that_does_not_hear_the_server_answers_in_a_thread(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """The balancer knows nothing of shards."""
    port, database = free_port(), await postgres_server.database()
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        shared = {"database_url": database, "discord_public_key": guild.world.public_key}
        async with (
            bots_on_discord(tmp_path, guild, sandbox, **shared) as hearing,
            bots_on_discord(tmp_path, guild, sandbox, http_port=port, **shared) as other,
        ):
            await guild.endpoint.connect(f"http://127.0.0.1:{port}{INTERACTIONS_PATH}")
            await hearing.seat().type("/neocu a lighthouse at dusk")
            result = await hearing.result()

            assert (hearing.discord.shards, other.discord.shards) == ([0], [])
            assert result.channel.name == "a lighthouse at dusk"


async def test_an_address_that_checks_nothing_is_not_taken(tmp_path: Path) -> None:
    """So does Discord's portal: the playground must not be more generous."""
    async with bots_on_discord(tmp_path) as bots:
        with pytest.raises(ValueError, match="could not be verified"):
            await bots.guild.endpoint.connect(bots.guild.api_url + "/gateway")
