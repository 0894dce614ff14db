"""Limits to what runs at once and is asked in a day; on both stores, and across replicas."""

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from ledgers import (
    PERSON,
    announced,
    asked,
    column,
    expire,
    forget,
    in_a_file,
    lease,
    pass_time,
    submitted,
    taken,
)
from operators import budget_of

from core import wording
from core.compute.budget import DEFAULT_CREDITS
from core.ledger import Ledger
from core.ledger.admission import DAY_SECONDS
from core.ledger.stores.base import Statement, Store
from core.records import Entry, Kind, Limit, Scope, State
from core.settings import DailyLimit, Settings
from core.wording.phrases import nothing_spent

DAILY = (
    Limit(Scope.PERSON, Kind.REQUESTS, 3),
    Limit(Scope.CHANNEL, Kind.CREDITS, 40),
    Limit(Scope.WORKSPACE, Kind.CREDITS, 60),
    Limit(Scope.WORKSPACE, Kind.RUNNING, 4),
)


def limited(**limits: DailyLimit) -> Settings:
    """Return settings with these limits."""
    return Settings(_env_file=None, neocu_api_key="key", **limits)  # type: ignore[call-arg, arg-type]  # pydantic-settings' own


async def tried(
    ledger: Ledger, number: int, limits: Sequence[Limit], credits: float = 1.0, **changes: str
) -> Entry | None:
    """Have a request try to get a place."""
    entry = await announced(ledger, asked(number, **changes), credits=credits)
    return await ledger.entries.submit(entry, limits)


@pytest.mark.parametrize(
    ("scope", "others"),
    [
        (Scope.PERSON, [{"person": "U2"}]),
        (Scope.CHANNEL, [{"channel": "C2"}, {"workspace": "T2"}]),
        (Scope.WORKSPACE, [{"workspace": "T2"}]),
    ],
)
@pytest.mark.parametrize("kind", [Kind.REQUESTS, Kind.CREDITS, Kind.RUNNING])
async def test_a_limit_counts_its_own_scope(
    ledger: Ledger, scope: Scope, kind: Kind, others: list[dict[str, str]]
) -> None:
    """One person's limit is not another's, nor one team's another's."""
    limits = (Limit(scope, kind, 2),)
    here = [await tried(ledger, n, limits) for n in range(3)]
    elsewhere = [await tried(ledger, n, limits, **other) for n, other in enumerate(others, 3)]

    assert [entry is not None for entry in here] == [True, True, False]
    assert None not in elsewhere


@pytest.mark.parametrize("kind", [Kind.REQUESTS, Kind.CREDITS, Kind.RUNNING])
async def test_a_persons_limit_holds_in_all_workspaces(ledger: Ledger, kind: Kind) -> None:
    """Who is in ten servers has no ten limits."""
    limits = (Limit(Scope.PERSON, kind, 2),)
    gone = [await tried(ledger, n, limits, workspace=f"T{n}") for n in range(3)]

    assert [entry is not None for entry in gone] == [True, True, False]


@pytest.mark.parametrize("kind", [Kind.REQUESTS, Kind.CREDITS])
async def test_a_day_later_there_is_room_again(ledger: Ledger, store: Store, kind: Kind) -> None:
    """A day is the last 24 hours, so nobody waits for a midnight elsewhere."""
    limits = (Limit(Scope.PERSON, kind, 1),)
    await submitted(ledger, asked(1), limits)
    await pass_time(store, DAY_SECONDS - 60)
    assert await tried(ledger, 2, limits) is None

    await pass_time(store, 61)
    assert await tried(ledger, 3, limits) is not None


@pytest.mark.parametrize(
    ("state", "given_back"),
    [
        (State.REFUSED, True),
        (State.ANNOUNCED, True),
        (State.UNKNOWN, False),
        (State.COMPLETED, False),
        (State.FAILED, False),
        (State.STALE, False),
    ],
)
async def test_what_surely_was_not_taken_gives_its_place_back(
    ledger: Ledger, state: State, *, given_back: bool
) -> None:
    """What may have been paid for counts; what surely was not does not."""
    limits = (Limit(Scope.PERSON, Kind.REQUESTS, 1),)
    await ledger.entries.move(await submitted(ledger, asked(1), limits), state)

    assert (await tried(ledger, 2, limits) is not None) == given_back


async def test_replicas_share_the_last_places(ledger: Ledger, other: Ledger) -> None:
    """Counted without a lock, the last place would be given away twice."""
    limits = (Limit(Scope.WORKSPACE, Kind.CREDITS, 35),)
    entries = [await announced((ledger, other)[n % 2], asked(n), credits=10.0) for n in range(16)]
    # Connections are made first: who waits for one would not come at the same time.
    await asyncio.gather(*(one.levels.compute_state() for one in (ledger, other) * 8))
    got = await asyncio.gather(
        *((ledger, other)[n % 2].entries.submit(entry, limits) for n, entry in enumerate(entries))
    )

    assert sum(entry is not None for entry in got) == 3


# Whatever happens


@dataclass(frozen=True)
class Step:
    """A person asks in a channel for so many credits, and then it goes one way or another."""

    person: int
    channel: int
    credits: float
    end: State | None  # None: it stays under way
    later: float


STEPS = st.builds(
    Step,
    person=st.integers(1, 2),
    channel=st.integers(1, 2),
    credits=st.sampled_from([0.5, 1.0, 10.0, 39.5, 70.0]),
    end=st.sampled_from([None, State.REFUSED, State.COMPLETED, State.FAILED, State.UNKNOWN]),
    later=st.sampled_from([0.0, DAY_SECONDS / 3, DAY_SECONDS + 1]),
)


@hypothesis(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(STEPS, min_size=1, max_size=5), max_size=6))
async def test_no_interleaving_exceeds_a_limit_or_leaks_a_place(
    ledger: Ledger, other: Ledger, store: Store, rounds: list[list[Step]]
) -> None:
    """What counts is exactly what was taken and not given back, and never above the limit."""
    await forget(store)
    counts: list[tuple[Step, float]] = []  # what Neocu may have taken, with its age
    for number, steps in enumerate(rounds):
        entries = [await _asked(ledger, f"{number}:{n}", step) for n, step in enumerate(steps)]
        got = await asyncio.gather(
            *(
                _one((ledger, other)[n % 2], entry, step)
                for n, (entry, step) in enumerate(zip(entries, steps, strict=True))
            )
        )
        counts += [(step, 0.0) for step, kept in zip(steps, got, strict=True) if kept]
        today = [step for step, age in counts if age < DAY_SECONDS]
        persons = Counter(step.person for step in today)
        spent = [sum(s.credits for s in today if s.channel == c) for c in (1, 2)]

        assert max(persons.values(), default=0) <= 3
        assert max(spent) <= 40
        assert sum(step.credits for step in today) <= 60
        for person in (1, 2):
            about = asked(0, person=f"U{person}")
            assert len(await ledger.queries.used_today(about, "", Scope.PERSON)) == persons[person]
        later = max(step.later for step in steps)
        await pass_time(store, later)
        counts = [(step, age + later) for step, age in counts]

    # Once all has ended and a day has gone by, everything is free again.
    await store.write(Statement("UPDATE requests SET state = 'failed' RETURNING 1"))
    await pass_time(store, DAY_SECONDS + 1)
    assert await tried(ledger, 1, DAILY, 40.0) is not None


async def _asked(ledger: Ledger, key: str, step: Step) -> Entry:
    """Have a person ask in a channel."""
    changes = {"key": key, "person": f"U{step.person}", "channel": f"C{step.channel}"}
    return await announced(ledger, asked(0, **changes), credits=step.credits)


async def _one(ledger: Ledger, entry: Entry, step: Step) -> bool:
    """Try to get a place, and end as the step says; True if it counts."""
    got = await ledger.entries.submit(entry, DAILY)
    if got is not None and step.end is not None:
        await ledger.entries.move(got, step.end)
    return got is not None and step.end != State.REFUSED


# What people are told


@in_a_file
async def test_the_refusal_tells_when_it_opens_again(ledger: Ledger, store: Store) -> None:
    """When the oldest of what counts is a day old, and no earlier."""
    budget = budget_of(limited(user_daily_limit=DailyLimit(requests=2)), ledger)
    for number in (1, 2):
        await submitted(ledger, asked(number), budget.limits)
        await pass_time(store, 3 * 3600)
    entry = await announced(ledger, asked(3))
    reached = await budget.reached(entry, DEFAULT_CREDITS)
    assert reached is not None
    limit, seconds = reached

    assert limit == Limit(Scope.PERSON, Kind.REQUESTS, 2)
    assert seconds == pytest.approx(18 * 3600, abs=60)
    assert wording.limit_reached(limit, seconds).text == (
        f"**You've reached your limit of 2 requests in 24 hours.** {nothing_spent()} "
        "It opens again in about 18 hours."
    )
    assert await ledger.entries.submit(entry, budget.limits) is None
    await pass_time(store, seconds or 0)
    assert await ledger.entries.submit(entry, budget.limits) is not None


@in_a_file
async def test_of_several_limits_the_last_to_open_is_told(ledger: Ledger, store: Store) -> None:
    """Else a person comes back in time, and is refused again."""
    settings = limited(
        user_daily_limit=DailyLimit(requests=1), channel_daily_limit=DailyLimit(credits=10)
    )
    budget = budget_of(settings, ledger)
    mine, others = asked(1, channel="C2"), asked(2, person="U2")
    await submitted(ledger, mine, budget.limits)
    await pass_time(store, 7200)
    await submitted(ledger, others, budget.limits, credits=10.0)
    reached = await budget.reached(await taken(ledger, asked(3)), 5.0)
    assert reached is not None
    limit, seconds = reached

    assert limit.scope == Scope.CHANNEL
    assert seconds == pytest.approx(DAY_SECONDS, abs=60)


@in_a_file
async def test_what_alone_is_too_much_is_told_so(ledger: Ledger) -> None:
    """No waiting helps, so nobody is told to wait."""
    budget = budget_of(limited(workspace_daily_limit=DailyLimit(credits=50)), ledger)
    reached = await budget.reached(await taken(ledger), 70.0)
    assert reached is not None

    assert wording.limit_reached(*reached).text == (
        f"**This alone is more than the limit of 50 credits in 24 hours.** {nothing_spent()}"
    )


@in_a_file
async def test_where_there_is_room_nothing_is_told(ledger: Ledger) -> None:
    """Who only waits for a running task is not refused."""
    budget = budget_of(limited(user_daily_limit=DailyLimit(2, 50)), ledger)

    assert await budget.reached(await taken(ledger), 50.0) is None


@in_a_file
@pytest.mark.parametrize("age", [0.0, 12 * 3600.0])
async def test_credits_open_when_enough_of_them_do(
    ledger: Ledger, store: Store, age: float
) -> None:
    """The oldest credits may not be enough."""
    budget = budget_of(limited(user_daily_limit=DailyLimit(credits=50)), ledger)
    for number, credits in ((1, 10.0), (2, 40.0)):
        await submitted(ledger, asked(number), budget.limits, credits=credits)
        await pass_time(store, 3600)
    await pass_time(store, age)
    reached = await budget.reached(await taken(ledger, asked(3)), 20.0)
    assert reached is not None

    assert reached[1] == pytest.approx(DAY_SECONDS - 3600 - age, abs=60)
    assert math.isfinite(reached[1] or math.inf)


async def test_what_was_being_sent_in_a_crash_counts_once(
    ledger: Ledger, other: Ledger, store: Store
) -> None:
    """Killed between asking and hearing: it may be paid for, so its place is taken, once."""
    limits = (Limit(Scope.PERSON, Kind.REQUESTS, 2),)
    await submitted(ledger, PERSON, limits)
    await expire(store)
    [found] = await lease(other)
    await other.entries.move(found, State.UNKNOWN)

    assert len(await ledger.queries.used_today(PERSON, "", Scope.PERSON)) == 1
    assert await tried(ledger, 2, limits) is not None
    assert await tried(ledger, 3, limits) is None
    assert await column(store, "SELECT count(*) FROM requests WHERE state = 'submitting'") == [1]
