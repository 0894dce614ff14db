"""The local Slack itself: one HTTP server for all the workspaces that may install the app."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Any, Self

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from bots.playground.journal import Journal
from bots.playground.local_server import HOST, serve
from bots.playground.slack.background import Tasks
from bots.playground.slack.consent import Consent
from bots.playground.slack.courier import Courier
from bots.playground.slack.desk import Desk
from bots.playground.slack.events import Events
from bots.playground.slack.faults import UNAVAILABLE, Fault, Faults
from bots.playground.slack.file_host import FileHost, Upload
from bots.playground.slack.grants import Grants
from bots.playground.slack.rate_limits import RateLimits
from bots.playground.slack.registration import App
from bots.playground.slack.response_url import ResponseUrls
from bots.playground.slack.rules import MEBIBYTE, Rules
from bots.playground.slack.socket_mode import Sockets
from bots.playground.slack.team import Team
from bots.playground.slack.web_api import WebApi

MAX_BODY_BYTES = 256 * MEBIBYTE
# What a fault calls the addresses that are no Web API method.
NAMES = {"upload": "upload", "files-pri": "download", "response": "response_url", "link": "socket"}


class DroppedError(Exception):
    """The caller gets no answer: its connection is cut."""


class SlackServer:
    """Serves the Web API, files, sockets and the install page; `desks` are its workspaces."""

    def __init__(self) -> None:
        self.journal = Journal("slack")
        self.faults = Faults(self._cut_sockets)
        self.app = App()
        self.grants = Grants(self.app)
        self.desks: dict[str, Desk] = {}  # by team ID
        self.sockets = Sockets(self.app, self.journal, self.faults)
        self._uploads: dict[str, Upload] = {}
        self._tasks = Tasks()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            # A new connection each time: a kept one could belong to an app that has gone since.
            connector = aiohttp.TCPConnector(force_close=True)
            self._session = await stack.enter_async_context(
                aiohttp.ClientSession(connector=connector)
            )
            port = await stack.enter_async_context(serve(self._routes()))
            self.app.base_url = f"http://{HOST}:{port}/"
            stack.push_async_callback(self.sockets.drop, warn=False)
            stack.push_async_callback(self._tasks.close)
            stack.callback(self.faults.clear)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def add_workspace(self, domain: str, rules: Rules) -> Desk:
        """Return the desk of a new workspace, which has not installed the app."""
        team = Team(self.journal, rules, self.app, self.grants, domain)
        courier = Courier(team, self.sockets, self._tasks, self._session)
        events = Events(team, courier)
        desk = Desk(
            team,
            courier,
            events,
            self.sockets,
            ResponseUrls(team, events, self._session),
            self.faults,
            self._tasks,
            self._session,
            FileHost(team, self._uploads),
            RateLimits(rules),
        )
        self.desks[team.id] = desk
        return desk

    def _routes(self) -> web.Application:
        middlewares = [_cut, self.journal.middleware(), self._go_wrong]
        app = web.Application(middlewares=middlewares, client_max_size=MAX_BODY_BYTES)
        consent = Consent(self.app, self.grants, self.desks)
        api = WebApi(self.app, self.grants, self.desks, self.sockets)
        app.router.add_route("*", "/api/{method}", api.serve)
        app.router.add_get("/oauth/v2/authorize", consent.page)
        app.router.add_post("/oauth/v2/authorize", consent.decide)
        app.router.add_post("/upload/v1/{id}", self._of_team(lambda d: d.host.receive))
        for path in ("/files-pri/{id}/download/{name}", "/files-pri/{id}/{name}"):
            app.router.add_get(path, self._of_team(lambda d: d.host.download))
        for path in ("/files-origin/{id}/download/{name}", "/files-origin/{id}/{name}"):
            app.router.add_get(path, self._of_team(lambda d: d.host.origin))
        app.router.add_get("/", self._login)
        respond = self._of_team(lambda d: d.response_urls.serve)
        app.router.add_post("/response/{id}/{key}", respond)
        app.router.add_get("/link/", self.sockets.serve)
        return app

    def _of_team(self, handler_of: Callable[[Desk], Handler]) -> Handler:
        """Return a handler for addresses whose `id` begins with their workspace's."""

        async def handle(request: web.Request) -> web.StreamResponse:
            desk = self.desks.get(request.match_info["id"].partition("-")[0])
            if desk is None:
                raise web.HTTPNotFound
            answer: web.StreamResponse = await handler_of(desk)(request)
            return answer

        return handle

    async def _login(self, request: web.Request) -> web.Response:
        """Serve the login page of whoever is sent there."""
        wanted = request.query.get("redir", "").rpartition("files-pri/")[2].partition("-")[0]
        desk = self.desks.get(wanted) or next(iter(self.desks.values()))
        return await desk.host.login(request)

    @web.middleware
    async def _go_wrong(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let go wrong what is to go wrong."""
        if self.faults.outage:
            return web.Response(status=UNAVAILABLE, text="service unavailable")
        first = request.path.split("/")[1]
        fault = self.faults.next(NAMES.get(first) or request.match_info.get("method", first))
        if fault is None:
            return await handler(request)
        await asyncio.sleep(fault.delay)
        if fault.stall:
            await self.faults.released()
            raise DroppedError
        if fault.after:
            await handler(request)
        if fault.drop:
            raise DroppedError
        return _faulty(fault) or await handler(request)

    def _cut_sockets(self) -> None:
        self._tasks.spawn(self.sockets.drop(warn=False))


@web.middleware
async def _cut(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except DroppedError:
        if request.transport:
            request.transport.abort()
        return web.Response()


def _faulty(fault: Fault) -> web.Response | None:
    """Return the answer that a fault stands for; None if it is only late."""
    if fault.error:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        body: dict[str, Any] = {"ok": False, "error": fault.error, **fault.more}
        return web.json_response(body, status=fault.status or HTTPStatus.OK, headers=headers)
    return web.Response(status=fault.status, text="<html>no</html>") if fault.status else None
