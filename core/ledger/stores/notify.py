"""How processes at one PostgreSQL notify one another: LISTEN and NOTIFY on a separate connection.

A notification gets lost when the connection breaks, so it only saves time: polling finds all work.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from core.ledger.stores.pg_errors import POSTGRES_ERRORS, describe

log = logging.getLogger(__name__)

CHANNEL = "neocu_bots"
HEARTBEAT_SECONDS = 30.0  # between two NOTIFYs: they reveal a connection that died silently
TIMEOUT_SECONDS = 5.0  # to connect, and for each command
RECONNECT_SECONDS = 1.0  # between two attempts to connect


class Notifier:
    """Notifies the other processes and listens to them; notifications in a burst become one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pending = asyncio.Event()
        self._callback = _ignore

    def on_notify(self, callback: Callable[[], None]) -> None:
        """Call back when a process notifies."""
        self._callback = callback

    def notify(self) -> None:
        """Notify all processes, as soon as there is a connection."""
        self._pending.set()

    async def run(self) -> None:
        """Listen and notify until cancelled."""
        while True:
            try:
                await self._listen()
            except POSTGRES_ERRORS as error:
                log.info("Polling only, without notifications for now. %s", describe(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(
            self._url, timeout=TIMEOUT_SECONDS, command_timeout=TIMEOUT_SECONDS
        )
        try:
            connection.add_termination_listener(lambda _: self._pending.set())
            await connection.add_listener(CHANNEL, lambda *_: self._callback())
            self._callback()  # for what was notified while this process did not listen
            while True:
                with suppress(TimeoutError):  # not wait_for, which may lose a cancellation
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await self._pending.wait()
                self._pending.clear()
                await connection.execute(f"NOTIFY {CHANNEL}")
        finally:
            connection.terminate()


def _ignore() -> None:
    """Do nothing: no callback has been set."""
