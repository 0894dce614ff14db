"""What the doctor finds: one thing each, whether it is well, and what to do if it is not."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: NOTE is worth knowing, WRONG keeps something from working."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what is so, and what to do about it ("" for nothing)."""

    area: str
    level: Level
    text: str
    remedy: str = ""


def ok(area: str, text: str) -> Finding:
    """Return that something is well."""
    return Finding(area, Level.OK, text)


def note(area: str, text: str, remedy: str = "") -> Finding:
    """Return something that is worth knowing."""
    return Finding(area, Level.NOTE, text, remedy)


def wrong(area: str, text: str, remedy: str) -> Finding:
    """Return something that keeps the bots from working."""
    return Finding(area, Level.WRONG, text, remedy)
