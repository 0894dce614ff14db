"""Connections that keep the web server waiting: none of them keeps others from being served.

One whose first request, or whose body, does not come in time is closed; so are the oldest, where
many wait. What is idle between two requests may stay, as a proxy's connections do.
"""

import asyncio
from contextlib import nullcontext
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

REQUEST_SECONDS = 10.0
MAX_WAITING = 100
MOMENT_SECONDS = 3.0  # as long as a chat waits for an answer
FLOOD = 3  # so many times as many may wait for a moment
LARGE_BYTES = 64 * 1024  # what a chat posts is hardly ever as large
MAX_LARGE = 16  # bodies read at once, of those that are large, or don't say how large they are


class Connections:
    """The connections of one web server."""

    def __init__(self, seconds: float = REQUEST_SECONDS, most: int = MAX_WAITING) -> None:
        self._seconds = seconds
        self._most = most
        self._large = asyncio.Semaphore(MAX_LARGE)
        self._waiting: dict[web.RequestHandler, asyncio.TimerHandle | None] = {}  # oldest first

    def accept(self, server: web.Server) -> web.RequestHandler:
        """Return what handles a new connection: its first request has to come in time."""
        connection = server()
        loop = asyncio.get_running_loop()
        self._wait(connection, loop.call_later(self._seconds, self._close, connection))
        return connection

    @web.middleware
    async def receive(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Have the whole body at hand before a request is handled.

        Of one that says that it is too large, nothing is read, and few large ones are at a time: a
        hundred would fill memory.
        """
        size = request.content_length
        if size is not None and size > request.client_max_size:
            raise web.HTTPRequestEntityTooLarge(request.client_max_size, size)
        large = request.body_exists and (size is None or size > LARGE_BYTES)
        connection = request.protocol
        loop = asyncio.get_running_loop()
        self._wait(connection, loop.call_later(self._seconds, self._close, connection))
        try:
            async with self._large if large else nullcontext():
                await request.read()
        except web.HTTPRequestEntityTooLarge:  # as an answer it would hold on to all that was read
            return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except ConnectionResetError as error:  # nobody hears this
            raise web.HTTPRequestTimeout from error
        finally:
            self._served(connection)
        try:
            answer = await handler(request)
        finally:
            self._wait(connection, None)
        if answer.status >= HTTPStatus.BAD_REQUEST:  # who sends such things keeps no connection
            answer.force_close()
        return answer

    def _wait(self, connection: web.RequestHandler, timer: asyncio.TimerHandle | None) -> None:
        self._served(connection)
        self._waiting[connection] = timer
        if len(self._waiting) > self._most:
            self._make_room()

    def _make_room(self) -> None:
        """Forget those that have gone, or close the oldest.

        Those that have brought nothing yet go first: a proxy's idle one may be about to be used. In
        a flood, one that has just come gets a moment all the same. One that has just been accepted
        has no transport yet: closed now, it would be let in all the same, and never be answered.
        """
        waiting = self._waiting.items()
        gone = [one for one, timer in waiting if one.transport is None and timer is None]
        there = [(one, timer) for one, timer in waiting if one.transport is not None]
        silent = [(one, timer) for one, timer in there if timer is not None]
        if gone:
            for one in gone:
                self._close(one)
            return
        for one, timer in (silent or there)[:1]:
            if len(self._waiting) > FLOOD * self._most or not self._is_new(timer):
                self._close(one)

    def _is_new(self, timer: asyncio.TimerHandle | None) -> bool:
        now = asyncio.get_running_loop().time()
        return timer is not None and timer.when() - self._seconds > now - MOMENT_SECONDS

    def _served(self, connection: web.RequestHandler) -> None:
        if timer := self._waiting.pop(connection, None):
            timer.cancel()

    def _close(self, connection: web.RequestHandler) -> None:
        self._served(connection)
        connection.force_close()
