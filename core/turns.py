"""Whose requests are worked on first: those of workspaces that have asked for little of late."""

import time
from collections import Counter

WINDOW_SECONDS = 10.0
MAX_AHEAD = 20  # requests of a workspace in a window that go before what the others have waiting
AHEAD_SECONDS = 3600.0


class Turns:
    """Counts what each workspace asks. It costs nothing to ask, and remembers one window."""

    def __init__(self) -> None:
        self._ends = 0.0
        self._asked: Counter[tuple[str, str]] = Counter()

    def ahead(self, platform: str, workspace: str) -> float:
        """Return by how many seconds a request goes before those that are due now.

        A workspace that floods so waits for itself alone, however much of it is waiting.
        """
        now = time.monotonic()
        if now >= self._ends:
            self._ends = now + WINDOW_SECONDS
            self._asked.clear()
        self._asked[platform, workspace] += 1
        return AHEAD_SECONDS if self._asked[platform, workspace] <= MAX_AHEAD else 0.0
