"""How long to wait: before a task is looked at, and before something is tried again."""

import random

LONGEST_BACKOFF = 120.0  # seconds


def backoff(tries: int) -> float:
    """Return the seconds to wait after so many tries: doubled each time, with jitter."""
    seconds = min(LONGEST_BACKOFF, 2.0 ** min(tries, 16))
    return seconds * random.uniform(0.5, 1)  # noqa: S311 (no secret hangs on it)


class Pace:
    """Looks often at first, then more rarely the longer a task takes."""

    def __init__(self, interval: float, longest: float = 3600.0) -> None:
        self._interval = interval
        self._longest = longest

    def first(self) -> float:
        """Return the seconds until the first look."""
        return self._interval

    def next(self, age: float) -> float:
        """Return the seconds until the next look at a task that was started `age` seconds ago."""
        return min(self._longest, max(self._interval, age / 10))
