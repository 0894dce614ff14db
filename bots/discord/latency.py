"""How late Discord's events come, though its clock and ours may differ."""

import time
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp
from discord.utils import snowflake_time

# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
ACKNOWLEDGE_SECONDS = 3.0


class Latency:
    """Tells what comes in time from what a resumed connection brings late.

    Each answer of Discord's tells its time of day, to the second; ours is read from a steady clock
    that nobody sets anew.
    """

    def __init__(self) -> None:
        self._ahead: float | None = None  # the steady clock, ahead of Discord's time of day

    def trace(self) -> aiohttp.TraceConfig:
        """Return what makes discord.py's session show us its answers."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._on_answer)
        return config

    async def _on_answer(
        self,
        _: aiohttp.ClientSession,
        __: SimpleNamespace,
        answered: aiohttp.TraceRequestEndParams,
    ) -> None:
        if date := answered.response.headers.get("Date"):
            self._ahead = time.monotonic() - parsedate_to_datetime(date).timestamp()

    def is_late(self, snowflake: int) -> bool:
        """Whether Discord has told the person already that we did not respond in time."""
        if self._ahead is None:
            return False  # pragma: no cover (nothing comes before the login has been answered)
        age = time.monotonic() - self._ahead - snowflake_time(snowflake).timestamp()
        return age > ACKNOWLEDGE_SECONDS
