"""Connections that bring nothing: they must not keep Slack from being heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from discord_bots import until
from house import HTTP, bots_on, result

from core.connections import MAX_WAITING, Connections

HALF_OPEN = 300
EVENTS = b"POST /slack/events HTTP/1.1\r\nHost: bots\r\n"
# What each of them sends: nothing, half of the headers, half of the body.
NOTHING, HALF_HEADERS, HALF_BODY = b"", EVENTS, EVENTS + b"Content-Length: 1000\r\n\r\n{"
HALVES = (NOTHING, HALF_HEADERS, HALF_BODY)


@asynccontextmanager
async def half_open(url: str, sent: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """Send no more than this, and yield what comes back."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    try:
        yield reader
    finally:
        writer.close()


@asynccontextmanager
async def served(connections: Connections) -> AsyncIterator[str]:
    """Serve a page that takes anything, by these connections."""

    async def take(request: web.Request) -> web.Response:
        assert await request.read()
        return web.Response(
            text=str(request.transport and request.transport.get_extra_info("peername"))
        )

    app = web.Application(middlewares=[connections.receive])
    app.add_routes([web.post("/slack/events", take)])
    runner = web.AppRunner(app)
    await runner.setup()
    server = cast("web.Server", runner.server)
    listening = await asyncio.get_running_loop().create_server(
        lambda: connections.accept(server), "127.0.0.1", 0
    )
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        await runner.cleanup()


async def test_three_hundred_half_open_connections_do_not_lock_slack_out(tmp_path: Path) -> None:
    """Each costs a file descriptor, of which a process has a thousand; the oldest make room."""
    async with bots_on(HTTP, folder=tmp_path) as house, AsyncExitStack() as stack:
        readers = [
            await stack.enter_async_context(half_open(house.url, HALVES[n % 3]))
            for n in range(HALF_OPEN)
        ]
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        await result(ada)
        await until(lambda: sum(map(closed, readers)) >= HALF_OPEN - MAX_WAITING)

        assert all(map(closed, readers[: HALF_OPEN // 3]))


@pytest.mark.parametrize("sent", HALVES)
async def test_what_does_not_come_in_time_is_closed(sent: bytes) -> None:
    """A connection that died on its way would stay for an hour."""
    async with served(Connections(seconds=0.1)) as url, half_open(url, sent) as reader:
        await until(lambda: closed(reader))


async def test_a_proxys_connection_stays_between_two_requests() -> None:
    """A proxy keeps its connections for minutes; what it sends on one must not get lost."""
    connector = aiohttp.TCPConnector(limit=1)
    async with (
        served(Connections(seconds=0.1)) as url,
        aiohttp.ClientSession(connector=connector) as session,
    ):
        peers = [await posted(session, url)]
        async with half_open(url, NOTHING) as reader:  # later than that one, and gone before
            await until(lambda: closed(reader))
        peers.append(await posted(session, url))

    assert peers[0] == peers[1]


async def test_a_burst_beside_a_proxys_idle_connections_is_answered() -> None:
    """Who is let in while room is made for others must not be taken for one who has gone."""
    connections = Connections(most=10)
    async with (
        served(connections) as url,
        aiohttp.ClientSession() as idle,
        aiohttp.ClientSession() as burst,
        asyncio.timeout(5),
    ):
        await asyncio.gather(*(posted(idle, url) for _ in range(10)))
        peers = await asyncio.gather(*(posted(burst, url) for _ in range(10)))

    assert len(set(peers)) == len(peers)


def closed(reader: asyncio.StreamReader) -> bool:
    """Whether the server has closed a connection."""
    return reader.at_eof()


async def posted(session: aiohttp.ClientSession, url: str) -> str:
    """Post something, and return which connection it came by."""
    async with session.post(f"{url}/slack/events", data="{}") as answer:
        return await answer.text()
