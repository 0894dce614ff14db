"""The local Neocu API as a server that one can open and close."""

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bots.playground.journal import Journal
from bots.playground.local_server import HOST, serve
from bots.playground.neocu.faults import Faults
from bots.playground.neocu.routes import Routes

if TYPE_CHECKING:
    from bots.playground.neocu.files import File
    from bots.playground.neocu.tasks import Task

LARGEST_UPLOAD = 64 * 1024**2  # bytes


class Sandbox:
    """A Neocu API of one organization, in memory, on one address.

    `key`, `compute` (the balance in credits) and `seconds` (that a new task takes) may be changed
    at any time. `tasks` are the accepted calls of generate by task ID, `files` what may be passed
    in their `files`. `faults` lets calls go wrong, `journal` tells which came.
    """

    def __init__(
        self,
        *,
        key: str = "sandbox-key",
        compute: float = 1000.0,
        seconds: float = 1.5,
        port: int = 0,
    ) -> None:
        self.key, self.compute, self.seconds = key, compute, seconds
        self.port = port
        self.journal = Journal("neocu")
        self.faults = Faults(self.journal)
        self.tasks: dict[str, Task] = {}
        self.files: dict[str, File] = {}
        app = web.Application(
            middlewares=[self.journal.middleware(), self.faults.middleware],
            client_max_size=LARGEST_UPLOAD,
        )
        app.add_routes(Routes(self).table())
        app.on_shutdown.append(self._end_what_hangs)
        self._app = app

    @property
    def url(self) -> str:
        """The address for NEOCU_BASE_URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def upload_url(self) -> str:
        """The address for NEOCU_UPLOAD_URL."""
        return f"{self.url}/upload"

    @property
    def generated(self) -> "list[Task]":
        """The accepted calls of generate, oldest first."""
        return list(self.tasks.values())

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            # A caller who leaves ends its call, also one that hangs.
            serving = serve(self._app, port=self.port, cancel_handlers=True)
            self.port = await stack.enter_async_context(serving)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def now(self) -> float:
        """Return the clock that tasks run on."""
        return asyncio.get_running_loop().time()

    async def _end_what_hangs(self, _: web.Application) -> None:
        self.faults.close()
