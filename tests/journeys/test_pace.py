"""How often a task is looked at, and how soon its end is seen: on a simulated clock, and live."""

import random
import re
from pathlib import Path

from house import DONE, HTTP, bots_on, plain, said, told

from bots.playground.seats import Seat
from core.neocu.polling import CLOSE, ENOUGH, LONGEST, Expected, Pace

PICTURE = "a picture of a lighthouse"
MINUTE = 60.0
MOST_LOOKS = 10
LATE = 0.95  # the share of tasks whose end has to be seen within CLOSE seconds
SHORTER = 30
DAY = 24 * 3600.0


class Clock:
    """Tasks that are looked at as the pace says, without waiting; what was seen is learned from."""

    def __init__(self, history: list[float]) -> None:
        self.pace = Pace(CLOSE, self.history)
        self.took = history

    async def history(self) -> list[tuple[str, float]]:
        """Return what the ledger would."""
        return [(PICTURE, seconds) for seconds in self.took[-200:]]

    async def task(self, seconds: float) -> tuple[int, float]:
        """Return how often such a task is looked at, and how long after its end that is seen."""
        expected = await self.pace.expected(PICTURE)
        age, looks = self.pace.first(), 1
        while age < seconds:
            age += self.pace.next(age, expected)
            looks += 1
        self.took.append(age)
        return looks, age - seconds


async def test_a_task_of_a_minute_costs_few_looks_and_is_seen_soon() -> None:
    """Ten calls of Neocu at most, three seconds of waiting; given a history of such tasks."""
    dice = random.Random(1)  # noqa: S311 (a fixed series of lengths)
    clock = Clock([MINUTE * dice.uniform(0.9, 1.1) + dice.uniform(0, CLOSE) for _ in range(50)])
    seen = [await clock.task(MINUTE * dice.uniform(0.9, 1.05)) for _ in range(200)]
    lags = sorted(lag for _, lag in seen)

    assert max(looks for looks, _ in seen) <= MOST_LOOKS
    assert lags[int(len(lags) * LATE)] <= CLOSE


async def test_it_learns_from_its_own_looks() -> None:
    """The first tasks are seen late, and are noted late: that must not stay so for ever."""
    clock = Clock([])
    first = [await clock.task(MINUTE) for _ in range(ENOUGH)]
    later = [await clock.task(MINUTE) for _ in range(50)][10:]

    assert max(lag for _, lag in first) > CLOSE
    assert max(looks for looks, _ in later) <= MOST_LOOKS
    assert max(lag for _, lag in later) <= CLOSE


async def test_a_short_task_is_seen_at_once_whatever_others_took() -> None:
    """A picture that takes four seconds does not wait for those that take a minute."""
    clock = Clock([MINUTE] * ENOUGH)

    assert (await clock.task(4.0))[1] < MINUTE / 2


async def test_a_task_without_end_is_looked_at_ever_more_rarely() -> None:
    """A day of a stale task costs some dozens of calls; nobody has to end it by hand."""
    clock = Clock([MINUTE] * ENOUGH)
    looks, _ = await clock.task(DAY)

    assert looks < 100
    assert clock.pace.next(100 * DAY, Expected(1, 2, 3)) == LONGEST


async def test_other_media_teach_nothing() -> None:
    """A sound takes seconds, a video minutes."""
    clock = Clock([MINUTE] * ENOUGH)

    assert await clock.pace.expected("a 5 second video of a boat") is None
    assert await clock.pace.expected("another picture, of a boat") is not None


def done(seat: Seat) -> int:
    """Return how many requests are done."""
    return sum(plain(line).startswith(DONE) for line in said(seat))


async def test_on_a_real_clock_it_is_the_same(tmp_path: Path) -> None:
    """The minute is two seconds here, and all else is as much shorter; Neocu counts the calls."""
    close = CLOSE / SHORTER
    async with bots_on(HTTP, folder=tmp_path, neocu_poll_interval=close, person_tasks=9) as house:
        ada = house.seat("ada")
        house.sandbox.seconds = MINUTE / SHORTER
        for number in range(ENOUGH):
            await ada.type(f"/neocu {PICTURE} {number}")
        await ada.journal.until(lambda: done(ada) == ENOUGH)
        await ada.type(f"/neocu {PICTURE} again")
        lines = await told(ada, "usually about")
        usual = [
            found[1] for one in lines if (found := re.search(r"usually about (.*?)\.", one.text))
        ]
        await ada.journal.until(lambda: done(ada) > ENOUGH)
        task = house.sandbox.generated[-1]
        calls = [one for one in house.sandbox.journal.calls if one.path.endswith(task.task_id)]
        lag = calls[-1].at - (task.at + task.seconds)

        assert usual[0] in {"2 s", "3 s"}  # what the five took, to the second
        assert len(calls) <= MOST_LOOKS
        assert lag <= close + 0.5  # seconds that a busy machine may take
