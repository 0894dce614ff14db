"""What can go wrong between a caller and Neocu, to be switched on at run time."""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Literal, NoReturn, get_args

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.playground.journal import Journal

Route = Literal["generate", "task", "tasks", "compute", "upload", "file"]

MAX_HANG_SECONDS = 120.0
TEN_MEGABYTES = 10 * 1024**2

# https://guide.neocu.com: the bodies of pages generate, tasks/single-task and compute
BODIES: dict[int, dict[str, str]] = {
    400: {"error": "query is required"},
    401: {
        "error": "API key is missing in headers. Please provide an API key to access this service."
    },
    402: {
        "error": "Low Compute Balance",
        "message": "Your organization has too little compute. Please top up.",
    },
    404: {"error": "Task not found"},
    500: {"error": "System Error. Please try again"},
}


class Fault(StrEnum):
    """A way for a call to go wrong that is no status."""

    HANG = "hang"  # no answer until the caller leaves, at most MAX_HANG_SECONDS
    DROP = "drop"  # the connection breaks before the call is read
    ACCEPT_AND_DROP = "accept and drop"  # the call is carried out, then the connection breaks
    HTML = "html"
    TRUNCATED = "truncated"
    WRONG_SHAPE = "wrong shape"
    NO_TASK_ID = "no task id"
    TEN_MEGABYTES = "ten megabytes"
    REDIRECT = "redirect"


_GARBAGE: dict[Fault, Callable[[], web.Response]] = {
    Fault.HTML: lambda: web.Response(
        text="<!doctype html><h1>Bad gateway</h1>", content_type="text/html"
    ),
    Fault.TRUNCATED: lambda: _json_text('{"task_id": "65f'),
    Fault.WRONG_SHAPE: lambda: _json_text('[{"task_id": 7}, null]'),
    Fault.NO_TASK_ID: lambda: _json_text('{"message": "success"}'),
    Fault.TEN_MEGABYTES: lambda: web.Response(text="neocu " * (TEN_MEGABYTES // 6 + 1)),
    Fault.REDIRECT: lambda: web.Response(status=302, headers={"Location": "/redirected"}),
}


class Faults:
    """Per route, what the next calls or all calls get instead of an answer.

    `hanging` is how many calls hang now; the journal tells when that changes.
    """

    def __init__(self, journal: Journal) -> None:
        self.hanging = 0
        self._journal = journal
        self._next: dict[Route, deque[Fault | int]] = {route: deque() for route in get_args(Route)}
        self._always: dict[Route, Fault | int] = {}
        self._closing = asyncio.Event()

    def next(self, route: Route, fault: Fault | int, times: int = 1) -> None:
        """Let the next `times` calls of `route` get this fault, or this HTTP status."""
        self._next[route].extend([fault] * times)

    def always(self, route: Route, fault: Fault | int) -> None:
        """Let every call of `route` get this fault, or this HTTP status, until `clear`."""
        self._always[route] = fault

    def clear(self) -> None:
        """Let every call be answered as it should be."""
        self._always.clear()
        for queue in self._next.values():
            queue.clear()

    def close(self) -> None:
        """End the calls that hang."""
        self._closing.set()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer with the fault that is due, if any. The route's name says whose turn it is."""
        fault = self._due(request.match_info.route.name)
        if fault is None:
            return await handler(request)
        if not isinstance(fault, Fault):
            return answer(fault)
        if fault in _GARBAGE:
            return _GARBAGE[fault]()
        if fault is Fault.HANG:
            await self._hang()
        if fault is Fault.ACCEPT_AND_DROP:
            await handler(request)
        return await _drop(request)

    def _due(self, route: str | None) -> Fault | int | None:
        for name, queue in self._next.items():
            if name == route:
                return queue.popleft() if queue else self._always.get(name)
        return None

    async def _hang(self) -> None:
        self.hanging += 1
        self._journal.changed()
        try:
            async with asyncio.timeout(MAX_HANG_SECONDS):
                await self._closing.wait()
        except TimeoutError:
            return
        finally:
            self.hanging -= 1


def answer(status: int, error: str = "") -> web.Response:
    """Return the documented body of `status`, with `error` in place of its own if given."""
    body = BODIES.get(status) or {"error": HTTPStatus(status).phrase}
    return web.json_response(body | ({"error": error} if error else {}), status=status)


async def _drop(request: web.Request) -> NoReturn:
    """Break the connection; the lost connection then cancels the handler that waits here."""
    if request.transport is not None:
        request.transport.abort()
    await asyncio.Event().wait()
    raise ConnectionResetError


def _json_text(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")
