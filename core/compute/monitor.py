"""The compute balance: who is told when it runs low or out, where, and once per crossing."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from core import wording
from core.compute.forecast import forecast
from core.conversation import Reply
from core.ledger import Ledger, LedgerError
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError
from core.records import UNREFUSED, ComputeState, Entry, Level, Notice
from core.settings import Settings

log = logging.getLogger(__name__)

REARM = 1.2  # times the threshold: a balance that jitters around it is not told again and again
LEAST = 1.0  # credits that make something: a small image; below, compute has run out
RECENT = 24 * 3600.0  # seconds; channels that asked since are told
LOOK_AGAIN = 60.0  # seconds, at least, between looks at an empty balance
BREATH = 5.0  # seconds, at least, between looks otherwise, unless they are wanted more often
PATIENCE = 3.0  # seconds; nobody waits longer for a balance


class Channels(Protocol):
    """Where a platform's notices go."""

    @property
    def alert_channel(self) -> str:
        """The channel that hears of low compute in any case, "" for none."""
        ...

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" where it is no place for notices."""
        ...


class Compute:
    """Watches the balance. One per process; the ledger sees that a crossing is told only once."""

    def __init__(
        self,
        settings: Settings,
        client: NeocuClient,
        ledger: Ledger,
        platforms: Mapping[str, Channels],
    ) -> None:
        self._low_at = settings.compute_low_at
        self._interval = settings.compute_interval
        self._client = client
        self._ledger = ledger
        self._platforms = platforms
        self._asked = asyncio.Event()
        self._silent_until = 0.0

    async def watch(self, wake: Callable[[], None]) -> None:
        """Look at the balance now and then, and soon after each request, until cancelled.

        `wake` is called after each look: there may be something to tell.
        """
        while True:
            with suppress(LedgerError):  # the worker says so; here the next look will do
                await self.look()
            wake()
            await asyncio.sleep(min(BREATH, self._interval))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._asked.wait()
            self._asked.clear()

    def look_soon(self) -> None:
        """Have the balance looked at soon: something has been asked for."""
        self._asked.set()

    async def look(self) -> float | None:
        """Return the balance, and tell if it has crossed a line; None where Neocu doesn't say."""
        state = await self._ledger.levels.compute_state()  # first: what changes meanwhile is newer
        credits = await self._read()
        if credits is None:
            return None
        enough = credits >= self._low_at * REARM
        match state.level:
            case Level.OK | Level.LOW if credits < min(self._low_at, LEAST):
                await self._enter_empty(state)
            case Level.OK if credits < self._low_at:
                await self._enter_low(state, credits)
            case Level.LOW if enough:
                await self._rise(state, Level.OK, credits)
            case Level.EMPTY if credits > state.balance_when_empty + self._low_at * (REARM - 1):
                await self._rise(state, Level.OK if enough else Level.LOW, credits)
        return credits

    async def has_run_out(self, entry: Entry, price: float | None = None) -> bool:
        """Whether a request would surely be refused: then its channel has been told.

        What fits the balance by its `price`, in credits, is left to Neocu.
        """
        state = await self._ledger.levels.compute_state()
        if not state.refused:
            return False
        last = await self._ledger.levels.last_reading()
        credits = last.credits if last and entry.now - last.at <= LOOK_AGAIN else None
        if credits is None and asyncio.get_running_loop().time() >= self._silent_until:
            credits = await self.look()
            state = await self._ledger.levels.compute_state()
        # Where the balance is not known, is a little better, or is enough, Neocu will say.
        if credits is None or credits > state.balance_when_empty or not state.refused:
            return False
        if price is not None and price <= credits:
            return False
        await self._tell_channel(state, entry)
        return True

    async def ran_out(self, entry: Entry) -> None:
        """Tell that Neocu refused a request for want of compute."""
        credits = await self._read()
        if credits is not None and credits >= max(self._low_at, LEAST):
            return  # that one request was too much; there is compute for others
        balance = self._low_at if credits is None else max(credits, 0.0)
        reply = wording.empty()
        notices = [*self._alerts(reply), *self._here(entry)]
        state = await self._ledger.levels.compute_state()
        while not state.refused:  # it may have been told by the balance alone
            await self._ledger.levels.record_crossing(
                state, Level.EMPTY, balance, notices, replace_low=reply
            )
            state = await self._ledger.levels.compute_state()
        await self._tell_channel(state, entry)  # where another process was first

    async def cost(self, entry: Entry) -> float | None:
        """Return what a finished request has cost, in credits, where the balance lets one tell."""
        before = await self._ledger.levels.last_reading(entry.submitted)
        if before is None or not await self._ledger.levels.ran_alone_since(entry.key, before.at):
            self.look_soon()
            return None
        after = await self.look()
        # Nothing spent means that Neocu has not counted it yet.
        if after is None or after >= before.credits:
            return None
        alone = await self._ledger.levels.ran_alone_since(entry.key, before.at)  # still?
        return before.credits - after if alone else None

    async def _read(self) -> float | None:
        try:
            async with asyncio.timeout(PATIENCE):
                credits = await self._client.get_compute()
        except (ApiError, TimeoutError) as error:
            log.warning("The balance can't be read: %s", error or "no answer in time")
            self._silent_until = asyncio.get_running_loop().time() + LOOK_AGAIN
            return None
        await self._ledger.levels.record_reading(credits)
        return credits

    async def _enter_low(self, state: ComputeState, credits: float) -> None:
        readings, now = await self._ledger.levels.readings()
        notices = await self._wherever_asked(wording.low(credits, forecast(readings, now)))
        await self._ledger.levels.record_crossing(state, Level.LOW, 0.0, notices)

    async def _enter_empty(self, state: ComputeState) -> None:
        """Tell by the balance alone; channels that were warned hear of it when they ask."""
        reply, warned = wording.empty(), state.level is Level.LOW
        notices = self._alerts(reply) if warned else await self._wherever_asked(reply)
        await self._ledger.levels.record_crossing(
            state, Level.EMPTY, UNREFUSED, notices, replace_low=reply
        )

    async def _rise(self, state: ComputeState, to: Level, credits: float) -> None:
        reply = wording.restored(credits, low=to is Level.LOW)
        await self._ledger.levels.record_recovery(state, to, reply, wording.over())

    async def _tell_channel(self, state: ComputeState, entry: Entry) -> None:
        for notice in self._here(entry):
            await self._ledger.levels.notify(state, notice)

    def _here(self, entry: Entry) -> list[Notice]:
        who = entry.request
        notice = self._notice(who.platform, who.workspace, who.channel, wording.empty())
        return [notice] if notice else []

    async def _wherever_asked(self, reply: Reply) -> list[Notice]:
        notices = {notice.address: notice for notice in self._alerts(reply)}
        for platform, workspace, channel in await self._ledger.levels.channels_asked_in(RECENT):
            if notice := self._notice(platform, workspace, channel, reply):
                notices.setdefault(notice.address, notice)
        return list(notices.values())

    def _alerts(self, reply: Reply) -> list[Notice]:
        where = [(name, platform.alert_channel) for name, platform in self._platforms.items()]
        told = [self._notice(name, "", channel, reply) for name, channel in where if channel]
        return [notice for notice in told if notice]

    def _notice(self, platform: str, workspace: str, channel: str, reply: Reply) -> Notice | None:
        where = self._platforms.get(platform)
        address = where.channel(workspace, channel) if where else ""
        return Notice(platform, workspace, channel, address, reply) if address else None
