"""Things that prompts name and that stand on the beach: a chair, a cat, a cup."""

from collections.abc import Callable, Sequence

from PIL import ImageDraw

from bots.playground.neocu.canvas import Canvas, Spot, disc
from bots.playground.neocu.hours import Colour, mix
from bots.playground.neocu.shore import paints, rock

THING_WORDS = {
    "chair": ("chair", "stool", "armchair", "bench", "stuhl", "chaise", "silla", "cadeira"),
    "cat": ("cat", "cats", "kitten", "kitty", "katze", r"chat\b", "gato"),
    "cup": ("cup", "mug", "coffee", "tea"),
}


def chair(canvas: Canvas) -> None:
    """Put a wooden chair on the beach, seen from the side of its front."""
    (x, y), u, (front, side) = _beach(canvas), canvas.unit, _paint(canvas)
    draw = ImageDraw.Draw(canvas.image)
    for leg in (-3, 12):
        draw.rectangle((x + leg * u, y - 16 * u, x + (leg + 1.6) * u, y - 3 * u), side)
    back = [(-3, -44), (13.6, -41), (13.6, -19), (-3, -21)]
    draw.polygon(_at(x, y, u, back), side)
    for slat in (-1.2, 3.4, 8.0):
        gap = ((slat, -40), (slat + 3, -39.5), (slat + 3, -24), (slat, -24.4))
        draw.polygon(_at(x, y, u, gap), mix(side, canvas.colours.haze, 0.45))
    draw.polygon(_at(x, y, u, [(-3, -21), (13.6, -19), (10, -14), (-10, -16)]), front)
    draw.polygon(_at(x, y, u, [(-10, -16), (10, -14), (10, -11.6), (-10, -13.6)]), side)
    for leg in (-10, 8):
        draw.rectangle((x + leg * u, y - 13.6 * u, x + (leg + 1.8) * u, y), front)


def cat(canvas: Canvas) -> None:
    """Let a cat sit on the beach and look at whoever looks."""
    (x, y), u, (coat, dark) = _beach(canvas), canvas.unit, _paint(canvas)
    draw = ImageDraw.Draw(canvas.image)
    draw.arc((x + 2 * u, y - 16 * u, x + 20 * u, y), 300, 130, dark, round(2.6 * u) or 1)
    draw.ellipse((x - 9 * u, y - 21 * u, x + 10 * u, y), coat)
    draw.ellipse((x - 4.5 * u, y - 17 * u, x + 4.5 * u, y - 2 * u), mix(coat, (255, 250, 240), 0.4))
    for ear in (-1, 1):
        tips = [(ear * 7.4, -40), (ear * 1.6, -33), (ear * 7.2, -30)]
        draw.polygon(_at(x, y, u, tips), coat)
        draw.polygon(_at(x, y, u, [(a * 0.88, b + 1.6) for a, b in tips]), dark)
    disc(draw, (x, y - 27 * u), 8 * u, coat)
    for eye in (-1, 1):
        disc(draw, (x + eye * 3.2 * u, y - 28 * u), 1.7 * u, (236, 226, 120))
        disc(draw, (x + eye * 3.2 * u, y - 28 * u), 0.8 * u, (20, 20, 24))
        for up in (0, 1.2):
            whisker = (x + eye * 3 * u, y - 24 * u, x + eye * 12 * u, y - (25 - up) * u)
            draw.line(whisker, mix(coat, (255, 255, 255), 0.6), max(1, round(u / 4)))
        draw.ellipse((x + eye * 5 * u - 3.4 * u, y - 3 * u, x + eye * 5 * u + 3.4 * u, y), coat)
    draw.polygon(_at(x, y, u, [(-1.1, -25.4), (1.1, -25.4), (0, -24)]), (214, 120, 120))


def cup(canvas: Canvas) -> None:
    """Put a steaming cup on the beach."""
    (x, y), u, (glaze, dark) = _beach(canvas), canvas.unit, _paint(canvas)
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    for turn in (-4, 0, 4):
        steam = [(x + (turn + (1.2, -1.2)[n % 2]) * u, y - (24 + 4 * n) * u) for n in range(4)]
        draw.line(steam, (*canvas.colours.haze, 150), max(1, round(0.9 * u)), joint="curve")
    draw.arc((x + 6 * u, y - 17 * u, x + 17 * u, y - 5 * u), 260, 100, dark, round(2 * u) or 1)
    draw.polygon(_at(x, y, u, [(-10, -20), (10, -20), (7.4, -1), (-7.4, -1)]), glaze)
    draw.ellipse((x - 7.4 * u, y - 2.6 * u, x + 7.4 * u, y), glaze)
    draw.ellipse((x - 10 * u, y - 22 * u, x + 10 * u, y - 18 * u), mix(glaze, (255, 255, 255), 0.3))
    draw.ellipse((x - 8.6 * u, y - 21.4 * u, x + 8.6 * u, y - 18.8 * u), (58, 36, 26, 255))


def _beach(canvas: Canvas) -> Spot:
    """Return where a thing stands, on a headland of sand that is laid for it."""
    across = canvas.dice.uniform(0.6, 0.68)
    half = 0.5 * canvas.height / canvas.width
    rock(canvas, across - half, across + half, 11, mix((226, 198, 148), canvas.colours.land, 0.45))
    return across * canvas.width, canvas.line + 14 * canvas.unit


def _paint(canvas: Canvas) -> tuple[Colour, Colour]:
    """Return a thing's colour in the light and in the shade."""
    colour = paints(canvas)[1]
    return colour, mix(colour, canvas.colours.land, 0.4)


def _at(x: float, y: float, u: float, corners: Sequence[Spot]) -> list[Spot]:
    return [(x + across * u, y + down * u) for across, down in corners]


THINGS: dict[str, Callable[[Canvas], None]] = {"chair": chair, "cat": cat, "cup": cup}
