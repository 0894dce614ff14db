"""A person's seat at a platform, whichever it is: what they do and see there."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import click

from bots.playground.journal import Journal

File = tuple[str, bytes, str]  # name, bytes, media type
COMMAND, FORM_COMMAND = "/neocu", "neocu-form"
# What a message's menu offers: its name, and Slack's ID of it.
MENU, SHORTCUT = "Use in Neocu", "use_in_neocu"


@dataclass(frozen=True)
class Line:
    """A message as a person sees it: 0 deep in the channel, 1 in its thread.

    `shown` is the platform's own message; `thread` the name of the thread that it is in or has.
    `text` is in the platform's markup, `styled` as a terminal shows it.
    """

    who: str
    text: str
    deep: int
    thread: Any
    shown: Any
    private: bool = False
    buttons: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    styled: str = ""
    edited: bool = False

    @property
    def plain(self) -> str:
        """What people read, without any style."""
        return click.unstyle(self.styled)


class Field(NamedTuple):
    """An input of an open form: by which ID its value is sent, and what stands in it."""

    id: str
    value: str


class Seat(ABC):
    """A person in a channel, or at the bot's direct messages."""

    platform: ClassVar[str]

    def __init__(self, journal: Journal, person: str) -> None:
        self.journal = journal
        self._person = person

    @abstractmethod
    async def type(self, words: str, files: Sequence[File] = (), thread: Any = None) -> None:
        """Type something: `/neocu …`, `@neocu …`, or just words; in a thread, if one is named."""

    @abstractmethod
    async def press(self, line: Line, label: str) -> None:
        """Press a button, or choose from a menu; LookupError if there is none with this label."""

    @abstractmethod
    async def use(self, line: Line) -> None:
        """Pick "Use in Neocu" from a message's menu."""

    def form(self) -> dict[str, str]:
        """Return the open form: what stands in each input, by its label; empty if none is open."""
        return {label: field.value for label, field in (self._fields() or {}).items()}

    async def send(self, values: Mapping[str, str | Sequence[File]]) -> None:
        """Fill in the open form, by the labels of its inputs, and send it."""
        if (fields := self._fields()) is None:
            raise LookupError("no form is open")
        await self._submit({fields[label].id: value for label, value in values.items()})

    async def pick(self, label: str, option: str, typed: Mapping[str, str] | None = None) -> None:
        """Pick something in an open form that changes with it; `typed` is what stands in it."""
        raise LookupError(f"{option} under {label} does nothing yet, nor does {typed}")

    def lines(self) -> list[Line]:
        """Return what can be seen in the channel and its threads, oldest first."""
        found = []
        for message in self._messages():
            found.append(self._line(message, 0))
            found += [self._line(reply, 1) for reply in self._replies(message)]
        return found

    @abstractmethod
    def _fields(self) -> dict[str, Field] | None:
        """Return the open form's inputs by label; None if no form is open."""

    @abstractmethod
    async def _submit(self, values: dict[str, Any]) -> None:
        """Send the open form with these values, by the IDs of its inputs."""

    @abstractmethod
    def _messages(self) -> Sequence[Any]:
        """Return the channel's own messages, oldest first."""

    @abstractmethod
    def _replies(self, message: Any) -> Sequence[Any]:
        """Return the messages of a message's thread, oldest first."""

    @abstractmethod
    def _line(self, message: Any, deep: int) -> Line:
        """Return a message as the person sees it."""
