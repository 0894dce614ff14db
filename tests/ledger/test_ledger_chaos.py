"""The ledger under processes that die at any moment: paid once, nothing lost, said in order."""

import asyncio
import random
from collections import Counter

import pytest
from ledgers import ROOM, asked, column, expire, ripen, says

from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.records import Delivery, Entry, State

REQUESTS = 12


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
        self._chance = chance

    async def work(self) -> None:
        """Take what there is, one step each."""
        ledger = self.ledger
        entries, box = await asyncio.gather(ledger.entries.lease(5), ledger.outbox.lease(5))
        steps = [self._advance(entry) for entry in entries] + [self._say(one) for one in box]
        for outcome in await asyncio.gather(*steps, return_exceptions=True):
            assert outcome is None or isinstance(outcome, DeadError)
        for one in (*entries, *box):
            self.ledger.leases.release(one)

    async def _advance(self, entry: Entry) -> None:
        self._may_die()
        if entry.state == State.SUBMITTING:
            await self.ledger.entries.move(entry, State.UNKNOWN, say=says("end"))
        elif entry.state == State.GENERATING:
            await self.ledger.entries.move(entry, State.COMPLETED, say=says("end"))
        elif submitted := await self.ledger.entries.submit(
            entry, Generate("q"), 1.0, ROOM, says("asked")
        ):
            self._may_die()
            self.asked[entry.key] += 1
            self._may_die()
            task_id = f"task {entry.key}"
            await self.ledger.entries.record_task_id(submitted, task_id, 0, says("started"))

    async def _say(self, delivery: Delivery) -> None:
        self._may_die()
        if delivery.key not in self.sent:  # what `again` makes a platform look up
            assert delivery.again or delivery.tries == 1
            self.sent[delivery.key] += 1
            self.order.append(delivery.key)
        else:
            assert delivery.again
        self._may_die()
        await self.ledger.outbox.sent(delivery, "m", delivery.address)

    def _may_die(self) -> None:
        if self._chance.random() < self.risk:
            raise DeadError


@pytest.mark.parametrize("seed", range(5))
async def test_whoever_dies_when(ledger: Ledger, other: Ledger, store: Store, seed: int) -> None:
    """Whatever the moment, each request is paid once at most and ends in words, in order."""
    chance = random.Random(seed)  # noqa: S311 (a test that can be repeated)
    one, two = Replica(ledger, chance), Replica(other, chance)
    two.asked, two.sent, two.order = one.asked, one.sent, one.order  # the world that both see
    for n in range(REQUESTS):
        await ledger.entries.note(asked(n))
    for turn in range(60):
        await asyncio.gather(one.work(), two.work(), ledger.entries.note(asked(turn % REQUESTS)))
        await expire(store)
        await ripen(store)
        if turn == 30:
            one.risk = two.risk = 0.0
        if turn > 30 and not await column(store, "SELECT 1 FROM requests WHERE ended IS NULL"):
            break

    while await column(store, "SELECT 1 FROM deliveries WHERE due IS NOT NULL"):
        await one.work()
        await expire(store)

    assert set(one.asked.values()) == {1}
    assert sum((await ledger.queries.counts()).values()) == REQUESTS
    assert set(await ledger.queries.counts()) <= {State.COMPLETED, State.UNKNOWN}
    for n in range(REQUESTS):
        words = [key.rpartition("/")[2] for key in one.order if key.startswith(f"{asked(n).key}/")]
        assert words in (["asked", "started", "end"], ["asked", "end"])
