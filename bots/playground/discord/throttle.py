"""A rate limit as Discord keeps it: so many calls in so many seconds, for each channel.

https://docs.discord.com/developers/topics/rate-limits#rate-limits-header-format
"""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass(eq=False)
class Throttle:
    """A route's limit: `limit` calls in `seconds`, counted anew for every channel or webhook."""

    route: str
    limit: int
    seconds: float
    taken: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, resource: str) -> float:
        """Count a call; return 0, or the seconds to wait if it is one too many."""
        now, taken = time.monotonic(), self.taken[resource]
        while taken and now - taken[0] >= self.seconds:
            taken.popleft()
        if len(taken) >= self.limit:
            return taken[0] + self.seconds - now
        taken.append(now)
        return 0.0

    def headers(self, resource: str) -> dict[str, str]:
        """Return what tells a caller how much is left, so that a polite one waits by itself."""
        taken = self.taken[resource]
        reset_after = max(0.0, taken[0] + self.seconds - time.monotonic()) if taken else 0.0
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - len(taken)),
            "X-RateLimit-Reset": f"{time.time() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{math.ceil(reset_after * 1000) / 1000:.3f}",
        }
