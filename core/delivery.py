"""Brings what stands in a chat to what should: fetches files, posts, edits, takes back, steps down.

A file that can't be had or shown costs nothing but itself: a line with a link and the true reason
takes its place. What can't be said in its place is said to its person alone.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from core import wording
from core.backoff import backoff
from core.conversation import (
    Barrier,
    Capacity,
    Conversation,
    File,
    FilesRefusedError,
    Media,
    Posted,
    RateLimitedError,
    Reply,
    TryLaterError,
    UndeliverableError,
)
from core.drawing.picture import Artist
from core.files.download import Admit, Fetched, FetchError
from core.files.in_flight import ByteBudget, CrowdedError, Reservation
from core.files.public import PublicFiles
from core.ledger import Ledger
from core.logs import Outage
from core.metrics import Metrics
from core.pauses import Act, Call, Pauses
from core.records import Delivery, Slot
from core.voice import speaking

log = logging.getLogger(__name__)

# What fails so often, or for so long, is said without its files.
MAX_FILE_TRIES = 4
MAX_FILE_SECONDS = 120.0
# Deliveries that wait for bytes hold up those behind them in the lane: the others come again.
MAX_IN_LINE = 8
CROWDED_RETRY_SECONDS = 2.0


class Platform(Protocol):
    """What is needed of a chat platform to speak there."""

    def conversation(self, address: str) -> Conversation:
        """Return the conversation at an address that the platform gave out earlier."""
        ...

    def aside(self, address: str, person: str) -> str:
        """Return the address where this person alone reads what is said, "" where there is none."""
        ...


class _LeaseLostError(Exception):
    """Another process has taken the delivery over: it says it, not we."""


class _CrowdedError(TryLaterError):
    """Too many wait here for room for their files: the chat has no part in it."""

    def __init__(self, memo: str) -> None:
        super().__init__("too many files", CROWDED_RETRY_SECONDS, outage=True, memo=memo)


class Deliverer:
    """Delivers what is in the outbox. One per process."""

    def __init__(
        self,
        ledger: Ledger,
        files: PublicFiles,
        budget: ByteBudget,
        platforms: Mapping[str, Platform],
        metrics: Metrics | None = None,
    ) -> None:
        self._outbox = ledger.outbox
        self._leases = ledger.leases
        self._files = files
        self._artist = Artist()
        self._budget = budget
        self._pauses = Pauses()
        self._platforms = platforms
        self._metrics = metrics or Metrics()
        self._metrics.bytes_in_flight.set_function(lambda: budget.held)
        self._outages = {name: Outage(log, f"{name.capitalize()}'s API") for name in platforms}

    async def deliver(self, delivery: Delivery) -> None:
        """Bring one message to what it should be, and note what came of it. Raises LedgerError.

        What the platform wants us to wait with is not tried: it is due when the wait is over.
        """
        call = self._call(delivery)
        if pause := self._pauses.seconds_left(call):
            attempt = delivery.attempt
            await self._outbox.retry_later(
                delivery, pause, maybe_sent=attempt.maybe_sent, memo=attempt.memo, outage=True
            )
            return
        try:
            with speaking(delivery.reply.language if delivery.reply else ""):
                posted = await self._bring_about(delivery)
        except _LeaseLostError:
            log.warning("%s is left to another process: it took too long here", delivery.key)
        except TryLaterError as error:
            pause = backoff(delivery.attempt.number) if error.seconds is None else error.seconds
            if isinstance(error, RateLimitedError):
                self._pauses.begin(call, error)
                self._metrics.limited.labels(delivery.platform, error.method).inc()
            elif error.outage and not isinstance(error, _CrowdedError):
                self._outages[delivery.platform].begin(error)
            log.debug("%s waits for %.0f s: %s", delivery.key, pause, error)
            maybe = delivery.attempt.maybe_sent or error.maybe_sent
            await self._outbox.retry_later(
                delivery, pause, maybe_sent=maybe, memo=error.memo, outage=error.outage
            )
        except UndeliverableError as error:
            log.warning("%s can't be delivered: %s", delivery.key, error)
            await self._outbox.drop(delivery, error.barrier)
        else:
            self._outages[delivery.platform].end()
            if delivery.message_id is None:
                log.info("A message is posted: %s", delivery.part.slot)
                self._metrics.speak(
                    delivery.platform, delivery.request, result=delivery.part.slot is Slot.RESULT
                )
            await self._outbox.sent(delivery, posted)

    def _call(self, delivery: Delivery) -> Call:
        """Return whose rate limit a delivery counts against."""
        platform = self._platforms[delivery.platform]
        bucket = platform.conversation(delivery.address).bucket if delivery.address else "nowhere"
        return Call(delivery.platform, _act(delivery), bucket)

    async def _bring_about(self, delivery: Delivery) -> Posted:
        if not delivery.address:
            raise UndeliverableError("there is no place to say it", Barrier.GONE)
        conversation = self._platforms[delivery.platform].conversation(delivery.address)
        standing = Posted(delivery.message_id or "", delivery.address)
        if delivery.reply is None:
            if delivery.message_id:
                files = delivery.part.slot is Slot.RESULT
                await conversation.delete(delivery.message_id, files=files)
            return standing
        if delivery.message_id is None:
            return await self._post(conversation, delivery, delivery.reply)
        if delivery.message_id:
            await conversation.edit(delivery.message_id, delivery.reply)
        return standing

    async def _post(self, conversation: Conversation, delivery: Delivery, reply: Reply) -> Posted:
        """Say it in its place; an answer that its place refuses, to its person alone."""
        try:
            return await self._post_with_files(conversation, delivery, reply)
        except UndeliverableError as error:
            platform = self._platforms[delivery.platform]
            aside = platform.aside(delivery.address, delivery.person)
            if delivery.part.slot is not Slot.RESULT or aside in {"", delivery.address}:
                raise
            log.info("%s is said to its person alone: %s", delivery.key, error)
            told = wording.said_aside(reply, error.barrier)
            return await self._post_with_files(platform.conversation(aside), delivery, told)

    async def _post_with_files(
        self, conversation: Conversation, delivery: Delivery, reply: Reply
    ) -> Posted:
        """Say it with the files that fit, whose bytes are reserved until they are posted."""
        attempt = delivery.attempt
        too_often = attempt.number > MAX_FILE_TRIES or delivery.age > MAX_FILE_SECONDS
        capacity = Capacity(0, 0, 0) if too_often else conversation.capacity
        count = min(capacity.files, len(reply.media))
        room = min(capacity.total_bytes, capacity.file_bytes * count)
        try:
            with self._budget.reservation(count, room, MAX_IN_LINE) as reserved:
                postable, files = await self._fetch(reply, count, capacity.file_bytes, reserved)
                if not await self._leases.still_held(delivery):
                    raise _LeaseLostError
                return await conversation.post(postable, files, attempt)
        except CrowdedError:
            raise _CrowdedError(attempt.memo) from None
        except MemoryError:  # this delivery's alone; after some tries it goes without its files
            raise TryLaterError("out of memory", maybe_sent=True, memo=attempt.memo) from None
        except FilesRefusedError as error:
            log.info("%s goes without its files: %s", delivery.key, error)
            refused = [(media, error) for media in reply.media]
            return await conversation.post(
                wording.with_links(reply, refused), (), replace(attempt, memo="")
            )

    async def _fetch(
        self, reply: Reply, count: int, limit: int, reserved: Reservation
    ) -> tuple[Reply, Sequence[File]]:
        """Return the reply as it can be posted, and the files that go with it.

        As many as fit; each of the others becomes a line with a link.
        """
        chosen = reply.media[:count]
        got = await asyncio.gather(
            *(self._obtain(n, media, limit, reserved) for n, media in enumerate(chosen))
        )
        left_out: list[tuple[Media, Exception]] = [
            (media, error)
            for media, (_, error) in zip(chosen, got, strict=True)
            if error is not None
        ]
        left_out += [(media, FilesRefusedError("too many")) for media in reply.media[count:]]
        return wording.with_links(reply, left_out), [file for file, _ in got if file is not None]

    async def _obtain(
        self, number: int, media: Media, limit: int, reserved: Reservation
    ) -> tuple[File | None, FetchError | None]:
        """Return a file, or its thumbnail and why it is not itself; None where neither is had."""
        failed: FetchError | None = None
        for one in _renditions(media):
            try:
                fetched = await self._bytes(
                    one, limit, lambda size: reserved.claim(number, size, limit)
                )
            except FetchError as error:
                failed = failed or error
            except MemoryError:  # this file's alone: the others may fit
                failed = failed or FetchError("out of memory")
            else:
                reserved.settle(number, len(fetched.data))
                data, media_type = fetched.data, fetched.media_type
                return File(one.name, data, media_type, one.description, one.number), failed
        reserved.settle(number, 0)
        return None, failed

    async def _bytes(self, media: Media, limit: int, admit: Admit) -> Fetched:
        if media.chart is not None:
            drawn = await self._artist.draw(media.chart)
            await admit(len(drawn.data))
            return drawn
        return await self._files.fetch(media.url, limit, admit)


def _act(delivery: Delivery) -> Act:
    if delivery.message_id is None:
        return Act.POST_FILES if delivery.reply and delivery.reply.media else Act.POST
    return Act.DELETE if delivery.reply is None else Act.EDIT


def _renditions(media: Media) -> list[Media]:
    """Return the file, and its thumbnail as what to show instead."""
    if not media.thumbnail:
        return [media]
    name = f"{media.name.rpartition('.')[0] or media.name}.png"
    return [media, replace(media, url=media.thumbnail, thumbnail="", name=name)]
