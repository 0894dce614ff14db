"""What a scene is painted on, and the strokes that its parts share."""

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bots.playground.neocu.hours import Colour, Palette, mix

Spot = tuple[float, float]


@dataclass
class Canvas:
    """A picture under way. `line` is the horizon, `unit` a hundredth of the height, in pixels.

    `paint` is the colour that the prompt names, if it names one.
    """

    image: Image.Image
    dice: random.Random
    hour: str
    colours: Palette
    line: float
    moment: float
    paint: Colour | None = None

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.image.width

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.image.height

    @property
    def unit(self) -> float:
        """A hundredth of the height, so that a scene is the same at any size."""
        return self.image.height / 100

    def glow(self, at: Spot, reach: float, colour: Colour, strength: int) -> None:
        """Let light fall around a spot."""
        side = max(2, round(reach * 2))
        halo = Image.radial_gradient("L").resize((side, side))
        halo = halo.point(lambda value: int(max(0.0, 1 - value / 180) ** 2 * strength))
        self.image.paste(colour, (round(at[0] - reach), round(at[1] - reach)), halo)


def gradient(size: tuple[int, int], stops: tuple[Colour, ...], end: float) -> Image.Image:
    """Return a picture whose colours run from the first stop at the top to the last at `end`."""
    rows = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        along = min(1.0, y / (size[1] * end)) * (len(stops) - 1)
        step = min(int(along), len(stops) - 2)
        rows.putpixel((0, y), mix(stops[step], stops[step + 1], along - step))
    return rows.resize(size)


def disc(draw: ImageDraw.ImageDraw, at: Spot, radius: float, colour: tuple[int, ...]) -> None:
    """Draw a filled circle."""
    draw.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), colour)
