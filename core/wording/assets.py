"""How each result is shown: as itself, as its preview with a link, or as a link alone."""

from pathlib import PurePosixPath

from yarl import URL

from core.conversation import Media
from core.neocu.models import Asset

# Types that chats can play or show; of the others they get the preview and a link.
DISPLAYABLE_TYPES = {"image", "video", "sound", "voice", "audio", "music", "gif"}
MAX_SUFFIX_LENGTH = 10


def media(asset: Asset, description: str, number: int) -> Media | None:
    """Return what is shown of a result: itself, or its thumbnail; None where there is neither."""
    name = file_name(asset)
    if displayable(asset):
        return Media(asset.url or "", name, description, asset.thumbnail or "", number)
    if asset.thumbnail:
        preview = f"{PurePosixPath(name).stem}.png"
        return Media(asset.thumbnail, preview, description, number=number)
    return None


def displayable(asset: Asset) -> bool:
    """Whether chats can show the result itself."""
    return bool(asset.url) and (asset.type or "").lower() in DISPLAYABLE_TYPES


def file_name(asset: Asset) -> str:
    """Return a name for the file, with some of its ID: no two results share it."""
    remote = _last_part(asset.url or "")
    path = PurePosixPath(asset.name or remote or "result")
    suffix = path.suffix or PurePosixPath(remote).suffix
    name = f"{path.stem[:60]}-{(asset.id or '0')[-8:]}{suffix[:MAX_SUFFIX_LENGTH]}"
    return "".join(letter for letter in name if letter.isprintable())


def _last_part(url: str) -> str:
    try:
        return URL(url).name
    except ValueError:  # it is no address
        return ""
