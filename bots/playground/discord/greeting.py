"""What a bot is told of the guild when it logs in.

https://docs.discord.com/developers/events/gateway-events#guild-create
"""

from typing import Any

from bots.playground.discord import payloads
from bots.playground.discord.permissions import EVERYONE
from bots.playground.discord.state import Json, snowflake_time
from bots.playground.discord.world import World

# Parts of a guild that this one has none of.
NOTHING_OF = (
    "emojis",
    "stickers",
    "features",
    "voice_states",
    "presences",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
)


def guild(world: World, guild_id: int = 0) -> Json:
    """Return a guild as GUILD_CREATE tells it to a bot without the members intent."""
    one = world.guilds[guild_id or world.guild_id]
    guild_id, since = one.id, world.joins.get(one.id, snowflake_time(world.bot.id))
    home = [place for place in world.channels.values() if place.guild_id == guild_id]
    everyone: Json = {
        "id": str(guild_id),
        "name": "@everyone",
        "permissions": str(int(EVERYONE)),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    # The invite makes a role of the bot's name, which people can pick instead of the bot.
    # https://docs.discord.com/developers/topics/permissions#role-object
    own_role = everyone | {
        "id": str(world.bot_role_id),
        "name": world.bot.name,
        "position": 1,
        "managed": True,
        "tags": {"bot_id": str(world.bot.id)},
    }
    nothing: dict[str, list[Any]] = {key: [] for key in NOTHING_OF}
    return nothing | {
        "id": str(guild_id),
        "name": one.name,
        "owner_id": str(one.owner.id),
        "roles": [everyone, own_role],
        "channels": [payloads.channel(world, place) for place in home if not place.parent],
        "threads": [
            payloads.channel(world, place) for place in home if place.parent and not place.archived
        ],
        "members": [
            payloads.member(world.bot, (world.bot_role_id,))
            | {"user": payloads.user(world.bot), "joined_at": payloads.timestamp(since)}
        ],
        "member_count": len(world.people_of(guild_id)) + one.with_bot,
        "joined_at": payloads.timestamp(since),
        "preferred_locale": "en-US",
        "premium_tier": world.rules.premium_tier,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "nsfw_level": 0,
        "mfa_level": 0,
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "large": False,
        "unavailable": False,
    }


def joined(world: World, guild_id: int) -> Json:
    """Return a guild as GUILD_CREATE tells it when the bot has just come: nothing of `unavailable`.

    That is how libraries tell it from one that is there again: discord.py's parse_guild_create.
    """
    told = guild(world, guild_id)
    del told["unavailable"]
    return told
