"""What a prompt in plain words will cost by the published prices."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from core.neocu.prices import RATES, Medium

MAX_REMEMBERED = 1_000  # prompts: those finished lately are parsed again at every poll


# The table leaves 1 to 2 MP open; we count them as large, so that nobody is surprised.
_SMALL_MEGAPIXELS, _LARGE_MEGAPIXELS = 1, 4


@dataclass(frozen=True)
class Estimate:
    """What a prompt will cost by the table: an estimate, for Neocu alone decides what it makes.

    `size` is as people name it ("4 MP", "720p"), "" where none is named or none matters; `seconds`
    is the length of each piece. `edit` is true of a video that there is already: changing it has a
    price of its own. `at_least` is true where the prompt names no size; then this is the price of
    the smallest.
    """

    medium: Medium
    credits: Decimal
    count: int = 1
    seconds: Decimal | None = None
    size: str = ""
    edit: bool = False
    at_least: bool = False


@lru_cache(MAX_REMEMBERED)
def medium(query: str) -> Medium | None:
    """Return the medium that the prompt asks for, None if it names none."""
    mention = _parse_mention(_plain(query))
    return mention.medium if mention else None


@lru_cache(MAX_REMEMBERED)
def estimate(query: str) -> Estimate | None:
    """Return what the prompt will cost, None if its words don't let one tell. Never raises."""
    text = _plain(query)
    mention = _parse_mention(text)
    if mention is None or not (count := _count(text, mention)):
        return None
    edit = mention.pointed_at or _EDIT.match(text) is not None
    match mention.medium:
        case "image":
            return _image(text, count)
        case "video":
            return _video(text, count, edit=edit)
        case "3d":
            # The table has no price for editing a model.
            return None if edit else Estimate("3d", count * RATES["3d", "n/a"], count)
        case "360":
            return Estimate("360", count * RATES["360", "per scene"], count)
        case kind:
            return _audio(text, kind, count)


def _image(text: str, count: int) -> Estimate | None:
    sizes = _megapixels(text)
    size = max(sizes, default=Decimal(1))
    if len(sizes) > 1 or size > _LARGE_MEGAPIXELS:
        return None
    rate = RATES["image", "0.5 to 1 MP" if size <= _SMALL_MEGAPIXELS else "2 to 4 MP"]
    label = f"{size.normalize():f} MP" if sizes else ""
    return Estimate("image", count * rate, count, size=label, at_least=not sizes)


def _video(text: str, count: int, *, edit: bool) -> Estimate | None:
    seconds = _seconds(text)
    sizes = {"any"} if edit else _resolutions(text)
    rate = RATES.get(("video", max(sizes, default="640p")))
    if seconds is None or rate is None or len(sizes) > 1:
        return None
    label = "" if edit else "".join(sizes)
    credits = count * seconds * rate
    return Estimate("video", credits, count, seconds, label, edit=edit, at_least=not sizes)


def _audio(text: str, kind: Literal["sound", "voice"], count: int) -> Estimate | None:
    if (seconds := _seconds(text)) is None:
        return None
    return Estimate(kind, count * seconds * RATES[kind, "any"], count, seconds)


# ---- How the words are read ----------------------------------------------------------------------

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60,
}  # fmt: skip
_NUMBER_WORD = re.compile(r"\b(?:" + "|".join(sorted(_NUMBERS, reverse=True)) + r")\b")
# "a 1980s video", "the 80s" and "90s-style" tell a time, not a length.
_DECADE = re.compile(r"\b[0-9]{3}0s\b|(?:\bthe\s|['\u2019])[0-9]0s\b|\b[0-9]0s(?=[\s-]style)")

# Up to five digits: longer ones are no length, size or count that anybody means.
_AMOUNT = r"(?<![\w.,])([0-9]{1,5}(?:[.,][0-9]{1,3})?)"
_LENGTH = re.compile(_AMOUNT + r"[\s-]?(s|secs?|seconds?|min|minutes?)\b")
_MEGAPIXELS = re.compile(_AMOUNT + r"[\s-]?(?:mp|megapixels?)\b")
_PIXELS = re.compile(r"\b([0-9]{2,5})\s?[x\u00d7]\s?([0-9]{2,5})\b")
_LINES = re.compile(r"\b([0-9]{3,4}p|[48]k)\b")

_MEDIA: dict[Medium, str] = {
    "360": r"360(?:\s?[°º]|[\s-]?degrees?\b|(?=[\s-](?:scene|panorama|photo|image|view|tour)\b))"
    r"(?:\s(?:scene|panorama|photo|image|view|tour)s?\b)?|360[\s-]scenes\b",
    "3d": r"3[\s-]?d\b(?![\s-](?:render|style|picture|image|video|clip|film|anim))"
    r"(?:\s(?:model|object)s?\b)?|gl(?:b|tf)s?\b",
    "video": r"(?:videos?|clips?|movies?|films?|animations?|animate)\b",
    "voice": r"(?:voices?(?:[\s-]?overs?)?|narrations?|narrate|speech)\b",
    "sound": r"(?:sounds?(?:\seffects?)?|sfx|audio)\b",
    "image": r"(?:images?|pictures?|photos?|photographs?|drawings?|paintings?|illustrations?"
    r"|posters?|logos?|icons?)\b",
}
_MENTION = re.compile(
    r"\b(?P<given>(?:(?P<this>this|these|that|those)|my|our|the|its)\s(?:[\w.-]+\s){0,3}?)?(?:"
    + "|".join(f"(?P<m{name}>{words})" for name, words in _MEDIA.items())
    + ")"
)
_EDIT = re.compile(
    r"(?:please\s|(?:can|could)\syou\s)*"
    r"(?:edit|editing|change|modify|trim|crop|retouch|recolou?r|restyle|remix)\b"
)


@dataclass(frozen=True)
class _Mention:
    """A medium's name in a prompt: a new one, a `given` one ("my clip") or "this" very one."""

    medium: Medium
    start: int
    given: bool
    pointed_at: bool
    plural: bool


def _plain(query: str) -> str:
    text = _DECADE.sub(" ", " ".join(query.casefold().split()))
    return _NUMBER_WORD.sub(lambda word: str(_NUMBERS[word[0]]), text)


def _parse_mention(text: str) -> _Mention | None:
    """Return the first medium named that isn't there already, else the first one named."""
    mentions = []
    for found in _MENTION.finditer(text):
        name = next(name for name in _MEDIA if found[f"m{name}"])
        start, word = found.start(f"m{name}"), found[f"m{name}"]
        given, this = bool(found["given"]), bool(found["this"])
        mentions.append(_Mention(name, start, given, this, word.endswith("s")))
    return next((m for m in mentions if not m.given), mentions[0] if mentions else None)


def _count(text: str, mention: _Mention) -> int | None:
    """Return how many are asked for, None for "pictures" without a number."""
    if not mention.plural:
        return 1
    before = text[: mention.start]
    for size in (_LENGTH, _MEGAPIXELS, _PIXELS, _LINES):
        before = size.sub("", before)
    number = re.search(r"\b([0-9]{1,5})\s+(?:[^\W\d]+\s+){0,2}$", before)
    if number:
        return int(number[1])
    return 1 if mention.medium in {"sound", "voice"} else None


def _seconds(text: str) -> Decimal | None:
    """Return the length that is named, None for none, for zero and for several."""
    lengths = {
        Decimal(number.replace(",", ".")) * (60 if unit.startswith("m") else 1)
        for number, unit in _LENGTH.findall(text)
    }
    return (lengths.pop() or None) if len(lengths) == 1 else None


def _megapixels(text: str) -> set[Decimal]:
    # A square of 1024 is "1 MP" and one of 2048 is "4 MP" to those who sell them.
    sides = ((int(wide), int(high)) for wide, high in _PIXELS.findall(text))
    sizes = {round(Decimal(wide * high) / 1024**2, 1) for wide, high in sides}
    sizes |= {Decimal(number.replace(",", ".")) for number in _MEGAPIXELS.findall(text)}
    return {size for size in sizes if size}


def _resolutions(text: str) -> set[str]:
    sides = {f"{min(int(wide), int(high))}p" for wide, high in _PIXELS.findall(text)}
    return sides | set(_LINES.findall(text))
