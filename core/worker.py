"""Who works on a row next, and when. The ledger sees that it comes right.

Each kind of work has a lane of its own, so that none waits for another: a slow Neocu holds up no
answer, a slow chat no task, and changes of what stands in a chat nothing new.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from structlog.contextvars import bind_contextvars

from core.conversation import Barrier
from core.ledger import Ledger, LedgerError
from core.ledger.outbox import Sort
from core.logs import Outage
from core.records import Delivery, Entry, State

log = logging.getLogger(__name__)

RENEW_SECONDS = 3.0  # a lease lasts three times as long
MAX_BUSY = 32  # rows at once, in each lane
MAX_FAILURES = 5  # in a row, of one step
MIN_IDLE_SECONDS = 0.05
CROWDED_SECONDS = 0.2  # where what is due is behind what has no room
MAX_IDLE_SECONDS = 30.0  # a notification from another replica can get lost
RETRY_LEDGER_SECONDS = 1.0


@dataclass
class Lane:
    """One kind of work: how it is leased, what is done with a row, and what is under way."""

    lease: Callable[[int], Awaitable[Sequence[Any]]]
    work: Callable[[Any], Awaitable[None]]
    busy: set[asyncio.Task[None]] = field(default_factory=set)


class Worker:
    """Works on requests and messages as they fall due, until it is told to drain."""

    def __init__(
        self,
        ledger: Ledger,
        advance: Callable[[Entry], Awaitable[None]],
        give_up: Callable[[Entry], Awaitable[None]],
        deliver: Callable[[Delivery], Awaitable[None]],
    ) -> None:
        self._ledger = ledger
        self._give_up = give_up
        self._failures: Counter[str] = Counter()
        self._woken = asyncio.Event()
        self._outage = Outage(log, "The ledger")

        def lease(*states: State) -> Callable[[int], Awaitable[Sequence[Entry]]]:
            return lambda limit: ledger.entries.lease(limit, states)

        self._lanes = (
            Lane(lease(State.RECEIVED, State.ANNOUNCING), advance),
            Lane(lease(State.ANNOUNCED, State.SUBMITTING), advance),
            Lane(lease(State.GENERATING, State.STALE), advance),
            Lane(lambda limit: ledger.outbox.lease(limit, Sort.NEW), deliver),
            Lane(lambda limit: ledger.outbox.lease(limit, Sort.CHANGE), deliver),
        )

    def wake(self) -> None:
        """Look now for what is due."""
        self._woken.set()

    async def run(self, drain: asyncio.Event, grace: float) -> None:
        """Work until `drain` is set; then finish what is under way, in `grace` seconds at most."""
        async with asyncio.TaskGroup() as tasks:
            dispatch = tasks.create_task(self._dispatch(tasks))
            renewal = tasks.create_task(self._renew())
            await drain.wait()
            dispatch.cancel()
            if under_way := [task for lane in self._lanes for task in lane.busy]:
                _, late = await asyncio.wait(under_way, timeout=grace)
                for task in late:
                    task.cancel()
            renewal.cancel()

    async def _dispatch(self, tasks: asyncio.TaskGroup) -> None:
        """Lease what is due in each lane that has room, as long as there is any; then wait."""
        while True:
            self._woken.clear()
            try:
                taken = [await self._fill(lane, tasks) for lane in self._lanes]
                pause = MAX_IDLE_SECONDS if any(taken) else await self._seconds_until_due()
                self._outage.end()
            except LedgerError as error:
                self._outage.begin(error)
                taken, pause = [], RETRY_LEDGER_SECONDS
            if not any(taken):
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()

    async def _fill(self, lane: Lane, tasks: asyncio.TaskGroup) -> bool:
        """Lease and begin what is due in a lane; whether there was any."""
        if len(lane.busy) >= MAX_BUSY:
            return False
        rows = await lane.lease(MAX_BUSY - len(lane.busy))
        for row in rows:
            task = tasks.create_task(self._guarded(lane.work, row))
            lane.busy.add(task)
            task.add_done_callback(lane.busy.discard)
        return bool(rows)

    async def _seconds_until_due(self) -> float:
        """Return how long to wait.

        What is due in a full lane, or channel, is begun when that has room; until then it hides
        when the others have something to do.
        """
        seconds = await self._ledger.seconds_until_due()
        if seconds is None:
            return MAX_IDLE_SECONDS
        crowded = seconds <= 0 and any(lane.busy for lane in self._lanes)
        return max(CROWDED_SECONDS if crowded else MIN_IDLE_SECONDS, seconds)

    async def _guarded(self, work: Callable[[Any], Awaitable[None]], row: Entry | Delivery) -> None:
        """Do it; whatever goes wrong, the row comes back when its lease has run out."""
        bind_contextvars(request=row.key if isinstance(row, Entry) else row.request)
        try:
            await work(row)
        except LedgerError as error:
            self._outage.begin(error)
        except Exception:  # the last resort: one bad row must not stop the others
            log.exception("A step failed in a way that nobody thought of")
            await self._failed(row)
        else:
            self._failures.pop(row.key, None)
        finally:
            self._ledger.leases.release(row)
            self.wake()

    async def _failed(self, row: Entry | Delivery) -> None:
        """End what fails again and again: its person hears, and no row comes back for ever."""
        self._failures[row.key] += 1
        if self._failures[row.key] < MAX_FAILURES:
            return
        del self._failures[row.key]
        with suppress(LedgerError):
            if isinstance(row, Entry):
                await self._give_up(row)
            else:
                await self._ledger.outbox.drop(row, Barrier.UNKNOWN)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self._ledger.leases.renew()
            except LedgerError as error:
                self._outage.begin(error)
