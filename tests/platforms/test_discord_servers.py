"""Servers that let the bot in, set it up, and take it out again."""

import sqlite3
from pathlib import Path

import pytest
from discord_bots import Bots, bots_on_discord, plain, until

from bots.playground.discord.components import walk
from core import wording
from core.workspaces.workspace import Presence

HELLO = "Hi, I'm Neocu."
SET_UP = "Set up"
TASKS = 10


def neighbours(bots: Bots, *, with_bot: bool = False) -> int:
    """Return a second server: zoe's, where ada is, too."""
    bots.guild.add_person("zoe")
    other = bots.guild.add_guild(name="Neighbours", owner="zoe", members=["ada"], with_bot=with_bot)
    bots.guild.add_channel("lobby", guild_id=other)
    return other


def presence(folder: Path, server: int) -> str:
    """Return what the ledger knows of a server, "" for nothing."""
    with sqlite3.connect(f"file:{folder / 'bots.db'}?mode=ro", uri=True) as store:
        found = store.execute("SELECT presence FROM workspaces WHERE id = ?", [str(server)])
        return "".join(row[0] for row in found)


async def test_a_server_that_lets_us_in_is_greeted_each_time(tmp_path: Path) -> None:
    """Where we may speak; whoever took us out by mistake finds us as at first."""
    async with bots_on_discord(tmp_path) as bots:
        other = neighbours(bots)
        bots.guild.invite_bot(other)
        hello = await bots.told(HELLO)
        assert hello.channel.name == "lobby"
        assert SET_UP in [part.get("label") for part in walk(hello.components)]

        bots.guild.remove_bot(other)
        await until(lambda: presence(tmp_path, other) == Presence.LEFT)
        bots.guild.world.snowflake()
        bots.guild.invite_bot(other)
        await bots.guild.journal.until(lambda: sum(HELLO in plain(one) for one in bots.said()) == 2)

        assert presence(tmp_path, other) == Presence.INSTALLED


@pytest.mark.parametrize("named", [frozenset(), frozenset({"*"})])
async def test_a_greeting_promises_no_more_than_holds(
    named: frozenset[str], tmp_path: Path
) -> None:
    """A stranger's server is not told to ask, and then refused; once it may, it is."""
    async with bots_on_discord(tmp_path, allowed_workspaces=named) as bots:
        bots.guild.invite_bot(neighbours(bots))
        hello = await bots.told(HELLO)

        assert ("not switched on" in plain(hello)) is not bool(named)
        assert ("mention me" in plain(hello)) is bool(named)


@pytest.mark.parametrize(("person", "may"), [("zoe", True), ("ada", False)])
async def test_set_up_answers_those_who_manage_the_server(
    person: str, tmp_path: Path, *, may: bool
) -> None:
    """And tells the others why it does not, each for themselves."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.invite_bot(neighbours(bots))
        hello = await bots.told(HELLO)
        [button] = [part for part in walk(hello.components) if part.get("label") == SET_UP]

        await bots.guild.press(person, hello, button["custom_id"])

        words = wording.set_up(may=may).text.replace("*", "")[:30]
        answer = await bots.told(words)
        assert answer.seen_only_by is bots.guild.person(person)


async def test_a_server_that_leaves_with_ten_tasks_costs_nobody_a_result(tmp_path: Path) -> None:
    """What was paid for comes to the askers in person; other servers notice nothing."""
    async with bots_on_discord(tmp_path, allowed_workspaces=frozenset({"*"})) as bots:
        other = neighbours(bots, with_bot=True)
        bots.hold()
        for number in range(TASKS):
            await bots.guild.say("ada", "lobby", f"@neocu a lighthouse, number {number}")
        await bots.sandbox.journal.until(lambda: len(bots.sandbox.generated) == TASKS)

        bots.guild.remove_bot(other)
        await until(lambda: presence(tmp_path, other) == Presence.LEFT)
        bots.finish()

        mine = bots.guild.dm("ada")
        await bots.guild.journal.until(
            lambda: sum(bool(one.attachments) for one in mine.messages.values()) == TASKS
        )
        await bots.seat("ben").type("@neocu a rowing boat")
        bots.sandbox.seconds = 0.0
        bots.finish()
        await bots.guild.journal.until(
            lambda: any(one.attachments and not one.channel.is_dm for one in bots.said())
        )
        assert bots.posts == TASKS + 1
