"""What was asked of a local server, and a way to wait for a fact instead of for time."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One call that a server answered: when (Unix time), what, and how long it took (seconds).

    `status` is 0 where the caller got no answer.
    """

    service: str
    method: str
    path: str
    status: int
    at: float
    seconds: float


class Journal:
    """The calls that a server got, newest last, and what wakes whoever waits for something."""

    def __init__(self, service: str, keep: int = 10_000) -> None:
        self.service = service
        self.calls: deque[Call] = deque(maxlen=keep)
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Wake everyone who waits; a server says so after anything that can be seen of it."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, fact: Callable[[], T], within: float = 30.0) -> T:
        """Return `fact()` as soon as it is truthy; TimeoutError after `within` seconds.

        Much longer than it should take: only what never comes true is waited for so long.
        """
        async with asyncio.timeout(within):
            while not (found := fact()):
                await self._changed.wait()
            return found

    async def changes(self) -> AsyncIterator[None]:
        """Yield at once and then after changes; those that come together count as one."""
        while True:
            changed = self._changed
            yield
            await changed.wait()

    def middleware(self) -> Middleware:
        """Return an aiohttp middleware that notes every call."""

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            at, start, status = time.time(), time.perf_counter(), 0
            try:
                response = await handler(request)
                status = response.status
            except web.HTTPException as answer:
                status = answer.status
                raise
            finally:
                seconds = time.perf_counter() - start
                call = Call(self.service, request.method, request.path, status, at, seconds)
                self.calls.append(call)
                self.changed()
            return response

        return note
