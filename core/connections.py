"""Connections that keep the web server waiting: none of them keeps others from being served.

One whose first request, or whose body, does not come in time is closed; so are the oldest, where
many wait. What is idle between two requests may stay, as a proxy's connections do.
"""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

REQUEST_SECONDS = 10.0
MAX_WAITING = 100


class Connections:
    """The connections of one web server."""

    def __init__(self, seconds: float = REQUEST_SECONDS, most: int = MAX_WAITING) -> None:
        self._seconds = seconds
        self._most = most
        self._waiting: dict[web.RequestHandler, asyncio.TimerHandle | None] = {}  # oldest first

    def accept(self, server: web.Server) -> web.RequestHandler:
        """Return what handles a new connection: its first request has to come in time."""
        connection = server()
        loop = asyncio.get_running_loop()
        self._wait(connection, loop.call_later(self._seconds, self._close, connection))
        return connection

    @web.middleware
    async def receive(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Have the whole body at hand before a request is handled."""
        connection = request.protocol
        loop = asyncio.get_running_loop()
        self._wait(connection, loop.call_later(self._seconds, self._close, connection))
        try:
            await request.read()
        except ConnectionResetError as error:  # nobody hears this
            raise web.HTTPRequestTimeout from error
        finally:
            self._served(connection)
        try:
            return await handler(request)
        finally:
            self._wait(connection, None)

    def _wait(self, connection: web.RequestHandler, timer: asyncio.TimerHandle | None) -> None:
        self._served(connection)
        self._waiting[connection] = timer
        if len(self._waiting) > self._most:
            self._make_room()

    def _make_room(self) -> None:
        """Forget those that have gone, or close the oldest.

        One that has just been accepted has no transport yet: closed now, it would be let in all the
        same, and never be answered.
        """
        gone = [
            one for one, timer in self._waiting.items() if one.transport is None and timer is None
        ]
        oldest = [one for one in self._waiting if one.transport is not None][:1]
        for one in gone or oldest:
            self._close(one)

    def _served(self, connection: web.RequestHandler) -> None:
        if timer := self._waiting.pop(connection, None):
            timer.cancel()

    def _close(self, connection: web.RequestHandler) -> None:
        self._served(connection)
        connection.force_close()
