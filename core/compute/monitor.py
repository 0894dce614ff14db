"""An account's compute balance: what is told when it runs low or out, and once per crossing."""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress

from core import wording
from core.compute.audience import Audience, Channels
from core.compute.forecast import forecast
from core.conversation import Reply
from core.ledger import Ledger, LedgerError
from core.metrics import Metrics
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError
from core.neocu.prices import plausible_cost
from core.records import UNREFUSED, ComputeState, Entry, Level, Outlook
from core.settings import Settings
from core.voice import speaking
from core.workspaces.terms import terms
from core.workspaces.workspace import OPERATORS_ACCOUNT

log = logging.getLogger(__name__)

REARM_FACTOR = 1.2  # hysteresis: a balance that jitters around the threshold is told once
MIN_USEFUL_CREDITS = 1.0  # a small image; below, compute has run out
SILENCE_SECONDS = 60.0  # that a balance which can't be read is not asked for before an answer
MAX_READING_AGE_SECONDS = 5.0  # of a balance by which a request is refused
WEEK_SECONDS = 7 * 24 * 3600.0
THINNED_SECONDS = 2 * 3600.0  # between readings that are drawn
FORECAST_SECONDS = 300.0  # between two forecasts for the metrics
READ_TIMEOUT_SECONDS = 3.0  # nobody waits longer for a balance


class Compute:
    """Watches an account's balance. The ledger sees that a crossing is told only once.

    `metrics` are the operator's, of the operator's account. `ring` asks for a `watch` soon.
    """

    def __init__(
        self,
        settings: Settings,
        client: NeocuClient,
        ledger: Ledger,
        platforms: Mapping[str, Channels],
        metrics: Metrics | None = None,
        account: str = OPERATORS_ACCOUNT,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._low_at = settings.compute_low_at
        self._language = settings.language
        self._client = client
        self._ledger = ledger
        self._account = account
        self._levels = ledger.levels_of(account)
        self._audience = Audience(ledger, account, platforms)
        self._metrics = metrics
        self._ring = ring
        self._forecast_at = 0.0
        self._silent_until = 0.0
        self._reading = asyncio.Lock()
        self.wanted = False

    def check_soon(self) -> None:
        """Have the balance read soon: something has been asked for."""
        self.wanted = True
        self._ring()

    async def look(self) -> None:
        """Read the balance, tell what has changed, and measure how long it lasts."""
        self.wanted = False
        with suppress(LedgerError):  # the worker says so; here the next reading will do
            await self.check()
            await self._measure_forecast()

    async def check(self) -> float | None:
        """Return the balance, and tell if it has crossed a line; None where Neocu doesn't say."""
        await self._read_terms()
        with self._to_everybody():
            return await self._check()

    async def _read_terms(self) -> None:
        """Go by what those have chosen whom the account pays for: of several, who warns first."""
        if self._account == OPERATORS_ACCOUNT:
            return
        paid = await self._ledger.workspaces.paid_by(self._account)
        if several := [terms(self._settings, one) for one in paid]:
            self._low_at = max(one.compute_low_at for one in several)
            self._language = several[0].language

    async def _check(self) -> float | None:
        state = await self._levels.compute_state()  # first: what changes meanwhile is newer
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
        state = await self._levels.compute_state()
        if not state.refused:
            return False
        credits = await self._recent_balance(entry.now)
        state = await self._levels.compute_state()
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
            last = await self._levels.last_reading()
            if last and now - last.at <= MAX_READING_AGE_SECONDS:
                return last.credits
            if asyncio.get_running_loop().time() < self._silent_until:
                return None
            return await self.check()

    async def outlook(self, now: float) -> Outlook:
        """Return the balance, how it was in the last week, and how long it lasts."""
        credits = await self._recent_balance(now)
        readings, now = await self._levels.readings()
        late = [one for one in readings if one.at > now - WEEK_SECONDS]
        few = {one.at // THINNED_SECONDS: one for one in late}  # the last of each
        return Outlook(credits, tuple(few.values()), tuple(forecast(readings, now)), now)

    async def ran_out(self, entry: Entry) -> None:
        """Tell that Neocu refused a request for want of compute."""
        await self._read_terms()
        with self._to_everybody():
            await self._ran_out(entry)

    def _to_everybody(self) -> AbstractContextManager[None]:
        """Speak the language of the channels, whoever it was who asked."""
        return speaking(self._language)

    async def _ran_out(self, entry: Entry) -> None:
        credits = await self._read()
        state = await self._levels.compute_state()
        if credits is not None and credits >= max(self._low_at, MIN_USEFUL_CREDITS):
            # There is compute for others; only this was more than is left.
            await self._tell_channel(state, entry, wording.too_large(credits))
            return
        balance = self._low_at if credits is None else max(credits, 0.0)
        reply = wording.empty()
        notices = [*await self._audience.alerts(reply), *self._audience.here(entry, reply)]
        while not state.refused:  # it may have been told by the balance alone
            await self._levels.record_crossing(
                state, Level.EMPTY, balance, notices, replace_low=reply
            )
            state = await self._levels.compute_state()
        await self._tell_channel(state, entry, reply)  # where another process was first

    async def cost(self, entry: Entry) -> float | None:
        """Return what a finished request has cost, in credits, where the balance lets one tell."""
        before = await self._levels.last_reading(entry.submitted)
        if before is None or not await self._levels.ran_alone_since(entry.key, before.at):
            self.check_soon()
            return None
        after = await self.check()
        # Nothing spent means that Neocu has not counted it yet.
        if after is None or after >= before.credits:
            return None
        spent = before.credits - after
        low, high = plausible_cost((asset.type or "").lower() for asset in entry.assets)
        alone = await self._levels.ran_alone_since(entry.key, before.at)  # still?
        return spent if alone and low <= spent <= high else None

    async def _read(self) -> float | None:
        try:
            async with asyncio.timeout(READ_TIMEOUT_SECONDS):
                credits = await self._client.get_compute()
        except (ApiError, TimeoutError) as error:
            log.info("The balance can't be read: %s", error or "no answer in time")
            self._silent_until = asyncio.get_running_loop().time() + SILENCE_SECONDS
            return None
        if self._metrics:
            self._metrics.balance.set(credits)
        await self._levels.record_reading(credits)
        return credits

    async def _measure_forecast(self) -> None:
        """Tell the metrics how long the balance lasts, now and then: it takes a week's readings."""
        now = asyncio.get_running_loop().time()
        if self._metrics is None or now < self._forecast_at:
            return
        self._forecast_at = now + FORECAST_SECONDS
        found = forecast(*await self._levels.readings())
        self._metrics.forecast.set(min((one.seconds for one in found), default=math.inf))

    async def _enter_low(self, state: ComputeState, credits: float) -> None:
        readings, now = await self._levels.readings()
        notices = await self._audience.wherever_asked(wording.low(credits, forecast(readings, now)))
        await self._levels.record_crossing(state, Level.LOW, 0.0, notices)

    async def _enter_empty(self, state: ComputeState) -> None:
        """Tell by the balance alone; channels that were warned hear of it when they ask."""
        reply, warned = wording.empty(), state.level is Level.LOW
        notices = await (
            self._audience.alerts(reply) if warned else self._audience.wherever_asked(reply)
        )
        await self._levels.record_crossing(
            state, Level.EMPTY, UNREFUSED, notices, replace_low=reply
        )

    async def _recover(self, state: ComputeState, to: Level, credits: float) -> None:
        reply = wording.restored(credits, low=to is Level.LOW)
        await self._levels.record_recovery(state, to, reply, wording.over)

    async def _tell_channel(self, state: ComputeState, entry: Entry, reply: Reply) -> None:
        for notice in self._audience.here(entry, reply):
            await self._levels.notify(state, notice)
