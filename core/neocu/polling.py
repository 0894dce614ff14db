"""When a task is polled: rarely until it is likely to end, closely then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.neocu.estimates import medium
from core.neocu.prices import Medium

MIN_SAMPLES = 5  # tasks to learn from
MIN_POLL_SECONDS = 3.0  # between two polls while a task is likely to end
# … or such a share of what it takes, or of the span in which tasks like it end: who waits long
# minds seconds less, and what nobody can foresee would cost many polls.
CLOSE_SHARE = 1 / 25
SPAN_SHARE = 1 / 10
# Some end much sooner than their kind, and most that fail: polled once soon, by what it takes.
SOON_SHARE = 1 / 4
MAX_SOON_SECONDS = 15.0
MAX_EARLY_SECONDS = 60.0  # between two polls before most of its kind end
LONG_SECONDS = 180.0  # what takes longer is polled once on the way, too: people see it go on
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
        self._known: dict[Medium | None, Expected] = {}  # by medium, as it was when last asked for

    def first(self, query: str) -> float:
        """Return the seconds until the first poll, by what is known without asking the ledger."""
        known = self._known.get(medium(query))
        return max(self._interval, min(MAX_SOON_SECONDS, known.low * SOON_SHARE if known else 0.0))

    async def expected(self, query: str) -> Expected | None:
        """Return how long such a task takes, None where too few were finished."""
        took = sorted(await self._history(query))
        if len(took) < MIN_SAMPLES:
            return None
        low, median, high = (took[int(len(took) * share)] for share in (0.1, 0.5, 0.9))
        self._known[medium(query)] = Expected(low * EARLY_FACTOR, median, high)
        return self._known[medium(query)]

    def next(self, age: float, expected: Expected | None) -> float:
        """Return the seconds until the next poll of a task that was started `age` seconds ago."""
        close = min(MIN_POLL_SECONDS, self._interval)
        if expected is None:
            return min(MAX_POLL_SECONDS, max(self._interval, age / 3))
        span = expected.high - expected.low
        close = max(close, expected.median * CLOSE_SHARE, span * SPAN_SHARE)
        if age < expected.low:
            halfway = expected.low / 2
            on_the_way = expected.low > LONG_SECONDS and age < halfway - close
            pause = max(close, (halfway if on_the_way else expected.low) - age)
        elif age < expected.high * 1.5:
            # the rarer, the longer before most of its kind end
            early = (expected.median - age) / 2
            pause = max(close, min(MAX_EARLY_SECONDS, early))
        else:
            pause = max(close, age / 8)
        return min(MAX_POLL_SECONDS, pause)
