"""Caddy, as deploy/Caddyfile sets it up, in front of replicas that come and go."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from deploy_files import DEPLOY, tool

from bots.playground.stage import free_port

HOST = "127.0.0.1"
SLACK_WAITS = 3.0  # seconds; https://docs.slack.dev/interactivity/handling-user-interaction/
STARTS_WITHIN = 15.0


class Replica:
    """Where a replica listens: it counts what arrives, and dies in the middle of it if told to."""

    def __init__(self) -> None:
        self.port = free_port()
        self.bodies: list[bytes] = []
        self.dies = False

    async def _events(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.dies:
            assert request.transport
            request.transport.abort()
        else:
            self.bodies.append(body)
        return web.Response(text="ok")

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen while the block runs."""
        app = web.Application()
        app.add_routes(
            [web.post("/slack/events", self._events), web.get("/healthz", self._healthz)]
        )
        runner = web.AppRunner(app, shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.port).start()
            yield
        finally:
            await runner.cleanup()


@asynccontextmanager
async def caddy(replicas: list[Replica], folder: Path) -> AsyncIterator[str]:
    """Run Caddy in front of the replicas; yields its address."""
    address = f"http://{HOST}:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        *(tool("caddy"), "run", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"),
        env={
            "HOME": str(folder),
            "SITE_ADDRESS": address,
            "UPSTREAMS": " ".join(f"{HOST}:{replica.port}" for replica in replicas),
            "HEALTH_INTERVAL": "100ms",
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await answers(address)
        yield address
    finally:
        process.kill()
        await process.wait()


async def answers(address: str) -> None:
    """Wait until somebody answers at an address."""
    async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
        while True:
            try:
                await session.get(address)
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
            else:
                return


async def post(session: aiohttp.ClientSession, url: str, body: bytes) -> int:
    """Send an event as Slack does; return the status. It has to come while Slack still waits."""
    began = time.monotonic()
    async with session.post(url, data=BytesIO(body)) as response:
        status = response.status

    assert time.monotonic() - began < SLACK_WAITS
    return status


@pytest.fixture
async def replicas() -> AsyncIterator[list[Replica]]:
    """Three that listen."""
    three = [Replica() for _ in range(3)]
    async with AsyncExitStack() as stack:
        for replica in three:
            await stack.enter_async_context(replica.listening())
        yield three


async def test_all_replicas_are_asked(replicas: list[Replica], tmp_path: Path) -> None:
    """And nothing but Slack's address leads to them."""
    async with caddy(replicas, tmp_path) as address, aiohttp.ClientSession() as session:
        url = f"{address}/slack/events"
        statuses = await asyncio.gather(*(post(session, url, b"%d" % n) for n in range(30)))
        inside = [
            (await session.get(address + path)).status
            for path in ("/metrics", "/healthz", "/readyz", "/requests", "/", "/slack/events/x")
        ]

    assert statuses == [200] * 30
    assert all(replica.bodies for replica in replicas)
    assert inside == [404] * 6


async def test_a_replica_that_dies_costs_no_event(replicas: list[Replica], tmp_path: Path) -> None:
    """With the request in its hands, too: the next one gets the same bytes, in time."""
    async with caddy(replicas, tmp_path) as address, aiohttp.ClientSession() as session:
        replicas[0].dies = True
        statuses = [
            await post(session, f"{address}/slack/events", b"event %d" % number)
            for number in range(20)
        ]

    taken = [body for replica in replicas for body in replica.bodies]
    assert statuses == [200] * 20
    assert sorted(taken) == sorted(b"event %d" % number for number in range(20))


async def test_a_replica_that_is_gone_costs_no_event(tmp_path: Path) -> None:
    """As in an update, one after the other."""
    here, gone = Replica(), Replica()
    async with (
        here.listening(),
        caddy([gone, here], tmp_path) as address,
        aiohttp.ClientSession() as session,
    ):
        statuses = [await post(session, f"{address}/slack/events", b"{}") for _ in range(20)]

    assert statuses == [200] * 20
    assert len(here.bodies) == 20


async def test_a_body_that_no_event_has_is_refused(replicas: list[Replica], tmp_path: Path) -> None:
    """Slack's are kilobytes; what is larger reaches no replica."""
    async with caddy(replicas, tmp_path) as address, aiohttp.ClientSession() as session:
        status = await post(session, f"{address}/slack/events", b"x" * 2_000_000)

    assert status == 413
    assert not any(replica.bodies for replica in replicas)
