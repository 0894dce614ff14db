"""The guild as a place: who and what is there, and what its owner can set."""

import time
from collections.abc import Sequence
from typing import TypeAlias

from bots.playground.discord import greeting, payloads
from bots.playground.discord.channels import delete, dm_with, start_thread
from bots.playground.discord.permissions import Permission
from bots.playground.discord.state import GROUP_DM, TEXT, Channel, Home, Json, User
from bots.playground.discord.world import World

# Whoever or whatever is meant: the thing itself, its name or its ID.
Who: TypeAlias = User | str | int
Where: TypeAlias = Channel | str | int


class Place:
    """People and channels. Wherever one is wanted, its name or ID will do."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def people(self) -> dict[int, User]:
        """Everyone by ID, the bot included."""
        return self.world.users

    @property
    def channels(self) -> dict[int, Channel]:
        """Every channel, thread and direct message by ID."""
        return self.world.channels

    @property
    def commands(self) -> list[Json]:
        """The commands that the bot has registered."""
        return self.world.commands

    def person(self, who: Who) -> User:
        """Return a person; LookupError if there is none."""
        for user in self.world.users.values():
            if who in (user, user.name, user.id):
                return user
        raise LookupError(f"there is no person {who!r}")

    def channel(self, where: Where) -> Channel:
        """Return a channel or thread; LookupError if there is none."""
        for channel in self.world.channels.values():
            named = where == channel.name and not channel.is_dm
            if named or where in (channel, channel.id):
                return channel
        raise LookupError(f"there is no channel {where!r}")

    def dm(self, who: Who) -> Channel:
        """Return the direct message between a person and the bot."""
        return dm_with(self.world, self.person(who))

    def add_person(self, name: str) -> User:
        """Return a new person, member of the guild."""
        return self.world.add_user(name)

    def add_channel(self, name: str, kind: int = TEXT, guild_id: int | None = None) -> Channel:
        """Return a new channel; of another guild, without the bot, if `guild_id` says so."""
        world = self.world
        channel = Channel(world.snowflake(), kind, name, guild_id or world.guild_id)
        world.channels[channel.id] = channel
        if channel.guild_id in world.guilds:
            world.emit("CHANNEL_CREATE", payloads.channel(world, channel), channel)
        return channel

    def add_guild(
        self,
        guild_id: int = 0,
        name: str = "Another",
        *,
        owner: Who | None = None,
        members: Sequence[Who] | None = None,
        with_bot: bool = True,
    ) -> int:
        """Return the ID of a further guild; its shard is told by the ID.

        It is `owner`'s, if that is another than the first guild's, and of these `members` only.
        """
        world = self.world
        whose = self.person(owner) if owner is not None else world.owner
        people = None if members is None else {self.person(one).id for one in members} | {whose.id}
        home = Home(guild_id or world.snowflake(), name, whose, with_bot, people)
        world.guilds[home.id] = home
        if with_bot:
            world.emit("GUILD_CREATE", greeting.joined(world, home.id))
        return home.id

    def add_group(self, *people: Who) -> Channel:
        """Return a group direct message: the bot is never in it, but its commands may be."""
        world, group = self.world, tuple(map(self.person, people))
        name = ", ".join(person.name for person in group)
        channel = Channel(world.snowflake(), GROUP_DM, name, group=group)
        world.channels[channel.id] = channel
        return channel

    def delete_channel(self, where: Where) -> None:
        """Delete a channel or a thread; a thread's parent and first message stay."""
        delete(self.world, self.channel(where))

    def add_thread(self, parent: Where, name: str) -> Channel:
        """Return a new thread that is nobody's message's."""
        return start_thread(self.world, self.channel(parent), name)

    def deny(self, channel: Where, permission: str, who: Who | None = None) -> None:
        """Take a permission away in a channel, from the bot unless `who` says whom."""
        self._overwrite(
            self.channel(channel), permission, self.person(who or self.world.bot), allow=False
        )

    def allow(self, channel: Where, permission: str, who: Who | None = None) -> None:
        """Give a permission in a channel, to the bot unless `who` says whom."""
        self._overwrite(
            self.channel(channel), permission, self.person(who or self.world.bot), allow=True
        )

    def _overwrite(self, channel: Channel, permission: str, who: User, *, allow: bool) -> None:
        channel = channel.parent or channel  # a thread has no permissions of its own
        bit = int(Permission[permission.upper()])
        yes, no = channel.overwrites.get(who.id, (0, 0))
        changed = (yes | bit, no & ~bit) if allow else (yes & ~bit, no | bit)
        channel.overwrites[who.id] = changed
        self.world.emit("CHANNEL_UPDATE", payloads.channel(self.world, channel), channel)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Archive a thread; a locked one does not open again by itself."""
        thread.archived, thread.locked = True, locked
        self.world.emit("THREAD_UPDATE", payloads.channel(self.world, thread), thread)

    def lock(self, thread: Channel) -> None:
        """Lock a thread that stays active."""
        thread.locked = True
        self.world.emit("THREAD_UPDATE", payloads.channel(self.world, thread), thread)

    def mark_nsfw(self, where: Where) -> None:
        """Mark a channel as one for adults only."""
        channel = self.channel(where)
        channel.nsfw = True
        self.world.emit("CHANNEL_UPDATE", payloads.channel(self.world, channel), channel)

    def boost(self, tier: int) -> None:
        """Set the guild's boost tier: from 2 on, larger files are taken."""
        self.world.rules.premium_tier = tier
        self.world.emit("GUILD_UPDATE", greeting.guild(self.world))

    def remove_bot(self, guild_id: int = 0) -> None:
        """Leave only the app's commands in the guild, as an install without the `bot` scope does.

        https://docs.discord.com/developers/topics/oauth2#shared-resources-oauth2-scopes
        """
        home = self.world.guilds[guild_id or self.world.guild_id]
        home.with_bot = False
        self.world.emit("GUILD_DELETE", {"id": str(home.id)})

    def invite_bot(self, guild_id: int = 0) -> None:
        """Let the bot itself into a guild, again or for the first time."""
        home = self.world.guilds[guild_id or self.world.guild_id]
        home.with_bot = True
        self.world.joins[home.id] = time.time()
        self.world.emit("GUILD_CREATE", greeting.joined(self.world, home.id))

    def form_team(self, *people: Who) -> None:
        """Let the app belong to a team, of which the first one is the owner."""
        members = tuple(map(self.person, people))
        self.world.team = payloads.team(self.world.snowflake(), members)

    def leave(self, who: Who) -> None:
        """Let a person leave the guild."""
        self.world.departed.add(self.person(who).id)

    def close_dms(self, who: Who) -> None:
        """Let a person take no more direct messages."""
        self.person(who).dms_open = False
