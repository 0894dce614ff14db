"""The page's own server: the page, a live stream of what a person sees, and what they do."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from bots.playground.local_server import HOST, serve
from bots.playground.page.backstage import Backstage
from bots.playground.page.door import Door
from bots.playground.page.file_routes import FileRoutes
from bots.playground.page.homes import tabs_of
from bots.playground.page.seen import File, Json, Told, ticks
from bots.playground.page.switches import Switches
from bots.playground.page.tab import Tab
from bots.playground.stage import Stage

STATIC = Path(__file__).parent / "static"
MAX_BODY_BYTES = 256 * 1024**2
PEOPLE = ("ada", "ben", "cleo")


class Page:
    """The playground's page over a stage whose bots run; `url` is the address to open."""

    def __init__(self, stage: Stage, *, port: int = 0) -> None:
        self._stage, self._port = stage, port
        self._door = Door()
        self._backstage = Backstage(stage)
        self._switches = Switches(self._backstage)
        self._tabs = tabs_of(stage)
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Open the port; OSError where it is taken."""
        self._stage.workspace.group_dm("ada", "ben", "neocu")
        self._stage.guild.add_group("ada", "ben")
        async with AsyncExitStack() as stack:
            self._door.port = await stack.enter_async_context(serve(self._app(), port=self._port))
            stack.callback(self._closing.set)
            watching = asyncio.create_task(self._backstage.watch())
            stack.push_async_callback(_end, watching)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def url(self) -> str:
        """The address, with the token."""
        return f"http://{HOST}:{self._door.port}/?token={self._door.token}"

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._door.check], client_max_size=MAX_BODY_BYTES)
        app.on_response_prepare.append(self._door.dress)
        files = FileRoutes(self._stage, {name: home[0] for name, home in self._tabs.items()})
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/live", self._live),
                web.post("/do/{platform}/{verb}", self._do),
                web.post("/switch/{name}", self._switch),
                web.post("/break/{fault}", self._break),
                web.post("/end/{words}", self._end_next),
                *files.routes(),
                web.static("/static", STATIC),
            ]
        )
        return app

    async def _page(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Stream what one person sees, as Server-Sent Events, until they leave."""
        person = request.query.get("person", PEOPLE[0])
        if person not in PEOPLE:
            raise web.HTTPNotFound
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        told, links = Told(), FileRoutes.links(self._stage)
        with suppress(ConnectionResetError):  # the browser went away
            async for _ in ticks(self._backstage.journals):
                if self._closing.is_set():
                    break
                news = told.news(self._seen(person, request.query), links)
                await response.write(f"data: {news}\n\n".encode() if news else b":\n\n")
        return response

    def _seen(self, person: str, at: Mapping[str, str]) -> dict[str, Any]:
        things: dict[str, Any] = (
            {"people": list(PEOPLE)} | self._backstage.seen() | self._switches.seen()
        )
        for platform, homes in self._tabs.items():
            here = _chosen(homes, at.get(platform, ""))
            things |= here.seen(person)
            others = self._stage.neighbours
            things[f"{platform}/homes"] = {
                "here": here.home,
                "all": [one.as_home for one in homes],
                "add": others.links[platform] if others else "",
            }
        return things

    async def _do(self, request: web.Request) -> web.Response:
        """Do what a person does; the answer's `note` is what the chat itself tells them."""
        homes = self._tabs.get(request.match_info["platform"])
        args, files = await _read(request)
        tab = _chosen(homes, str(args.get("home", ""))) if homes else None
        act = tab.verbs.get(request.match_info["verb"]) if tab else None
        if act is None:
            raise web.HTTPNotFound
        try:
            note = await act(args.pop("person"), args, files)
        except (LookupError, ValueError, PermissionError) as refusal:
            return web.json_response({"note": f"That did not work: {refusal}"})
        return web.json_response({"note": note})

    async def _switch(self, request: web.Request) -> web.Response:
        try:
            await self._switches.press(request.match_info["name"])
        except KeyError as unknown:
            raise web.HTTPNotFound from unknown
        return web.json_response({})

    async def _break(self, request: web.Request) -> web.Response:
        try:
            self._switches.break_next(request.match_info["fault"], always="always" in request.query)
        except KeyError as unknown:
            raise web.HTTPNotFound from unknown
        return web.json_response({})

    async def _end_next(self, request: web.Request) -> web.Response:
        try:
            self._switches.end_next(request.match_info["words"])
        except KeyError as unknown:
            raise web.HTTPNotFound from unknown
        return web.json_response({})


def _chosen(homes: Sequence[Tab], home: str) -> Tab:
    """Return the workspace or server that is looked at; the first to begin with."""
    return next((one for one in homes if one.home == home), homes[0])


async def _read(request: web.Request) -> tuple[Json, dict[str, list[File]]]:
    """Return a form's parts: the field `args` as JSON, and its files by field."""
    form = await request.post()
    files: dict[str, list[File]] = {}
    for name, part in form.items():
        if isinstance(part, web.FileField):
            one = (part.filename, part.file.read(), part.content_type)
            files.setdefault(name, []).append(one)
    try:
        args = json.loads(str(form.get("args")))
        return {**args, "person": str(args["person"])}, files
    except (ValueError, TypeError, KeyError) as error:
        raise web.HTTPBadRequest(text="The field args is no JSON.") from error


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
