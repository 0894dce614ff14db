"""Fetching a file from an address that somebody else named: only from known hosts, only so much."""

import asyncio
import io
import ipaddress
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from yarl import URL

MAX_REDIRECTS = 3
CHUNK_BYTES = 64 * 1024
TIMEOUT_SECONDS = 120.0  # for one file
CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 30.0  # in which nothing at all comes
NO_LONGER = aiohttp.ClientTimeout(
    sock_connect=CONNECT_TIMEOUT_SECONDS, sock_read=READ_TIMEOUT_SECONDS
)
# What is packed does not say how large it is.
AS_IT_IS = {"Accept-Encoding": "identity"}


class FetchError(Exception):
    """The file can't be had. The text is for logs; `wording` says it to people."""


class ForbiddenHostError(FetchError):
    """The address is not on a host that files are fetched from."""


class TooLargeError(FetchError):
    """The file has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class NotAFileError(FetchError):
    """What came is a web page, a login page for example, and not the file."""


class UnreachableError(FetchError):
    """The host did not answer, or answered no; `transient`: it may answer a little later."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


@dataclass(frozen=True)
class Fetched:
    """A file's bytes and its media type as the host names it."""

    data: bytes
    media_type: str


# Told how large a file is (None: its host doesn't say), returns, in its turn, how many bytes of it
# may be read.
Admit = Callable[[int | None], Awaitable[int]]


def open_session(
    connector: aiohttp.BaseConnector | None = None, timeout: float = TIMEOUT_SECONDS
) -> aiohttp.ClientSession:
    """Return a session to fetch files with: no cookie is kept, and no host is waited for long."""
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=timeout,
            sock_connect=CONNECT_TIMEOUT_SECONDS,
            sock_read=READ_TIMEOUT_SECONDS,
        ),
    )


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    *,
    hosts: Collection[str],
    limit: int,
    headers: Mapping[str, str] | None = None,
    follow: Callable[[URL], bool] = lambda _: False,
    admit: Admit | None = None,
) -> Fetched:
    """Return the file at `url`, of at most `limit` bytes. Raises FetchError.

    A redirect is followed only where it keeps scheme, host and port, or where `follow` allows it:
    `headers` (a token) go there, too, but never in the clear. `admit` is asked once the size is
    known, and may allow less than `limit`, or raise TooLargeError; waiting for it takes none of
    the file's time.
    """
    where = parse_url(url)
    if where.host not in hosts:
        raise ForbiddenHostError(f"not fetched from {where.host}")
    seconds = session.timeout.total or TIMEOUT_SECONDS
    try:
        async with asyncio.timeout(seconds) as deadline:

            async def admitted(size: int | None) -> int:
                if admit is None:
                    return limit
                deadline.reschedule(None)
                allowed = await admit(size)
                deadline.reschedule(asyncio.get_running_loop().time() + seconds)
                return min(limit, allowed)

            return await _follow(session, where, headers, follow, limit, admitted)
    except TimeoutError:
        raise UnreachableError("no answer in time") from None


async def _follow(
    session: aiohttp.ClientSession,
    where: URL,
    headers: Mapping[str, str] | None,
    follow: Callable[[URL], bool],
    limit: int,
    admit: Admit,
) -> Fetched:
    """Return the file at an address, or where that leads to."""
    for _ in range(MAX_REDIRECTS + 1):
        if headers and not keeps_secrets(where):
            raise ForbiddenHostError(f"no token in the clear to {where.host}")
        try:
            async with session.get(
                where,
                headers={**AS_IT_IS, **(headers or {})},
                allow_redirects=False,
                timeout=NO_LONGER,  # the whole is timed by fetch()
            ) as response:
                if response.status not in range(300, 400):
                    return await _read(response, limit, admit)
                target = parse_url(response.headers.get("Location", ""), where)
        except TimeoutError:  # of which some are ClientErrors, too
            raise
        except aiohttp.ClientError as error:
            raise UnreachableError(type(error).__name__, transient=True) from None
        except ValueError:  # an address or a header that aiohttp can't make sense of
            raise UnreachableError("no answer that makes sense") from None
        if target.origin() != where.origin() and not follow(target):
            raise ForbiddenHostError(f"not redirected to {target.host}")
        where = target
    raise UnreachableError("too many redirects")


def parse_url(text: str, base: URL | None = None) -> URL:
    """Return a web address, which may be relative to `base`. Raises ForbiddenHostError for others.

    All its parts are read here: yarl finds out about some mistakes only when they are.
    """
    try:
        url = base.join(URL(text)) if base else URL(text)
        good = url.scheme in {"https", "http"} and bool(url.host and url.origin() and url.path)
    except ValueError:  # of which UnicodeError is one
        raise ForbiddenHostError("no web address") from None
    if not good or url.user is not None or url.password is not None:
        raise ForbiddenHostError(f"not fetched from {url.raw_host}")
    return url


def keeps_secrets(url: URL) -> bool:
    """Whether a key or token may be sent there: over https, or within this machine."""
    return url.scheme == "https" or is_loopback(url.host or "")


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _read(response: aiohttp.ClientResponse, limit: int, admit: Admit) -> Fetched:
    if response.status != HTTPStatus.OK:
        transient = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise UnreachableError(f"status {response.status}", transient=transient)
    # Slack shows its login page, with status 200, to a token that may not read files.
    if response.content_type == "text/html":
        raise NotAFileError("a web page")
    # The length of what is packed says nothing about what comes out of it.
    size = None if "Content-Encoding" in response.headers else response.content_length
    if (size or 0) > limit:
        raise TooLargeError(limit)
    limit = await admit(size)
    # As large as the file, so that it need not grow; and its bytes are had without a copy.
    read = io.BytesIO(bytes(min(size or 0, limit)))
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        read.write(chunk)
        if read.tell() > limit:
            raise TooLargeError(limit)
    read.truncate()
    data = read.getvalue()
    if data[:64].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise NotAFileError("a web page")
    return Fetched(data, response.content_type)
