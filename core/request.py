"""What a person asked: a head that every request has, and one of a few bodies.

Each platform's `parse.py` builds it, once, at the edge.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from core.intent import Ask, Generate, Unsure


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
    REOPEN = "reopen"
    SEND_AGAIN = "send_again"
    TRY_AGAIN = "try_again"
    CHECK_NOW = "check_now"
    SHOW = "show"
    SHOW_IN_CHANNEL = "show_in_channel"
    CONFIRM = "confirm"
    DECLINE = "decline"
    MAKE_PRIVATELY = "make_privately"
    INVITE = "invite"
    EXAMPLE = "example"
    PRESET = "preset"
    SEND_TO_ME = "send_to_me"
    ORIGINAL = "original"
    PAGE = "page"
    SET_UP = "set_up"
    DELETE = "delete"
    SPOILER = "spoiler"
    REPORT = "report"
    CANCEL = "cancel"
    MUTE = "mute"
    STOP = "stop"
    OPEN = "open"
    SETTINGS = "settings"


class Group(IntEnum):
    """The settings of a workspace that are chosen together; a button names it as its asset."""

    WHO = 1
    LIMITS = 2
    COSTS = 3
    ANSWERS = 4
    KEY = 5


# Once for ever, whoever presses and however often: a second one could pay twice.
ONCE_ACTIONS = frozenset({Action.SEND_AGAIN, Action.CONFIRM, Action.DECLINE})
# Their answer is for the person who pressed.
PRIVATE_ACTIONS = frozenset({
    Action.CHECK_NOW, Action.SHOW, Action.DECLINE, Action.INVITE, Action.SEND_TO_ME,
    Action.ORIGINAL, Action.PAGE, Action.DELETE, Action.SPOILER, Action.REPORT, Action.CANCEL,
    Action.MUTE, Action.STOP, Action.SETTINGS,
})  # fmt: skip


@dataclass(frozen=True)
class Press:
    """A press of a button: what it does, to which request (its key), to which of its results.

    `asset` counts from 1; 0 is all of them. `preset` names what is to be made of it.
    """

    action: Action
    source_key: str
    asset: int = 0
    preset: str = ""
    kind: Literal["press"] = "press"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone."""
        return self.action in PRIVATE_ACTIONS

    @property
    def choice(self) -> Action:
        """What its key names of a press that counts once: to make it or not is one choice."""
        return Action.CONFIRM if self.action is Action.DECLINE else self.action


@dataclass(frozen=True)
class FormSent:
    """A form: its files are exactly what is used. `source_key` names the request it edits."""

    query: str
    files: tuple[str, ...] = ()
    source_key: str = ""
    asset: int = 0
    kind: Literal["form"] = "form"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone: a question in a form is an `Ask`."""
        return False


@dataclass(frozen=True)
class Joined:
    """The bot has come to a channel, or to a whole server: it introduces itself."""

    server: bool = False
    kind: Literal["joined"] = "joined"

    @property
    def private(self) -> bool:
        """Whether the answer is for the person alone."""
        return False


Body = Generate | Ask | Unsure | Press | FormSent | Joined


@dataclass(frozen=True)
class Request:
    """One thing that a person asked: a head that every request has, and one body.

    `key` is the dedupe key: the platform's event, however often that is delivered. `workspace` is
    the Slack team or the Discord guild, and `address` the place that the answer goes to, in words
    that only the platform reads. `prompt_visible` is False where the chat does not show what was
    asked, so that the answer has to. `thread` names the thread that it was asked in, and
    `reply_to` the message that it replies to; `roles` are the person's, where a platform has them.
    `in_private` says that nobody else reads the place, `external` that the person is of another
    organization, `unseen` that it replies to what the chat hides from us. `language` is one of
    ours as far as the event tells it, "" else; `admin` says that the event tells of a person who
    manages the workspace, `moderator` of one who may delete other people's messages.
    `age_restricted` says that only adults read the place of the answer.
    """

    key: str
    platform: str
    workspace: str
    channel: str
    person: str
    body: Body
    address: str
    attachments: tuple[Attachment, ...] = ()
    prompt_visible: bool = True
    thread: str = ""
    reply_to: str = ""
    roles: tuple[str, ...] = ()
    in_private: bool = False
    external: bool = False
    unseen: bool = False
    moderator: bool = False
    language: str = ""
    admin: bool = False
    age_restricted: bool = False

    @property
    def source_key(self) -> str:
        """The key of the request that a button or a form is about, "" for none."""
        return getattr(self.body, "source_key", "")

    @property
    def is_once(self) -> bool:
        """Whether its key names a button, not one press of it: pressed again, it is the same."""
        return isinstance(self.body, Press) and f":{self.body.choice}:" in self.key

    @property
    def prompt(self) -> str:
        """What was asked for in words, "" for a press."""
        return getattr(self.body, "query", "")

    def same_workspace(self, other: "Request") -> bool:
        """Whether the other was asked in the same workspace or guild."""
        return (self.platform, self.workspace) == (other.platform, other.workspace)


ANY_WORKSPACE = "*"  # in place of the IDs of those that may ask


@dataclass(frozen=True)
class Door:
    """Whom a workspace lets in, as far as only the platform can tell who somebody is.

    `workspaces` are the ones that may ask; without any, the platform's own may. Whether guests and
    people of other companies may is as the platform's settings say where it is None.
    """

    workspaces: AbstractSet[str] = frozenset()
    guests: bool | None = None
    external: bool | None = None


class Refusal(StrEnum):
    """Why a person may not ask here at all, as far as only the platform can tell."""

    EXTERNAL = "external"
    GUEST = "guest"
    UNKNOWN_WORKSPACE = "unknown_workspace"
