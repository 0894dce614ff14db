"""How often a task is looked at."""


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
