"""What can go wrong with Slack, switched on by tests and by the demo."""

from collections import deque
from dataclasses import dataclass

EVERY = "*"


@dataclass
class Fault:
    """One thing that goes wrong with one call."""

    status: int = 200
    error: str | None = None
    retry_after: int | None = None
    delay: float = 0.0
    drop: str | None = None  # "before" or "after" the call had its effect


class Faults:
    """What will go wrong, by method: `chat.postMessage`, …, `upload`, `download`, or `*` for all.

    Further names: `response_url` and `socket`. Each wish counts for the next `times` calls.
    While `outage` is on, everything is answered with 503.
    """

    def __init__(self) -> None:
        self.outage = False
        self._waiting: dict[str, deque[Fault]] = {}

    def rate_limit(self, method: str = EVERY, *, times: int = 1, retry_after: int = 1) -> None:
        """Answer 429 with `Retry-After` (seconds)."""
        self._add(method, times, Fault(429, "ratelimited", retry_after))

    def fail(self, method: str = EVERY, *, times: int = 1, status: int = 503) -> None:
        """Answer a 5xx that is no JSON."""
        self._add(method, times, Fault(status))

    def refuse(self, method: str, error: str, *, times: int = 1) -> None:
        """Answer `{"ok": false, "error": error}`, whatever the error."""
        self._add(method, times, Fault(200, error))

    def drop(self, method: str = EVERY, *, times: int = 1, after: bool = False) -> None:
        """Cut the connection before the call is looked at, or after it had its effect."""
        self._add(method, times, Fault(drop="after" if after else "before"))

    def slow(self, method: str = EVERY, *, seconds: float, times: int = 1) -> None:
        """Do as asked, but late."""
        self._add(method, times, Fault(delay=seconds))

    def clear(self) -> None:
        """Forget every wish and end the outage."""
        self.outage = False
        self._waiting.clear()

    def next(self, method: str) -> Fault | None:
        """Return what goes wrong with this call, and count it."""
        for name in (method, EVERY):
            if self._waiting.get(name):
                return self._waiting[name].popleft()
        return None

    def _add(self, method: str, times: int, fault: Fault) -> None:
        self._waiting.setdefault(method, deque()).extend([fault] * times)
