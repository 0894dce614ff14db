"""What a saved prompt may be called: one word that no request begins with."""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.intent import Command

MAX_NAME = 32
_NAME = re.compile(r"[^\W\d_][\w-]*")
_TEAM = "team"  # before a name: the workspace's, which all share

# What commands begin with, and what a sentence begins with: it would become another one.
_TAKEN = frozenset({
    *Command, _TEAM, "here", "me", "my", "our", "the", "a", "an", "one", "two", "three", "four",
    "this", "that", "these", "please", "pls", "hi", "hello", "hey", "neocu", "to", "of", "on",
    "in", "with", "and", "make", "draw", "paint", "create", "generate", "show", "give", "get",
    "edit", "change", "animate", "turn", "add", "remove", "use", "combine", "record", "say",
    "read", "film", "image", "images", "picture", "pictures", "photo", "photos", "drawing",
    "painting", "illustration", "logo", "icon", "poster", "video", "videos", "clip", "animation",
    "sound", "sounds", "audio", "music", "voice", "speech", "model", "scene",
    "panorama", "file", "files",
})  # fmt: skip


class Fault(StrEnum):
    """What is wrong with a name."""

    TAKEN = "taken"
    MENTION = "mention"
    LONG = "long"
    SHAPE = "shape"


@dataclass(frozen=True)
class Named:
    """A name that somebody chose, for the whole workspace or for themselves."""

    name: str
    shared: bool = False


def parse_name(words: str) -> Named:
    """Read `NAME`, or `team NAME`. Names are the same in any case."""
    first, _, rest = words.strip().partition(" ")
    if first.casefold() == _TEAM and rest.strip():
        return Named(rest.strip().casefold(), shared=True)
    return Named(words.strip().casefold())


def fault(name: str) -> Fault | None:
    """Return what is wrong with a name, None if it will do."""
    if any(mark in name for mark in "@<>#"):
        return Fault.MENTION
    if len(name) > MAX_NAME:
        return Fault.LONG
    if name in _TAKEN:
        return Fault.TAKEN
    return None if _NAME.fullmatch(name) and len(name) > 1 else Fault.SHAPE
