"""A stranger's server: anybody can add a public app to one, and must not spend our compute."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from discord_bots import QUICK, Bots, bots_on_discord

from bots.playground.discord import Guild
from bots.playground.neocu import Sandbox

NOT_HERE = "not switched on for this server"
MEMBERS = "GET /guilds/*/members/*"


@asynccontextmanager
async def strangers(folder: Path, *there: str, **changed: Any) -> AsyncIterator[Bots]:
    """Run the bots in a server that the app's owners are no members of, but for those named."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        for name in ("boss", "mate"):
            guild.add_person(name)
            if name not in there:
                guild.leave(name)
        guild.form_team("boss", "mate")
        async with bots_on_discord(folder, guild, sandbox, **changed) as bots:
            yield bots


def asked(bots: Bots) -> int:
    """Return how often Discord was asked whether somebody is a member."""
    return sum("/members/" in call.path for call in bots.guild.journal.calls)


@pytest.mark.parametrize("words", ["@neocu a lighthouse", "/neocu a lighthouse", "@neocu balance"])
async def test_a_strangers_server_makes_nothing_and_hears_nothing(
    words: str, tmp_path: Path
) -> None:
    """Neither the compute nor the balance is theirs."""
    async with strangers(tmp_path) as bots:
        await bots.seat().type(words)
        await bots.told(NOT_HERE)

        assert [call for call in bots.sandbox.journal.calls if "compute" not in call.path] == []
        assert bots.posts == 0


@pytest.mark.parametrize("there", ["boss", "mate"])
async def test_any_of_the_team_makes_a_server_ours(there: str, tmp_path: Path) -> None:
    """A company's app belongs to a team, not all of which is everywhere; it is asked about once."""
    async with strangers(tmp_path, there) as bots:
        for number in range(1, 4):
            await bots.seat().type("@neocu a lighthouse")
            await bots.result(number)

        assert asked(bots) <= 2


async def test_where_an_owner_owns_the_server_nobody_is_asked(tmp_path: Path) -> None:
    """That is how most begin, and it costs no call."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse")
        await bots.result()

        assert asked(bots) == 0


async def test_the_settings_let_a_server_in(tmp_path: Path) -> None:
    """By its ID, or any."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        guild.add_person("boss")
        guild.leave("boss")
        guild.form_team("boss")
        for number, named in enumerate((str(guild.world.guild_id), "*"), 1):
            folder = tmp_path / str(number)
            folder.mkdir()
            async with bots_on_discord(folder, guild, sandbox, allowed_workspaces=named) as bots:
                await bots.seat().type("@neocu a lighthouse")
                await bots.result(number)


async def test_whom_the_settings_do_not_name_they_keep_out(tmp_path: Path) -> None:
    """Whoever names servers means those, and no others: not in direct messages either."""
    async with bots_on_discord(tmp_path, allowed_workspaces="123") as bots:
        await bots.seat().type("@neocu a lighthouse")
        await bots.told(NOT_HERE)
        await bots.seat("ada", "dm").type("a lighthouse")
        await bots.guild.journal.until(lambda: _refusals(bots) == 2)

        assert bots.posts == 0


async def test_in_direct_messages_it_is_the_person_who_counts(tmp_path: Path) -> None:
    """A member of a server of ours may ask there, and so may the owner; a stranger may not."""
    async with strangers(tmp_path, "boss") as bots:
        bots.guild.leave("ben")
        await bots.seat("ada", "dm").type("a lighthouse")
        await bots.result()
        await bots.seat("mate", "dm").type("a boat")
        await bots.result(2)
        await bots.seat("ben", "dm").type("a storm")
        await bots.told(NOT_HERE)

        assert bots.posts == 2


@pytest.mark.parametrize(("there", "posts"), [(["boss"], 1), ([], 0)])
async def test_who_brought_the_bot_along_has_to_be_known(
    there: list[str], posts: int, tmp_path: Path
) -> None:
    """In a server without the bot, by an app that a person installed for themselves."""
    async with strangers(tmp_path, *there) as bots:
        await bots.guild.command("ada", "elsewhere", "neocu", user_install=True, query="a boat")
        await (bots.result() if posts else bots.told(NOT_HERE))

        assert bots.posts == posts


async def test_what_discord_can_not_tell_now_is_asked_again(tmp_path: Path) -> None:
    """Nobody is turned away because of a moment in which Discord was away, nor let in."""
    async with strangers(tmp_path, "boss", "mate") as bots:
        bots.guild.faults.fail(MEMBERS, times=2)
        await bots.seat().type("@neocu a lighthouse")
        await bots.result()

        assert _refusals(bots) == 0


def _refusals(bots: Bots) -> int:
    return sum(NOT_HERE in one.content.replace("\\", "") for one in bots.said())
