"""Fetching a file from an address that somebody else named: only from known hosts, only so much."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from yarl import URL

REDIRECTS = 3
CHUNK = 64 * 1024


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
    """The host did not answer, or answered no; `passing` says that it may answer a little later."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


@dataclass(frozen=True)
class Fetched:
    """A file's bytes and its media type as the host names it."""

    data: bytes
    media_type: str


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    *,
    hosts: Collection[str],
    limit: int,
    headers: Mapping[str, str] | None = None,
    follow: Callable[[URL], bool] = lambda _: False,
) -> Fetched:
    """Return the file at `url`, of at most `limit` bytes. Raises FetchError.

    A redirect is followed only where it keeps scheme, host and port, or where `follow` allows it:
    `headers` (a token) go there, too.
    """
    where = _web(_url(url))
    if where.host not in hosts:
        raise ForbiddenHostError(f"not fetched from {where.host}")
    for _ in range(REDIRECTS + 1):
        try:
            async with session.get(where, headers=headers, allow_redirects=False) as response:
                if response.status in range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST):
                    location = _url(response.headers.get("Location", ""))
                    target = _web(where.join(location))
                    elsewhere = target.origin() != where.origin()
                    if elsewhere and not follow(target):
                        raise ForbiddenHostError(f"not redirected to {target.host}")
                    where = target
                    continue
                return await _read(response, limit)
        except TimeoutError:
            raise UnreachableError("no answer in time") from None
        except aiohttp.ClientError as error:
            raise UnreachableError(type(error).__name__, passing=True) from None
    raise UnreachableError("too many redirects")


def _url(text: str) -> URL:
    try:
        return URL(text)
    except ValueError:
        raise ForbiddenHostError("no address") from None


def _web(url: URL) -> URL:
    if url.scheme not in {"https", "http"} or not url.host or url.user:
        raise ForbiddenHostError(f"not fetched from {url.host}")
    return url


async def _read(response: aiohttp.ClientResponse, limit: int) -> Fetched:
    if response.status != HTTPStatus.OK:
        passing = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise UnreachableError(f"status {response.status}", passing=passing)
    # Slack shows its login page, with status 200, to a token that may not read files.
    if response.content_type == "text/html":
        raise NotAFileError("a web page")
    if (response.content_length or 0) > limit:
        raise TooLargeError(limit)
    data = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > limit:
            raise TooLargeError(limit)
    if data[:64].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise NotAFileError("a web page")
    return Fetched(bytes(data), response.content_type)
