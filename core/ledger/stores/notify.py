"""How processes at one PostgreSQL wake one another: LISTEN and NOTIFY on a connection of its own.

A call may get lost with the line, so it is a favour to be quick and not what work rests on.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.stores.pg_errors import FAULTS, in_words

log = logging.getLogger(__name__)

CHANNEL = "neocu_bots"
PULSE = 30.0  # seconds; a line that is dead without saying so is noticed then
CONNECT = 5.0  # seconds that connecting, and each call, may take
PAUSE = 1.0  # seconds between two tries to connect


class Bell:
    """The line between the processes. Calls made close together are one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pulled = asyncio.Event()
        self._callback = _nobody

    def on_ring(self, callback: Callable[[], None]) -> None:
        """Call back when somebody rings."""
        self._callback = callback

    def ring(self) -> None:
        """Wake everybody else, as soon as the line allows."""
        self._pulled.set()

    async def run(self) -> None:
        """Listen and ring until cancelled."""
        while True:
            try:
                await self._listen()
            except FAULTS as error:
                log.info("No wake-ups for now. %s", in_words(error))
            await asyncio.sleep(PAUSE)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=CONNECT, command_timeout=CONNECT)
        try:
            connection.add_termination_listener(lambda _: self._pulled.set())
            await connection.add_listener(CHANNEL, lambda *_: self._callback())
            self._callback()  # for what was called while nobody listened
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PULSE):  # wait_for may lose a cancellation
                        await self._pulled.wait()
                self._pulled.clear()
                await connection.execute(f"NOTIFY {CHANNEL}")
        finally:
            connection.terminate()


def _nobody() -> None:
    """Wake nobody: nobody has asked for it yet."""
