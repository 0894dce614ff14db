"""The files that tasks give and that people hand in: what each is, before anyone draws it."""

import html
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.neocu.estimates import estimate, medium
from core.neocu.prices import Medium

MAX_ASSETS = 10
THUMBNAIL_NAME = "thumbnail.png"
_MAX_NAME_LETTERS = 40

CONTENT_TYPES: dict[Medium, tuple[str, str]] = {
    "image": (".png", "image/png"),
    "video": (".mp4", "video/mp4"),
    "sound": (".wav", "audio/wav"),
    "voice": (".wav", "audio/wav"),
    "3d": (".glb", "model/gltf-binary"),
    "360": (".png", "image/png"),
}


def new_id() -> str:
    """Return an id in the look of the API's own: 24 hexadecimal digits."""
    return secrets.token_hex(12)


@dataclass(frozen=True)
class Upload:
    """A file that somebody handed in."""

    name: str
    content: bytes
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class Asset:
    """One result of a task. `origin` is the file that it edits, if any."""

    medium: Medium
    query: str
    number: int = 1
    seconds: float | None = None
    origin: "Asset | Upload | None" = None
    broken: bool = False
    huge: bool = False
    id: str = field(default_factory=new_id)

    @property
    def name(self) -> str:
        """A file name made of the prompt's first words."""
        words = "-".join(re.findall(r"[a-z0-9]+", self.query.casefold()))[:_MAX_NAME_LETTERS].strip(
            "-"
        )
        number = f"-{self.number}" if self.number > 1 else ""
        return f"{words or 'neocu'}{number}{CONTENT_TYPES[self.medium][0]}"

    @property
    def content_type(self) -> str:
        """The media type of the file, the thumbnail's is always image/png."""
        return CONTENT_TYPES[self.medium][1]

    @property
    def story(self) -> Iterator[str]:
        """The prompts that led here, the newest first."""
        yield self.query
        if isinstance(self.origin, Asset):
            yield from self.origin.story

    @property
    def seed(self) -> str:
        """What makes the scene: an edit keeps its origin's."""
        if isinstance(self.origin, Asset):
            return self.origin.seed
        return self.origin.id if self.origin else f"{self.query} {self.number}"

    @property
    def upload(self) -> Upload | None:
        """The handed-in file that the first of the edits began with."""
        return self.origin.upload if isinstance(self.origin, Asset) else self.origin

    def as_json(self, address: str) -> dict[str, str | None]:
        """Return the asset as the API documents it, for a server at `address`."""
        url = f"{address}/files/{self.id}/{self.name}"
        audible = self.medium in {"sound", "voice"}
        return {
            "url": url,
            "thumbnail": None if audible else f"{address}/files/{self.id}/{THUMBNAIL_NAME}",
            "embed": f'<iframe src="{html.escape(url)}" title="{html.escape(self.name)}"></iframe>',
            "name": self.name,
            "type": self.medium,
            "status": "completed",
            "_id": self.id,
        }


File = Asset | Upload


def assets_of(
    query: str, files: tuple[str, ...], known: Mapping[str, File], ending: str = ""
) -> tuple[Asset, ...]:
    """Return what a prompt asks for: the medium and the number that it names, else one image.

    `ending` are further words that may make it end otherwise.
    """
    wanted = estimate(query)
    origin = known[files[0]] if files else None
    kind = medium(query) or (origin.medium if isinstance(origin, Asset) else "image")
    text = f"{query} {ending}".casefold()
    if "please deliver nothing" in text:
        return ()
    broken = "please break one" in text
    count = 3 if broken else min(wanted.count if wanted else 1, MAX_ASSETS)
    return tuple(
        Asset(
            kind,
            query,
            number,
            seconds=float(wanted.seconds) if wanted and wanted.seconds else None,
            origin=origin,
            broken=broken and number == 2,  # noqa: PLR2004 - the middle one of three
            huge="please be huge" in text,
        )
        for number in range(1, count + 1)
    )
