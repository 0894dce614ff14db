"""How long the compute will last at the pace of late."""

from collections.abc import Sequence
from itertools import pairwise

from core.records import Forecast, Period, Reading

HOUR = 3600.0
DAY = 24 * HOUR
PERIODS = ((Period.HOUR, HOUR), (Period.DAY, DAY), (Period.WEEK, 7 * DAY))
MIN_READINGS = 3  # readings
MIN_COVERAGE = 0.5  # of a period
MAX_FORECAST_SECONDS = 365 * DAY  # seconds; beyond, it says nothing


def forecast(readings: Sequence[Reading], now: float) -> list[Forecast]:
    """Return how long the latest balance lasts, by each period that tells.

    Those tell that the readings cover well and in which something was spent. What was topped up
    in between does not count.
    """
    found = []
    for period, length in PERIODS:
        late = [reading for reading in readings if reading.at >= now - length]
        if len(late) < MIN_READINGS or late[-1].at - late[0].at < MIN_COVERAGE * length:
            continue
        spent = sum(max(0.0, one.credits - other.credits) for one, other in pairwise(late))
        # Not divided by a pace: that may be too small to be told from nothing.
        lasts = late[-1].credits * (late[-1].at - late[0].at) / spent if spent > 0 else 0.0
        if 0 < lasts <= MAX_FORECAST_SECONDS:
            found.append(Forecast(lasts, period))
    return found
