"""Results: fetching what a task made, from public addresses only, and how each is shown."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Self

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.helpers import is_ip_address
from yarl import URL

from core import wording
from core.conversation import Media, Reply
from core.fetch import Fetched, FetchError, ForbiddenHostError, UnreachableError, fetch
from core.models import Asset

# Types that chats can play or show; of the others they get the thumbnail and a link.
SHOWN = {"image", "video", "sound", "voice", "audio", "music", "gif"}
TIMEOUT = 120.0  # seconds for one file
SUFFIX = 10  # characters
# Addresses that carry another one inside: NAT64 and 6to4 lead on to IPv4, to private ones, too.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


ATTEMPTS = 3  # at a file whose host does not answer


class Results:
    """Fetches the files of results. Open it with `async with`.

    Who sends us an address decides where we connect to: so only public addresses are allowed,
    and this machine's own where Neocu itself is there.
    """

    def __init__(self, neocu: str, *, timeout: float = TIMEOUT) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._loopback = _is_loopback(URL(neocu).host or "")

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(resolver=_PublicResolver(self._allowed))
        self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def fetch(self, url: str, limit: int) -> Fetched:
        """Return the file at `url`, of at most `limit` bytes. Raises FetchError."""
        try:
            host = URL(url).host or ""
        except ValueError as error:
            raise UnreachableError("no address") from error
        if not self._may_connect(host):
            raise ForbiddenHostError("an address that is not public")
        async for attempt in stamina.retry_context(on=_passing, attempts=ATTEMPTS):
            with attempt:
                fetched = await fetch(
                    self._session,
                    url,
                    hosts={host},
                    limit=limit,
                    follow=lambda target: self._may_connect(target.host or ""),
                )
        return fetched

    def _may_connect(self, host: str) -> bool:
        # An address in numbers, however written, is not resolved: the resolver can't refuse it.
        return not is_ip_address(host) or self._allowed(host)

    def _allowed(self, address: str) -> bool:
        if not _is_number(address):
            return False
        ip = ipaddress.ip_address(address)
        if self._loopback and ip.is_loopback:
            return True
        carried = any(ip in network for network in CARRIERS if network.version == ip.version)
        return ip.is_global and not ip.is_multicast and not carried

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


def _passing(error: Exception) -> bool:
    return isinstance(error, UnreachableError) and error.passing


class _PublicResolver(AbstractResolver):
    """Resolves names as usual, and forgets the addresses that may not be connected to."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        try:
            found = await self._inner.resolve(host, port, family)
        except UnicodeError as error:  # not even a name
            raise OSError("no name of a host") from error
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
    if media is None or reply.text:  # the words have the link already
        return replace(reply, media=None)
    return replace(reply, text=wording.not_shown(media, error), media=_small(media))


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
    remote = _last_part(asset.url or "")
    path = PurePosixPath(asset.name or remote or "result")
    suffix = path.suffix or PurePosixPath(remote).suffix
    name = f"{path.stem[:60]}-{(asset.id or '0')[-8:]}{suffix[:SUFFIX]}"
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


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)
