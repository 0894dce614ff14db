"""How often the app may call (https://docs.slack.dev/apis/web-api/rate-limits)."""

import math
import time
from collections import defaultdict, deque

from bots.playground.slack.rules import Rules

MINUTE = 60.0
POSTS = "chat.postMessage"


class RateLimitedError(Exception):
    """The call comes too soon; it may come again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("ratelimited")
        self.retry_after = max(1, math.ceil(retry_after))


class RateLimits:
    """Counts calls by method, and posts by channel. Off unless the rules set limits."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._full_at: dict[str, float] = {}  # by channel: when its burst is whole again

    def count(self, method: str, channel: str) -> None:
        """Count a call; RateLimitedError if there were too many."""
        now = time.monotonic()
        if method == POSTS and self._rules.posts_per_second:
            self._count_post(channel, now, 1 / self._rules.posts_per_second)
        if (limit := self._rules.calls_per_minute.get(method)) is None:
            return
        calls = self._calls[method]
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= limit:
            raise RateLimitedError(calls[0] + MINUTE - now)
        calls.append(now)

    def _count_post(self, channel: str, now: float, interval: float) -> None:
        """Let a channel have one post a `interval`, and a few at once now and then."""
        full_at = max(self._full_at.get(channel, now), now)
        if full_at - now > interval * (self._rules.post_burst - 1):
            raise RateLimitedError(full_at - now - interval * (self._rules.post_burst - 1))
        self._full_at[channel] = full_at + interval
