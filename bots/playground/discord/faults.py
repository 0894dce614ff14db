"""What goes wrong on request: refused, slow-downs, dropped connections, an outage."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aiohttp import web
from aiohttp.typedefs import Handler

API_PREFIX = "/api/v10"
EVERY = "*"
TOO_MANY, UNAVAILABLE = 429, 503


@dataclass(eq=False)
class Fault:
    """What the next `times` calls that match `route` meet; status 0 is no answer at all."""

    route: str
    times: int
    status: int | None = None
    retry_after: float = 0.0
    everywhere: bool = False
    after: bool = False
    delay: float = 0.0


class Faults:
    """The switches. A route is a method and a path pattern: `POST /channels/*/messages`."""

    def __init__(self, on_outage: Callable[[], None], on_recovery: Callable[[], None]) -> None:
        self._pending: list[Fault] = []
        self._outage = False
        self._on_outage = on_outage
        self._on_recovery = on_recovery

    def rate_limit(
        self,
        route: str = EVERY,
        *,
        times: int = 1,
        retry_after: float = 1.0,
        everywhere: bool = False,
    ) -> None:
        """Answer 429, to be tried again after so many seconds; `everywhere`: the global limit."""
        self._pending.append(Fault(route, times, TOO_MANY, retry_after, everywhere))

    def fail(
        self, route: str = EVERY, *, times: int = 1, status: int = UNAVAILABLE, after: bool = False
    ) -> None:
        """Answer an error status that is no refusal; `after`: though the call took effect."""
        self._pending.append(Fault(route, times, status, after=after))

    def drop(self, route: str = EVERY, *, times: int = 1, after: bool = False) -> None:
        """Cut the connection before the call is looked at, or after it had its effect."""
        self._pending.append(Fault(route, times, 0, after=after))

    def slow(self, route: str = EVERY, *, seconds: float, times: int = 1) -> None:
        """Do as asked, but late."""
        self._pending.append(Fault(route, times, delay=seconds))

    def clear(self) -> None:
        """Forget every fault and end an outage."""
        self._pending.clear()
        self.outage = False

    @property
    def outage(self) -> bool:
        """Whether everything is down: all REST calls 503, the gateway closed."""
        return self._outage

    @outage.setter
    def outage(self, down: bool) -> None:
        if down != self._outage:
            self._outage = down
            (self._on_outage if down else self._on_recovery)()

    def _take(self, call: str) -> Fault | None:
        for fault in self._pending:
            if fnmatchcase(call, fault.route):
                fault.times -= 1
                if not fault.times:
                    self._pending.remove(fault)
                return fault
        return None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer, or don't, as the switches say."""
        if not request.path.startswith((API_PREFIX, "/attachments")):
            return await handler(request)
        if self._outage and request.path.startswith(API_PREFIX):
            return _error(UNAVAILABLE)
        fault = self._take(f"{request.method} {request.path.removeprefix(API_PREFIX)}")
        if fault:
            await asyncio.sleep(fault.delay)
        if fault is None or fault.status is None:
            return await handler(request)
        if fault.after:
            await handler(request)
        else:
            await request.read()
        if fault.status == 0:
            return _cut(request)
        return _too_many(fault) if fault.status == TOO_MANY else _error(fault.status)


def _cut(request: web.Request) -> web.Response:
    # Nothing of this response arrives: the connection is gone before it is written.
    if request.transport:
        request.transport.abort()
    return web.Response(status=0)


def _error(status: int) -> web.Response:
    return web.json_response({"message": f"{status}: Server Error", "code": 0}, status=status)


def _too_many(fault: Fault) -> web.Response:
    # A 429 without `Via` counts as a ban by the proxy in front of Discord.
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(max(1, round(fault.retry_after))),
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": str(fault.retry_after),
        "X-RateLimit-Scope": "global" if fault.everywhere else "user",
    }
    if fault.everywhere:
        headers["X-RateLimit-Global"] = "true"
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after,
        "global": fault.everywhere,
    }
    return web.json_response(body, status=TOO_MANY, headers=headers)
