"""How late Discord's events come, though its clock and ours may differ."""

import time
from collections import deque

from discord.utils import snowflake_time

# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
ACKNOWLEDGE_SECONDS = 3.0
MAX_SKEW_SECONDS = 60.0  # between the clocks, as long as no event has shown it
REMEMBERED_SECONDS = 3600.0


class Latency:
    """Tells events that come in time from those that a resumed connection brings late.

    Of the recent events, the quickest shows how far the clocks are apart. A steady clock is read,
    which nobody sets anew; only the first event goes by the time of day.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=100)  # when, and minus its own time

    def note(self, snowflake: int) -> float:
        """Note an event by its ID; return by how many seconds it came later than the quickest."""
        now, wall = time.monotonic(), time.time()
        made = snowflake_time(snowflake).timestamp()
        recent = [offset for when, offset in self._seen if now - when < REMEMBERED_SECONDS]
        self._seen.append((now, now - made))
        if not recent:
            return max(0.0, wall - made - MAX_SKEW_SECONDS)
        return now - made - min(recent)

    def is_late(self, snowflake: int) -> bool:
        """Whether Discord has given this interaction up already."""
        return self.note(snowflake) > ACKNOWLEDGE_SECONDS
