"""How many bytes of files the process holds at once: one budget, first come, first served."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from core.files.download import TooLargeError


class ByteBudget:
    """So many bytes for all files in flight. One per process.

    First come, first served: who asks for much is not overtaken for ever by those who ask for
    little. Whoever holds a reservation must not wait for a second one: two who do could wait for
    each other.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._free = limit
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def held(self) -> int:
        """How many bytes are reserved."""
        return self.limit - self._free

    @property
    def in_line(self) -> int:
        """How many wait."""
        return len(self._line)

    @asynccontextmanager
    async def reserve(self, size: int, files: int = 1) -> AsyncIterator["Reservation"]:
        """Reserve `size` bytes for so many files, or the whole budget where that is less."""
        size = min(size, self.limit)
        await self._take(size)
        reservation = Reservation(size, files, self._give_back)
        try:
            yield reservation
        finally:
            self._give_back(reservation.held)

    async def _take(self, size: int) -> None:
        if not size or (not self._line and size <= self._free):
            self._free -= size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            # Its turn may have come just before.
            self._give_back(0 if turn.cancelled() else size)
            raise

    def _give_back(self, size: int) -> None:
        self._free += size
        while self._line:
            size, turn = self._line[0]
            if not turn.cancelled():
                if size > self._free:
                    return
                self._free -= size
                turn.set_result(None)
            self._line.popleft()


class Reservation:
    """The bytes that one delivery may hold. What its files turn out not to need is given back."""

    def __init__(self, size: int, files: int, give_back: Callable[[int], None]) -> None:
        self.held = size
        self._files = files
        self._give_back = give_back
        self._claims: dict[int, int] = {}

    def claim(self, file: int, size: int | None, limit: int) -> int:
        """Return how many bytes this file may have: its size, or `limit` while nobody knows it.

        Raises TooLargeError where it does not fit beside the other files.
        """
        others = sum(claim for other, claim in self._claims.items() if other != file)
        room = self.held - others
        if size is not None and size > room:
            raise TooLargeError(room)
        self.settle(file, min(limit, room) if size is None else size)
        return self._claims[file]

    def settle(self, file: int, size: int) -> None:
        """Note what a file takes; when all are known, the rest is given back."""
        self._claims[file] = size
        needed = sum(self._claims.values())
        if len(self._claims) == self._files and needed < self.held:
            spare, self.held = self.held - needed, needed
            self._give_back(spare)
