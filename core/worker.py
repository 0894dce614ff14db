"""Who looks at a request or a reply next, and when. The ledger sees that it comes right."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Protocol, TypeVar

from core.backoff import backoff
from core.conversation import Conversation, TryLaterError, UndeliverableError
from core.ledger import Ledger, LedgerError
from core.records import Delivery, Entry

log = logging.getLogger(__name__)

T = TypeVar("T", Entry, Delivery)

RENEW = 3.0  # seconds; a lease lasts three times as long
AT_ONCE = 32
FAILURES = 5  # in a row, of one step
BREATH = 0.05  # seconds, at least, between two looks that found nothing
IDLE = 30.0  # seconds, at most: a wake-up from another replica can get lost


class Platform(Protocol):
    """What the worker needs of a chat platform: to find a conversation again."""

    def conversation(self, address: str) -> Conversation:
        """Return the conversation at an address that the platform gave out earlier."""
        ...


class Worker:
    """Works on requests and replies as they fall due, until it is told to drain."""

    def __init__(
        self,
        ledger: Ledger,
        advance: Callable[[Entry], Awaitable[None]],
        give_up: Callable[[Entry], Awaitable[None]],
        platforms: Mapping[str, Platform],
    ) -> None:
        self._ledger = ledger
        self._advance = advance
        self._give_up = give_up
        self._failures: Counter[str] = Counter()
        self._platforms = platforms
        self._bell = asyncio.Event()
        self._draining = False

    def wake(self) -> None:
        """Look now for what is due."""
        self._bell.set()
        self._bell = asyncio.Event()

    async def run(self, drain: asyncio.Event, grace: float) -> None:
        """Work until `drain` is set; then finish what is under way, in `grace` seconds at most."""
        async with asyncio.TaskGroup() as tasks:
            steps = tasks.create_task(self._each(self._ledger.entries.lease, self._advance))
            replies = tasks.create_task(self._each(self._ledger.outbox.lease, self._deliver))
            renewal = tasks.create_task(self._renew())
            await drain.wait()
            self._draining = True
            self.wake()
            _, late = await asyncio.wait({steps, replies}, timeout=grace)
            for task in (renewal, *late):
                task.cancel()

    async def _each(
        self,
        take: Callable[[int], Awaitable[list[T]]],
        do: Callable[[T], Awaitable[None]],
    ) -> None:
        """Take what is due and do it, so many at once, as long as there is any."""
        busy: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as tasks:
            while not self._draining:
                bell, taken, pause = self._bell, [], None
                if len(busy) < AT_ONCE:
                    try:
                        taken = await take(AT_ONCE - len(busy))
                        pause = IDLE if taken else await self._ledger.seconds_until_due()
                    except LedgerError as error:
                        log.warning("The ledger can't be read: %s", error)
                        pause = 1.0
                for one in taken:
                    task = tasks.create_task(self._guarded(do, one))
                    busy.add(task)
                    task.add_done_callback(busy.discard)
                if not taken:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_between(BREATH, pause, IDLE)):
                            await bell.wait()

    async def _guarded(self, do: Callable[[T], Awaitable[None]], one: T) -> None:
        """Do it; whatever goes wrong, the row comes back when its lease has run out."""
        try:
            await do(one)
        except LedgerError as error:
            log.warning("The ledger can't be written: %s", error)
        except Exception:  # the last resort: one bad row must not stop the others
            log.exception("A step failed in a way that nobody thought of")
            await self._failed(one)
        else:
            self._failures.pop(one.key, None)
        finally:
            self._ledger.leases.release(one)
            self.wake()

    async def _failed(self, one: Entry | Delivery) -> None:
        """End what fails again and again: its person shall hear, and no row come back for ever."""
        self._failures[one.key] += 1
        if self._failures[one.key] < FAILURES:
            return
        del self._failures[one.key]
        with suppress(LedgerError):
            await (self._give_up(one) if isinstance(one, Entry) else self._ledger.outbox.drop(one))

    async def _deliver(self, delivery: Delivery) -> None:
        conversation = self._platforms[delivery.platform].conversation(delivery.address)
        try:
            if delivery.edited is not None:
                message_id = delivery.edited
                if message_id:  # it may have been dropped, or the platform did not tell its ID
                    await conversation.edit(message_id, delivery.reply)
            else:
                message_id = await conversation.post(
                    delivery.reply, delivery.key, again=delivery.again
                )
        except TryLaterError as error:
            pause = backoff(delivery.tries) if error.seconds is None else error.seconds
            log.info("%s waits for %.0f s: %s", delivery.key, pause, error)
            maybe = delivery.again or error.maybe_said
            await self._ledger.outbox.retry_later(delivery, pause, ambiguous=maybe)
        except UndeliverableError as error:
            log.warning("%s can't be delivered: %s", delivery.key, error)
            await self._ledger.outbox.drop(delivery)
        else:
            address, thread = conversation.address, conversation.thread
            await self._ledger.outbox.sent(delivery, message_id, address, thread)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW)
            try:
                await self._ledger.leases.renew()
            except LedgerError as error:
                log.warning("The leases can't be renewed: %s", error)


def _between(least: float, seconds: float | None, most: float) -> float:
    return most if seconds is None else min(most, max(least, seconds))
