"""Fetching what a task made, from public addresses only: who names an address can't lead us in."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Self

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.helpers import is_ip_address
from yarl import URL

from core.files.download import Fetched, ForbiddenHostError, UnreachableError, fetch

ATTEMPTS = 3  # at a file whose host does not answer
TIMEOUT = 120.0  # seconds for one file
# Addresses that carry another one inside: NAT64 and 6to4 lead on to IPv4, to private ones, too.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


class PublicFiles:
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


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)
