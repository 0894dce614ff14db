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

from core.files.download import (
    TIMEOUT_SECONDS,
    Admit,
    Fetched,
    ForbiddenHostError,
    UnreachableError,
    fetch,
    is_loopback,
    open_session,
    parse_url,
)

ATTEMPTS = 3  # at a file whose host does not answer
# All that is routed: https://www.iana.org/assignments/ipv6-address-space
PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
# But 6to4 and Teredo carry IPv4 addresses, private ones, too, and the last is for documents.
CARRIERS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "3fff::/20")))


class PublicFiles:
    """Fetches the files of results. Open it with `async with`.

    Who sends us an address decides where we connect to: so only public addresses are allowed,
    and this machine's own where Neocu itself is there.
    """

    def __init__(self, neocu: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._loopback = is_loopback(URL(neocu).host or "")

    async def __aenter__(self) -> Self:
        # No limit: those who wait for bytes keep their connection, and would wait for each other's.
        connector = aiohttp.TCPConnector(limit=0, resolver=_PublicResolver(self._allowed))
        self._session = open_session(connector, self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def fetch(self, url: str, limit: int, admit: Admit | None = None) -> Fetched:
        """Return the file at `url`, of at most `limit` bytes. Raises FetchError.

        `admit` is asked once the size is known: it may allow less, or raise TooLargeError.
        """
        where = parse_url(url)
        if not self._may_connect(where):
            raise ForbiddenHostError("an address that is not public")
        async for attempt in stamina.retry_context(on=_transient, attempts=ATTEMPTS):
            with attempt:
                fetched = await fetch(
                    self._session,
                    url,
                    hosts={where.host or ""},
                    limit=limit,
                    follow=self._may_connect,
                    admit=admit,
                )
        return fetched

    def _may_connect(self, url: URL) -> bool:
        # An address in numbers, however written, is not resolved: the resolver can't refuse it.
        host = url.host or ""
        return not is_ip_address(host) or self._allowed(host)

    def _allowed(self, address: str) -> bool:
        """Whether an IP address may be connected to; False for what is none."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        if self._loopback and ip.is_loopback:
            return True
        if isinstance(ip, ipaddress.IPv4Address):
            return ip.is_global and not ip.is_multicast
        carried = any(ip in network for network in CARRIERS)
        return ip.is_global and ip in PUBLIC_IPV6 and not carried and not ip.scope_id


def _transient(error: Exception) -> bool:
    return isinstance(error, UnreachableError) and error.transient


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
