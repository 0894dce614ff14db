"""What goes wrong on request: refused, slow-downs, dropped connections, an outage."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.playground.discord.error_codes import KNOWN, DiscordError
from bots.playground.discord.throttle import Throttle

API_PREFIX = "/api/v10"
EVERY = "*"
UNAUTHORIZED, FORBIDDEN, TOO_MANY, UNAVAILABLE = 401, 403, 429, 503
# The route of making a thread, from a message or alone.
THREADS = "POST /channels/*/threads"
# https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
INVALID_SECONDS, MAX_INVALID = 600.0, 10_000
# Not Discord's words: the proxy's in front of it (Cloudflare's).
BLOCK_PAGE = "<!DOCTYPE html><html><title>Access denied</title><h1>Error 1015</h1></html>"


@dataclass(eq=False)
class Fault:
    """What the next `times` calls that match `route` meet; status 0 is no answer at all.

    `page`: the answer is this HTML, not Discord's JSON; `code`: it is this refusal of Discord's.
    """

    route: str
    times: int
    status: int | None = None
    retry_after: float = 0.0
    scope: str = "user"
    after: bool = False
    delay: float = 0.0
    page: str | None = None
    code: int | None = None


class Faults:
    """The switches. A route is a method and a path pattern: `POST /channels/*/messages`."""

    def __init__(self, on_outage: Callable[[], None], on_recovery: Callable[[], None]) -> None:
        self.threads_retry_after: float | None = None
        self._pending: list[Fault] = []
        self._throttles: list[Throttle] = []
        self._invalid: deque[float] = deque()
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
        scope = "global" if everywhere else "user"
        self._pending.append(Fault(route, times, TOO_MANY, retry_after, scope))

    def throttle(self, route: str, limit: int, seconds: float) -> None:
        """Take `limit` calls of a route in `seconds` for each channel, until `clear`.

        Messages and their edits share about 5 in 5 s, as seen; the documents name no numbers.
        """
        self._throttles.append(Throttle(route, limit, seconds))

    def limit_threads(self, retry_after: float = 250.0) -> None:
        """Refuse every new thread with a 429 of minutes, until `clear`; all else goes on.

        219 to 280 seconds were seen, of scope `shared`:
        https://github.com/discord/discord-api-docs/issues/7816
        """
        self.threads_retry_after = retry_after

    def block(self, route: str = EVERY, *, times: int = 1, status: int = FORBIDDEN) -> None:
        """Answer with the page of the proxy before Discord: HTML, and no code of Discord's."""
        self._pending.append(Fault(route, times, status, page=BLOCK_PAGE))

    def fail(
        self, route: str = EVERY, *, times: int = 1, status: int = UNAVAILABLE, after: bool = False
    ) -> None:
        """Answer an error status that is no refusal; `after`: though the call took effect."""
        self._pending.append(Fault(route, times, status, after=after))

    def refuse(self, route: str, code: int, *, times: int = 1) -> None:
        """Answer with a refusal of Discord's own that no rule here leads to, such as 30046."""
        self._pending.append(Fault(route, times, KNOWN[code][0], code=code))

    def drop(self, route: str = EVERY, *, times: int = 1, after: bool = False) -> None:
        """Cut the connection before the call is looked at, or after it had its effect."""
        self._pending.append(Fault(route, times, 0, after=after))

    def slow(self, route: str = EVERY, *, seconds: float, times: int = 1) -> None:
        """Do as asked, but late."""
        self._pending.append(Fault(route, times, delay=seconds))

    def clear(self) -> None:
        """Forget every fault and end an outage."""
        self._pending.clear()
        self._throttles.clear()
        self.threads_retry_after = None
        self.outage = False

    @property
    def invalid_requests(self) -> int:
        """How many calls of the last 10 minutes count against the bot: 401, 403, 429.

        From 10,000 on the address is banned, so a bot must not storm. A 429 of scope `shared` is
        not counted: https://docs.discord.com/developers/topics/rate-limits
        """
        while self._invalid and time.time() - self._invalid[0] > INVALID_SECONDS:
            self._invalid.popleft()
        return len(self._invalid)

    def count(self, response: web.StreamResponse) -> None:
        """Note an answer that counts against the bot."""
        shared = response.headers.get("X-RateLimit-Scope") == "shared"
        if response.status in (UNAUTHORIZED, FORBIDDEN, TOO_MANY) and not shared:
            self._invalid.append(time.time())

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
        if self.threads_retry_after is not None and fnmatchcase(call, THREADS):
            return Fault(THREADS, 1, TOO_MANY, self.threads_retry_after, "shared")
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
        if self.invalid_requests >= MAX_INVALID:
            return _blocked(BLOCK_PAGE, TOO_MANY)
        if self._outage and request.path.startswith(API_PREFIX):
            return _error(UNAVAILABLE)
        call = f"{request.method} {request.path.removeprefix(API_PREFIX)}"
        for throttle in self._throttles:
            if fnmatchcase(call, throttle.route):
                return await _throttled(throttle, request, handler)
        fault = self._take(call)
        if fault:
            await asyncio.sleep(fault.delay)
        if fault is None or fault.status is None:
            return await handler(request)
        if fault.after:
            await handler(request)
        else:
            await request.read()
        if fault.code is not None:
            raise DiscordError(fault.code)
        return _answer(request, fault, fault.status)


def _answer(request: web.Request, fault: Fault, status: int) -> web.Response:
    if status == 0:
        return _cut(request)
    if fault.page is not None:
        return _blocked(fault.page, status)
    return _too_many(fault) if status == TOO_MANY else _error(status)


async def _throttled(
    throttle: Throttle, request: web.Request, handler: Handler
) -> web.StreamResponse:
    resource = request.match_info.get("channel") or request.match_info.get("token", "")
    if wait := throttle.take(resource):
        await request.read()
        return _too_many(Fault(throttle.route, 1, retry_after=round(wait, 3)))
    response = await handler(request)
    response.headers.update(throttle.headers(resource))
    return response


def _blocked(page: str, status: int) -> web.Response:
    return web.Response(text=page, status=status, content_type="text/html")


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
        "X-RateLimit-Scope": fault.scope,
    }
    everywhere = fault.scope == "global"
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after,
        "global": everywhere,
    }
    return web.json_response(body, status=TOO_MANY, headers=headers)
