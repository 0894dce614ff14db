"""A door in front of a server: it lets in, far away as the server is, or shuts out."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Self

from bots.playground.stage import free_port

CHUNK = 64 * 1024


class Door:
    """An address in front of others: each connection goes to the next of them that takes it.

    Answers take `lag` seconds longer, as they do from far away.
    """

    def __init__(self, *ports: int, lag: float = 0.0) -> None:
        self.ports = list(ports)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._lag = lag
        self._inside: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.shut()

    async def open(self) -> None:
        """Let in."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def shut(self) -> None:
        """Refuse connections, and cut those that there are."""
        self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Cut the connections that there are, whatever is under way on them."""
        inside = [*self._inside]
        for task in inside:
            task.cancel()
        await asyncio.gather(*inside, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._inside.add(task)
        try:
            with suppress(OSError):
                answers, asks = await self._next()
                try:
                    await _first(_pump(reader, asks), _pump(answers, writer, self._lag))
                finally:
                    asks.close()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._inside.discard(task)
            writer.close()

    async def _next(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in range(len(self.ports)):
            self.ports.append(port := self.ports.pop(0))
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lag: float = 0.0
) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            await asyncio.sleep(lag)
            writer.write(data)
            await writer.drain()


async def _first(*ways: Coroutine[None, None, None]) -> None:
    """Wait until one direction has ended, and end the other."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
