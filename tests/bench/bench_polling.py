"""Polling: how often a task is looked at and how late its end is seen, beside every five seconds.

Nothing is waited for: the plan of looks is walked through by a clock that is only a number.
"""

import math
import random
from statistics import mean

from bench_figures import Figure
from bench_stage import Stage

from core.neocu.polling import Polling

EVERY_SECONDS = 5.0
DURATIONS = {"5 s": 5.0, "60 s": 60.0, "10 min": 600.0}
TASKS = 200
SPREAD = 0.2  # of the durations of a kind
QUERY = "a lighthouse at dusk"


async def looks_and_lag(stage: Stage) -> list[Figure]:
    """Measure the looks per task, and how long after its end a task is seen to have ended."""
    figures = []
    for name, typical in DURATIONS.items():
        looks = Figure(f"looks at a task of {name}", "", f"every {EVERY_SECONDS:g} s")
        lag = Figure(f"lag behind a task of {name}", "s", f"every {EVERY_SECONDS:g} s")
        if typical == 60.0:
            looks.at_most, lag.at_most = 0.5, 1.0
        elif typical == 600.0:
            looks.at_most, lag.by, lag.at_most = 0.1, "value", typical / 10
        for number in range(stage.size.rounds):
            chance = random.Random(number)  # noqa: S311 (nobody has to guess it)
            durations = [typical * chance.lognormvariate(0, SPREAD) for _ in range(TASKS)]
            ours = [await _ours(one, durations) for one in durations]
            theirs = [_theirs(one) for one in durations]
            looks.add(mean(one for one, _ in ours), mean(one for one, _ in theirs))
            lag.add(mean(late for _, late in ours), mean(late for _, late in theirs))
        figures += [looks, lag]
    return figures


async def _ours(duration: float, history: list[float]) -> tuple[int, float]:
    async def known(_: str) -> list[float]:
        return history

    polling = Polling(3.0, known)
    expected = await polling.expected(QUERY)
    age, looks = polling.first(QUERY), 1
    while age < duration:
        age += polling.next(age, expected)
        looks += 1
    return looks, age - duration


def _theirs(duration: float) -> tuple[int, float]:
    looks = math.ceil(duration / EVERY_SECONDS)
    return looks, looks * EVERY_SECONDS - duration
