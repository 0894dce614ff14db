"""How often a task is polled, and how soon its end is seen: on clocks of the test's own."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from ledgers import announced, asked, column, submitted
from operators import tenants_of

from bots.playground.neocu import Sandbox
from core.actions import Actions
from core.conversation import Posted
from core.endings import Endings
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.queries import Queries
from core.ledger.samples import MAX_SAMPLES
from core.ledger.stores.sqlite import SqliteStore
from core.lifecycle import Lifecycle
from core.metrics import Metrics
from core.neocu.client import NeocuClient
from core.neocu.estimates import medium
from core.neocu.polling import MAX_POLL_SECONDS, MIN_POLL_SECONDS, MIN_SAMPLES, Expected, Polling
from core.neocu.uploads import NoUploader
from core.policy import PromptPolicy
from core.questions import Questions
from core.records import Entry, State
from core.request import Door, Refusal, Request
from core.resolver import Resolver
from core.saved_prompts import SavedPrompts
from core.settings import Settings
from core.workspaces.admins import Admins

PICTURE = "a picture of a lighthouse"
MINUTE = 60.0
MOST_LOOKS = 10
LATE = 0.95  # the share of tasks whose end has to be seen within MIN_POLL_SECONDS seconds
DAY = 24 * 3600.0


class Clock:
    """Tasks that are looked at as the pace says, without waiting; what was seen is learned from."""

    def __init__(self, history: list[float]) -> None:
        self.pace = Polling(MIN_POLL_SECONDS, self.history)
        self.took = history

    async def history(self, query: str) -> list[float]:
        """Return what the ledger would."""
        return self.took[-MAX_SAMPLES:] if medium(query) == medium(PICTURE) else []

    async def task(self, seconds: float) -> tuple[int, float]:
        """Return how often such a task is looked at, and how long after its end that is seen."""
        expected = await self.pace.expected(PICTURE)
        age, looks = self.pace.first(PICTURE), 1
        while age < seconds:
            age += self.pace.next(age, expected)
            looks += 1
        self.took.append(age)
        return looks, age - seconds


async def test_a_task_of_a_minute_costs_few_looks_and_is_seen_soon() -> None:
    """Ten calls of Neocu at most, three seconds of waiting; given a history of such tasks."""
    dice = random.Random(1)  # noqa: S311 (a fixed series of lengths)
    late = (dice.uniform(0, MIN_POLL_SECONDS) for _ in range(50))
    clock = Clock([MINUTE * dice.uniform(0.9, 1.1) + lag for lag in late])
    seen = [await clock.task(MINUTE * dice.uniform(0.9, 1.05)) for _ in range(200)]
    lags = sorted(lag for _, lag in seen)

    assert max(looks for looks, _ in seen) <= MOST_LOOKS
    assert lags[int(len(lags) * LATE)] <= MIN_POLL_SECONDS


async def test_a_task_of_ten_minutes_is_looked_at_as_rarely() -> None:
    """Who waits for ten minutes minds half of one less than Neocu minds a hundred calls."""
    dice = random.Random(1)  # noqa: S311 (a fixed series of lengths)
    clock = Clock([10 * MINUTE * dice.lognormvariate(0, 0.2) for _ in range(50)])
    seen = [await clock.task(10 * MINUTE * dice.lognormvariate(0, 0.2)) for _ in range(200)]

    assert sum(looks for looks, _ in seen) / len(seen) <= 1.2 * MOST_LOOKS
    assert sorted(lag for _, lag in seen)[int(len(seen) * LATE)] <= MINUTE


async def test_it_learns_from_its_own_looks() -> None:
    """The first tasks are seen late, and are noted late: that must not stay so for ever."""
    clock = Clock([])
    first = [await clock.task(MINUTE) for _ in range(MIN_SAMPLES)]
    later = [await clock.task(MINUTE) for _ in range(50)][10:]

    assert max(lag for _, lag in first) > MIN_POLL_SECONDS
    assert max(looks for looks, _ in later) <= MOST_LOOKS
    assert max(lag for _, lag in later) <= MIN_POLL_SECONDS


async def test_a_short_task_is_seen_at_once_whatever_others_took() -> None:
    """A picture that takes four seconds does not wait for those that take a minute."""
    clock = Clock([MINUTE] * MIN_SAMPLES)

    assert (await clock.task(4.0))[1] < MINUTE / 2


async def test_a_task_without_end_is_looked_at_ever_more_rarely() -> None:
    """A day of a stale task costs some dozens of calls; nobody has to end it by hand."""
    clock = Clock([MINUTE] * MIN_SAMPLES)
    looks, _ = await clock.task(DAY)

    assert looks < 100
    assert clock.pace.next(100 * DAY, Expected(1, 2, 3)) == MAX_POLL_SECONDS


async def test_other_media_teach_nothing() -> None:
    """A sound takes seconds, a video minutes."""
    clock = Clock([MINUTE] * MIN_SAMPLES)

    assert await clock.pace.expected("a 5 second video of a boat") is None
    assert await clock.pace.expected("another picture, of a boat") is not None


class Open:
    """A chat that lets everybody ask, and takes what is said at once."""

    async def language(self, _: str) -> str:
        """Return nothing: there is no platform."""
        return ""

    async def refusal(self, _: Request, _door: Door) -> Refusal | None:
        """Return nothing: everybody may ask."""
        return None

    def aside(self, address: str, _: str) -> str:
        """Return the place itself."""
        return address


class Timed(SqliteStore):
    """A ledger's file whose clock is the test's own."""

    time = 1_000_000.0

    def now(self) -> float:
        """Return the time on the test's clock."""
        return self.time


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
        yield Lifecycle(
            settings,
            ledger,
            tenants_of(settings, client, ledger),
            Resolver(ledger, NoUploader(), {}, SavedPrompts(ledger, Admins({}))),
            Questions(
                ledger,
                Actions(ledger, Endings(ledger, Metrics()), lambda entry: entry.address, {}),
                cast("Any", None),
                lambda entry: entry.address,
                {},
                SavedPrompts(ledger, Admins({})),
                cast("Any", None),
            ),
            PromptPolicy(settings),
            {"slack": Open()},
        )


async def finish(lifecycle: Lifecycle, ledger: Ledger, store: Timed, request: Request) -> None:
    """Let a request be worked on whenever it is due, without waiting, until it has ended."""
    await ledger.entries.note(request)
    while True:
        for entry in await ledger.entries.lease(1, list(State)):
            await lifecycle.advance(entry)
        for delivery in await ledger.outbox.lease(10):
            await ledger.outbox.sent(delivery, Posted("1", delivery.address))
        [due] = await column(store, "SELECT due FROM requests WHERE key = $1", request.key)
        if due is None:
            return
        store.time = float(str(due))


class EndMeanwhile(Queries):
    """Reads of a ledger in which a request ends while another one's place in line is read."""

    def __init__(self, store: Timed, ledger: Ledger, ending: Entry) -> None:
        super().__init__(store)
        self._ledger = ledger
        self._ending = ending

    async def queue_position(self, entry: Entry) -> int:
        """Return the place in line as it was."""
        position = await super().queue_position(entry)
        await self._ledger.entries.move(self._ending, State.COMPLETED)
        return position


async def test_what_ends_while_another_begins_to_wait_wakes_it(
    lifecycle: Lifecycle, ledger: Ledger, store: Timed
) -> None:
    """It could not be woken, as it did not wait yet; nothing else may come that wakes it."""
    full = [await submitted(ledger, asked(number)) for number in range(10)]
    late = await announced(ledger, asked(99))
    ledger.queries = EndMeanwhile(store, ledger, full[0])
    await lifecycle.advance(late)

    assert [entry.key for entry in await ledger.entries.lease(1, [State.ANNOUNCED])] == [late.key]


async def test_requests_are_polled_so_too(
    lifecycle: Lifecycle, ledger: Ledger, store: Timed, neocu: Sandbox
) -> None:
    """The ledger teaches the pace, and keeps to it; Neocu counts the calls."""
    for number in range(MIN_SAMPLES + 1):
        await finish(lifecycle, ledger, store, asked(number, body=Generate(f"{PICTURE} {number}")))
    task = neocu.generated[-1]
    calls = [one for one in neocu.journal.calls if one.path.endswith(task.task_id)]
    sql = "SELECT reply FROM deliveries WHERE request = $1 AND slot = 'result'"
    [result] = await column(store, sql, asked(MIN_SAMPLES).key)

    assert len(calls) <= MOST_LOOKS
    assert 0 <= store.time - (task.began + task.seconds) <= MIN_POLL_SECONDS
    assert "1 min" in str(result)
