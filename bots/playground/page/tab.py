"""A chat's tab as the page's server knows it, and what both chats tell the page alike."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from bots.playground.page.seen import File, Json, Things

Files: TypeAlias = Mapping[str, Sequence[File]]  # by field
Verb: TypeAlias = Callable[[str, Json, Files], Awaitable[str]]
T = TypeVar("T")


class Tab(ABC):
    """One platform as one page shows it.

    A verb gets the person, what it needs to know, and files; it returns what the chat tells that
    person, if anything. Verbs raise LookupError, ValueError and PermissionError.
    """

    home: str  # the workspace's or server's ID
    title: str

    @property
    @abstractmethod
    def has_app(self) -> bool:
        """Whether the bot is in this workspace or server."""

    @property
    def as_home(self) -> Json:
        """This workspace or server, as one to choose."""
        return {"id": self.home, "name": self.title, "has_app": self.has_app}

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a person can do, by name."""
        return {
            "say": self.say,
            "press": self.press,
            "shortcut": self.shortcut,
            "submit": self.submit,
            "close": self.close,
        }

    @abstractmethod
    def seen(self, person: str) -> Things:
        """Return everything that a person sees."""

    @abstractmethod
    def file(self, file_id: str) -> tuple[bytes, str]:
        """Return a file's bytes and media type; LookupError if there is none."""

    @abstractmethod
    async def say(self, person: str, args: Json, files: Files) -> str:
        """Post what was typed, or use the command that it is."""

    @abstractmethod
    async def press(self, person: str, args: Json, files: Files) -> str:
        """Press a button."""

    @abstractmethod
    async def shortcut(self, person: str, args: Json, files: Files) -> str:
        """Pick something from a message's menu."""

    @abstractmethod
    async def submit(self, person: str, args: Json, files: Files) -> str:
        """Send the modal off."""

    @abstractmethod
    async def close(self, person: str, args: Json, files: Files) -> str:
        """Close the modal."""


def file_json(keeper: str, file_id: str, name: str, kind: str, size: int) -> Json:
    """Return a message's file for the page, which gets it from its own address."""
    return {
        "name": name,
        "kind": kind,
        "size": size,
        "url": f"/media/{keeper}/{file_id}/{quote(name)}",
    }


def person_json(name: str, *, bot: bool) -> Json:
    """Return a person, or the bot, for the page."""
    return {"name": name, "bot": bot}


def still_there(message: T | None) -> T:
    """Return a message; LookupError, in words for the person, where it is gone."""
    if message is None:
        raise LookupError("This message is gone.")
    return message
