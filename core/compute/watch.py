"""When the balances are read: one loop, over the accounts that were used."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from core.compute.monitor import Compute

MIN_INTERVAL_SECONDS = 5.0  # between two rounds, unless they are wanted more often
MAX_READINGS = 8  # at the same time


class Watch:
    """Reads the balances now and then, and those that requests may have changed soon after."""

    def __init__(self, interval: float, used: Callable[[], Iterable[Compute]]) -> None:
        self._interval = interval
        self._used = used
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Look soon at what is `wanted`."""
        self._rung.set()

    async def run(self, wake: Callable[[], None]) -> None:
        """Look until cancelled. `wake` is called after each round: there may be news to tell."""
        clock = asyncio.get_running_loop().time
        everything_at = clock()
        while True:
            everything = clock() >= everything_at
            if everything:
                everything_at = clock() + self._interval
            await self._round(one for one in self._used() if everything or one.wanted)
            wake()
            await asyncio.sleep(min(MIN_INTERVAL_SECONDS, self._interval))
            with suppress(TimeoutError):
                async with asyncio.timeout(everything_at - clock()):
                    await self._rung.wait()
            self._rung.clear()

    async def _round(self, several: Iterable[Compute]) -> None:
        left = iter(list(several))

        async def read() -> None:
            for one in left:
                await one.look()

        await asyncio.gather(*(read() for _ in range(MAX_READINGS)))
