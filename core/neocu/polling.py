"""When a task is polled: rarely until it is likely to end, closely then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MIN_SAMPLES = 5  # tasks to learn from
MIN_POLL_SECONDS = 3.0  # between two polls while a task is likely to end
CLOSE_SHARE = 1 / 25  # … or such a share of what it takes: who waits long minds seconds less
# We know when we saw that a task had ended, not when it did: to learn, poll a little earlier.
EARLY_FACTOR = 0.9
MAX_POLL_SECONDS = 3600.0  # however long a task takes

# The seconds that finished tasks took which are like the one that a query asks for.
History = Callable[[str], Awaitable[list[float]]]


@dataclass(frozen=True)
class Expected:
    """How many seconds tasks of a kind take: hardly any less than `low`, most up to `high`."""

    low: float
    median: float
    high: float


class Polling:
    """Polls a task rarely until it is likely to end, closely then, and rarely after that.

    What is likely is learned from finished tasks of the same medium.
    """

    def __init__(self, interval: float, history: History) -> None:
        self._interval = interval
        self._history = history

    def first(self) -> float:
        """Return the seconds until the first poll."""
        return self._interval

    async def expected(self, query: str) -> Expected | None:
        """Return how long such a task takes, None where too few were finished."""
        took = sorted(await self._history(query))
        if len(took) < MIN_SAMPLES:
            return None
        low, median, high = (took[int(len(took) * share)] for share in (0.1, 0.5, 0.9))
        return Expected(low * EARLY_FACTOR, median, high)

    def next(self, age: float, expected: Expected | None) -> float:
        """Return the seconds until the next poll of a task that was started `age` seconds ago."""
        close = min(MIN_POLL_SECONDS, self._interval)
        if expected is None:
            return min(MAX_POLL_SECONDS, max(self._interval, age / 3))
        close = max(close, expected.median * CLOSE_SHARE)
        if age < expected.low:
            # once on the way, and when the first of its kind were done
            halfway = expected.low / 2
            pause = max(close, (halfway if age < halfway - close else expected.low) - age)
        elif age < expected.high * 1.5:
            pause = close
        else:
            pause = max(close, age / 8)
        return min(MAX_POLL_SECONDS, pause)
