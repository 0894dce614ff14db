"""The balance is watched: who is told, where, and once per crossing; on both stores."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import pytest
from ledgers import asked, expire, in_a_file, pass_time, submitted, taken

from bots.playground.neocu import Fault, Sandbox
from core import wording
from core.compute.monitor import MAX_READING_AGE_SECONDS, Compute
from core.conversation import Posted
from core.ledger import Ledger
from core.ledger.stores.base import Statement, Store
from core.neocu.client import NeocuClient
from core.neocu.errors import InsufficientComputeError
from core.neocu.models import Asset
from core.records import Delivery, Entry, Level, State
from core.settings import Settings

SETTINGS = Settings(_env_file=None, neocu_api_key="sandbox-key", compute_low_at=100)  # type: ignore[call-arg]  # pydantic-settings' own
TIMES = count(1)  # as Slack names messages: the later, the larger
LOW, EMPTY, AGAIN, OVER = "is running low", "out of credits", "has credits again", "~~"


class Rooms:
    """Slack's channels: #alerts hears of everything, direct messages are no place for notices."""

    alert_channel = "CALERTS"

    def channel(self, workspace: str, channel: str) -> str:  # noqa: ARG002 (as Slack's)
        """Return the address of a channel."""
        return "" if channel.startswith("D") else channel


@pytest.fixture
async def neocu() -> AsyncIterator[Sandbox]:
    """A Neocu whose balance we set."""
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def client(neocu: Sandbox) -> AsyncIterator[NeocuClient]:
    """A client that gives a busy machine its time."""
    async with NeocuClient(SETTINGS.neocu_api_key, neocu.url, attempts=1) as client:
        yield client


@pytest.fixture
def compute(ledger: Ledger, client: NeocuClient) -> Compute:
    """The watch of one process."""
    return Compute(SETTINGS, client, ledger, {"slack": Rooms()})


@pytest.fixture
def second(other: Ledger, client: NeocuClient) -> Compute:
    """The watch of another process at the same ledger."""
    return Compute(SETTINGS, client, other, {"slack": Rooms()})


async def balances(compute: Compute, neocu: Sandbox, *credits: float) -> None:
    """Let the balance be so much, and be looked at, one after the other."""
    for amount in credits:
        neocu.compute = amount
        await compute.check()


async def told(_: Ledger, store: Store) -> dict[str, list[str]]:
    """Deliver all notices, and return what then stands in each channel, oldest first."""
    await expire(store)
    process = Ledger(store, ["slack"])  # what another had begun with when it died, it takes over
    while box := await process.outbox.lease(100):
        for one in sorted(box, key=lambda one: one.key):
            await _deliver(process, one)
    rows = await store.read(
        Statement(
            """SELECT r.channel, d.reply
               FROM deliveries AS d JOIN requests AS r ON r.key = d.request
               WHERE d.slot = 'notice' AND d.message_id IS NOT NULL
               ORDER BY d.message_id"""
        )
    )
    channels: dict[str, list[str]] = {}
    for row in rows:
        channels.setdefault(row["channel"], []).append(row["reply"])
    return channels


async def _deliver(ledger: Ledger, one: Delivery) -> None:
    ts = one.message_id or f"{next(TIMES):05}"
    await ledger.outbox.sent(one, Posted(ts, one.address))


async def held(ledger: Ledger, number: int = 1, **changes: str) -> Entry:
    """Have a request about to be asked of Neocu."""
    return await submitted(ledger, asked(number, **changes))


def made(entry: Entry) -> Entry:
    """Return the request with a video made."""
    video = Asset.model_validate({"type": "video", "url": "https://files.example/a.mp4"})
    return replace(entry, assets=(video,))


# Before it runs out


@in_a_file
async def test_low_is_told_where_it_matters(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """The alert channel in any case, and who asked within a day; nobody else is bothered."""
    await held(ledger, 1, channel="COLD")
    await pass_time(store, 25 * 3600)
    for number, channel in enumerate(("C1", "C1", "C2", "D1", "CALERTS"), 2):
        await held(ledger, number, channel=channel)
    await balances(compute, neocu, 99)
    channels = await told(ledger, store)

    assert set(channels) == {"C1", "C2", "CALERTS"}
    assert all(
        len(said) == 1 and LOW in said[0] and "99 credits" in said[0] for said in channels.values()
    )


@in_a_file
async def test_the_threshold_itself_is_not_low(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Low is what is below it."""
    await balances(compute, neocu, 1000, 100)

    assert await told(ledger, store) == {}


async def test_a_balance_that_jitters_for_an_hour_is_told_once(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Warnings that come and go are not read any more."""
    chance = random.Random(5)  # noqa: S311 (a test that can be repeated)
    for _ in range(60):
        await balances(compute, neocu, 100 + chance.uniform(-19, 19.9))
        await pass_time(store, 60)
    channels = await told(ledger, store)

    assert [LOW in said for said in channels["CALERTS"]] == [True]


@pytest.mark.parametrize(("credits", "again"), [(119.99, 1), (120, 2)])
async def test_it_is_armed_again_a_fifth_above(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store, credits: float, again: int
) -> None:
    """From there on, falling is news."""
    await balances(compute, neocu, 99, credits, 99)
    channels = await told(ledger, store)

    assert len(channels["CALERTS"]) == again
    assert LOW in channels["CALERTS"][-1]


async def test_two_processes_that_watch_say_it_once(
    ledger: Ledger, compute: Compute, second: Compute, neocu: Sandbox, store: Store
) -> None:
    """Replicas see the same balance at the same time."""
    await held(ledger)
    for credits in (99, 500, 99):
        neocu.compute = credits
        await asyncio.gather(*(one.check() for one in (compute, second) * 4))
    channels = await told(ledger, store)

    assert [len(channels["C1"]), len(channels["CALERTS"])] == [2, 2]
    assert [AGAIN in said for said in channels["C1"]] == [True, False]


async def test_a_look_that_comes_late_tells_nothing(
    ledger: Ledger, compute: Compute, second: Compute, neocu: Sandbox, store: Store
) -> None:
    """What a slow answer says may be over: the crossing that it was begun in is."""
    neocu.compute = 99
    state = await ledger.levels.compute_state()
    await compute.check()
    await balances(second, neocu, 500)
    late = await ledger.levels.record_crossing(state, Level.LOW, 0.0, [])
    channels = await told(ledger, store)

    assert not late
    assert len(channels["CALERTS"]) == 1


# When it has run out, and after


async def test_ten_people_in_three_channels_get_one_notice_a_channel(
    ledger: Ledger, compute: Compute, second: Compute, neocu: Sandbox, store: Store
) -> None:
    """All of them are refused at once; the channels hear of it once each."""
    neocu.compute = 0.5
    entries = [await held(ledger, n, channel=f"C{n % 3}", person=f"U{n}") for n in range(10)]
    await asyncio.gather(
        *((compute, second)[n % 2].ran_out(entry) for n, entry in enumerate(entries))
    )
    channels = await told(ledger, store)

    assert set(channels) == {"C0", "C1", "C2", "CALERTS"}
    assert all(len(said) == 1 and EMPTY in said[0] for said in channels.values())


async def test_low_empty_low_restored(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Each change is a new message, which notifies; the warning that it ends is corrected."""
    entry = await held(ledger)
    await balances(compute, neocu, 1000, 60)
    assert [LOW in said for said in (await told(ledger, store))["C1"]] == [True]

    neocu.compute = 0
    await compute.ran_out(entry)
    assert [EMPTY in said for said in (await told(ledger, store))["C1"]] == [False, True]

    await balances(compute, neocu, 50, 50)
    low, empty, again = (await told(ledger, store))["C1"]
    assert LOW in low
    assert OVER in empty
    assert AGAIN in again
    assert "though not many:** 50 credits" in again

    await balances(compute, neocu, 1000, 1000)
    low, empty, again, restored = (await told(ledger, store))["C1"]
    assert OVER in low
    assert OVER in empty
    assert "50 credits" in again
    assert f"{AGAIN}:** 1,000 credits" in restored


async def test_restored_is_said_once_where_two_warnings_stand(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Both are taken back, and the good news comes below them."""
    entry = await held(ledger)
    await balances(compute, neocu, 60)
    await told(ledger, store)
    neocu.compute = 0
    await compute.ran_out(entry)
    await told(ledger, store)
    await balances(compute, neocu, 1000, 2000)
    channels = await told(ledger, store)

    for said in (channels["C1"], channels["CALERTS"]):
        assert [OVER in one for one in said] == [True, True, False]
        assert AGAIN in said[2]


@in_a_file
async def test_restored_before_the_warning_is_delivered(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """A chat that was out of reach meanwhile ends up with the truth."""
    await balances(compute, neocu, 60, 1000)
    channels = await told(ledger, store)

    assert [AGAIN in said for said in channels["CALERTS"]] == [True]


@in_a_file
async def test_one_request_that_was_too_much_is_no_crossing(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """A person with a huge wish must not stop all others; the channel hears that it was that."""
    neocu.compute = 500
    await compute.ran_out(await held(ledger))
    [[said]] = (await told(ledger, store)).values()

    assert "500 credits" in said
    assert EMPTY not in said
    assert not await compute.has_run_out(await taken(ledger, asked(2)))


async def test_while_empty_the_balance_is_looked_at_once_a_minute(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Whoever asks then is refused without a call; after a minute the balance may be another."""
    neocu.compute = 5
    await compute.ran_out(await held(ledger))
    looks = len(neocu.journal.calls)
    refused = [await compute.has_run_out(await taken(ledger, asked(n))) for n in range(2, 12)]

    assert all(refused)
    assert len(neocu.journal.calls) == looks

    neocu.compute = 400
    await pass_time(store, MAX_READING_AGE_SECONDS + 1)

    assert not await compute.has_run_out(await taken(ledger, asked(12)))
    assert len(neocu.journal.calls) == looks + 1
    assert AGAIN in (await told(ledger, store))["CALERTS"][-1]


@in_a_file
async def test_a_little_more_lets_people_try_and_tells_nobody(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Credits given back for a failed task are no top-up: no notice comes and goes with them."""
    neocu.compute = 5
    await compute.ran_out(await held(ledger))
    for number, credits in enumerate((7, 5, 8, 5, 9), 2):
        await balances(compute, neocu, credits)
        entry = await taken(ledger, asked(number))
        assert await compute.has_run_out(entry) == (credits == 5)
        if credits > 5:
            await compute.ran_out(entry)
    channels = await told(ledger, store)

    assert [EMPTY in said for said in channels["CALERTS"]] == [True]


# One crossing, whichever way it is seen


@pytest.mark.parametrize("delivered", [False, True])
@pytest.mark.parametrize("first", ["balance", "refusal"])
async def test_what_runs_low_and_out_at_once_has_run_out(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store, first: str, *, delivered: bool
) -> None:
    """Which of the two is seen first is chance; what the channels hear is not."""
    entry = await held(ledger)
    neocu.compute = 0.5
    steps = [compute.check(), compute.ran_out(entry)]
    for step in steps if first == "balance" else reversed(steps):
        await step
        if delivered:
            await told(ledger, store)
    channels = await told(ledger, store)

    assert set(channels) == {"C1", "CALERTS"}
    assert all([EMPTY in text for text in said] == [True] for said in channels.values())


async def test_a_warning_that_still_waits_becomes_the_worse(
    ledger: Ledger, compute: Compute, second: Compute, neocu: Sandbox, store: Store
) -> None:
    """A chat that is slow must not hear of 60 credits when it is over with them."""
    entry = await held(ledger)
    await held(ledger, 2, channel="C2")
    await balances(compute, neocu, 60)
    await second.ran_out(entry)
    channels = await told(ledger, store)

    assert set(channels) == {"C1", "C2", "CALERTS"}
    assert all([EMPTY in text for text in said] == [True] for said in channels.values())

    await balances(compute, neocu, 500)
    channels = await told(ledger, store)

    assert all([AGAIN in text for text in said] == [False, True] for said in channels.values())


async def test_a_warning_that_may_have_arrived_stays(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """What somebody may have read is not rewritten: running out is news of its own then."""
    entry = await held(ledger)
    await balances(compute, neocu, 60)
    await ledger.outbox.lease(100)  # on their way
    await compute.ran_out(entry)
    channels = await told(ledger, store)

    for said in (channels["C1"], channels["CALERTS"]):
        assert [LOW in said[0], EMPTY in said[1], len(said)] == [True, True, 2]


class Slow(NeocuClient):
    """A client whose balance is `known` for a while before it is told."""

    def __init__(self, neocu: Sandbox) -> None:
        super().__init__(SETTINGS.neocu_api_key, neocu.url)
        self.known, self.go = asyncio.Event(), asyncio.Event()

    async def get_compute(self) -> float:
        """Return the balance as it was."""
        credits = await super().get_compute()
        self.known.set()
        await self.go.wait()
        return credits


@pytest.mark.parametrize("credits", [60, 0.5])
async def test_a_look_begun_before_the_refusal_tells_nothing_after_it(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store, credits: float
) -> None:
    """Nobody hears "running low" below "has run out"."""
    entry = await held(ledger)
    neocu.compute = credits
    async with Slow(neocu) as slow:
        late = Compute(SETTINGS, slow, ledger, {"slack": Rooms()})
        look = asyncio.create_task(late.check())
        await slow.known.wait()
        await compute.ran_out(entry)
        slow.go.set()

        assert await look == credits
    channels = await told(ledger, store)

    assert set(channels) == {"C1", "CALERTS"}
    assert all([EMPTY in text for text in said] == [True] for said in channels.values())


async def test_requests_are_refused_only_after_neocu_has_refused_one(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """An empty balance is enough to warn of, and not to say no by: Neocu alone knows its prices."""
    await balances(compute, neocu, 0)
    entry = await held(ledger)
    assert not await compute.has_run_out(entry)
    await compute.ran_out(entry)

    assert await compute.has_run_out(await taken(ledger, asked(2)))
    channels = await told(ledger, store)
    assert all([EMPTY in text for text in said] == [True] for said in channels.values())
    assert set(channels) == {"C1", "CALERTS"}


# A Neocu that can't tell


@in_a_file
@pytest.mark.parametrize("fault", [500, 401, Fault.HANG, Fault.DROP, Fault.HTML, Fault.WRONG_SHAPE])
async def test_a_balance_that_is_not_told_is_no_news(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store, fault: Fault | int
) -> None:
    """Nobody is warned of what nobody knows, and requests go to Neocu, which knows."""
    neocu.faults.always("compute", fault)
    entry = await held(ledger)
    key = SETTINGS.neocu_api_key
    async with NeocuClient(key, neocu.url, timeout=0.2, attempts=1) as hasty:
        ignorant = Compute(SETTINGS, hasty, ledger, {"slack": Rooms()})

        assert await ignorant.check() is None
        assert not await ignorant.has_run_out(entry)
        assert await ignorant.cost(entry) is None
        assert await told(ledger, store) == {}

        await ignorant.ran_out(entry)  # this one thing Neocu did say
        assert not await ignorant.has_run_out(entry)
    assert [EMPTY in said for said in (await told(ledger, store))["C1"]] == [True]

    neocu.faults.clear()
    await balances(compute, neocu, 3, 60, 110)  # what it was then nobody knows: no good news
    assert [EMPTY in said for said in (await told(ledger, store))["C1"]] == [True]

    await balances(compute, neocu, 500)
    assert [AGAIN in said for said in (await told(ledger, store))["C1"]] == [False, True]


@in_a_file
async def test_a_balance_that_hangs_holds_up_nobody(
    ledger: Ledger, neocu: Sandbox, store: Store
) -> None:
    """The client may be patient; who waits for a result is not."""
    neocu.faults.always("compute", Fault.HANG)
    async with NeocuClient(SETTINGS.neocu_api_key, neocu.url, timeout=60) as patient:
        compute = Compute(SETTINGS, patient, ledger, {"slack": Rooms()})
        await ledger.levels.record_reading(1000)
        await pass_time(store, 10)
        entry = await held(ledger)
        async with asyncio.timeout(30):  # half of what the client waits
            assert await compute.cost(entry) is None


# What a request did cost


@in_a_file
async def test_the_cost_of_a_request_that_ran_alone_is_known(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """The balance before and after tells it."""
    await compute.check()
    await pass_time(store, 1)
    entry = await held(ledger)
    neocu.compute -= 70

    assert await compute.cost(made(entry)) == 70
    assert (await ledger.levels.last_reading()).credits == 930  # type: ignore[union-attr]  # it was just noted


@in_a_file
@pytest.mark.parametrize("change", [0.0, 50.0])
async def test_no_cost_is_made_up(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store, change: float
) -> None:
    """A balance that did not fall says nothing of what was spent."""
    await compute.check()
    await pass_time(store, 1)
    entry = await held(ledger)
    neocu.compute += change

    assert await compute.cost(made(entry)) is None


@in_a_file
async def test_a_cost_that_can_not_be_is_not_told(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Somebody else at the same account may have spent it."""
    await compute.check()
    await pass_time(store, 1)
    entry = await held(ledger)
    neocu.compute -= 501
    picture = Asset.model_validate({"type": "image", "url": "https://files.example/a.png"})

    assert await compute.cost(replace(entry, assets=(picture,))) is None


@pytest.mark.parametrize("when", ["before", "meanwhile", "since"])
async def test_the_cost_of_one_among_others_is_not_told(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store, when: str
) -> None:
    """Whose credits they were can't be known."""
    if when == "before":
        await held(ledger, 2)
    await compute.check()
    await pass_time(store, 1)
    if when == "since":  # it ended after the reading
        there = await held(ledger, 2)
        await ledger.entries.move(there, State.COMPLETED)
        await pass_time(store, 0.5)
    entry = await held(ledger)
    if when == "meanwhile":
        await held(ledger, 2)
    neocu.compute -= 71

    assert await compute.cost(made(entry)) is None


@in_a_file
async def test_a_refused_neighbour_costs_nothing(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """What Neocu did not take can't have been charged."""
    await compute.check()
    await pass_time(store, 1)
    entry = await held(ledger)
    await ledger.entries.move(await held(ledger, 2), State.REFUSED)
    neocu.compute -= 8

    assert await compute.cost(made(entry)) == 8


@in_a_file
async def test_a_cost_that_shows_a_low_balance_is_told(
    ledger: Ledger, compute: Compute, neocu: Sandbox, store: Store
) -> None:
    """Where Neocu charges at the end, that is when the balance falls."""
    await balances(compute, neocu, 130)
    await pass_time(store, 1)
    entry = await held(ledger)
    neocu.compute = 60

    assert await compute.cost(made(entry)) == 70
    assert [LOW in said for said in (await told(ledger, store))["C1"]] == [True]


# What is kept


async def test_a_notice_that_was_never_delivered_is_after_a_crash(
    ledger: Ledger, other: Ledger, compute: Compute, second: Compute, neocu: Sandbox, store: Store
) -> None:
    """Crossing and telling are one stroke in the ledger; whoever died, it is told once."""
    await balances(compute, neocu, 60)
    await ledger.outbox.lease(100)  # taken, and then the process died
    await expire(store)
    await balances(second, neocu, 59)
    [again] = await other.outbox.lease(100)

    assert again.attempt.maybe_sent  # the platform looks for it first
    await other.outbox.sent(again, Posted("ts", again.address))
    await balances(second, neocu, 58)
    assert await other.outbox.lease(100) == []


def test_the_same_words_in_the_thread() -> None:
    """Refused by Neocu or by us: for who asked it is the same."""
    assert wording.no_compute("key") == wording.refused(InsufficientComputeError(402, ""), "key")
