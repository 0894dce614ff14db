"""How results are shown: as files where a platform takes them, else smaller, else as links."""

from dataclasses import replace
from pathlib import PurePosixPath

from yarl import URL

from core import wording
from core.conversation import Media, Reply
from core.files.download import Fetched, FetchError
from core.files.public import PublicFiles
from core.neocu.models import Asset

# Types that chats can play or show; of the others they get the thumbnail and a link.
DISPLAYABLE_TYPES = {"image", "video", "sound", "voice", "audio", "music", "gif"}
MAX_SUFFIX = 10  # characters


async def obtain(files: PublicFiles, reply: Reply, limit: int) -> tuple[Reply, Fetched | None]:
    """Return the reply as it can be posted, and its file, of at most `limit` bytes.

    A file that can't be had costs nothing but itself: its thumbnail and a link, or the link
    alone, take its place.
    """
    if reply.media is None:
        return reply, None
    try:
        return reply, await files.fetch(reply.media.url, limit)
    except FetchError as error:
        return await obtain(files, linked(reply, error), limit)


def linked(reply: Reply, error: FetchError | None = None) -> Reply:
    """Return a reply with a link in place of its file; the thumbnail stays, where there is one.

    Without an error, the file is one that the platform does not take.
    """
    media = reply.media
    if media is None or reply.text:  # the words have the link already
        return replace(reply, media=None)
    return replace(reply, text=wording.not_shown(media, error), media=_small(media))


def media(asset: Asset, description: str) -> Media | None:
    """Return what is shown of a result: itself, or its thumbnail; None where there is neither."""
    name = file_name(asset)
    if (asset.type or "").lower() in DISPLAYABLE_TYPES and asset.url:
        return Media(asset.url, name, description, asset.thumbnail or "")
    if asset.thumbnail:
        return Media(asset.thumbnail, f"{PurePosixPath(name).stem}.png", description)
    return None


def file_name(asset: Asset) -> str:
    """Return a name for the file, with some of its ID: no two results share it."""
    remote = _last_part(asset.url or "")
    path = PurePosixPath(asset.name or remote or "result")
    suffix = path.suffix or PurePosixPath(remote).suffix
    name = f"{path.stem[:60]}-{(asset.id or '0')[-8:]}{suffix[:MAX_SUFFIX]}"
    return "".join(letter for letter in name if letter.isprintable())


def _last_part(url: str) -> str:
    try:
        return URL(url).name
    except ValueError:  # it is no address
        return ""


def _small(media: Media) -> Media | None:
    """Return the thumbnail of what can't be shown itself, None where there is none."""
    if not media.thumbnail:
        return None
    name = f"{PurePosixPath(media.name).stem}.png"
    return replace(media, url=media.thumbnail, name=name, thumbnail="")
