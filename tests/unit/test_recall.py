"""Suggestions while somebody types: from memory, in time, as Discord takes them."""

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from house import ENTRY

from core.intent import Command
from core.ledger import Ledger, LedgerError
from core.recall import Recall, Remembered
from core.records import Entry
from core.suggestions import MAX_LENGTH, MAX_OFFERED, suggest

PATIENCE_SECONDS = 0.1  # within which an answer has to be there


class Slow:
    """A ledger that answers when it is let."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.reads = 0
        self.found: list[Entry] = [ENTRY]
        self.queries = SimpleNamespace(recent=self.recent)
        self.prompts = SimpleNamespace(all=self.all)

    async def recent(self, *_: object) -> list[Entry]:
        """Return what was asked, in the end."""
        self.reads += 1
        await self.free.wait()
        return self.found

    async def all(self, *_: object) -> list[Any]:
        """Return no saved prompt."""
        return []


class Away(Slow):
    """A ledger that is away."""

    async def recent(self, *_: object) -> list[Entry]:
        """Say so."""
        raise LedgerError("away")


async def test_a_slow_ledger_is_not_waited_for() -> None:
    """A first answer is empty rather than late, and one read serves all who type meanwhile."""
    slow = Slow()
    recall = Recall(cast("Ledger", slow))
    began = time.monotonic()
    first, _ = await asyncio.gather(recall.of(ENTRY.request), recall.of(ENTRY.request))
    took = time.monotonic() - began
    slow.free.set()
    second = await recall.of(ENTRY.request)

    assert first == Remembered()
    assert took < 2 * PATIENCE_SECONDS  # with room for a busy machine
    assert second.requests == (ENTRY,)
    assert slow.reads == 1


async def test_what_is_known_is_told_at_once_and_read_anew_behind_it() -> None:
    """The next one hears of what was asked meanwhile."""
    slow = Slow()
    slow.free.set()
    recall = Recall(cast("Ledger", slow))
    await recall.of(ENTRY.request)
    slow.found = []
    recall.outdate(ENTRY.request)
    stale = await recall.of(ENTRY.request)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    fresh = await recall.of(ENTRY.request)

    assert stale.requests == (ENTRY,)
    assert fresh.requests == ()


async def test_a_ledger_that_is_away_offers_nothing() -> None:
    """Nor is it asked by two at a time."""
    assert await Recall(cast("Ledger", Away())).of(ENTRY.request) == Remembered()


def remembered(*queries: str) -> Remembered:
    """Return what somebody asked."""
    return Remembered([replace(ENTRY, query=query, task_id=f"t{query[:4]}") for query in queries])


@pytest.mark.parametrize("typed", ["", "status", "a", "x" * 6_000])
def test_discord_takes_what_is_offered(typed: str) -> None:
    """So many, so long; what would be cut is left out: another request would be made."""
    many = remembered(*(f"a boat {n}" for n in range(40)), "a " + "long " * 40, "two\nlines")
    offered = suggest(typed, many)

    assert len(offered) <= MAX_OFFERED
    assert len({one.text for one in offered}) == len(offered)
    assert all(0 < len(one.text) <= MAX_LENGTH for one in offered)
    assert all(0 < len(one.label) <= MAX_LENGTH for one in offered)
    assert not any(one.text.startswith("a long") for one in offered)


def test_what_begins_so_comes_first() -> None:
    """And a verb is found by what it is for."""
    offered = suggest("re", remembered("a red boat", "red sails"))

    assert [one.text for one in offered][:2] == [Command.RECENT, "red sails"]
    assert suggest("credits", Remembered())[0].text == Command.BALANCE
