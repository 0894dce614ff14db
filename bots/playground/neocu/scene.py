"""A scene by the sea: sky, hills and water, and whatever stands there, picked by the words."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from bots.playground.neocu.canvas import Canvas, Spot, disc, gradient
from bots.playground.neocu.hours import HOURS, colour_of, hour_of, mix, named
from bots.playground.neocu.shore import SUBJECT_WORDS, SUBJECTS
from bots.playground.neocu.things import THING_WORDS, THINGS

_HORIZON = 0.62  # of the height
_FINER = 2  # painted so many times larger, then scaled down: smooth edges
_STARS, _CLOUDS, _WAVES = 160, 12, 240


def scene(seed: str, hour: str | None, size: tuple[int, int], moment: float) -> Image.Image:
    """Return the scene of a seed, `size` pixels large, at a moment from 0 to 1 of its film.

    The same seed gives the same place, at whatever hour.
    """
    dice = random.Random(seed)  # noqa: S311 - the same seed shall give the same scene
    hours, subjects = ("dusk", "dusk", "dawn", "day", "night"), tuple(SUBJECTS)
    any_hour, any_subject = dice.choice(hours), dice.choice(subjects)
    hour = hour or hour_of(seed) or any_hour
    colours = HOURS[hour]
    full = (size[0] * _FINER, size[1] * _FINER)
    image = gradient(full, (colours.zenith, colours.sky, colours.haze), _HORIZON)
    canvas = Canvas(image, dice, hour, colours, full[1] * _HORIZON, moment, colour_of(seed))
    low = 0.50 if hour in {"dusk", "dawn"} else 0.22
    at = (dice.uniform(0.22, 0.5) * canvas.width, (low + 0.03 * moment) * canvas.height)
    _stars(canvas)
    _sun(canvas, at)
    _clouds(canvas)
    _hills(canvas)
    _water(canvas, at[0])
    # What stands in front comes first: "a chair in the woods" is about the chair.
    subject = named(seed, THING_WORDS | SUBJECT_WORDS) or any_subject
    (THINGS | SUBJECTS)[subject](canvas)
    return image.resize(size, Image.Resampling.LANCZOS)


def _stars(canvas: Canvas) -> None:
    # Rolled at any hour, so that what is rolled later is the same by day and by night.
    places = [[canvas.dice.random() for _ in range(3)] for _ in range(_STARS)]
    if canvas.hour != "night":
        return
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    for across, down, bright in places:
        x, y = across * canvas.width, down**1.5 * canvas.line
        twinkle = 0.7 + 0.3 * math.sin(2 * math.pi * (canvas.moment + bright))
        disc(draw, (x, y), canvas.unit * (0.1 + 0.2 * bright), (255, 250, 235, int(230 * twinkle)))


def _sun(canvas: Canvas, at: Spot) -> None:
    radius = canvas.unit * (5.5 if canvas.hour == "night" else 6.5)
    light = canvas.colours.light
    for reach, strength in ((7.0, 70), (3.0, 100), (1.4, 150)):
        canvas.glow(at, radius * reach, light, strength)
    if canvas.hour == "storm":
        return
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    disc(draw, at, radius, (*light, 255))
    if canvas.hour == "night":
        for aside, down, size in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.3), (0.35, -0.35, 0.14)):
            spot = (at[0] + aside * radius, at[1] + down * radius)
            disc(draw, spot, radius * size, (206, 204, 190, 110))


def _clouds(canvas: Canvas) -> None:
    veil = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(veil)
    seen = _CLOUDS if canvas.hour == "storm" else _CLOUDS // 2
    for number in range(_CLOUDS):
        middle = canvas.dice.uniform(0, 1.1) * canvas.width + canvas.moment * 6 * canvas.unit
        height = canvas.dice.uniform(0.08, 0.46) * canvas.height
        wide = canvas.dice.uniform(10, 26) * canvas.unit
        for _ in range(7):
            x = middle + canvas.dice.gauss(0, 0.45) * wide
            y = height + canvas.dice.gauss(0, 0.05) * wide
            half = (canvas.dice.uniform(0.2, 0.5) * wide, canvas.dice.uniform(0.03, 0.08) * wide)
            if number < seen:
                draw.ellipse((x - half[0], y - half[1], x + half[0], y + half[1]), 150)
    veil = veil.filter(ImageFilter.GaussianBlur(canvas.unit * 1.1))
    shade = mix(canvas.colours.haze, canvas.colours.light, 0.35)
    if canvas.hour in {"night", "storm"}:
        shade = mix(canvas.colours.zenith, canvas.colours.haze, 0.55)
    canvas.image.paste(shade, mask=veil.point(lambda value: int(value * 0.75)))


def _hills(canvas: Canvas) -> None:
    draw = ImageDraw.Draw(canvas.image)
    for layer, depth in enumerate((0.25, 0.5)):
        waves = [(canvas.dice.randint(1, 4), canvas.dice.uniform(0, 6.3)) for _ in range(2)]
        waves += [(canvas.dice.randint(5, 11), canvas.dice.uniform(0, 6.3))]
        tall = (9 - 4 * layer) * canvas.unit
        ridge = []
        for step in range(161):
            turn = 2 * math.pi * step / 160
            rise = sum(math.sin(often * turn + shift) / often**0.7 for often, shift in waves)
            top = canvas.line - max(0.0, tall * (0.25 + 0.5 * rise))
            ridge.append((canvas.width * step / 160, top))
        colour = mix(canvas.colours.haze, canvas.colours.land, depth)
        draw.polygon([(0, canvas.line), *ridge, (canvas.width, canvas.line)], colour)


def _water(canvas: Canvas, sun: float) -> None:
    top = round(canvas.line)
    size = (canvas.width, canvas.height - top)
    canvas.image.paste(gradient(size, (canvas.colours.far, canvas.colours.near), 1.0), (0, top))
    draw = ImageDraw.Draw(canvas.image, "RGBA")
    for _ in range(_WAVES):
        down = canvas.dice.random() ** 1.4
        y = top + down * size[1]
        glitter = canvas.dice.random() < 0.6  # noqa: PLR2004 - most waves catch the light
        spread = (3 + 16 * down) * canvas.unit
        x = canvas.dice.gauss(sun, spread) if glitter else canvas.dice.random() * canvas.width
        phase = math.sin(2 * math.pi * (canvas.moment * 2 + canvas.dice.random()))
        x += phase * canvas.unit * 0.8
        long = canvas.unit * (0.6 + 5 * down) * canvas.dice.uniform(0.5, 1.4)
        thick = canvas.unit * (0.08 + 0.3 * down)
        strength = int((120 if glitter else 40) * (0.75 + 0.25 * phase))
        colour = canvas.colours.light if glitter else canvas.colours.haze
        draw.ellipse((x - long, y - thick, x + long, y + thick), (*colour, strength))
