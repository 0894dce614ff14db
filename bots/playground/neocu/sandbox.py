"""The local Neocu API as a server that one can open and close."""

from contextlib import AsyncExitStack
from typing import Self

from aiohttp import web

from bots.playground.local_server import HOST, serve
from bots.playground.neocu.api_faults import Faults
from bots.playground.neocu.organization import Organization
from bots.playground.neocu.routes import Routes

MAX_UPLOAD_BYTES = 64 * 1024**2


class Sandbox(Organization):
    """A Neocu API on one address: an organization of its own, and others beside it.

    `faults` lets its calls go wrong, whoever calls.
    """

    def __init__(
        self,
        *,
        key: str = "sandbox-key",
        compute: float = 1000.0,
        seconds: float = 1.5,
        port: int = 0,
    ) -> None:
        super().__init__(key=key, compute=compute, seconds=seconds)
        self.port = port
        self.faults = Faults(self.journal)
        self.organizations: list[Organization] = [self]

    @property
    def url(self) -> str:
        """The address for NEOCU_BASE_URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def upload_url(self) -> str:
        """The address for NEOCU_UPLOAD_URL."""
        return f"{self.url}/upload"

    def add_organization(self, key: str, *, compute: float = 1000.0) -> Organization:
        """Return a further organization, with a key, a balance, tasks and files of its own."""
        organization = Organization(
            key=key, compute=compute, seconds=self.seconds, journal=self.journal
        )
        self.organizations.append(organization)
        return organization

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            # A caller who leaves ends its call, also one that hangs.
            serving = serve(self._app(), port=self.port, cancel_handlers=True)
            self.port = await stack.enter_async_context(serving)
            stack.callback(self.faults.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _app(self) -> web.Application:
        app = web.Application(
            middlewares=[self.journal.middleware(), self.faults.middleware],
            client_max_size=MAX_UPLOAD_BYTES,
        )
        app.add_routes(Routes(self.organizations).table())
        return app
