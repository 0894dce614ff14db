"""How often a task is polled, and how soon its end is seen: on clocks of the test's own."""

import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from ledgers import asked, column

from bots.playground.neocu import Sandbox
from core.compute.budget import Budget
from core.compute.monitor import Compute
from core.conversation import Request
from core.ledger import Ledger
from core.ledger.stores.sqlite import SqliteStore
from core.lifecycle import Lifecycle
from core.neocu.client import NeocuClient
from core.neocu.polling import CLOSE, ENOUGH, LONGEST, Expected, Pace
from core.neocu.uploads import NoUploader
from core.questions import Answers
from core.resolver import Asking
from core.settings import Settings

PICTURE = "a picture of a lighthouse"
MINUTE = 60.0
MOST_LOOKS = 10
LATE = 0.95  # the share of tasks whose end has to be seen within CLOSE seconds
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


class Timed(SqliteStore):
    """A ledger's file whose clock is the test's own."""

    time = 1_000_000.0

    def _open(self) -> sqlite3.Connection:
        connection = super()._open()
        connection.create_function("clock", 0, lambda: self.time)
        return connection


class TimedNeocu(Sandbox):
    """A Neocu that runs on the clock of a ledger."""

    def __init__(self, store: Timed) -> None:
        super().__init__(seconds=MINUTE)
        self._store = store

    def now(self) -> float:
        """Return the clock that tasks run on."""
        return self._store.time


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Timed]:
    """A ledger's file, open, with its tables."""
    async with Timed(str(tmp_path / "ledger.db")) as store:
        await Ledger(store, ["slack"]).open()
        yield store


@pytest.fixture
async def neocu(store: Timed) -> AsyncIterator[TimedNeocu]:
    """A Neocu whose tasks take a minute."""
    async with TimedNeocu(store) as neocu:
        yield neocu


@pytest.fixture
async def lifecycle(ledger: Ledger, neocu: Sandbox) -> AsyncIterator[Lifecycle]:
    """What happens to requests, on that ledger and that Neocu."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
        neocu_api_key=neocu.key,
        neocu_base_url=neocu.url,
    )
    async with NeocuClient(settings.neocu_api_key, neocu.url) as client:
        asking = Asking(settings, ledger, NoUploader(), {})
        answers = Answers(client, ledger, lambda entry: entry.address)
        budget = Budget(settings, ledger)
        compute = Compute(settings, client, ledger, {})
        yield Lifecycle(settings, client, ledger, asking, answers, budget, compute)


async def finish(lifecycle: Lifecycle, ledger: Ledger, store: Timed, request: Request) -> None:
    """Let a request be worked on whenever it is due, without waiting, until it has ended."""
    await ledger.entries.note(request)
    while True:
        [entry] = await ledger.entries.lease(1)
        await lifecycle.advance(entry)
        [due] = await column(store, "SELECT due FROM requests WHERE key = $1", request.key)
        if due is None:
            return
        store.time = float(str(due))


async def test_requests_are_polled_so_too(
    lifecycle: Lifecycle, ledger: Ledger, store: Timed, neocu: Sandbox
) -> None:
    """The ledger teaches the pace, and keeps to it; Neocu counts the calls."""
    for number in range(ENOUGH + 1):
        await finish(lifecycle, ledger, store, asked(number, text=f"{PICTURE} {number}"))
    task = neocu.generated[-1]
    calls = [one for one in neocu.journal.calls if one.path.endswith(task.task_id)]
    sql = "SELECT reply FROM deliveries WHERE request = $1 AND what = 'progress'"
    progress = await column(store, sql, asked(ENOUGH).key)

    assert len(calls) <= MOST_LOOKS
    assert 0 <= store.time - (task.began + task.seconds) <= CLOSE
    assert "Finished after 1 min" in str(progress)
