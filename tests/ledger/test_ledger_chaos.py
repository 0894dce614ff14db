"""The ledger under processes that die at any moment: paid once, nothing lost, said in order."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest
from ledgers import (
    PROGRESS,
    QUESTION,
    RESULT,
    ROOM,
    asked,
    card,
    column,
    counts,
    expire,
    lease,
    ripen,
)

from core.conversation import Posted
from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.records import Delivery, Entry, Slot, State

REQUESTS = 12
END = {PROGRESS: None} | card(RESULT)


class DeadError(Exception):
    """A process died here."""


class Replica:
    """Works as the lifecycle does, and dies between any two of its steps with a `risk`."""

    def __init__(self, ledger: Ledger, chance: random.Random) -> None:
        self.ledger = ledger
        self.risk = 0.2
        self.asked: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.order: list[str] = []
        self.standing: set[str] = set()
        self._chance = chance

    async def work(self) -> None:
        """Take what there is, one step each."""
        ledger = self.ledger
        entries, box = await asyncio.gather(lease(ledger, 5), ledger.outbox.lease(5))
        steps = [self._advance(entry) for entry in entries] + [self._say(one) for one in box]
        for outcome in await asyncio.gather(*steps, return_exceptions=True):
            assert outcome is None or isinstance(outcome, DeadError)
        for one in (*entries, *box):
            self.ledger.leases.release(one)

    async def _advance(self, entry: Entry) -> None:
        self._may_die()
        entries = self.ledger.entries
        match entry.state:
            case State.RECEIVED:
                await entries.announce(entry, card(QUESTION, PROGRESS), 1e6)
            case State.ANNOUNCED:
                await self._submit(entry)
            case State.SUBMITTING:
                await entries.move(entry, State.UNKNOWN, card=END)
            case State.GENERATING:
                await entries.move(entry, State.COMPLETED, card=END)

    async def _submit(self, entry: Entry) -> None:
        if submitted := await self.ledger.entries.submit(entry, ROOM):
            self._may_die()
            assert any(key.startswith(f"{entry.key}/") for key in self.order)  # heard before paid
            self.asked[entry.key] += 1
            self._may_die()
            submitted = replace(submitted, task_id=f"task {entry.key}")
            making = card(PROGRESS, text="Making it.")
            await self.ledger.entries.record_task_id(submitted, 0, making)

    async def _say(self, delivery: Delivery) -> None:
        self._may_die()
        message_id = delivery.message_id or f"m {delivery.key}"
        if delivery.reply is None:
            self.standing.discard(message_id)
        elif delivery.message_id is None and delivery.key not in self.sent:  # looked up
            assert delivery.attempt.maybe_sent or delivery.attempt.number == 1
            self.sent[delivery.key] += 1
            self.order.append(delivery.key)
            self.standing.add(message_id)
        elif delivery.message_id is None:
            assert delivery.attempt.maybe_sent
        self._may_die()
        await self.ledger.outbox.sent(delivery, Posted(message_id, delivery.address))

    def _may_die(self) -> None:
        if self._chance.random() < self.risk:
            raise DeadError


@pytest.mark.parametrize("seed", range(5))
async def test_whoever_dies_when(ledger: Ledger, other: Ledger, store: Store, seed: int) -> None:
    """Whatever the moment, each request is paid once at most and ends in words, in order."""
    chance = random.Random(seed)  # noqa: S311 (a test that can be repeated)
    one, two = Replica(ledger, chance), Replica(other, chance)
    # The world that both see.
    two.asked, two.sent, two.order, two.standing = one.asked, one.sent, one.order, one.standing
    for n in range(REQUESTS):
        await ledger.entries.note(asked(n))
    for turn in range(80):
        await asyncio.gather(one.work(), two.work(), ledger.entries.note(asked(turn % REQUESTS)))
        await expire(store)
        # Not those that wait for their announcement: they would be given up.
        await ripen(store, but=State.ANNOUNCING)
        if turn == 40:
            one.risk = two.risk = 0.0
        if turn > 40 and not await column(store, "SELECT 1 FROM requests WHERE ended IS NULL"):
            break

    while await column(store, "SELECT 1 FROM deliveries WHERE due IS NOT NULL"):
        await one.work()
        await expire(store)

    assert set(one.asked.values()) == {1}
    assert set(one.sent.values()) == {1}
    assert sum((await counts(store)).values()) == REQUESTS
    assert set(await counts(store)) <= {State.COMPLETED, State.UNKNOWN}
    for n in range(REQUESTS):
        slots = [key.rpartition("/")[2] for key in one.order if key.startswith(f"{asked(n).key}/")]
        assert slots in (
            [Slot.QUESTION, Slot.PROGRESS, Slot.RESULT],
            [Slot.QUESTION, Slot.RESULT],
        )
        left = [one for one in one.standing if one.startswith(f"m {asked(n).key}/")]
        assert sorted(left) == [f"m {asked(n).key}/question", f"m {asked(n).key}/result"]
