"""Who may do what in which channel.

https://docs.discord.com/developers/topics/permissions
"""

from enum import IntFlag

from bots.playground.discord.state import DM, GROUP_DM, Channel, User
from bots.playground.discord.world import World


class Permission(IntFlag):
    """The permission bits that a bot of this kind meets."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = Permission(sum(Permission))
# What everyone may do in a new guild, and in a direct message.
EVERYONE = EVERYTHING & ~(
    Permission.ADMINISTRATOR
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
)


def permissions(world: World, user: User, channel: Channel) -> Permission:
    """Return what a person, or the bot, may do in a channel or in a thread of it."""
    place = channel.parent or channel
    if user.id not in world.members(place):
        return Permission(0)
    if place.kind in (DM, GROUP_DM):
        return EVERYONE
    home = world.guilds.get(place.guild_id or 0)
    if user.id == (home.owner if home else world.owner).id:
        return EVERYTHING
    allowed = EVERYONE
    for target in (place.guild_id or 0, user.id):
        allow, deny = place.overwrites.get(target, (0, 0))
        allowed = (allowed & ~Permission(deny)) | Permission(allow)
    return allowed if Permission.VIEW_CHANNEL in allowed else Permission(0)


def may(world: World, user: User, channel: Channel, permission: Permission) -> bool:
    """Tell whether somebody has a permission in a channel."""
    return permission in permissions(world, user, channel)


def may_send(world: World, user: User, channel: Channel) -> bool:
    """Tell whether somebody can post; in a thread only SEND_MESSAGES_IN_THREADS counts."""
    in_thread = channel.parent is not None
    need = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    return may(world, user, channel, need)
