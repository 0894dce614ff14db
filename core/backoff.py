"""How long to wait before something is tried again."""

import random

MAX_BACKOFF_SECONDS = 120.0


def backoff(tries: int) -> float:
    """Return the seconds to wait after so many tries: doubled each time, with jitter."""
    seconds = min(MAX_BACKOFF_SECONDS, 2.0 ** min(tries, 16))
    return seconds * random.uniform(0.5, 1)  # noqa: S311 (no secret hangs on it)
