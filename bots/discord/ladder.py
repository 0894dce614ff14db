"""Where an answer can stand on Discord, and where it goes instead when a place refuses it.

Each kind of place is a rung: when it applies, what it costs, and which one is below it. A place
knows nothing of what is said there.
"""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import discord
from pydantic import Field, TypeAdapter

from bots.discord.calls import MISSING_HISTORY, TOO_MANY_FOLLOWUPS, RefusedError
from bots.discord.tokens import Call
from core.conversation import Barrier

WEB = "https://discord.com/channels"
TITLE_LENGTH = 100
# Who looks for an answer in the thread has to know why it is not there.
TOLD_BARRIERS = {Barrier.CLOSED, Barrier.GONE}


@dataclass(frozen=True)
class Answer:
    """The answer to a command, which Discord shows as "thinking"; what follows it goes below it.

    Applies where we may write besides. The first message fills it in by token, at once and as
    often as tried; without a live token it is a message of the channel. Then there is a thread of
    it where there is a `title`, or replies to it; `parent` is the channel of a thread.
    """

    channel: int
    guild: int = 0
    parent: int = 0
    title: str = ""
    call: Call | None = None
    kind: Literal["answer"] = "answer"

    def applies(self, client: discord.Client) -> bool:
        """Whether the token lives, or we may write there besides."""
        if self.call:
            return self.call.alive
        writes = "send_messages_in_threads" if self.parent else "send_messages"
        return _may(client, self.guild, self.parent or self.channel, writes)

    def below(self, refused: RefusedError) -> "Place | None":  # noqa: ARG002 (whatever the reason)
        """Return the same answer as a message of the channel."""
        return replace(self, call=None) if self.call else None

    def following(self, message: int) -> "Place":
        """Return where the rest goes, once the answer stands as a message."""
        if self.parent:
            return Thread(self.channel, self.guild, self.parent, message, self.call)
        if self.title:
            return NewThread(self.channel, self.guild, message, self.title, self.call)
        return ChannelReply(self.channel, self.guild, message, self.call)


@dataclass(frozen=True)
class NewThread:
    """A thread still to be made of a message, which costs a call that Discord limits hard.

    Applies in text and news channels where we may make threads. The `call` is set if that message
    answers it.
    """

    channel: int
    guild: int
    message: int
    title: str
    call: Call | None = None
    kind: Literal["new_thread"] = "new_thread"

    def applies(self, client: discord.Client) -> bool:
        """Whether we may make threads, and write in them."""
        needed = ("create_public_threads", "send_messages_in_threads")
        return _may(client, self.guild, self.channel, *needed)

    def below(self, refused: RefusedError) -> "Place | None":  # noqa: ARG002 (whatever the reason)
        """Return a reply to the message."""
        return ChannelReply(self.channel, self.guild, self.message, self.call)


@dataclass(frozen=True)
class Thread:
    """A thread, in reply to a `message` of it if there is one; `parent` is its channel."""

    channel: int
    guild: int
    parent: int = 0
    message: int = 0
    call: Call | None = None
    kind: Literal["thread"] = "thread"

    def applies(self, client: discord.Client) -> bool:
        """Whether we may write in threads of the channel."""
        channel = self.parent or self.channel
        return _may(client, self.guild, channel, "send_messages_in_threads")

    def below(self, refused: RefusedError) -> "Place | None":
        """Return the parent channel: a thread has the ID of the message that it was made of."""
        if self.message and refused.code == MISSING_HISTORY:
            return replace(self, message=0)
        if self.parent:
            why = refused.barrier if refused.barrier in TOLD_BARRIERS else None
            return ChannelReply(self.parent, self.guild, self.channel, self.call, why)
        return Token(self.call, self.channel, self.guild, answered=True) if self.call else None


@dataclass(frozen=True)
class ChannelReply:
    """A reply to a message in a channel or a direct message; needs Read Message History.

    `barrier` is why it is not said in the thread, if that is to be told.
    """

    channel: int
    guild: int
    message: int
    call: Call | None = None
    barrier: Barrier | None = None
    kind: Literal["reply"] = "reply"

    def applies(self, client: discord.Client) -> bool:
        """Whether we may write, and read what we reply to."""
        return _may(client, self.guild, self.channel, "send_messages", "read_message_history")

    def below(self, refused: RefusedError) -> "Place | None":  # noqa: ARG002 (whatever the reason)
        """Return the channel itself."""
        return Channel(self.channel, self.guild, self.call, self.barrier)


@dataclass(frozen=True)
class Channel:
    """A channel, without a message to hold on to. `barrier` as above."""

    channel: int
    guild: int = 0
    call: Call | None = None
    barrier: Barrier | None = None
    kind: Literal["channel"] = "channel"

    def applies(self, client: discord.Client) -> bool:
        """Whether we may write."""
        return _may(client, self.guild, self.channel, "send_messages")

    def below(self, refused: RefusedError) -> "Place | None":  # noqa: ARG002 (whatever the reason)
        """Return what the interaction that called us still lets us say."""
        return Token(self.call, self.channel, self.guild, answered=True) if self.call else None


@dataclass(frozen=True)
class DirectMessage:
    """A person's direct messages with us; `channel` is known once something was said there.

    `guild` is where they asked, and `asked` the message, if it can be told there that their direct
    messages are closed; by a token that nobody else reads, the whole is said there.
    """

    person: int
    guild: int = 0
    channel: int = 0
    asked: "Thread | ChannelReply | Channel | Token | None" = None
    kind: Literal["direct"] = "direct"

    def applies(self, client: discord.Client) -> bool:  # noqa: ARG002 (nobody knows before)
        """Whether they are open is not told."""
        return True

    def below(self, refused: RefusedError) -> "Place | None":  # noqa: ARG002 (whatever the reason)
        """Return where the person can be told so, or reads the answer alone."""
        if isinstance(self.asked, Token):
            return self.asked
        return ClosedDirectMessage(self.asked) if self.asked else None


@dataclass(frozen=True)
class ClosedDirectMessage:
    """Where a person asked whose direct messages are closed: they are told just that."""

    asked: Thread | ChannelReply | Channel
    kind: Literal["closed"] = "closed"

    def applies(self, client: discord.Client) -> bool:
        """Whether we may write where they asked."""
        return self.asked.applies(client)

    def below(self, refused: RefusedError) -> "Place | None":
        """Return what is below the place where they asked."""
        asked = self.asked.below(refused)
        if isinstance(asked, Thread | ChannelReply | Channel):
            return ClosedDirectMessage(asked)
        return None


@dataclass(frozen=True)
class Token:
    """An interaction's token and nothing else: where we may not write, or for one person alone.

    Applies for 15 minutes. Until it is `answered` the first message fills in "thinking"; then come
    follow-ups, five where only the person installed us. No nonce: said twice is possible. What
    `replaces` takes the place of the message with the button that was pressed.
    """

    call: Call
    channel: int
    guild: int = 0
    private: bool = False
    answered: bool = False
    replaces: bool = False
    kind: Literal["token"] = "token"

    def applies(self, client: discord.Client) -> bool:  # noqa: ARG002 (no permission is needed)
        """Whether the token lives."""
        return self.call.alive

    def below(self, refused: RefusedError) -> "Place | None":
        """Return the answer itself, if it is only that there were five follow-ups."""
        if refused.code != TOO_MANY_FOLLOWUPS or self.private:
            return None
        return Addition(self.call, self.channel, self.guild)


@dataclass(frozen=True)
class Addition:
    """More in the answer to an interaction that takes no more follow-ups."""

    call: Call
    channel: int
    guild: int = 0
    kind: Literal["addition"] = "addition"

    def applies(self, client: discord.Client) -> bool:  # noqa: ARG002 (no permission is needed)
        """Whether the token lives."""
        return self.call.alive

    def below(self, refused: RefusedError) -> "Place | None":  # noqa: ARG002 (whatever the reason)
        """Return nothing: this is the last rung."""
        return None


Place = (
    Answer
    | NewThread
    | Thread
    | ChannelReply
    | Channel
    | DirectMessage
    | ClosedDirectMessage
    | Token
    | Addition
)
_PLACE: TypeAdapter[Place] = TypeAdapter(Annotated[Place, Field(discriminator="kind")])


def dump(place: Place) -> str:
    """Return the address that the core keeps."""
    return _PLACE.dump_json(place).decode()


def load(address: str) -> Place:
    """Read an address."""
    return _PLACE.validate_json(address)


def aside(place: Place, person: int) -> Place | None:
    """Return where this person alone reads what is said, None where they are already.

    What an interaction's token could say has been tried: it is the last rung of every other place.
    """
    if isinstance(place, DirectMessage | ClosedDirectMessage):
        return None
    return DirectMessage(person, place.guild)


def link(place: Place) -> str:
    """Return the web address of a place, "" where there is none."""
    match place:
        case ClosedDirectMessage(asked):
            return link(asked)
        case DirectMessage(channel=0):
            return ""
        case DirectMessage(channel=channel):
            return f"{WEB}/@me/{channel}"
    return f"{WEB}/{place.guild or '@me'}/{place.channel}"


def _may(client: discord.Client, guild: int, channel: int, *needed: str) -> bool:
    """Whether we may do all that in a channel, as far as is known without asking.

    A refusal is not cheap: 10,000 in ten minutes, and Discord shuts us out.
    https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
    """
    there = client.get_guild(guild)
    found = there.get_channel(channel) if there else None
    if there is None or found is None:
        return True  # let Discord say
    may = found.permissions_for(there.me)
    return all(getattr(may, one) for one in needed)
