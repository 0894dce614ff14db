"""How long the compute will last at the pace of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

HOUR = 3600.0
PERIODS = (("the last hour", HOUR), ("today", 24 * HOUR), ("this week", 7 * 24 * HOUR))
ENOUGH = 3  # readings
COVERED = 0.5  # of a period


@dataclass(frozen=True)
class Reading:
    """The balance in credits at a time in Unix seconds."""

    at: float
    credits: float


@dataclass(frozen=True)
class Forecast:
    """How many seconds the balance lasts, at the pace of a period."""

    seconds: float
    period: str


def forecast(readings: Sequence[Reading], now: float) -> Forecast | None:
    """Return how long the latest balance lasts; None where there is too little to tell from.

    The pace is that of the shortest period that the readings cover well and in which something
    was spent. What was topped up in between does not count.
    """
    if not readings:
        return None
    for period, length in PERIODS:
        late = [reading for reading in readings if reading.at >= now - length]
        if len(late) < ENOUGH or late[-1].at - late[0].at < COVERED * length:
            continue
        spent = sum(max(0.0, one.credits - other.credits) for one, other in pairwise(late))
        if spent > 0:
            pace = spent / (late[-1].at - late[0].at)
            return Forecast(max(0.0, readings[-1].credits) / pace, period)
    return None
