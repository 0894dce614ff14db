"""Between the core and a chat platform: what people are shown, and the verbs to show it.

Texts are Markdown as `wording.markup` reads it. A platform that can't do something (no thread, no
private answer, no button) does the next best thing in its own folder; the core never asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from core.chart import Chart
from core.request import Action
from core.voice import spoken_language


@dataclass(frozen=True)
class Button:
    """A button under a reply, or an entry of its menu: what it does, to which request and result.

    `source_key` is the request's key. `preset` names what is to be made of the result, and
    `detail` is a word more where there is room, its price say. One with a `url` only leads there.
    """

    label: str
    action: Action
    source_key: str
    asset: int = 0
    preset: str = ""
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Media:
    """A file to show: fetched from `url`, described for those who can't see it.

    `number` is the result's, from 1. Where the file can't be shown, the `thumbnail` is, with a
    link to `url`. A `chart` is drawn instead of fetched; it has no `url`.
    """

    url: str
    name: str
    description: str
    thumbnail: str = ""
    number: int = 1
    chart: Chart | None = None


@dataclass(frozen=True)
class Row:
    """An entry of a list: Markdown text, a picture beside it by its web address, its buttons.

    A `picture` that can't be had is left out; it is described for those who can't see it.
    """

    text: str
    picture: str = ""
    description: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Reply:
    """One message: Markdown text, a list, files, a small line below, buttons, a menu of more.

    `spoiler` hides the files until somebody asks to see them, where a platform can do that.
    `working` says that more is to come, which platforms show in their own way. `notify` is the
    one person whom the text may mention so that they are notified. `language` is the one that it
    was written in.
    """

    text: str
    small: str = ""
    media: tuple[Media, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    spoiler: bool = False
    working: bool = False
    notify: str = ""
    language: str = field(default_factory=spoken_language)
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class File:
    """A file at hand, ready to be posted. `number` is that of the reply's media that it shows."""

    name: str
    data: bytes
    media_type: str
    description: str
    number: int = 0


@dataclass(frozen=True)
class Capacity:
    """What one message can carry: so many files, bytes each, bytes together."""

    files: int
    file_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Attempt:
    """One try to post. `key` is the message's dedupe key: the same in every try.

    `maybe_sent` says that it may stand there already; `memo` is what the platform noted of the
    try before (TryLaterError), "" at first.
    """

    key: str
    number: int = 1
    maybe_sent: bool = False
    memo: str = ""


@dataclass(frozen=True)
class Posted:
    """Where a message stands: its ID ("" where the platform gives none), and where the next goes.

    `address` may have changed: the first message may be what makes the thread.
    """

    message_id: str
    address: str
    thread: str = ""


class Conversation(Protocol):
    """A place where a request is answered, usually a thread, by one platform's ways to speak.

    The verbs raise TryLaterError when the platform can't take it now, FilesRefusedError when it
    takes the words but not the files, and UndeliverableError when it never will.
    """

    @property
    def capacity(self) -> Capacity:
        """What one message can carry here; no files at all where `files` is 0."""
        ...

    @property
    def link(self) -> str:
        """The web address of this place, "" where there is none."""
        ...

    @property
    def bucket(self) -> str:
        """What the platform's rate limits are counted by here: usually the channel."""
        ...

    async def post(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        """Say something new. All `files` are in one message, with the words."""
        ...

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change the words and buttons of what was said; its files stay."""
        ...

    def link_to(self, message_id: str) -> str:
        """Return the web address of a message here, "" where there is none."""
        ...

    async def delete(self, message_id: str, *, files: bool = False) -> None:
        """Take back what was said, and its `files`. What is gone already is no error."""
        ...


class Barrier(StrEnum):
    """Why a place does not let us speak."""

    NOT_A_MEMBER = "not_a_member"
    NO_PERMISSION = "no_permission"
    CLOSED = "closed"
    GONE = "gone"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class ConversationError(Exception):
    """The platform did not take what was to be said."""


class TryLaterError(ConversationError):
    """It can't be said now. `seconds` is how long the platform wants us to wait, if it says so.

    `maybe_sent` is True when it may have been said all the same. `outage` is True when the
    platform itself is away or busy, which says nothing about the message. `memo` comes back with
    the next attempt.
    """

    def __init__(
        self,
        message: str,
        seconds: float | None = None,
        *,
        maybe_sent: bool = False,
        outage: bool = False,
        memo: str = "",
    ) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.maybe_sent = maybe_sent
        self.outage = outage
        self.memo = memo


class Reach(StrEnum):
    """How far a rate limit reaches: what else of the same kind has to wait with a message."""

    MESSAGE = "message"
    BUCKET = "bucket"
    PLATFORM = "platform"


class RateLimitedError(TryLaterError):
    """The platform takes no more calls for now; `method` is which, in its own words."""

    def __init__(
        self, method: str, seconds: float | None = None, reach: Reach = Reach.BUCKET
    ) -> None:
        super().__init__("rate limited", seconds, outage=True)
        self.method = method
        self.reach = reach


class UndeliverableError(ConversationError):
    """It can't be said here, now or later, because of the `barrier`."""

    def __init__(self, message: str, barrier: Barrier = Barrier.UNKNOWN) -> None:
        super().__init__(message)
        self.barrier = barrier


class FilesRefusedError(ConversationError):
    """The place takes the words, but not these files: they are switched off, or too large."""
