"""The local Slack workspace: one HTTP server, put together and closed here."""

import asyncio
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Self

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from bots.playground.journal import Journal
from bots.playground.local_server import HOST, serve
from bots.playground.slack.background import Tasks
from bots.playground.slack.courier import JSON, Courier, Delivery
from bots.playground.slack.desk import Desk
from bots.playground.slack.events import Events
from bots.playground.slack.faults import UNAVAILABLE, Fault, Faults
from bots.playground.slack.file_host import FileHost
from bots.playground.slack.file_methods import Files
from bots.playground.slack.interactions import Interactions
from bots.playground.slack.response_url import ResponseUrls
from bots.playground.slack.rules import MEBIBYTE, Rules
from bots.playground.slack.socket_mode import Sockets
from bots.playground.slack.state import File, Json, View
from bots.playground.slack.team import Team
from bots.playground.slack.web_api import WebApi

MAX_BODY_BYTES = 256 * MEBIBYTE
# What a fault calls the addresses that are no Web API method.
NAMES = {"upload": "upload", "files-pri": "download", "response": "response_url", "link": "socket"}


class DroppedError(Exception):
    """The caller gets no answer: its connection is cut."""


class Workspace(Interactions):
    """A Slack workspace with people, channels and one app, which the real SDKs can talk to.

    `rules` holds what can be set of its behaviour, `faults` what is to go wrong, `journal` every
    call. With `events_url` deliveries are signed HTTP requests, without they go to a socket.
    To begin with there are ada, ben and cleo, #general with the bot, and #random without it.
    """

    def __init__(self, *, events_url: str | None = None) -> None:
        self.journal = Journal("slack")
        self.rules = Rules()
        self.faults = Faults(self._cut_sockets)
        self._first_events_url = events_url
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.desk = await self._open(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self, stack: AsyncExitStack) -> Desk:
        team, tasks = Team(self.journal, self.rules), Tasks()
        # A new connection each time: a kept one could belong to an app that has gone since.
        connector = aiohttp.TCPConnector(force_close=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        sockets = Sockets(team, self.faults)
        courier = Courier(team, sockets, tasks, session)
        courier.events_url = self._first_events_url
        events = Events(team, courier)
        urls = ResponseUrls(team, events, session)
        desk = Desk(team, courier, events, sockets, urls, self.faults, tasks, session)
        port = await stack.enter_async_context(serve(self._app(desk)))
        team.base_url = f"http://{HOST}:{port}/"
        stack.push_async_callback(sockets.drop, warn=False)
        stack.push_async_callback(tasks.close)
        stack.callback(self.faults.clear)
        people = {team.add_person(name).id for name in ("ada", "ben", "cleo")}
        team.add_channel("general", people | {team.bot.id})
        team.add_channel("random", people)
        return desk

    def _app(self, desk: Desk) -> web.Application:
        host = FileHost(desk.team)
        middlewares = [_cut, self.journal.middleware(), self._go_wrong]
        app = web.Application(middlewares=middlewares, client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/api/{method}", WebApi(desk, Files(host)).serve)
        app.router.add_post("/upload/v1/{ticket}", host.receive)
        app.router.add_get("/files-pri/{id}/download/{name}", host.download)
        app.router.add_get("/files-pri/{id}/{name}", host.download)
        app.router.add_get("/files-origin/{id}/download/{name}", host.origin)
        app.router.add_get("/files-origin/{id}/{name}", host.origin)
        app.router.add_get("/", host.login)
        app.router.add_post("/response/{team}/{key}", desk.response_urls.serve)
        app.router.add_get("/link/", desk.sockets.serve)
        return app

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
        self.desk.tasks.spawn(self.desk.sockets.drop(warn=False))

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.desk.team.base_url}api/"

    @property
    def bot_token(self) -> str:
        """What SLACK_BOT_TOKEN is set to."""
        return self.desk.team.bot_token

    @property
    def app_token(self) -> str:
        """What SLACK_APP_TOKEN is set to, for Socket Mode."""
        return self.desk.team.app_token

    @property
    def signing_secret(self) -> str:
        """What SLACK_SIGNING_SECRET is set to, for HTTP."""
        return self.desk.team.signing_secret

    @property
    def team_id(self) -> str:
        """The workspace's ID."""
        return self.desk.team.id

    @property
    def bot_user_id(self) -> str:
        """The bot as a person: what a mention of it names."""
        return self.desk.team.bot.id

    @property
    def bot_id(self) -> str:
        """The bot as an app's integration: what its messages carry."""
        return self.desk.team.bot_id

    @property
    def scopes(self) -> set[str]:
        """The scopes that the app holds."""
        return self.rules.scopes

    @scopes.setter
    def scopes(self, scopes: set[str]) -> None:
        self.rules.scopes = scopes

    def install(self, manifest: Json) -> None:
        """Give the app what its manifest asks for, and nothing else: scopes and events."""
        self.rules.follow(manifest)

    @property
    def events_url(self) -> str | None:
        """Where signed deliveries go; None: to a connected socket."""
        return self.desk.courier.events_url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.desk.courier.events_url = url

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that the app was told or is being told, oldest first."""
        return self.desk.courier.deliveries

    @property
    def files(self) -> dict[str, File]:
        """Every file by ID, whoever uploaded it."""
        return self.desk.team.files

    @property
    def views(self) -> dict[str, View]:
        """Modals and home tabs by ID, closed modals included."""
        return self.desk.team.views

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Deliver something once more: the same body, signed anew, marked as a retry."""
        return self.desk.courier.send_again(delivery)

    async def deliver_raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the app's HTTP status for exactly this body and these headers."""
        return (await self.desk.courier.post(body, headers))[0]

    def signed(self, body: bytes, content_type: str = JSON) -> dict[str, str]:
        """Return the headers that prove a body to come from Slack."""
        return self.desk.courier.signed(body, content_type)

    async def verify_events_url(self) -> bool:
        """Tell whether the app answers Slack's `url_verification` challenge."""
        return await self.desk.courier.verify()

    async def drop_sockets(self, reason: str = "refresh_requested", *, warn: bool = True) -> None:
        """Close every socket, after a `disconnect` message if `warn`; the app has to come again."""
        await self.desk.sockets.drop(reason, warn=warn)

    def silence_sockets(self, *, answer_pings: bool = True) -> None:
        """Let the open sockets go silent, as if connected; new ones work."""
        self.desk.sockets.silence(answer_pings=answer_pings)


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
        body = {"ok": False, "error": fault.error, **fault.more}
        return web.json_response(body, status=fault.status or HTTPStatus.OK, headers=headers)
    return web.Response(status=fault.status, text="<html>no</html>") if fault.status else None
