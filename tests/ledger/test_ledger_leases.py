"""Who works on a row, and when: leases, their end, and the next time to poll."""

import asyncio

import pytest
from ledgers import (
    PROGRESS,
    RESULT,
    UNDER_WAY,
    asked,
    card,
    expire,
    lease,
    outbox,
    ripen,
    said,
    taken,
)

from core.ledger import Ledger
from core.ledger.leases import LEASE_SECONDS
from core.ledger.stores.base import Statement, Store


async def test_a_row_is_leased_by_one(ledger: Ledger, other: Ledger) -> None:
    """Two replicas that poll at once must not ask Neocu twice."""
    await asyncio.gather(*(ledger.entries.note(asked(n)) for n in range(100)))
    leases = await asyncio.gather(
        *(one.entries.lease(7, UNDER_WAY) for one in [ledger, other] * 20)
    )
    keys = [entry.key for lease in leases for entry in lease]

    assert len(keys) == len(set(keys)) == 100
    assert max(len(lease) for lease in leases) <= 7


async def test_the_longest_due_is_leased_first(ledger: Ledger, store: Store) -> None:
    """Nobody starves under load."""
    for n in (1, 2, 3):
        await ledger.entries.note(asked(n))
    await store.write(Statement("UPDATE requests SET due = 1 WHERE key = $1", (asked(3).key,)))

    assert [entry.key for entry in await lease(ledger, 1)] == [asked(3).key]


async def test_what_is_not_due_is_left_alone(ledger: Ledger, store: Store) -> None:
    """A request can wait a moment for the event that brings its files."""
    await ledger.entries.note(asked(), after=60)
    early = await lease(ledger)
    await ripen(store)

    assert early == []
    assert len(await lease(ledger)) == 1


async def test_a_lease_runs_out(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A dead process's work is taken over."""
    await taken(ledger)
    held = await lease(other)
    await expire(store)
    found = await lease(other)

    assert held == []
    assert [entry.fence for entry in found] == [2]


async def test_renewing_keeps_a_lease(ledger: Ledger, other: Ledger, store: Store) -> None:
    """What takes long is not taken over while its process lives."""
    await taken(ledger)
    await expire(store)
    await ledger.leases.renew()

    assert await lease(other) == []


async def test_what_was_released_comes_back(ledger: Ledger, store: Store) -> None:
    """A step that failed is done again, though its process goes on renewing the rest."""
    entry = await taken(ledger)
    ledger.leases.release(entry)
    await expire(store)
    await ledger.leases.renew()

    assert [again.key for again in await lease(ledger)] == [entry.key]


async def test_a_lease_of_another_platform_is_not_taken(ledger: Ledger) -> None:
    """A process that runs Slack only can't answer in Discord."""
    await ledger.entries.note(asked(platform="discord"))

    assert await lease(ledger) == []


async def test_the_next_due_time_is_known(ledger: Ledger) -> None:
    """Nobody polls: the ledger knows when the next row falls due."""
    await ledger.entries.note(asked(), after=3)
    waiting = await ledger.seconds_until_due()
    await ledger.entries.note(asked(2))
    due = await ledger.seconds_until_due()

    assert waiting is not None
    assert 2 < waiting <= 3
    assert due is not None
    assert due <= 0


async def test_a_reply_has_a_due_time_too(ledger: Ledger) -> None:
    """A reply that waits for its platform wakes the worker in time."""
    await said(ledger, card(PROGRESS, RESULT))
    [delivery] = await outbox(ledger)
    await ledger.outbox.retry_later(delivery, 2, maybe_sent=False)
    seconds = await ledger.seconds_until_due()

    assert seconds is not None
    assert 1 < seconds <= 2


async def test_nothing_to_do_is_no_work(ledger: Ledger, store: Store) -> None:
    """With other replicas, one polls even so: they may have died before they could notify."""
    seconds = await ledger.seconds_until_due()

    assert seconds == (5 if store.shared else None)


async def test_a_lost_lease_is_noticed(ledger: Ledger, other: Ledger, store: Store) -> None:
    """Who fetched a large file for too long asks before it is shown: another may have shown it."""
    await said(ledger, card(RESULT))
    [slow] = await outbox(ledger)
    before = await ledger.leases.still_held(slow)
    await expire(store)
    [quick] = await outbox(other)
    await ledger.leases.renew()

    assert before
    assert not await ledger.leases.still_held(slow)
    assert await other.leases.still_held(quick)


@pytest.mark.parametrize("taken_over", [False, True])
async def test_a_lease_that_was_not_renewed_lately_is_asked_about(
    ledger: Ledger,
    other: Ledger,
    store: Store,
    taken_over: bool,  # noqa: FBT001 (a parameter)
) -> None:
    """Who stood still for a while may have been taken for dead: it asks before it speaks."""
    await said(ledger, card(RESULT))
    [slow] = await outbox(ledger)
    for held in ledger.leases._held.values():  # noqa: SLF001 (the time passes by nothing else)
        held.renewed_at -= LEASE_SECONDS
    if taken_over:
        await expire(store)
        await outbox(other)

    assert await ledger.leases.still_held(slow) is not taken_over


async def test_what_was_released_is_not_held(ledger: Ledger) -> None:
    """Its step has ended."""
    entry = await taken(ledger)
    ledger.leases.release(entry)

    assert not await ledger.leases.still_held(entry)
