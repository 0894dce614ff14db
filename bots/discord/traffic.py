"""What Discord sends and the bots have no use for is dropped before discord.py reads it.

Every message of every channel comes, and with each server its people, emojis and sounds; with
what would be kept of them, a thousand servers weigh tens of megabytes.
"""

from typing import Any

import discord

Json = dict[str, Any]

NEVER_READ = ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
NEVER_USED = (
    *("emojis", "stickers", "soundboard_sounds", "voice_states", "presences"),
    *("stage_instances", "guild_scheduled_events"),
)


def drop_unused(client: discord.Client) -> None:
    """Have a client read only the messages that may be for it, and of servers what is used."""
    state = client._connection  # noqa: SLF001 (discord.py's public events come when it has read, and kept, everything)
    read_message, read_guild = state.parsers["MESSAGE_CREATE"], state.parsers["GUILD_CREATE"]

    def on_message(data: Json) -> None:
        if may_concern(data, str(state.self_id)):
            read_message(data)

    def on_guild(data: Json) -> None:
        read_guild(without_unused(data, str(state.self_id)))

    state.parsers |= dict.fromkeys(NEVER_READ, _leave)
    state.parsers |= {"MESSAGE_CREATE": on_message, "GUILD_CREATE": on_guild}


def may_concern(message: Json, me: str) -> bool:
    """Whether a message may be for us: a direct one, or one that mentions us, or any role.

    https://docs.discord.com/developers/events/gateway-events#message-create
    """
    return (
        "guild_id" not in message
        or bool(message.get("mention_roles"))
        or any(one["id"] == me for one in message.get("mentions", ()))
    )


def without_unused(guild: Json, me: str) -> Json:
    """Return a server as it comes, but of its people only us, and nothing that we never look at.

    https://docs.discord.com/developers/events/gateway-events#guild-create
    """
    own = [one for one in guild.get("members", ()) if one["user"]["id"] == me]
    channels = [channel | {"topic": None} for channel in guild.get("channels", ())]
    found = {"members": own, "channels": channels}
    return (
        guild
        | {name: value for name, value in found.items() if name in guild}
        | {name: [] for name in NEVER_USED if name in guild}
    )


def _leave(data: Json) -> None:
    """Read nothing."""
