"""A small object as a binary glTF file: a chair, or a turned one such as a vase."""

import colorsys
import json
import math
import random
import struct
from dataclasses import dataclass
from itertools import product

from bots.playground.neocu.hours import colour_of, named

Point = tuple[float, float, float]

_SIDES = 28
_STEPS = 24
_FLOAT, _UINT16 = 5126, 5123  # glTF component types
_VERTICES, _INDICES = 34962, 34963  # glTF buffer targets
_GLB_VERSION = 2


_BOXES: dict[str, tuple[str, ...]] = {
    "chair": ("chair", "stool", "bench", "stuhl", "chaise", "silla", "cadeira")
}
# From where to where each of a chair's boxes reaches, across, up and to the front.
_CHAIR = (
    ((-0.4, 0.4), (-0.08, 0.02), (-0.4, 0.4)),
    ((-0.4, 0.4), (0.2, 0.8), (-0.4, -0.31)),
    *((x, (-0.8, -0.08), z) for x, z in product(((-0.38, -0.28), (0.28, 0.38)), repeat=2)),
    *((x, (0.02, 0.2), (-0.39, -0.32)) for x in ((-0.36, -0.28), (0.28, 0.36))),
)
# A box's corners are numbered as `product` counts them; each side is seen from outside.
_SIDES_OF_BOX = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


@dataclass(frozen=True)
class Mesh:
    """A chair where the seed names one, else a profile that is turned around the upright axis."""

    seed: str

    @property
    def colour(self) -> Point:
        """Red, green and blue from 0 to 1: the colour that the seed names, or any."""
        if paint := colour_of(self.seed):
            return (paint[0] / 255, paint[1] / 255, paint[2] / 255)
        dice = random.Random(self.seed)  # noqa: S311 - the same seed shall give the same colour
        return colorsys.hls_to_rgb(dice.random(), 0.55, 0.55)

    @property
    def _is_chair(self) -> bool:
        return named(self.seed, _BOXES) is not None

    def points(self) -> list[Point]:
        """Return the points: box by box, or ring by ring from the foot to the rim."""
        if self._is_chair:
            return [point for box in _CHAIR for point in product(*box)]
        dice = random.Random(self.seed)  # noqa: S311 - the same seed shall give the same form
        belly, neck, waves = dice.uniform(0.2, 0.4), dice.uniform(0.1, 0.3), dice.uniform(3.0, 7.0)
        points = []
        for step in range(_STEPS + 1):
            up = step / _STEPS
            radius = 0.25 + belly * math.sin(math.pi * min(1.0, up * 1.25)) ** 2
            radius += neck * up**6 + 0.03 * math.sin(waves * math.pi * up)
            radius *= min(1.0, 4 * up) if step == 0 else 1.0
            for side in range(_SIDES):
                turn = 2 * math.pi * side / _SIDES
                points.append((radius * math.cos(turn), 1.6 * up - 0.8, radius * math.sin(turn)))
        return points

    def triangles(self) -> list[tuple[int, int, int]]:
        """Return the faces as indices of points, seen counter-clockwise from outside."""
        if self._is_chair:
            return _faces_of_boxes(len(_CHAIR))
        faces = []
        for ring in range(_STEPS):
            for side in range(_SIDES):
                low, right = ring * _SIDES + side, ring * _SIDES + (side + 1) % _SIDES
                faces += [(low, low + _SIDES, right), (right, low + _SIDES, right + _SIDES)]
        return faces

    def glb(self) -> bytes:
        """Return the file. https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#binary."""
        points, faces = self.points(), self.triangles()
        positions = b"".join(struct.pack("<3f", *point) for point in points)
        indices = b"".join(struct.pack("<3H", *face) for face in faces)
        columns = list(zip(*points, strict=True))
        scene = {
            "asset": {"version": "2.0", "generator": "Neocu sandbox"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [
                {"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}
            ],
            "materials": [
                {
                    "doubleSided": True,
                    "pbrMetallicRoughness": {
                        "baseColorFactor": [*map(_linear, self.colour), 1.0],
                        "metallicFactor": 0.1,
                        "roughnessFactor": 0.6,
                    },
                }
            ],
            "accessors": [
                {
                    "bufferView": 0,
                    "componentType": _FLOAT,
                    "count": len(points),
                    "type": "VEC3",
                    "min": [_as_float32(min(column)) for column in columns],
                    "max": [_as_float32(max(column)) for column in columns],
                },
                {
                    "bufferView": 1,
                    "componentType": _UINT16,
                    "count": 3 * len(faces),
                    "type": "SCALAR",
                },
            ],
            "bufferViews": [
                {"buffer": 0, "byteLength": len(positions), "target": _VERTICES},
                {
                    "buffer": 0,
                    "byteOffset": len(positions),
                    "byteLength": len(indices),
                    "target": _INDICES,
                },
            ],
            "buffers": [{"byteLength": len(positions) + len(indices)}],
        }
        chunks = _chunk(b"JSON", json.dumps(scene).encode(), b" ")
        chunks += _chunk(b"BIN\0", positions + indices, b"\0")
        return struct.pack("<4sII", b"glTF", _GLB_VERSION, 12 + len(chunks)) + chunks


def _faces_of_boxes(count: int) -> list[tuple[int, int, int]]:
    faces = []
    for first, (a, b, c, d) in product(range(0, 8 * count, 8), _SIDES_OF_BOX):
        faces += [(first + a, first + b, first + c), (first + a, first + c, first + d)]
    return faces


def _linear(share: float) -> float:
    """Return a share of a colour as glTF wants it, in proportion to the light."""
    return float(share**2.2)


def _as_float32(value: float) -> float:
    """Return the value as the file holds it, for bounds must match to the bit."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def _chunk(kind: bytes, data: bytes, filler: bytes) -> bytes:
    data += filler * (-len(data) % 4)
    return struct.pack("<I4s", len(data), kind) + data
