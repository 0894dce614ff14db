"""What a test wants to know of the guild afterwards: who sees, saw and was told what.

Nothing here changes anything, and no bot can ask for it.
"""

import re

from bots.playground.discord.permissions import Permission, may
from bots.playground.discord.state import SUPPRESS_EMBEDS, Channel, Message, User
from bots.playground.discord.world import World

# An address in angle brackets shows no preview.
# https://support.discord.com/hc/en-us/articles/206342858
PREVIEWED = re.compile(r"(?<![<\w])https?://[^\s<>)]+")


class Inspection:
    """The guild as somebody sees it who sees everything."""

    def __init__(self, world: World) -> None:
        self._world = world

    def visible_to(self, person: User) -> dict[str, list[Message]]:
        """Return what a person sees, by channel name, oldest first; their ephemerals too."""
        return {
            channel.name: seen
            for channel in self._world.channels.values()
            if may(self._world, person, channel, Permission.VIEW_CHANNEL)
            and (seen := [one for one in _sorted(channel) if one.seen_only_by in (None, person)])
        }

    def messages(self) -> list[Message]:
        """Return every message that is there, in any channel, oldest first."""
        found = [one for place in self._world.channels.values() for one in place.messages.values()]
        return sorted(found, key=lambda message: message.id)

    def by_bot(self) -> list[Message]:
        """Return what the bot says anywhere, ephemerals too, but not Discord's own words."""
        bot = self._world.bot
        return [one for one in self.messages() if one.author is bot and not one.failed]

    def deleted(self) -> list[Message]:
        """Return the messages that were deleted, in the order of their IDs."""
        places = self._world.channels.values()
        found = [one for place in places for one in place.deleted_messages]
        return sorted(found, key=lambda message: message.id)

    def files(self, message: Message) -> dict[str, bytes]:
        """Return a message's files by name."""
        return {file.filename: file.data for file in message.attachments}

    def texts(self, message: Message) -> list[str]:
        """Return everything that a message has said, before each edit and now."""
        return [*(one.content for one in message.versions), message.content]

    def notified(self, person: User) -> list[Message]:
        """Return the messages that notified a person: mentions, pings, direct messages to them."""
        return [
            one
            for one in self.messages()
            if person.id in one.pinged
            or (one.channel.person is person and one.author is not person)
        ]

    def nonces(self) -> list[str]:
        """Return the nonces of the bot's messages, as far as they have one."""
        return [one.nonce for one in self.by_bot() if one.nonce is not None]

    def typing_times(self, channel: Channel) -> list[float]:
        """Return when the bot began to type in a channel, as Unix times."""
        return [at for who, at in channel.typing_times if who == self._world.bot.id]

    def thread_members(self, thread: Channel) -> set[str]:
        """Return the names of a thread's members: those whom a message in it reaches."""
        return {self._world.users[one].name for one in thread.joined}

    def previews(self, message: Message) -> list[str]:
        """Return the addresses in a message that Discord would unfurl.

        https://docs.discord.com/developers/resources/message#message-object-message-flags
        """
        channel, author = message.channel, message.author
        unfurls = may(self._world, author, channel, Permission.EMBED_LINKS)
        if message.flags & SUPPRESS_EMBEDS or not unfurls:
            return []
        return PREVIEWED.findall(message.content)


def _sorted(channel: Channel) -> list[Message]:
    return sorted(channel.messages.values(), key=lambda message: message.id)
