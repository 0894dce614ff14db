"""The web server: the platforms' own routes, whether the bots are well, and their metrics."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from structlog.contextvars import clear_contextvars

from core.admin import AdminPage
from core.connections import Connections
from core.health import Health
from core.ledger import Ledger, LedgerError
from core.metrics import Metrics
from core.settings import Settings, SettingsError

MAX_LISTED = 30  # requests, in a demo
# Slack's events are kilobytes.
BODY_LIMIT = 1024 * 1024
CLOSE_SECONDS = 5.0  # that a request under way gets when the server stops


@asynccontextmanager
async def serving(
    settings: Settings,
    ledger: Ledger,
    health: Health,
    metrics: Metrics,
    routes: Iterable[web.RouteDef],
) -> AsyncIterator[str]:
    """Serve while the block runs; yields the address, with the real port.

    Raises SettingsError where the address can't be had.
    """
    connections = Connections()
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_separate, connections.receive])
    pages = Pages(ledger, health, metrics)
    app.add_routes([*pages.routes(demo=settings.show_requests), *routes])
    if settings.admin_token:
        page = AdminPage(ledger, settings.admin_token, remote=settings.admin_remote)
        app.add_routes(page.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_SECONDS, lingering_time=0)
    await runner.setup()
    server = cast("web.Server", runner.server)
    try:
        try:
            listening = await asyncio.get_running_loop().create_server(
                lambda: connections.accept(server), settings.http_host, settings.http_port
            )
        except OSError as error:
            raise SettingsError(
                "HTTP_HOST and HTTP_PORT name an address that can't be listened on; "
                "it may be in use: choose another, or HTTP_PORT=0 for any free port."
            ) from error
        host, port = listening.sockets[0].getsockname()[:2]
        try:
            yield f"http://{host}:{port}"
        finally:
            listening.close()
    finally:
        await runner.cleanup()


class Pages:
    """What the bots say about themselves."""

    def __init__(self, ledger: Ledger, health: Health, metrics: Metrics) -> None:
        self._ledger = ledger
        self._health = health
        self._metrics = metrics

    def routes(self, *, demo: bool) -> list[web.RouteDef]:
        """Return the routes; a demo has one more."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/readyz/{platform}", self.readyz),
            web.get("/metrics", self.metrics),
            *([web.get("/requests", self.requests)] if demo else []),
        ]

    async def healthz(self, _: web.Request) -> web.Response:
        """Answer 200 while a restart would mend nothing."""
        return _answer(self._health.fault(), well="ok")

    async def readyz(self, request: web.Request) -> web.Response:
        """Answer 200 while requests can be taken, of all platforms or of the one named."""
        platform = request.match_info.get("platform", "")
        if platform and platform not in self._health.platforms:
            return web.Response(status=404, text=f"{platform} is not run here\n")
        return _answer(await self._health.obstacle(platform), well="ready")

    async def metrics(self, _: web.Request) -> web.Response:
        """Answer everything that is counted, and how things are now."""
        metrics = self._metrics
        try:
            backlog = await self._ledger.queries.backlog()
        except LedgerError:
            return _answer("the ledger can't be read", well="")
        metrics.waiting.set(backlog.deliveries)
        metrics.oldest.set(backlog.oldest_seconds)
        metrics.open.clear()
        for state, number in backlog.requests.items():
            metrics.open.labels(state).set(number)
        for name, platform in self._health.platforms.items():
            metrics.connected.labels(name).set(not platform.missing)
        ledger = self._ledger
        metrics.set_aside.set(ledger.entries.unreadable + ledger.outbox.unreadable)
        metrics.taken_over.inc(self._ledger.leases.newly_taken_over())
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def requests(self, _: web.Request) -> web.Response:
        """Answer the latest requests, words and all."""
        latest = await self._ledger.queries.latest(MAX_LISTED)
        return web.json_response(
            [
                {
                    "key": entry.key,
                    "state": entry.state,
                    "text": entry.query or entry.request.prompt or entry.request.body.kind,
                    "task": entry.task_id,
                    "at": entry.created,
                }
                for entry in latest
            ]
        )


@web.middleware
async def _separate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log nothing of one request as the next one's of the same connection."""
    clear_contextvars()
    return await handler(request)


def _answer(wrong: str, well: str) -> web.Response:
    return web.Response(status=503 if wrong else 200, text=f"{wrong or well}\n")
