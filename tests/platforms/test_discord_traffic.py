"""A server's talk costs next to nothing: discord.py reads what may be for the bot, and no more."""

from pathlib import Path

import discord
from discord_bots import bots_on_discord

from bots.discord.traffic import may_concern, without_unused

ME = "100"
SOMEBODY = {"id": "7", "username": "ada"}
GUILD = {
    "id": "1",
    "name": "Harbour",
    "roles": [{"id": "1"}],
    "channels": [{"id": "2", "topic": "what is said here", "permission_overwrites": []}],
    "members": [{"user": SOMEBODY}, {"user": {"id": ME}, "roles": ["1"]}],
    "emojis": [{"id": "3"}],
    "presences": [{"user": SOMEBODY}],
}


def test_what_people_say_to_one_another_is_not_read() -> None:
    """It would cost twice as much as all else that a message costs."""
    others = {"guild_id": "1", "mentions": [SOMEBODY], "mention_roles": []}

    assert not may_concern(others, ME)
    assert may_concern(others | {"mentions": [SOMEBODY, {"id": ME}]}, ME)
    assert may_concern(others | {"mention_roles": ["5"]}, ME)  # it may be the bot's own
    assert may_concern({"mentions": [], "mention_roles": []}, ME)  # a direct message


def test_of_a_server_only_what_is_used_is_kept() -> None:
    """A thousand servers would fill the memory with people and emojis."""
    kept = without_unused(GUILD, ME)

    assert kept["members"] == [{"user": {"id": ME}, "roles": ["1"]}]
    assert kept["roles"] == GUILD["roles"]
    assert kept["channels"] == [{"id": "2", "topic": None, "permission_overwrites": []}]
    assert kept["emojis"] == kept["presences"] == []
    assert "stickers" not in kept


async def test_a_client_never_hears_what_is_not_for_it(tmp_path: Path) -> None:
    """By discord.py itself, which could change the way in that this takes."""
    heard: list[str] = []
    async with bots_on_discord(tmp_path) as bots:
        (client,) = bots.discord._client.shards.values()  # noqa: SLF001 (what is heard shows nowhere)
        listener = client.on_message  # type: ignore[attr-defined]  # set by `client.event`

        async def on_message(message: discord.Message) -> None:
            heard.append(message.content)
            await listener(message)

        client.event(on_message)
        ada = bots.seat()
        await ada.type("did you see this?")
        await ada.type("@neocu a lighthouse")
        await bots.delivered()
        (guild,) = client.guilds

        assert len(heard) == 1
        assert "a lighthouse" in heard[0]
        assert [one.id for one in guild.members] == [client.user and client.user.id]
