"""Where one can speak in Slack, and the rungs of the ladder there: from the best way downwards.

A place is one of five; each says by itself what can't be otherwise. Its dump, with the team that it
is in, is the core's address.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from core.conversation import Capacity, File

# https://docs.slack.dev/interactivity/handling-user-interaction/: 5 posts within 30 minutes
RESPONSE_POSTS = 5
RESPONSE_SECONDS = 29 * 60.0
MAX_FILES = 10
# A file may have 1 GB in Slack; what we hold in memory is less.
MAX_FILE_BYTES = 100 * 1024 * 1024
# https://docs.slack.dev/reference/block-kit/blocks/image-block
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


@dataclass(frozen=True)
class ResponseUrl:
    """Where what a person did may be answered, member or not: a few times, for half an hour.

    `issued` is in Unix seconds, `posts` what has been said there.
    """

    url: str
    issued: float
    posts: int = 0

    def usable(self, now: float) -> bool:
        """Whether Slack still takes a post."""
        return self.posts < RESPONSE_POSTS and now - self.issued < RESPONSE_SECONDS


@dataclass(frozen=True)
class Thread:
    """The replies below a message."""

    channel: str
    thread_ts: str
    response: ResponseUrl | None = None
    kind: Literal["thread"] = "thread"


@dataclass(frozen=True)
class Channel:
    """A channel itself; what follows the first message stands in its thread.

    `join` says that a person has asked us to come in first.
    """

    channel: str
    response: ResponseUrl | None = None
    join: bool = False
    kind: Literal["channel"] = "channel"


@dataclass(frozen=True)
class DirectMessage:
    """A person's own direct message with the bot; what follows stands in a thread there."""

    person: str
    kind: Literal["direct_message"] = "direct_message"


@dataclass(frozen=True)
class Ephemeral:
    """A word for one person in a channel, which can be neither edited nor deleted.

    `replaces` says that it takes the place of the message with the button that was pressed.
    """

    channel: str
    person: str
    thread_ts: str = ""
    response: ResponseUrl | None = None
    replaces: bool = False
    kind: Literal["ephemeral"] = "ephemeral"


Place = Thread | Channel | DirectMessage | Ephemeral
_PLACES: TypeAdapter[Place] = TypeAdapter(Annotated[Place, Field(discriminator="kind")])


def dump(place: Place, team: str) -> str:
    """Return the address that the core keeps."""
    return json.dumps({"team": team, **asdict(place)}, separators=(",", ":"))


def load(address: str) -> Place:
    """Read an address."""
    return _PLACES.validate_json(address)


def team_of(address: str) -> str:
    """Return the team that an address is in, "" in those of before there were several."""
    return str(json.loads(address).get("team", ""))


def thread_name(channel: str, thread_ts: str) -> str:
    """Return the name of a thread, for the core."""
    return f"{channel}/{thread_ts}" if thread_ts else ""


def is_direct(channel: str) -> bool:
    """Whether a channel is a direct message: whoever reads it, nobody else does."""
    return channel.startswith("D")


class Rung(StrEnum):
    """A way to speak. Each carries what it says, and costs about so many calls."""

    # All files of any kind and the words as one new message, where the bot is a member.
    # Two calls a file, one for all, and some to hear its ts. Edited and deleted like any message.
    SHARE = "share"
    # Pictures as blocks of a message, wherever one can be posted; other files as links in it.
    # Two calls a file, one for all, and some to hear that Slack has looked at them.
    PICTURE_BLOCKS = "picture_blocks"
    # Words and buttons, edited and deleted as one likes. One call.
    MESSAGE = "message"
    # Words and buttons for one person, five times in half an hour, member or not. One call.
    RESPONSE_URL = "response_url"
    # The same, as often as one likes, where both are members. One call.
    EPHEMERAL = "ephemeral"
    # Words and buttons in the person's direct message. One call.
    IN_PERSON = "in_person"


def rungs(place: Place, files: Sequence[File], now: float) -> list[Rung]:
    """Return the ways to say something here, the best first; none where files can't be shown."""
    match place:
        case Ephemeral(response=response):
            answer = response is not None and response.usable(now)
            private = [Rung.EPHEMERAL, Rung.IN_PERSON]
            return [] if files else [*([Rung.RESPONSE_URL] if answer else []), *private]
        case _ if not files:
            return [Rung.MESSAGE]
    return [Rung.SHARE, *([Rung.PICTURE_BLOCKS] if any(map(is_picture, files)) else [])]


def is_picture(file: File) -> bool:
    """Whether a file can stand in a message's blocks."""
    return file.media_type in PICTURES


def capacity(place: Place) -> Capacity:
    """Return what one message can carry here."""
    if isinstance(place, Ephemeral):
        return Capacity(0, 0, 0)
    return Capacity(MAX_FILES, MAX_FILE_BYTES, MAX_FILE_BYTES)


def aside(place: Place, person: str, now: float) -> Place | None:
    """Return where a person alone reads what this place refuses; None where it is such a place."""
    match place:
        case Ephemeral() | DirectMessage():
            return None
        case Thread(response=response) | Channel(response=response):
            if response is None or not response.usable(now):
                return DirectMessage(person)
            return Ephemeral(place.channel, person, response=response)


def after_response(place: Ephemeral) -> Ephemeral:
    """Return the place when one more post has been answered there."""
    if place.response is None:
        return place
    return replace(place, response=replace(place.response, posts=place.response.posts + 1))
