"""What a form's pickers write into a prompt: its kind, length, size and shape, in brackets.

They write nothing but words, as a person could: "a paper boat (video, 5 s, 720p, 16:9)". The words
are English, which the estimates read; Neocu reads any.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from core.neocu.prices import Medium

KIND_WORDS: Mapping[Medium, str] = {
    "image": "image",
    "video": "video",
    "sound": "sound",
    "voice": "voice",
    "3d": "3D model",
    "360": "360° scene",
}
LENGTHS = ("3 s", "5 s", "10 s", "15 s", "30 s")
SIZES: Mapping[Medium, tuple[str, ...]] = {
    "image": ("1 MP", "4 MP"),
    "video": ("640p", "720p", "1080p"),
}
SHAPES = ("1:1", "16:9", "9:16")
WITH_LENGTH: frozenset[Medium] = frozenset({"video", "sound", "voice"})
WITH_SHAPE: frozenset[Medium] = frozenset({"image", "video"})

_KINDS = {words: kind for kind, words in KIND_WORDS.items()}
_ALL_SIZES = [size for sizes in SIZES.values() for size in sizes]
_BRACKETS = re.compile(r"\s*\((?P<words>[^()]*)\)\s*$")


@dataclass(frozen=True)
class Choices:
    """What is chosen: a kind of ours, and words for the rest; "" for what is left to Neocu."""

    kind: str = ""
    length: str = ""
    size: str = ""
    shape: str = ""

    @property
    def fitting(self) -> "Choices":
        """These, without what their kind does not have: a picture has no length."""
        kind = self.kind
        return replace(
            self,
            length=self.length if not kind or kind in WITH_LENGTH else "",
            size=self.size if self.size in options("size", kind) else "",
            shape=self.shape if not kind or kind in WITH_SHAPE else "",
        )


NAMES = tuple(field.name for field in fields(Choices))


def options(name: str, kind: str = "") -> tuple[str, ...]:
    """Return what can be chosen for a kind under one of NAMES."""
    match name:
        case "kind":
            return tuple(KIND_WORDS)
        case "length":
            return LENGTHS if kind in WITH_LENGTH else ()
        case "size":
            return next((sizes for one, sizes in SIZES.items() if one == kind), ())
    return SHAPES if kind in WITH_SHAPE else ()


def write(prompt: str, choices: Choices) -> str:
    """Return a prompt with what is chosen in brackets at its end, in place of what was."""
    chosen = choices.fitting
    kind = next((words for one, words in KIND_WORDS.items() if one == chosen.kind), "")
    words = ", ".join(filter(None, (kind, chosen.length, chosen.size, chosen.shape)))
    plain = without(prompt)
    return f"{plain} ({words})".lstrip() if words else plain


def without(prompt: str) -> str:
    """Return a prompt without what was chosen for it."""
    found = _BRACKETS.search(prompt)
    return prompt[: found.start()] if found and _parse(found["words"]) else prompt


def read(prompt: str) -> Choices:
    """Return what was chosen for a prompt, as its brackets tell."""
    found = _BRACKETS.search(prompt)
    return (found and _parse(found["words"])) or Choices()


def _parse(words: str) -> Choices | None:
    """Return what the words in brackets say, None where they are a person's own."""
    found: dict[str, str] = {}
    for word in words.split(", "):
        for name, known in (
            ("kind", _KINDS),
            ("length", LENGTHS),
            ("size", _ALL_SIZES),
            ("shape", SHAPES),
        ):
            if word in known and name not in found:
                found[name] = _KINDS.get(word, word) if name == "kind" else word
                break
        else:
            return None
    return Choices(**found)
