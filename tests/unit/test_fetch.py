"""Files from the platforms' hosts: only from there, only so much, and the token to nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from core.files.download import (
    MAX_REDIRECTS,
    Fetched,
    FetchError,
    ForbiddenHostError,
    NotAFileError,
    TooLargeError,
    UnreachableError,
    fetch,
    open_session,
    parse_url,
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
    async with open_session(timeout=30) as session:
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
    for number in range(MAX_REDIRECTS):
        host.files[f"/{number}"] = web.Response(
            status=302, headers={"Location": f"/{number + 1}" if number else host.url + "/1"}
        )
    host.files[f"/{MAX_REDIRECTS}"] = web.Response(body=PNG)

    assert (await get(host.url + "/0")).data == PNG


async def test_redirects_come_to_an_end(host: Host) -> None:
    """A host that sends us round and round is not a host of files."""
    for number in range(MAX_REDIRECTS + 1):
        host.files[f"/{number}"] = web.Response(status=302, headers={"Location": f"/{number + 1}"})
    host.files[f"/{MAX_REDIRECTS + 1}"] = web.Response(body=PNG)

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


@pytest.mark.parametrize(
    "location",
    [
        "http://[::1",
        "https://127.0.0.1/",
        "//evil.example/",
        "x:",
        "http://xn--a/",
        "http://xn--a.127.0.0.1/",
        "//:0",
        "http://127.0.0.1:99999/",
        "http://:word@127.0.0.1/",
    ],
)
async def test_a_redirect_to_nowhere_good_is_refused(host: Host, location: str) -> None:
    """Nor is the scheme changed: what is asked in the open is read in the open."""
    host.files["/a"] = web.Response(status=307, headers={"Location": location})

    with pytest.raises(ForbiddenHostError):
        await get(host.url + "/a")


async def test_a_token_is_never_sent_in_the_clear() -> None:
    """Over https only, or within this machine: anybody on the way could take it."""
    async with open_session(timeout=5) as session:
        with pytest.raises(ForbiddenHostError, match="in the clear"):
            await fetch(
                session,
                "http://files.slack.invalid/a.png",
                hosts={"files.slack.invalid"},
                limit=LIMIT,
                headers=TOKEN,
            )


async def test_no_cookie_is_kept(host: Host) -> None:
    """Three hundred files of a host that sets cookies are three hundred cookies."""
    async with open_session(timeout=5) as session:
        for number in range(3):
            response = web.Response(body=PNG)
            response.set_cookie(f"c{number}", "x" * 100)
            host.files[f"/{number}"] = response
            await fetch(session, f"{host.url}/{number}", hosts={HOST}, limit=LIMIT)
        kept = list(session.cookie_jar)

    assert kept == []


async def test_a_host_that_never_answers_is_given_up() -> None:
    """Half-open connections must not pile up."""
    accepted: list[asyncio.StreamWriter] = []

    async def on_connect(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.append(writer)

    async with await asyncio.start_server(on_connect, HOST, 0) as server:
        url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}/"
        async with open_session(timeout=0.2) as session:
            with pytest.raises(UnreachableError):
                await fetch(session, url, hosts={HOST}, limit=LIMIT)
        for writer in accepted:
            writer.close()

    assert accepted


async def test_every_wait_for_a_host_has_an_end() -> None:
    """Connecting, reading, and the whole: none is left to the host."""
    async with open_session() as session:
        timeout = session.timeout

    assert timeout.total
    assert timeout.sock_connect
    assert timeout.sock_read


async def test_waiting_for_room_takes_none_of_the_hosts_time(host: Host) -> None:
    """A file that waits behind others, as long as that may be, must not become a link for it."""
    host.files["/a.png"] = web.Response(body=PNG)
    asked: list[int | None] = []

    async def admit(size: int | None) -> int:
        asked.append(size)
        await asyncio.sleep(0.4)
        return LIMIT

    async with open_session(timeout=0.2) as session:
        fetched = await fetch(session, f"{host.url}/a.png", hosts={HOST}, limit=LIMIT, admit=admit)

    assert fetched.data == PNG
    assert asked == [len(PNG)]


async def test_a_host_is_asked_for_the_file_as_it_is(host: Host) -> None:
    """What is packed hides its size: such a file would hold the whole budget of bytes."""
    packed = web.Response(body=PNG)
    packed.enable_compression()
    host.files["/a.png"] = packed
    asked: list[int | None] = []

    async def admit(size: int | None) -> int:
        asked.append(size)
        return LIMIT

    async with open_session(timeout=5) as session:
        await fetch(session, f"{host.url}/a.png", hosts={HOST}, limit=LIMIT, admit=admit)

    assert asked == [len(PNG)]


async def test_no_more_is_read_than_was_admitted(host: Host) -> None:
    """What is read is in memory, and others hold the rest of the budget."""

    async def admit(_: int | None) -> int:
        return len(PNG)

    async with open_session(timeout=5) as session:
        with pytest.raises(TooLargeError):
            await fetch(session, f"{host.url}/endless", hosts={HOST}, limit=LIMIT, admit=admit)


hosts = st.text(max_size=12) | st.sampled_from(
    ["xn--a", "xn--\u00e9", "[::1", "[::1]", "[v1.x]", "[::1%eth0]", "a..b", "\udcff", "a:-1", "@"]
)
addresses = st.text(max_size=30) | st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "//", "http:", "ftp://", "HTTP:\\\\", "", "?", "/"]),
    hosts,
    st.sampled_from(["", ":80", ":99999", ":x", ":-1", "/"]),
    st.text(max_size=9),
)


@given(addresses, st.none() | st.just(URL("https://x.example/a/b?c#d")))
def test_any_address_is_one_or_refused(text: str, base: URL | None) -> None:
    """Whoever names an address may name anything: it is refused in one way, and never a crash."""
    try:
        url = parse_url(text, base)
    except ForbiddenHostError:
        return

    assert url.host
    assert url.scheme in {"http", "https"}
    assert not url.user
    assert not url.password
    assert str(url.origin()).startswith(url.scheme)


@given(location=addresses.filter(lambda text: text.isprintable()))
@settings(max_examples=30, deadline=None)
def test_any_redirect_is_a_fetch_error(location: str) -> None:
    """The same over a socket: nothing of what a host sends us on to is followed or crashes."""

    async def redirected() -> None:
        async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            header = location.encode("utf-8", "surrogateescape")
            writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n")
            writer.write(b"Location: " + header + b"\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(on_connect, HOST, 0) as server:
            await get(f"http://{HOST}:{server.sockets[0].getsockname()[1]}/")

    with pytest.raises(FetchError):
        asyncio.run(redirected())


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
