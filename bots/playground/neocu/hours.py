"""The hours and the paints of a scene: the words that name them, and their colours."""

import re
from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours of an hour, from the top of the sky down to the land in front."""

    zenith: Colour
    sky: Colour
    haze: Colour
    far: Colour
    near: Colour
    light: Colour
    land: Colour


def _palette(hexadecimal: str) -> Palette:
    colours = (bytes.fromhex(colour) for colour in hexadecimal.split())
    return Palette(*((red, green, blue) for red, green, blue in colours))


HOURS = {
    "night": _palette("060a20 12204e 3a5084 283c6e 04081a f4f0d6 030510"),
    "dusk": _palette("26215c b04a78 ffaa62 e88664 241c4a ffe2a0 1a122e"),
    "dawn": _palette("5470b4 eca8a4 ffdeac eebaa4 425488 fff4d0 342e52"),
    "day": _palette("3a8cd8 8cc8f0 e2f3fa 84c8da 126292 fffce4 244e48"),
    "storm": _palette("282f3a 525d69 9ea6a8 6c787e 1c2832 d6dcde 14191f"),
}
_HOUR_WORDS = {
    "night": ("night", "midnight", "moon", "star", "dark", "nacht", "nuit", "noche", "noite"),
    "dusk": ("dusk", "sunset", "evening", "golden hour", "dämmer", "abend", "crépus", "atardecer"),
    "dawn": ("dawn", "sunrise", "morning"),
    "storm": ("storm", "rain", "fog", "cloudy", "grey", "gray"),
    "day": ("day", "noon", "summer", "sunny", "bright", r"tage?\b"),
}


_COLOURS: dict[str, Colour] = {
    "red": (196, 40, 44),
    "orange": (226, 122, 40),
    "yellow": (232, 190, 60),
    "green": (58, 132, 74),
    "blue": (44, 92, 170),
    "purple": (122, 70, 160),
    "pink": (222, 120, 156),
    "black": (34, 34, 40),
    "white": (236, 234, 228),
    "brown": (120, 78, 50),
}
_COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    **{name: (rf"{name}\b",) for name in _COLOURS},
    "red": (r"red\b", r"rot(?:e[mnrs]?)?\b", r"rouge\b", r"roj[oa]\b", "vermelh"),
    "green": (r"green\b", "grün", r"verte?\b", r"verde\b"),
    "blue": (r"blue\b", "blau", r"bleue?\b", r"azul\b"),
}


def colour_of(text: str) -> Colour | None:
    """Return the colour that the text names, None if it names none."""
    name = named(text, _COLOUR_WORDS)
    return _COLOURS[name] if name else None


def hour_of(text: str) -> str | None:
    """Return the hour that the text names, None if it names none."""
    return named(text, _HOUR_WORDS)


def named(text: str, names: dict[str, tuple[str, ...]]) -> str | None:
    """Return the first of the names of which the text has a word, or a word that begins so."""
    words = {name: re.compile(rf"\b(?:{'|'.join(of)})") for name, of in names.items()}
    return next((name for name in names if words[name].search(text.casefold())), None)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour between two, with so big a share (0 to 1) of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
