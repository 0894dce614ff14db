"""The compute balance: who is told when it runs low or out, where, and once per crossing."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from core import wording
from core.client import NeocuClient
from core.conversation import Reply
from core.errors import ApiError
from core.forecast import forecast
from core.ledger import Entry, Ledger, LedgerError, Level, Notice, Standing
from core.settings import Settings

log = logging.getLogger(__name__)

REARM = 1.2  # times the threshold: a balance that jitters around it is not told again and again
RECENT = 24 * 3600.0  # seconds; channels that asked since are told
LOOK_AGAIN = 60.0  # seconds, at least, between looks at an empty balance
BREATH = 5.0  # seconds, at least, between looks otherwise


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

    async def watch(self) -> None:
        """Look at the balance now and then, and soon after each request, until cancelled."""
        while True:
            with suppress(LedgerError):  # the worker says so; here the next look will do
                await self.look()
            await asyncio.sleep(BREATH)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._asked.wait()
            self._asked.clear()

    def look_soon(self) -> None:
        """Have the balance looked at soon: something has been asked for."""
        self._asked.set()

    async def look(self) -> float | None:
        """Return the balance, and tell if it has crossed a line; None where Neocu doesn't say."""
        credits = await self._read()
        if credits is None:
            return None
        standing = await self._ledger.standing()
        match standing.level:
            case Level.OK if credits < self._low_at:
                await self._fall(standing, credits)
            case Level.LOW if credits >= self._low_at * REARM:
                await self._ledger.rise(standing, Level.OK, wording.restored(credits))
            case Level.EMPTY if credits > standing.floor:
                enough = credits >= self._low_at * REARM
                to = Level.OK if enough else Level.LOW
                await self._ledger.rise(standing, to, wording.restored(credits, low=not enough))
        return credits

    async def has_run_out(self, entry: Entry) -> bool:
        """Whether a request would surely be refused: then its channel has been told."""
        standing = await self._ledger.standing()
        if standing.level is not Level.EMPTY:
            return False
        readings, now = await self._ledger.readings()
        if not readings or now - readings[-1].at > LOOK_AGAIN:
            if await self.look() is None:  # who knows: Neocu will say
                return False
            standing = await self._ledger.standing()
        if standing.level is Level.EMPTY:
            await self._tell_channel(standing, entry)
        return standing.level is Level.EMPTY

    async def ran_out(self, entry: Entry) -> None:
        """Tell that Neocu refused a request for want of compute."""
        credits = await self._read()
        if credits is not None and credits >= self._low_at:
            return  # that one request was too much; there is compute for others
        standing = await self._ledger.standing()
        if standing.level is not Level.EMPTY:
            notices = self._alerts(wording.empty())
            await self._ledger.cross(standing, Level.EMPTY, credits or 0.0, notices)
            standing = await self._ledger.standing()
        await self._tell_channel(standing, entry)

    async def cost(self, entry: Entry) -> float | None:
        """Return what a finished request has cost, in credits, where the balance lets one tell."""
        after = await self._read()
        readings, _ = await self._ledger.readings()
        before = [reading for reading in readings if reading.at < entry.submitted]
        if (
            after is None
            or not before
            or not await self._ledger.alone_since(entry.key, before[-1].at)
        ):
            return None
        return before[-1].credits - after if before[-1].credits >= after else None

    async def _read(self) -> float | None:
        try:
            credits = await self._client.get_compute()
        except ApiError as error:
            log.warning("The balance can't be read: %s", error)
            return None
        await self._ledger.note_reading(credits)
        return credits

    async def _fall(self, standing: Standing, credits: float) -> None:
        readings, now = await self._ledger.readings()
        reply = wording.low(credits, forecast(readings, now))
        notices = {notice.address: notice for notice in self._alerts(reply)}
        for platform, workspace, channel in await self._ledger.asked_in(RECENT):
            if notice := self._notice(platform, workspace, channel, reply):
                notices.setdefault(notice.address, notice)
        await self._ledger.cross(standing, Level.LOW, 0.0, notices.values())

    async def _tell_channel(self, standing: Standing, entry: Entry) -> None:
        who = entry.request
        notice = self._notice(who.platform, who.workspace, who.channel, wording.empty())
        if notice is not None:
            await self._ledger.tell(standing, notice)

    def _alerts(self, reply: Reply) -> list[Notice]:
        where = [(name, platform.alert_channel) for name, platform in self._platforms.items()]
        told = [self._notice(name, "", channel, reply) for name, channel in where if channel]
        return [notice for notice in told if notice]

    def _notice(self, platform: str, workspace: str, channel: str, reply: Reply) -> Notice | None:
        where = self._platforms.get(platform)
        address = where.channel(workspace, channel) if where else ""
        return Notice(platform, workspace, channel, address, reply) if address else None
