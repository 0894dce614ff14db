"""A web server of the playground: on this machine only, and gone when its block ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 1.0  # for the calls under way to end, once the server closes


@asynccontextmanager
async def serve(
    app: web.Application, *, port: int = 0, cancel_handlers: bool = False
) -> AsyncIterator[int]:
    """Serve an app while the block runs; yields its port, which is a free one for 0.

    `cancel_handlers` ends a call when its caller leaves. OSError where the port is taken.
    """
    runner = web.AppRunner(
        app,
        handler_cancellation=cancel_handlers,
        shutdown_timeout=SHUTDOWN_SECONDS,
        access_log=None,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
