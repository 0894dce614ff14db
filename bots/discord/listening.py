"""Which shards this process listens to: those it is told, or a fair part of all, by leases.

Replicas at one database share the shards: none is listened to twice, and the shards of one that
dies are taken over. https://docs.discord.com/developers/events/gateway#sharding
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from bots.discord.settings import DiscordSettings, Timing
from bots.discord.shard import Shard, Turn
from core.ledger import LedgerError
from core.ledger.shards import SHARD_LEASE_SECONDS, Shards

log = logging.getLogger(__name__)

NAME = "discord"
SAFE_SECONDS = SHARD_LEASE_SECONDS - 1  # so long after it was renewed, no other has our shards
LEAVE_SECONDS = 3.0
CANCEL_AGAIN_SECONDS = 0.2
TURNS = 5  # how often the next login is asked for, in the time that one takes


@dataclass(frozen=True)
class Plan:
    """Into how many shards all is divided, and how many may log in at once."""

    total: int
    max_concurrency: int = 1


class Listening:
    """The shards that this process listens to. `open_shard` makes one, by its number of how many.

    `shards` are those, by number.
    """

    def __init__(
        self,
        settings: DiscordSettings,
        timing: Timing,
        leases: Shards,
        open_shard: Callable[[int, int, Turn], Shard],
    ) -> None:
        self._settings = settings
        self._timing = timing
        self._leases = leases
        self._open_shard = open_shard
        self._plan = Plan(1)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._least = 1  # how many of them are surely for us
        self._renewed_at = 0.0
        self._taking_after = 0.0
        self.shards: dict[int, Shard] = {}

    @property
    def missing(self) -> str:
        """What is not listened to though it should be, in words; "" where nothing is."""
        silent = sorted(number for number, one in self.shards.items() if not one.connected)
        if not silent and len(self.shards) >= self._least:
            return ""
        if self._plan.total == 1 or not silent:
            return "not connected"
        return f"not connected: shard {', '.join(map(str, silent))} of {self._plan.total}"

    async def run(self, plan: Plan) -> None:
        """Listen until cancelled; then others can have the shards, and go on where we stop.

        Raises ConnectionClosed, or PrivilegedIntentsRequired, where Discord refuses for good.
        """
        self._plan, self._least = plan, 1
        pause = self._timing.renew if self._leases.shared else self._timing.remember
        try:
            while True:
                await self._divide()
                if not self._tasks:
                    await asyncio.sleep(pause)
                    continue
                done, _ = await asyncio.wait(
                    self._tasks.values(), timeout=pause, return_when=asyncio.FIRST_COMPLETED
                )
                for ended in done:
                    ended.result()
        finally:
            await self._leave()

    async def wait_for_turn(self, number: int, *, first: bool = False) -> None:
        """Wait until a shard may log in: one of each bucket in five seconds, whoever runs it.

        https://docs.discord.com/developers/events/gateway#rate-limiting
        """
        bucket, seconds = number % self._plan.max_concurrency, self._timing.identify
        while True:
            try:
                if await self._leases.may_log_in(NAME, bucket, seconds):
                    return
            except LedgerError:
                await asyncio.sleep(seconds)
                return
            if first and self._plan.total == 1:  # a restart waits for nothing
                return
            await asyncio.sleep(seconds / TURNS)

    # ---- Leases ----------------------------------------------------------------------------------

    async def _divide(self) -> None:
        """Renew what is ours, give up what is too much, and take what is free.

        Where that fails for so long that others may have our shards, they are stopped.
        """
        now = asyncio.get_running_loop().time
        began = now()
        until = SAFE_SECONDS + (self._renewed_at if self.shards else began)
        try:
            async with asyncio.timeout_at(until):
                await self._renew()
                await self._balance()
            self._renewed_at = began
        except (LedgerError, TimeoutError) as error:
            log.debug("The shards can't be divided now: %s", error)
            # Those whose shards they were come first.
            self._taking_after = now() + SHARD_LEASE_SECONDS
            if self._leases.shared and now() >= until:
                await self._stop(self.shards)

    async def _renew(self) -> None:
        sessions = {number: shard.session for number, shard in self.shards.items()}
        if not sessions:
            return
        ours = await self._leases.renew(NAME, self._plan.total, sessions)
        await self._stop(self.shards.keys() - ours)

    async def _balance(self) -> None:
        if self.shards and not self._leases.shared:  # all are ours, and stay so
            return
        census = await self._leases.check_in(NAME)
        if census.total > self._plan.total and not self._settings.discord_shard_count:
            # Others divide it anew, because there are so many servers by now.
            await self._give_up(self.shards)
            self._plan = Plan(census.total, self._plan.max_concurrency)
        ids = self._settings.discord_shard_ids
        most = len(ids) if ids else ceil(self._plan.total / census.listeners)
        # What is left where all the others have as many as they may.
        self._least = len(ids) if ids else max(0, self._plan.total - most * (census.listeners - 1))
        await self._give_up(sorted(self.shards)[most:])
        if len(self.shards) < most and asyncio.get_running_loop().time() > self._taking_after:
            await self._take(ids or range(self._plan.total), most - len(self.shards))

    async def _take(self, among: Iterable[int], limit: int) -> None:
        total = self._plan.total
        await self._leases.join(NAME, total)
        for share in await self._leases.take(NAME, total, among, limit):
            shard = self._open_shard(share.number, total, self.wait_for_turn)
            self.shards[share.number] = shard
            self._tasks[share.number] = asyncio.create_task(shard.listen(share.session))

    async def _give_up(self, numbers: Iterable[int]) -> None:
        """Stop listening to these, and let others have them."""
        stopped = {number: self.shards[number] for number in numbers}
        await self._stop(stopped)
        sessions = {number: shard.session for number, shard in stopped.items()}
        await self._leases.release(NAME, self._plan.total, sessions)

    async def _stop(self, numbers: Iterable[int]) -> None:
        """Stop these; who is interrupted begins again, and none is forgotten half way."""
        numbers = list(numbers)
        tasks = [self._tasks.pop(number) for number in numbers if number in self._tasks]
        left = set(tasks)
        while left:  # discord.py waits in a way that, in Python 3.11, can lose a cancellation
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_SECONDS)
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(self.shards[number].close() for number in numbers))
        for number in numbers:
            del self.shards[number]

    async def _leave(self) -> None:
        with suppress(LedgerError, TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._give_up(self.shards)
                await self._leases.leave(NAME)
