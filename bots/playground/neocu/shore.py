"""What stands at the shore: a lighthouse, a boat, a city or a forest."""

import math
from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFilter

from bots.playground.neocu.canvas import Canvas, Spot
from bots.playground.neocu.hours import Colour, mix

SUBJECT_WORDS = {
    "lighthouse": ("lighthouse", "tower", "beacon", "leuchtturm", "phare", "faro"),
    "boat": (
        "boat",
        "ship",
        "sail",
        "yacht",
        "harbo",
        r"port\b",
        "boot",
        "segel",
        "bateau",
        "barco",
    ),
    "city": ("city", "skyline", "street", "house", "town"),
    "pines": ("forest", "tree", "pine", "wood", "mountain"),
}


def rock(
    canvas: Canvas, left: float, right: float, tall: float, colour: Colour | None = None
) -> None:
    """Draw a headland between two places of the width, `tall` units high; of rock, or a colour."""
    draw, ground = ImageDraw.Draw(canvas.image), colour or canvas.colours.land
    foot = canvas.line + 19 * canvas.unit
    outline = [(left * canvas.width, foot)]
    for step in range(25):
        across = step / 24
        rise = math.sin(math.pi * across) ** 0.55 * (tall + canvas.dice.uniform(-0.8, 0.8))
        x = (left + (right - left) * across) * canvas.width
        outline.append((x, foot - rise * canvas.unit))
    draw.polygon([*outline, (right * canvas.width, foot)], ground)
    shadow = (left * canvas.width, foot - canvas.unit, right * canvas.width, foot + canvas.unit)
    draw.ellipse(shadow, ground)


def lighthouse(canvas: Canvas) -> None:
    """Build a striped lighthouse on a rock; it is lit when it is dark."""
    x = canvas.dice.uniform(0.68, 0.78) * canvas.width
    half = 0.32 * canvas.height / canvas.width
    rock(canvas, x / canvas.width - half * 1.3, x / canvas.width + half * 1.2, 16)
    foot, top = canvas.line + 5 * canvas.unit, canvas.line - 38 * canvas.unit
    lamp = (x, top - 3.4 * canvas.unit)
    lit = canvas.hour in {"night", "dusk", "storm"}
    if lit:
        _beam(canvas, lamp)
    light, dark = paints(canvas)
    _tower(canvas, (x, foot), (x, top), (dark, light))
    _lantern(canvas, (x, top), dark, lit=lit)
    if lit:
        canvas.glow(lamp, 12 * canvas.unit, (255, 236, 170), 190)


def _tower(canvas: Canvas, foot: Spot, top: Spot, paints: tuple[Colour, Colour]) -> None:
    draw, bands = ImageDraw.Draw(canvas.image), 7
    rings = []
    for band in range(bands + 1):
        up = band / bands
        rings.append((foot[1] + (top[1] - foot[1]) * up, canvas.unit * (5.4 - 2.2 * up)))
    for band, ((low, wide), (high, narrow)) in enumerate(pairwise(rings)):
        x, paint = foot[0], paints[band % 2]
        right = [(x + narrow, high), (x + wide, low)]
        draw.polygon([(x - wide, low), (x - narrow, high), *right], paint)
        shadow = mix(paint, canvas.colours.land, 0.4)
        draw.polygon([(x + wide * 0.3, low), (x + narrow * 0.3, high), *right], shadow)


def _lantern(canvas: Canvas, at: Spot, roof: Colour, *, lit: bool) -> None:
    draw, land, (x, y), u = ImageDraw.Draw(canvas.image), canvas.colours.land, at, canvas.unit
    thin = max(1, round(u * 0.4))
    glass = (255, 244, 190) if lit else mix(canvas.colours.haze, land, 0.35)
    draw.rectangle((x - 4.3 * u, y - u, x + 4.3 * u, y), land)
    draw.rectangle((x - 2.2 * u, y - 5.6 * u, x + 2.2 * u, y - u), glass)
    for post in (x - 2.2 * u, x, x + 2.2 * u):
        draw.line((post, y - 5.6 * u, post, y - u), land, thin)
    draw.polygon([(x - 3.2 * u, y - 5.5 * u), (x, y - 9 * u), (x + 3.2 * u, y - 5.5 * u)], roof)
    draw.line((x, y - 8.5 * u, x, y - 11.5 * u), land, thin)


def paints(canvas: Canvas) -> tuple[Colour, Colour]:
    """Return the light and the dark paint of things, as they look at this hour."""
    any_paint = canvas.dice.choice(((186, 44, 48), (36, 78, 130), (40, 44, 54)))
    paint = canvas.paint or any_paint
    shade = {"night": 0.62, "dusk": 0.4, "storm": 0.35, "dawn": 0.2, "day": 0.0}[canvas.hour]
    light = mix((244, 240, 230), canvas.colours.zenith, shade)
    return light, mix(paint, canvas.colours.land, shade)


def _beam(canvas: Canvas, lamp: Spot) -> None:
    far = canvas.width * 0.9
    turn = math.radians(188 + 16 * math.sin(2 * math.pi * canvas.moment))
    veil = Image.new("L", canvas.image.size)
    draw = ImageDraw.Draw(veil)
    for spread, strength in ((0.10, 40), (0.055, 75)):
        edges = [
            (lamp[0] + far * math.cos(turn + side), lamp[1] + far * math.sin(turn + side))
            for side in (-spread, spread)
        ]
        draw.polygon([lamp, *edges], strength)
    fade = Image.linear_gradient("L").rotate(-90).resize(canvas.image.size)
    veil = Image.composite(veil, Image.new("L", veil.size), fade.rotate(180))
    canvas.image.paste((255, 240, 190), mask=veil.filter(ImageFilter.GaussianBlur(canvas.unit)))


def boat(canvas: Canvas) -> None:
    """Let a sailing boat pass."""
    x = (canvas.dice.uniform(0.5, 0.68) + 0.05 * canvas.moment) * canvas.width
    y, u = canvas.line + 15 * canvas.unit, canvas.unit
    y += 0.6 * u * math.sin(4 * math.pi * canvas.moment)
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    for depth in range(14):
        wide = u * (15 - depth * 0.7) * (0.8 + 0.2 * math.sin(depth * 2.1))
        line = (x - wide, y + (4.5 + depth) * u, x + wide, y + (5.0 + depth) * u)
        draw.ellipse(line, (*canvas.colours.land, 120 - 8 * depth))
    hull = [
        (x - 15 * u, y),
        (x + 17 * u, y - u),
        (x + 12 * u, y + 5 * u),
        (x - 11 * u, y + 5 * u),
    ]
    draw.polygon(hull, (*canvas.colours.land, 255))
    sail, jib = paints(canvas)
    draw.polygon([(x + u, y - 40 * u), (x + u, y - 3 * u), (x - 13 * u, y - 3 * u)], (*sail, 255))
    draw.polygon(
        [(x + 2.4 * u, y - 36 * u), (x + 2.4 * u, y - 3 * u), (x + 15 * u, y - 3 * u)],
        (*jib, 255),
    )
    draw.line(
        (x + 1.7 * u, y - 42 * u, x + 1.7 * u, y),
        (*canvas.colours.land, 255),
        round(0.8 * u) or 1,
    )


def city(canvas: Canvas) -> None:
    """Build a skyline with its mirror image in the water."""
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    u, x = canvas.unit, 0.0
    shore = canvas.line + 2 * u
    glowing = canvas.hour in {"night", "dusk", "storm"}
    while x < canvas.width:
        wide = canvas.dice.uniform(5, 10) * u
        centre = math.exp(-(((x / canvas.width - 0.6) / 0.22) ** 2))
        top = shore - u * (5 + canvas.dice.uniform(4, 10) + 30 * centre * canvas.dice.random())
        colour = mix(canvas.colours.land, canvas.colours.haze, canvas.dice.uniform(0.0, 0.22))
        draw.rectangle((x, top, x + wide, shore), (*colour, 255))
        if canvas.dice.random() < 0.3:  # noqa: PLR2004 - some have a mast
            draw.line(
                (x + wide / 2, top - 5 * u, x + wide / 2, top),
                (*colour, 255),
                round(u / 2) or 1,
            )
        for row in range(int((shore - top) / (2.4 * u)) - 1):
            for column in range(int(wide / (1.8 * u))):
                lit = canvas.dice.random() < 0.45 and glowing  # noqa: PLR2004 - not all are at home
                left, upper = x + (0.6 + 1.8 * column) * u, top + (1.2 + 2.4 * row) * u
                if lit:
                    window = (left, upper, left + 0.8 * u, upper + 1.1 * u)
                    draw.rectangle(window, (255, 220, 140, 220))
        x += wide + canvas.dice.uniform(-1, 0.6) * u
    band = canvas.image.crop((0, round(shore - 34 * u), canvas.width, round(shore)))
    mirror = band.transpose(Image.Transpose.FLIP_TOP_BOTTOM).filter(ImageFilter.GaussianBlur(u))
    fade = Image.linear_gradient("L").rotate(180).resize(mirror.size).point(lambda v: v * 2 // 5)
    canvas.image.paste(mirror, (0, round(shore)), fade)


def pines(canvas: Canvas) -> None:
    """Plant pines on two headlands."""
    rock(canvas, -0.15, 0.62, 15)
    rock(canvas, 0.45, 1.2, 13)
    draw = ImageDraw.Draw(canvas.image)
    u = canvas.unit
    for number in range(26):
        across = (number + canvas.dice.random()) / 26
        tall = u * canvas.dice.uniform(10, 30) * (0.55 + abs(across - 0.5))
        x, foot = across * canvas.width, canvas.line + u * canvas.dice.uniform(8, 15)
        colour = mix(canvas.colours.land, canvas.colours.near, canvas.dice.uniform(0, 0.25))
        for tier in range(6):
            up, wide = foot - tall * tier / 6.5, tall * 0.24 * (1 - tier / 6.5)
            draw.polygon([(x - wide, up), (x, up - tall * 0.3), (x + wide, up)], colour)


SUBJECTS: dict[str, Callable[[Canvas], None]] = {
    "lighthouse": lighthouse,
    "boat": boat,
    "city": city,
    "pines": pines,
}
