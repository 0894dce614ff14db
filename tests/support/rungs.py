"""A rung of a platform's ladder, as the contract suite sees it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from core.conversation import Conversation


@dataclass(frozen=True)
class Seen:
    """A message of the bot's as the person sees it who asked, without escapes and marks.

    `where` names the thread or channel it stands in, and `pinged` everybody whom it calls.
    """

    text: str
    where: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pinged: frozenset[str] = frozenset()


class Stage(Protocol):
    """A platform with a place where the bot speaks by one rung, and what can go wrong there.

    What goes wrong does so once, with the next post.
    """

    address: str

    def at(self, address: str) -> Conversation:
        """Return the conversation at an address, as a process finds it that knows nothing else."""
        ...

    def said(self) -> list[Seen]:
        """Return what stands of the bot's messages where the person sees it, oldest first."""
        ...

    def fail(self) -> None:
        """Answer the next post with a 5xx; nothing is said."""
        ...

    def lose_answer(self) -> None:
        """Take the next post, and break the connection before the answer."""
        ...

    def rate_limit(self, seconds: int) -> None:
        """Answer the next post with a rate limit of so many seconds."""
        ...

    def outage(self, *, down: bool) -> None:
        """Let the whole platform be down, or up again."""
        ...

    def refuse_files(self) -> None:
        """Let the place take words, but no files, from now on."""
        ...

    def close(self) -> None:
        """Let the place take nothing, for good."""
        ...


@dataclass(frozen=True)
class Rung:
    """A way to speak: its stage, whether it carries files, takes edits, and knows what was said.

    `closes` is False where there is another rung below whatever happens to the place.
    """

    name: str
    open: Callable[[], AbstractAsyncContextManager[Stage]]
    files: bool = True
    edits: bool = True
    dedupes: bool = True
    closes: bool = True

    def __str__(self) -> str:
        """Return what the test report calls it."""
        return self.name
