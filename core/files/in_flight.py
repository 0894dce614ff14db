"""How many bytes of files the process holds at once: one budget, first come, first served."""

import asyncio
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from core.files.download import TooLargeError


class CrowdedError(Exception):
    """Too many wait for bytes already: come again."""


class ByteBudget:
    """So many bytes for all files in flight. One per process.

    First come, first served: who asks for much is not overtaken for ever by those who ask for
    little.
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

    @contextmanager
    def reservation(
        self, files: int, most: int, max_in_line: int = sys.maxsize
    ) -> Iterator["Reservation"]:
        """Reserve bytes for so many files, `most` together; given back when the block ends.

        Raises CrowdedError, here or when files claim theirs, rather than wait behind so many.
        """
        if most and self.in_line >= max_in_line:
            raise CrowdedError
        reservation = Reservation(self, files, min(most, self.limit), max_in_line)
        try:
            yield reservation
        finally:
            reservation.release()

    async def take(self, size: int, max_in_line: int) -> None:
        """Wait until so many bytes are free, and take them. Raises CrowdedError."""
        if not size or (not self._line and size <= self._free):
            self._free -= size
            return
        if self.in_line >= max_in_line:
            raise CrowdedError
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            # Its turn may have come just before.
            self.give_back(0 if turn.cancelled() else size)
            raise

    def give_back(self, size: int) -> None:
        """Free so many bytes for those who wait."""
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
    """The bytes that the files of one delivery may hold.

    They are reserved once, when every file has said how large it is: of two deliveries that hold
    half of what they need, each would wait for the other. While it waits, it holds nothing.
    """

    def __init__(self, budget: ByteBudget, files: int, most: int, max_in_line: int) -> None:
        self.held = 0
        self._budget = budget
        self._files = files
        self._most = most
        self._max_in_line = max_in_line
        self._claims: dict[int, int] = {}
        self._flexible: set[int] = set()  # files that take what is left: nobody knows their size
        self._settled: set[int] = set()
        self._all_known = asyncio.Event()
        self._reserving: asyncio.Task[None] | None = None

    async def claim(self, file: int, size: int | None, limit: int) -> int:
        """Return how many bytes a file may have, when all files have claimed or settled theirs.

        These are its size, or, where that is None, `limit` or what the other files leave. Raises
        TooLargeError where it does not fit beside the files before it, and CrowdedError.
        """
        if not self._all_known.is_set():
            if size is None:
                self._flexible.add(file)
            self._note(file, limit if size is None else size)
        if self._reserving is None:
            self._reserving = asyncio.create_task(self._reserve())
        await asyncio.shield(self._reserving)
        room = self.held - sum(claim for other, claim in self._claims.items() if other != file)
        if size is not None and size > room:
            raise TooLargeError(room)
        self._claims[file] = min(limit, room) if size is None else size
        return self._claims[file]

    def settle(self, file: int, size: int) -> None:
        """Note what a file takes in the end; when all are settled, the rest is given back."""
        self._settled.add(file)
        self._note(file, size)
        needed = sum(self._claims.values())
        if len(self._settled) == self._files and needed < self.held:
            spare, self.held = self.held - needed, needed
            self._budget.give_back(spare)

    def release(self) -> None:
        """Give all of it back, or leave the line."""
        if self._reserving is not None:
            self._reserving.cancel()
        self._budget.give_back(self.held)
        self.held = 0

    def _note(self, file: int, size: int) -> None:
        self._claims[file] = size
        if len(self._claims) == self._files:
            self._all_known.set()

    async def _reserve(self) -> None:
        """Reserve what all files need together, and share it out in their order."""
        await self._all_known.wait()
        size = min(sum(self._claims.values()), self._most)
        await self._budget.take(size, self._max_in_line)
        self.held = left = size
        for file, claim in sorted(self._claims.items()):
            fits = file in self._flexible or claim <= left
            self._claims[file] = min(claim, left) if fits else 0
            left -= self._claims[file]
