"""The web server: the platforms' own routes, and whether the bots are well."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from core.ledger import Ledger, LedgerError
from core.settings import Settings, SettingsError

SHOWN = 30  # requests, in a demo
# Slack's events are kilobytes.
BODY_LIMIT = 1024 * 1024


@asynccontextmanager
async def serving(
    settings: Settings, ledger: Ledger, ready: Callable[[], bool], routes: Iterable[web.RouteDef]
) -> AsyncIterator[str]:
    """Serve while the block runs; yields the address, with the real port.

    Raises SettingsError where the address can't be had.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        try:
            await ledger.queries.counts()
        except LedgerError:
            return web.Response(status=503, text="the ledger can't be read\n")
        if not ready():
            return web.Response(status=503, text="a chat platform is not connected\n")
        return web.Response(text="ready\n")

    async def metrics(_: web.Request) -> web.Response:
        try:
            counts = await ledger.queries.counts()
        except LedgerError:
            return web.Response(status=503, text="the ledger can't be read\n")
        lines = ["# TYPE neocu_bots_requests gauge"]
        lines += [f'neocu_bots_requests{{state="{state}"}} {n}' for state, n in counts.items()]
        return web.Response(text="\n".join(lines) + "\n")

    async def requests(_: web.Request) -> web.Response:
        latest = await ledger.queries.latest(SHOWN)
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

    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes(
        [
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", metrics),
            *routes,
        ]
    )
    if settings.show_requests:
        app.router.add_get("/requests", requests)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.http_host, settings.http_port).start()
        except OSError as error:
            raise SettingsError(
                "HTTP_HOST and HTTP_PORT name an address that can't be listened on; "
                "it may be in use: choose another, or HTTP_PORT=0 for any free port."
            ) from error
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
