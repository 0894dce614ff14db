"""The compute balance: who is told when it runs low or out, where, and once per crossing."""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from core import wording
from core.compute.forecast import forecast
from core.conversation import Reply
from core.ledger import Ledger, LedgerError
from core.metrics import Metrics
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError
from core.neocu.prices import plausible_cost
from core.records import UNREFUSED, ComputeState, Entry, Level, Notice
from core.settings import Settings
from core.voice import speaking

log = logging.getLogger(__name__)

REARM_FACTOR = 1.2  # hysteresis: a balance that jitters around the threshold is told once
MIN_USEFUL_CREDITS = 1.0  # a small image; below, compute has run out
RECENT_SECONDS = 24 * 3600.0  # channels that asked since are told
SILENCE_SECONDS = 60.0  # that a balance which can't be read is not asked for before an answer
MAX_READING_AGE_SECONDS = 5.0  # of a balance by which a request is refused
MIN_INTERVAL_SECONDS = 5.0  # between two readings, unless they are wanted more often
FORECAST_SECONDS = 300.0  # between two forecasts for the metrics
READ_TIMEOUT_SECONDS = 3.0  # nobody waits longer for a balance


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
        metrics: Metrics | None = None,
    ) -> None:
        self._low_at = settings.compute_low_at
        self._interval = settings.compute_interval
        self._language = settings.language
        self._client = client
        self._ledger = ledger
        self._platforms = platforms
        self._metrics = metrics or Metrics()
        self._forecast_at = 0.0
        self._asked = asyncio.Event()
        self._silent_until = 0.0
        self._reading = asyncio.Lock()

    async def watch(self, wake: Callable[[], None]) -> None:
        """Read the balance now and then, and soon after each request, until cancelled.

        `wake` is called after each reading: there may be something to tell.
        """
        while True:
            with suppress(LedgerError):  # the worker says so; here the next reading will do
                await self.check()
                await self._measure_forecast()
            wake()
            await asyncio.sleep(min(MIN_INTERVAL_SECONDS, self._interval))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._asked.wait()
            self._asked.clear()

    def check_soon(self) -> None:
        """Have the balance read soon: something has been asked for."""
        self._asked.set()

    async def check(self) -> float | None:
        """Return the balance, and tell if it has crossed a line; None where Neocu doesn't say."""
        with self._to_everybody():
            return await self._check()

    async def _check(self) -> float | None:
        state = await self._ledger.levels.compute_state()  # first: what changes meanwhile is newer
        credits = await self._read()
        if credits is None:
            return None
        enough = credits >= self._low_at * REARM_FACTOR
        match state.level:
            case Level.OK | Level.LOW if credits < min(self._low_at, MIN_USEFUL_CREDITS):
                await self._enter_empty(state)
            case Level.OK if credits < self._low_at:
                await self._enter_low(state, credits)
            case Level.LOW if enough:
                await self._recover(state, Level.OK, credits)
            case Level.EMPTY if credits > state.balance_when_empty + self._low_at * (
                REARM_FACTOR - 1
            ):
                await self._recover(state, Level.OK if enough else Level.LOW, credits)
        return credits

    async def has_run_out(self, entry: Entry, price: float | None = None) -> bool:
        """Whether a request would surely be refused: then its channel has been told.

        What fits the balance by its `price`, in credits, is left to Neocu.
        """
        state = await self._ledger.levels.compute_state()
        if not state.refused:
            return False
        credits = await self._recent_balance(entry.now)
        state = await self._ledger.levels.compute_state()
        # Where the balance is not known, is a little better, or is enough, Neocu will say.
        if credits is None or credits > state.balance_when_empty or not state.refused:
            return False
        if price is not None and price <= credits:
            return False
        with self._to_everybody():
            await self._tell_channel(state, entry, wording.empty())
        return True

    async def _recent_balance(self, now: float) -> float | None:
        """Return a balance of the last seconds: after a top-up nobody is refused by an old one.

        One reading serves all who wait for it.
        """
        async with self._reading:
            last = await self._ledger.levels.last_reading()
            if last and now - last.at <= MAX_READING_AGE_SECONDS:
                return last.credits
            if asyncio.get_running_loop().time() < self._silent_until:
                return None
            return await self.check()

    async def ran_out(self, entry: Entry) -> None:
        """Tell that Neocu refused a request for want of compute."""
        with self._to_everybody():
            await self._ran_out(entry)

    def _to_everybody(self) -> AbstractContextManager[None]:
        """Speak the language of the channels, whoever it was who asked."""
        return speaking(self._language)

    async def _ran_out(self, entry: Entry) -> None:
        credits = await self._read()
        state = await self._ledger.levels.compute_state()
        if credits is not None and credits >= max(self._low_at, MIN_USEFUL_CREDITS):
            # There is compute for others; only this was more than is left.
            await self._tell_channel(state, entry, wording.too_large(credits))
            return
        balance = self._low_at if credits is None else max(credits, 0.0)
        reply = wording.empty()
        notices = [*self._alerts(reply), *self._here(entry, reply)]
        while not state.refused:  # it may have been told by the balance alone
            await self._ledger.levels.record_crossing(
                state, Level.EMPTY, balance, notices, replace_low=reply
            )
            state = await self._ledger.levels.compute_state()
        await self._tell_channel(state, entry, reply)  # where another process was first

    async def cost(self, entry: Entry) -> float | None:
        """Return what a finished request has cost, in credits, where the balance lets one tell."""
        before = await self._ledger.levels.last_reading(entry.submitted)
        if before is None or not await self._ledger.levels.ran_alone_since(entry.key, before.at):
            self.check_soon()
            return None
        after = await self.check()
        # Nothing spent means that Neocu has not counted it yet.
        if after is None or after >= before.credits:
            return None
        spent = before.credits - after
        low, high = plausible_cost((asset.type or "").lower() for asset in entry.assets)
        alone = await self._ledger.levels.ran_alone_since(entry.key, before.at)  # still?
        return spent if alone and low <= spent <= high else None

    async def _read(self) -> float | None:
        try:
            async with asyncio.timeout(READ_TIMEOUT_SECONDS):
                credits = await self._client.get_compute()
        except (ApiError, TimeoutError) as error:
            log.info("The balance can't be read: %s", error or "no answer in time")
            self._silent_until = asyncio.get_running_loop().time() + SILENCE_SECONDS
            return None
        self._metrics.balance.set(credits)
        await self._ledger.levels.record_reading(credits)
        return credits

    async def _measure_forecast(self) -> None:
        """Tell the metrics how long the balance lasts, now and then: it takes a week's readings."""
        now = asyncio.get_running_loop().time()
        if now < self._forecast_at:
            return
        self._forecast_at = now + FORECAST_SECONDS
        found = forecast(*await self._ledger.levels.readings())
        self._metrics.forecast.set(min((one.seconds for one in found), default=math.inf))

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

    async def _recover(self, state: ComputeState, to: Level, credits: float) -> None:
        reply = wording.restored(credits, low=to is Level.LOW)
        await self._ledger.levels.record_recovery(state, to, reply, wording.over)

    async def _tell_channel(self, state: ComputeState, entry: Entry, reply: Reply) -> None:
        for notice in self._here(entry, reply):
            await self._ledger.levels.notify(state, notice)

    def _here(self, entry: Entry, reply: Reply) -> list[Notice]:
        who = entry.request
        notice = self._notice(who.platform, who.workspace, who.channel, reply)
        return [notice] if notice else []

    async def _wherever_asked(self, reply: Reply) -> list[Notice]:
        notices = {notice.address: notice for notice in self._alerts(reply)}
        for platform, workspace, channel in await self._ledger.levels.channels_asked_in(
            RECENT_SECONDS
        ):
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
