"""Work that goes on in the background until its owner closes."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """Background tasks with one owner; a task that broke is heard of when the owner closes."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._broken: list[BaseException] = []

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Start some work."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel what still runs; raise what broke first, if anything did."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._broken:
            raise self._broken[0]

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._broken.append(error)
