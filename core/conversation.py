"""Between the core and a chat platform: three types and two verbs.

Texts are Markdown as `markup` reads it. A platform that can't do something (no thread, no private
answer, no button) does the next best thing in its own `conversation.py`; the core never asks.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Attachment:
    """A file that a person attached; `url` is the platform's, `size` in bytes."""

    id: str
    name: str
    url: str
    size: int
    media_type: str = ""


class Action(StrEnum):
    """What a button does."""

    AGAIN = "again"
    EDIT = "edit"
    SEND_AGAIN = "send_again"
    CHECK_NOW = "check_now"
    SHOW = "show"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Button:
    """A button under a reply: what it does, to which request (its key), to which of its results."""

    label: str
    action: Action
    about: str
    asset: int = 0


@dataclass(frozen=True)
class Media:
    """A file to show: fetched from `url`, described for those who can't see it.

    Where it can't be shown, the `thumbnail` is, with a link.
    """

    url: str
    name: str
    description: str
    thumbnail: str = ""


@dataclass(frozen=True)
class Request:
    """One thing that a person asked.

    `key` is the platform's event, the same however often it is delivered. `workspace` is the
    Slack team or the Discord guild, and `address` the place that the answer goes to, in words
    that only the platform reads. `shown` is False where the chat does not show what was asked,
    so that the answer has to. `action` and `about` tell which button was pressed, and on which
    request, `asset` on which of its results. `thread` names the thread that it was asked in, and
    `reply_to` the message that it replies to; `roles` are the person's, where a platform has them.
    """

    key: str
    platform: str
    workspace: str
    channel: str
    person: str
    text: str
    address: str
    attachments: tuple[Attachment, ...] = ()
    shown: bool = True
    action: Action | None = None
    about: str = ""
    asset: int = 0
    thread: str = ""
    reply_to: str = ""
    roles: tuple[str, ...] = ()

    def same_workspace(self, other: "Request") -> bool:
        """Whether the other was asked in the same workspace or guild."""
        return (self.platform, self.workspace) == (other.platform, other.workspace)


@dataclass(frozen=True)
class Reply:
    """Something that the bot says: Markdown text, a file to show, buttons to press.

    `working` says that more is to come, which platforms show in their own way.
    """

    text: str
    media: Media | None = None
    buttons: tuple[Button, ...] = ()
    working: bool = False


class Conversation(Protocol):
    """The place where a request is answered, usually a thread.

    Both verbs raise TryLaterError when the platform can't take it now, and UndeliverableError
    when it never will.
    """

    @property
    def address(self) -> str:
        """Where this is, for finding it again after a restart.

        It may change with a post: the first one may be what makes the thread.
        """
        ...

    @property
    def thread(self) -> str:
        """The name of the thread that this is, "" where there is none."""
        ...

    @property
    def link(self) -> str:
        """The web address of this place, "" where there is none."""
        ...

    async def post(self, reply: Reply, key: str, *, again: bool = False) -> str:
        """Say something and return its message ID.

        `key` names the reply, so that a platform can tell a repetition; with `again` it may
        have been said before, and is said only if it was not.
        """
        ...

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change what was said."""
        ...


class ConversationError(Exception):
    """The platform did not take what was to be said."""


class TryLaterError(ConversationError):
    """It can't be said now. `seconds` is how long the platform wants us to wait, if it says so.

    `maybe_said` is True when it may have been said all the same.
    """

    def __init__(
        self, message: str, seconds: float | None = None, *, maybe_said: bool = False
    ) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.maybe_said = maybe_said


class UndeliverableError(ConversationError):
    """It can't be said here, now or later: the channel is gone, or closed to the bot."""
