"""How long the compute lasts: by the hour, the day and the week, or not a word."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wording
from core.compute.forecast import DAY, HOUR, MAX_FORECAST_SECONDS, forecast
from core.records import Forecast, Period, Reading

NOW = 1_000_000_000.0
AMOUNTS = st.floats(-1e12, 1e12)
AGES = st.floats(0, 8 * DAY)


def falling(seconds: float, pace: float, left: float, every: float = 300.0) -> list[Reading]:
    """Return the readings of so many seconds at a steady pace, in credits an hour."""
    ages = [every * n for n in range(int(seconds / every), -1, -1)]
    return [Reading(NOW - age, left + pace * age / HOUR) for age in ages]


def test_each_period_tells_by_its_own_pace() -> None:
    """An hour of rendering is no day of it, so people see both."""
    quiet = [Reading(one.at, one.credits + 90) for one in falling(20 * HOUR, 0, 90, 1800)[:-2]]
    found = forecast([*quiet, *falling(HOUR, 90, 90)], NOW)

    assert found[0] == Forecast(pytest.approx(HOUR), Period.HOUR)
    assert found[1] == Forecast(pytest.approx(20 * HOUR), Period.DAY)
    assert len(found) == 2
    assert "about 1 hour at the last hour's pace and about 20 hours at today's pace" in (
        wording.low(90, found).text
    )


def test_a_steady_week_tells_the_same_three_times() -> None:
    """The three differ only where the pace does."""
    found = forecast(falling(7 * DAY, 10, 90, 900), NOW)

    assert [one.period for one in found] == [Period.HOUR, Period.DAY, Period.WEEK]
    assert [one.seconds for one in found] == pytest.approx([9 * HOUR] * 3)


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [Reading(NOW, 90)],
        [Reading(NOW - 1800, 100), Reading(NOW, 90)],
        falling(HOUR / 3, 10, 90, 60),
        falling(HOUR, 0, 90),
        falling(HOUR, -10, 90),
        [Reading(one.at - 9 * DAY, one.credits) for one in falling(HOUR, 10, 90)],
        falling(HOUR, 10, 0),
        falling(HOUR, 10, -5),
        falling(HOUR, 1e-300, 90),
    ],
    ids=lambda readings: f"{len(readings)} readings",
)
def test_it_is_silent_where_there_is_too_little_to_tell_from(readings: list[Reading]) -> None:
    """A made-up forecast is worse than none."""
    assert forecast(readings, NOW) == []
    assert "lasts" not in wording.low(90, []).text


def test_a_top_up_is_not_spending() -> None:
    """Nor does it hide what was spent."""
    readings = falling(HOUR, 60, 90)
    filled = [Reading(one.at, one.credits - 45 * (one.at < NOW - 1800)) for one in readings]

    assert forecast(filled, NOW)[0].seconds == pytest.approx(
        forecast(readings, NOW)[0].seconds, 0.2
    )
    assert forecast(filled, NOW)[0].seconds >= forecast(readings, NOW)[0].seconds


@given(st.lists(st.tuples(AGES, AMOUNTS), max_size=30))
def test_no_history_divides_by_nothing(history: list[tuple[float, float]]) -> None:
    """The balance is whatever Neocu says; a forecast is a time, and can be said in words."""
    readings = [Reading(NOW - age, credits) for age, credits in sorted(history, reverse=True)]
    found = forecast(readings, NOW)

    assert all(
        0 < one.seconds <= MAX_FORECAST_SECONDS and math.isfinite(one.seconds) for one in found
    )
    assert wording.low(50, found).text


@given(st.lists(AMOUNTS.map(abs), min_size=13, max_size=13), AMOUNTS.map(abs))
def test_a_top_up_never_shortens_it(credits: list[float], more: float) -> None:
    """More compute can't last less long at the same pace."""
    readings = [Reading(NOW - HOUR + 300 * n, one) for n, one in enumerate(credits)]
    before = [*readings, Reading(NOW, credits[-1])]
    after = [*readings, Reading(NOW, credits[-1] + more)]
    lasts = {one.period: one.seconds for one in forecast(before, NOW)}

    for one in forecast(after, NOW):
        assert one.seconds >= lasts.get(one.period, 0.0)
