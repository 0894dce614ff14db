"""What can go wrong with Slack, switched on by tests and by the demo."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

EVERY = "*"
TOO_MANY, UNAVAILABLE = 429, 503


@dataclass(frozen=True)
class Fault:
    """What one call meets: a status, an error code, no answer (`drop`, `stall`), or only a delay.

    `after` means that the call has its effect first.
    """

    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    delay: float = 0.0
    drop: bool = False
    after: bool = False
    stall: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


class Faults:
    """The switches, by method: `chat.postMessage`, …, `upload`, `download`, or `*` for all.

    Further names: `response_url`, `socket`, and `share` (what completed files meet).
    Each fault counts for the next `times` calls.
    """

    def __init__(self, on_outage: Callable[[], None]) -> None:
        self._waiting: dict[str, deque[Fault]] = {}
        self._outage = False
        self._released = asyncio.Event()
        self._on_outage = on_outage

    def rate_limit(self, method: str = EVERY, *, times: int = 1, retry_after: int = 1) -> None:
        """Answer 429, to be tried again after so many seconds."""
        self._add(method, times, Fault(TOO_MANY, "ratelimited", retry_after))

    def fail(
        self,
        method: str = EVERY,
        *,
        times: int = 1,
        status: int = UNAVAILABLE,
        after: bool = False,
    ) -> None:
        """Answer a 5xx that is no JSON; `after`: though the call took effect."""
        self._add(method, times, Fault(status, after=after))

    def refuse(self, method: str, error: str, *, times: int = 1, **more: str) -> None:
        """Answer `{"ok": false, "error": error}` and `more`, whatever the error."""
        self._add(method, times, Fault(error=error, more=more))

    def stall(self, method: str, *, times: int = 1) -> None:
        """Take the call, read nothing of it and say nothing, until the faults are cleared."""
        self._add(method, times, Fault(stall=True))

    def drop(self, method: str = EVERY, *, times: int = 1, after: bool = False) -> None:
        """Cut the connection before the call is looked at, or after it had its effect."""
        self._add(method, times, Fault(drop=True, after=after))

    def slow(self, method: str = EVERY, *, seconds: float, times: int = 1) -> None:
        """Do as asked, but late."""
        self._add(method, times, Fault(delay=seconds))

    def lose_share(self, *, times: int = 1) -> None:
        """Say ok to files.completeUploadExternal and never show the files anywhere."""
        self._add("share", times, Fault(drop=True))

    def delay_share(self, seconds: float, *, times: int = 1) -> None:
        """Show completed files that much later."""
        self._add("share", times, Fault(delay=seconds))

    def refuse_handshake(self, *, times: int = 1) -> None:
        """Refuse a WebSocket and use its ticket up: only a new address connects again.

        https://github.com/slackapi/python-slack-sdk/issues/1110
        """
        self._add("ticket", times, Fault(drop=True))

    def clear(self) -> None:
        """Forget every fault and end an outage."""
        self._waiting.clear()
        self.outage = False
        self._released.set()
        self._released = asyncio.Event()

    async def released(self) -> None:
        """Return once the faults that stand now are cleared."""
        await self._released.wait()

    @property
    def outage(self) -> bool:
        """Whether everything is down: all calls 503, the sockets closed."""
        return self._outage

    @outage.setter
    def outage(self, down: bool) -> None:
        begins = down and not self._outage
        self._outage = down
        if begins:
            self._on_outage()

    def next(self, method: str) -> Fault | None:
        """Return what goes wrong with this call, and count it."""
        return self.take(method) or self.take(EVERY)

    def take(self, name: str) -> Fault | None:
        """Return what goes wrong under exactly this name, and count it."""
        waiting = self._waiting.get(name)
        return waiting.popleft() if waiting else None

    def _add(self, method: str, times: int, fault: Fault) -> None:
        self._waiting.setdefault(method, deque()).extend([fault] * times)
