"""Files from the platforms' hosts: only from there, only so much, and the token to nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from core.files.download import (
    REDIRECTS,
    Fetched,
    FetchError,
    ForbiddenHostError,
    NotAFileError,
    TooLargeError,
    UnreachableError,
    fetch,
)

HOST = "127.0.0.1"
LIMIT = 100_000
TOKEN = {"Authorization": "Bearer xoxb-secret"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)


@dataclass
class Host:
    """A host of files: what it has by path, and the tokens that it was shown."""

    url: str = ""
    files: dict[str, web.Response] = field(default_factory=dict)
    tokens: list[str | None] = field(default_factory=list)

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Answer with the file at the path."""
        self.tokens.append(request.headers.get("Authorization"))
        if request.path == "/endless":
            return await self._endless(request)
        if request.path == "/cut":
            response = web.StreamResponse()
            response.content_length = 5_000
            await response.prepare(request)
            await response.write(PNG)
            assert request.transport is not None
            request.transport.close()
            return response
        return self.files.pop(request.path, web.Response(status=404))

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()  # chunked: no length to refuse it by
        await response.prepare(request)
        for _ in range(100):
            await response.write(bytes(LIMIT))
        return response


@asynccontextmanager
async def hosting() -> AsyncIterator[Host]:
    """Serve a host."""
    host = Host()
    app = web.Application()
    app.router.add_get("/{path:.*}", host.give)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        host.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield host
    finally:
        await runner.cleanup()


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """A host that files may be fetched from."""
    async with hosting() as host:
        yield host


async def get(url: str, limit: int = LIMIT) -> Fetched:
    """Fetch with the token, from our host only."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        return await fetch(session, url, hosts={HOST}, limit=limit, headers=TOKEN)


async def test_a_file_comes_whole_with_its_type(host: Host) -> None:
    """The main line, with the token that the platform wants."""
    host.files["/a.png"] = web.Response(body=PNG, content_type="image/png")

    assert await get(host.url + "/a.png") == Fetched(PNG, "image/png")
    assert host.tokens == [TOKEN["Authorization"]]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.png",
        "https://evil.example/a.png",
        "https://127.0.0.1.evil.example/",
        "https://127.0.0.1@evil.example/",
        "https://user:word@127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.png",
        "//127.0.0.1/a.png",
    ],
)
async def test_no_other_address_is_even_asked(url: str) -> None:
    """Whoever can name an address must not make us call our own network with a token."""
    with pytest.raises(ForbiddenHostError):
        await get(url)


async def test_a_redirect_on_the_host_is_followed(host: Host) -> None:
    """Slack moves its files about."""
    for number in range(REDIRECTS):
        host.files[f"/{number}"] = web.Response(
            status=302, headers={"Location": f"/{number + 1}" if number else host.url + "/1"}
        )
    host.files[f"/{REDIRECTS}"] = web.Response(body=PNG)

    assert (await get(host.url + "/0")).data == PNG


async def test_redirects_come_to_an_end(host: Host) -> None:
    """A host that sends us round and round is not a host of files."""
    for number in range(REDIRECTS + 1):
        host.files[f"/{number}"] = web.Response(status=302, headers={"Location": f"/{number + 1}"})
    host.files[f"/{REDIRECTS + 1}"] = web.Response(body=PNG)

    with pytest.raises(UnreachableError, match="redirects"):
        await get(host.url + "/0")


async def test_the_token_never_follows_a_redirect_elsewhere(host: Host) -> None:
    """Not to another name, and not to another server on the same one."""
    async with hosting() as other:
        other.files["/"] = web.Response(body=PNG)
        for elsewhere in (other.url, other.url.replace(HOST, "localhost")):
            host.files["/a"] = web.Response(status=302, headers={"Location": elsewhere})
            with pytest.raises(ForbiddenHostError):
                await get(host.url + "/a")

    assert other.tokens == []


@pytest.mark.parametrize("location", ["http://[::1", "https://127.0.0.1/", "//evil.example/", "x:"])
async def test_a_redirect_to_nowhere_good_is_refused(host: Host, location: str) -> None:
    """Nor is the scheme changed: what is asked in the open is read in the open."""
    host.files["/a"] = web.Response(status=307, headers={"Location": location})

    with pytest.raises(ForbiddenHostError):
        await get(host.url + "/a")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\n <!DOCTYPE html><title>Sign in to Slack</title>", "text/html"),
        (b"\n <!DOCTYPE html><title>Sign in to Slack</title>", "image/png"),
        (b"<HTML lang=en>", "application/octet-stream"),
        (b"", "text/html"),
    ],
)
async def test_a_login_page_is_no_file(host: Host, body: bytes, content_type: str) -> None:
    """Slack shows it with status 200 to a token without files:read."""
    host.files["/a.png"] = web.Response(body=body, content_type=content_type)

    with pytest.raises(NotAFileError):
        await get(host.url + "/a.png")


async def test_a_file_of_just_the_limit_is_taken(host: Host) -> None:
    """One byte more is not."""
    host.files["/a"] = web.Response(body=bytes(LIMIT))
    host.files["/b"] = web.Response(body=bytes(LIMIT + 1))

    assert len((await get(host.url + "/a")).data) == LIMIT
    with pytest.raises(TooLargeError) as caught:
        await get(host.url + "/b")
    assert caught.value.limit == LIMIT


async def test_a_file_without_a_length_is_read_up_to_the_limit(host: Host) -> None:
    """Nor does a lie about the length help, as nothing is read without counting."""
    with pytest.raises(TooLargeError):
        await get(host.url + "/endless")


async def test_a_packed_file_counts_as_it_comes_out(host: Host) -> None:
    """A few kilobytes can unpack into gigabytes."""
    response = web.Response(body=bytes(20 * LIMIT))
    response.enable_compression(web.ContentCoding.gzip)
    host.files["/a"] = response

    with pytest.raises(TooLargeError):
        await get(host.url + "/a")


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 429, 500, 503])
async def test_any_other_status_is_no_file(host: Host, status: int) -> None:
    """Half a file is none either."""
    host.files["/a"] = web.Response(status=status)

    with pytest.raises(UnreachableError):
        await get(host.url + "/a")


async def test_a_file_cut_short_is_no_file(host: Host) -> None:
    """Half a picture must not be handed over and paid for."""
    with pytest.raises(UnreachableError):
        await get(host.url + "/cut")


@pytest.mark.parametrize("said", [b"", b"SSH-2.0\r\n", b"HTTP/1.1 302 Found\r\n\r\n"])
async def test_a_host_that_speaks_no_http_is_a_fetch_error(said: bytes) -> None:
    """Whatever comes, the person hears a sentence."""

    async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(on_connect, HOST, 0) as server:
        with pytest.raises(FetchError):
            await get(f"http://{HOST}:{server.sockets[0].getsockname()[1]}/")


async def test_a_host_that_is_not_there_is_a_fetch_error() -> None:
    """The port is held, and nobody listens on it."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        with pytest.raises(UnreachableError):
            await get(f"http://{HOST}:{held.getsockname()[1]}/")


async def test_no_error_says_the_token(host: Host) -> None:
    """Fetch errors are logged."""
    with pytest.raises(FetchError) as caught:
        await get(host.url + "/missing")

    assert "xoxb" not in f"{caught.value!r} {caught.value.__context__!r}"
