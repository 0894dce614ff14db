"""Pictures of assets: scenes, edits of scenes and of handed-in photos, and views of meshes."""

import io
import math

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps, UnidentifiedImageError

from bots.playground.neocu.hours import HOURS, hour_of
from bots.playground.neocu.media_files import Asset
from bots.playground.neocu.mesh import Mesh
from bots.playground.neocu.scene import scene

Size = tuple[int, int]

# Width and height in pixels.
PICTURE_SIZE, PANORAMA_SIZE, THUMBNAIL_SIZE, FRAME_SIZE = (
    (960, 640),
    (1280, 640),
    (320, 214),
    (416, 234),
)
_PAPER = (250, 248, 243)
_INK = (74, 70, 84)
_MAX_CAPTION_LETTERS = 60


def png(image: Image.Image) -> bytes:
    """Return the picture as a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def picture(asset: Asset, size: Size, moment: float = 0.0) -> Image.Image:
    """Return the asset's scene; an edit lies on paper, with what was asked written below."""
    if asset.origin is None:
        return _view(asset, size, moment)
    margin, foot = round(size[1] * 0.035), round(size[1] * 0.12)
    inner = (size[0] - 2 * margin, size[1] - margin - foot)
    paper = Image.new("RGB", size, _PAPER)
    paper.paste(_view(asset, inner, moment), (margin, margin))
    _write(paper, asset.query, (margin, size[1] - foot), foot)
    return paper


def portrait(mesh: Mesh) -> Image.Image:
    """Return a view of the mesh from the front, a little from the left and from above."""
    width, height = (2 * side for side in THUMBNAIL_SIZE)
    image = Image.radial_gradient("L").resize((width, height))
    image = ImageOps.colorize(image, (250, 248, 244), (150, 152, 164))
    draw = ImageDraw.Draw(image)
    lean, turn = math.radians(18), math.radians(28)
    shadow = (width * 0.3, height * 0.83, width * 0.7, height * 0.94)
    draw.ellipse(shadow, (176, 177, 188))
    seen = [
        (x, y * math.cos(lean) - z * math.sin(lean), y * math.sin(lean) + z * math.cos(lean))
        for x, y, z in (
            (x * math.cos(turn) + z * math.sin(turn), y, z * math.cos(turn) - x * math.sin(turn))
            for x, y, z in mesh.points()
        )
    ]
    faces = sorted(mesh.triangles(), key=lambda face: sum(seen[corner][2] for corner in face))
    scale = height * 0.46
    for face in faces:
        a, b, c = (seen[corner] for corner in face)
        light = _brightness(a, b, c)
        colour = tuple(min(255, int(255 * part * light)) for part in mesh.colour)
        draw.polygon(
            [(width / 2 + x * scale, height / 2 - y * scale) for x, y, _ in (a, b, c)], colour
        )
    return image.resize(THUMBNAIL_SIZE, Image.Resampling.LANCZOS)


def _brightness(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    """Return how much light from the upper left a face gets, up to about 1.4."""
    one = [q - p for p, q in zip(a, b, strict=True)]
    two = [q - p for p, q in zip(a, c, strict=True)]
    normal = (
        one[1] * two[2] - one[2] * two[1],
        one[2] * two[0] - one[0] * two[2],
        one[0] * two[1] - one[1] * two[0],
    )
    length = math.hypot(*normal) or 1.0
    facing = (-0.45 * normal[0] + 0.55 * normal[1] + 0.7 * normal[2]) / length
    return 0.45 + 0.75 * math.pow(abs(facing), 1.3)


def _view(asset: Asset, size: Size, moment: float) -> Image.Image:
    hour = next((hour for words in asset.story if (hour := hour_of(words))), None)
    photo = _photo(asset)
    if photo is None:
        return scene(asset.seed, hour, size, moment)
    photo = ImageOps.fit(photo, size, centering=(0.5 + 0.2 * moment, 0.5))
    if hour is None:
        return ImageEnhance.Color(photo).enhance(1.3)
    light = HOURS[hour]
    toned = ImageOps.colorize(photo.convert("L"), light.near, light.light, light.sky)
    return Image.blend(photo, toned, 0.65)


def _photo(asset: Asset) -> Image.Image | None:
    """Return the handed-in picture that is being edited, None where it is none."""
    if asset.upload is None:
        return None
    try:
        with Image.open(io.BytesIO(asset.upload.content)) as photo:
            return ImageOps.exif_transpose(photo).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def _write(paper: Image.Image, words: str, corner: Size, tall: int) -> None:
    """Write one line in what the built-in font can show."""
    line = " ".join(words.encode("latin-1", "ignore").decode("latin-1").split())
    if len(line) > _MAX_CAPTION_LETTERS:
        line = line[: _MAX_CAPTION_LETTERS - 1].rstrip() + "..."
    font = ImageFont.load_default(tall * 0.36)
    place = (corner[0] + tall * 0.1, corner[1] + tall / 2)
    ImageDraw.Draw(paper).text(place, f"Edit: {line}", _INK, font, anchor="lm")
