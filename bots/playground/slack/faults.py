"""What can go wrong with Slack, switched on by tests and by the demo."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

EVERY = "*"
TOO_MANY, UNAVAILABLE = 429, 503


@dataclass(frozen=True)
class Fault:
    """What one call meets: a status, an error code, no answer (`drop`), or only a delay.

    `after` means that the call has its effect first.
    """

    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    delay: float = 0.0
    drop: bool = False
    after: bool = False


class Faults:
    """The switches, by method: `chat.postMessage`, …, `upload`, `download`, or `*` for all.

    Further names: `response_url` and `socket`. Each fault counts for the next `times` calls.
    """

    def __init__(self, on_outage: Callable[[], None]) -> None:
        self._waiting: dict[str, deque[Fault]] = {}
        self._outage = False
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

    def refuse(self, method: str, error: str, *, times: int = 1) -> None:
        """Answer `{"ok": false, "error": error}`, whatever the error."""
        self._add(method, times, Fault(error=error))

    def drop(self, method: str = EVERY, *, times: int = 1, after: bool = False) -> None:
        """Cut the connection before the call is looked at, or after it had its effect."""
        self._add(method, times, Fault(drop=True, after=after))

    def slow(self, method: str = EVERY, *, seconds: float, times: int = 1) -> None:
        """Do as asked, but late."""
        self._add(method, times, Fault(delay=seconds))

    def clear(self) -> None:
        """Forget every fault and end an outage."""
        self._waiting.clear()
        self.outage = False

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
        for name in (method, EVERY):
            if self._waiting.get(name):
                return self._waiting[name].popleft()
        return None

    def _add(self, method: str, times: int, fault: Fault) -> None:
        self._waiting.setdefault(method, deque()).extend([fault] * times)
