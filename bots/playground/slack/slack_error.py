"""How the local Slack says no."""

from collections.abc import Iterable
from typing import Any


class SlackError(Exception):
    """A Web API call's `{"ok": false, "error": …}`, with whatever else the answer carries."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    def answer(self) -> dict[str, Any]:
        """Return the body that the caller gets."""
        return {"ok": False, "error": self.error, **self.more}


def invalid(error: str, problems: list[str]) -> SlackError:
    """Return an error that lists its problems as Slack does, with JSON pointers."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(error, errors=problems, response_metadata={"messages": messages})


def missing_scope(needed: Iterable[str], provided: Iterable[str]) -> SlackError:
    """Return what an app hears that lacks a scope: which, and what it has."""
    granted = ",".join(sorted(provided))
    return SlackError("missing_scope", needed=",".join(needed), provided=granted)
