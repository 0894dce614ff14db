"""Results: fetching what a task made, from public addresses only, and how each is shown."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from core import wording
from core.conversation import Media, Reply
from core.fetch import Fetched, FetchError, ForbiddenHostError, UnreachableError, fetch
from core.models import Asset

# Types that chats can play or show; of the others they get the thumbnail and a link.
SHOWN = {"image", "video", "sound", "voice", "audio", "music", "gif"}
TIMEOUT = 120.0  # seconds for one file


class Results:
    """Fetches the files of results. Open it with `async with`.

    Who sends us an address decides where we connect to: so only public addresses are allowed,
    and this machine's own where Neocu itself is there.
    """

    def __init__(self, neocu: str) -> None:
        self._loopback = _is_loopback(URL(neocu).host or "")

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(resolver=_PublicResolver(self._allowed))
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def fetch(self, url: str, limit: int) -> Fetched:
        """Return the file at `url`, of at most `limit` bytes. Raises FetchError."""
        try:
            host = URL(url).host or ""
        except ValueError as error:
            raise UnreachableError("no address") from error
        # An address in numbers is not resolved, so the resolver can't refuse it.
        if _is_number(host) and not self._allowed(host):
            raise ForbiddenHostError("an address that is not public")
        return await fetch(self._session, url, hosts={host}, limit=limit)

    def _allowed(self, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        return ip.is_global or (self._loopback and ip.is_loopback)

    async def obtain(self, reply: Reply, limit: int) -> tuple[Reply, Fetched | None]:
        """Return the reply as it can be posted, and its file, of at most `limit` bytes.

        A file that can't be had costs nothing but itself: its thumbnail and a link, or the link
        alone, take its place.
        """
        if reply.media is None:
            return reply, None
        try:
            return reply, await self.fetch(reply.media.url, limit)
        except FetchError as error:
            return await self.obtain(linked(reply, error), limit)


class _PublicResolver(AbstractResolver):
    """Resolves names as usual, and forgets the addresses that may not be connected to."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if self._allowed(one["host"])]
        if not public:
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


def linked(reply: Reply, error: FetchError | None = None) -> Reply:
    """Return a reply with a link in place of its file; the thumbnail stays, where there is one.

    Without an error, the file is one that the platform does not take.
    """
    media = reply.media
    if media is None:
        return reply
    text = "\n".join(filter(None, (reply.text, wording.not_shown(media, error))))
    small = replace(media, url=media.thumbnail, thumbnail="") if media.thumbnail else None
    return replace(reply, text=text, media=small)


def media(asset: Asset, description: str) -> Media | None:
    """Return what is shown of a result: itself, or its thumbnail; None where there is neither."""
    name = file_name(asset)
    if (asset.type or "").lower() in SHOWN and asset.url:
        return Media(asset.url, name, description, asset.thumbnail or "")
    if asset.thumbnail:
        return Media(asset.thumbnail, f"{PurePosixPath(name).stem}.png", description)
    return None


def file_name(asset: Asset) -> str:
    """Return a name for the file, with some of its ID: no two results share it."""
    path = PurePosixPath(asset.name or URL(asset.url or "").name or "result")
    suffix = path.suffix or PurePosixPath(URL(asset.url or "").name).suffix
    return f"{path.stem[:60]}-{(asset.id or '0')[-8:]}{suffix}"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)
