"""Opening direct messages and threads, by whatever door they came in."""

from bots.playground.discord import payloads
from bots.playground.discord.state import DM, HAS_THREAD, PUBLIC_THREAD, Channel, Message, User
from bots.playground.discord.world import World

DEFAULT_ARCHIVE_MINUTES = 1440


def dm_with(world: World, person: User) -> Channel:
    """Return the direct message channel of a person with the bot, opened if need be.

    No event tells of it; the first message does, since API version 8.
    """
    for channel in world.channels.values():
        if channel.person is person:
            return channel
    channel = Channel(world.snowflake(), DM, person.name, person=person)
    world.channels[channel.id] = channel
    return channel


def start_thread(
    world: World,
    parent: Channel,
    name: str,
    kind: int = PUBLIC_THREAD,
    note: Message | None = None,
    *,
    minutes: int = DEFAULT_ARCHIVE_MINUTES,
) -> Channel:
    """Return a new thread, announced to everyone; its starter is `note` if there is one."""
    thread = Channel(
        id=note.id if note else world.snowflake(),
        kind=kind,
        name=name,
        guild_id=parent.guild_id,
        parent=parent,
        owner=world.bot,
        auto_archive_minutes=minutes,
        joined={world.bot.id},
    )
    world.channels[thread.id] = thread
    if note:
        note.thread = thread
        note.flags |= HAS_THREAD
        thread.joined.add(note.author.id)
    world.emit("THREAD_CREATE", payloads.channel(world, thread) | {"newly_created": True}, thread)
    return thread


def reopen(world: World, channel: Channel) -> None:
    """Take a thread out of the archive, as a new message in it does."""
    if channel.archived:
        channel.archived = False
        world.emit("THREAD_UPDATE", payloads.channel(world, channel), channel)


def active_threads(world: World) -> int:
    """Return how many threads of the guild are open."""
    return sum(
        place.parent is not None and not place.archived and place.guild_id == world.guild_id
        for place in world.channels.values()
    )


def delete(world: World, channel: Channel) -> None:
    """Take a channel away with its threads, or a thread alone: its parent and starter stay."""
    for place in [*world.channels.values()]:
        if place.parent is channel:
            delete(world, place)
    data = payloads.channel(world, channel)
    kept = ("id", "guild_id", "parent_id", "type")
    payload = {key: data[key] for key in kept} if channel.parent else data
    event = "THREAD_DELETE" if channel.parent else "CHANNEL_DELETE"
    world.emit(event, payload, channel)
    del world.channels[channel.id]
    starter = channel.parent and channel.parent.messages.get(channel.id)
    if starter:
        starter.thread = None
