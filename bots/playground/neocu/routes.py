"""The calls that Neocu documents, and one to upload a file, as aiohttp handlers.

https://guide.neocu.com, pages generate, tasks/all-tasks, tasks/single-task and compute.
"""

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler

from bots.playground.neocu import rendering
from bots.playground.neocu.api_faults import answer
from bots.playground.neocu.media_files import THUMBNAIL_NAME, Asset, Upload
from bots.playground.neocu.organization import Organization
from bots.playground.neocu.tasks import FORBIDDEN, FORBIDDEN_WORDS

MAX_BODY_BYTES = 64 * 1024
HUGE_FILE_BYTES = 64 * 1024**2
_PADDING = bytes(256 * 1024)
# https://guide.neocu.com, page tasks/all-tasks
_DEFAULT_PAGE, _DEFAULT_LIMIT = 1, 15


Call = Callable[[web.Request, Organization], Awaitable[web.StreamResponse]]


class Routes:
    """The handlers of the API: a key decides which organization is asked."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        self._organizations = organizations

    def table(self) -> list[web.RouteDef]:
        """Return the routes; their names are those that faults are set by."""
        return [
            web.post("/v1/generate", self._with_key(self.generate), name="generate"),
            web.get("/v1/task/{id}", self._with_key(self.task), name="task", allow_head=False),
            web.get("/v1/task", self._with_key(self.tasks), name="tasks", allow_head=False),
            web.get("/v1/compute", self._with_key(self.compute), name="compute", allow_head=False),
            web.post("/upload", self._with_key(self.upload), name="upload"),
            web.get("/files/{id}/{name}", self.file, name="file"),
        ]

    def _with_key(self, handler: Call) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            key = request.headers.get("api-key")
            if not key:
                return answer(401)
            for organization in self._organizations:
                if key == organization.key:
                    return await handler(request, organization)
            return answer(401, "Invalid API key.")

        return checked

    async def generate(self, request: web.Request, of: Organization) -> web.Response:
        """Take a task and its price; 400 for what can't be read, 402 for too little compute."""
        try:
            query, files = _asked(await _body(request), of.files)
        except ValueError as refusal:
            return answer(400, str(refusal))
        if (task := of.generate(query, files)) is None:
            return answer(402)
        return web.json_response({"task_id": task.task_id, "message": "success"})

    async def task(self, request: web.Request, of: Organization) -> web.Response:
        """Tell how one task is."""
        task = of.tasks.get(request.match_info["id"])
        if task is None:
            return answer(404)
        body = task.as_json(of.now(), _address(request))
        return web.json_response({"isSuccess": True} | body)

    async def tasks(self, request: web.Request, of: Organization) -> web.Response:
        """List all tasks, the newest first; a listed task has no id."""
        page = _positive(request.query.get("page"), _DEFAULT_PAGE)
        limit = _positive(request.query.get("limit"), _DEFAULT_LIMIT)
        newest = of.generated[::-1]
        listed = newest[(page - 1) * limit : page * limit]
        now, address = of.now(), _address(request)
        return web.json_response(
            {
                "isSuccess": True,
                "taskList": [task.as_json(now, address) for task in listed],
                "totalPages": math.ceil(len(newest) / limit),
                "currentPage": page,
                "totalTasks": len(newest),
            }
        )

    async def compute(self, _: web.Request, of: Organization) -> web.Response:
        """Tell the balance in credits."""
        return web.json_response({"isSuccess": True, "compute": of.compute})

    async def upload(self, request: web.Request, of: Organization) -> web.Response:
        """Keep the multipart field `file` and answer its `_id`."""
        form = await request.post()
        part = form.get("file")
        if not isinstance(part, web.FileField):
            return answer(400, "The multipart field file is missing.")
        upload = Upload(part.filename, part.file.read())
        of.files[upload.id] = upload
        return web.json_response({"_id": upload.id})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Draw a result or its thumbnail. Needs no key, as a file's host is not the API's."""
        all_files = [organization.files for organization in self._organizations]
        file_id = request.match_info["id"]
        asset = next((files[file_id] for files in all_files if file_id in files), None)
        name = request.match_info["name"]
        if not isinstance(asset, Asset) or asset.broken or name not in {asset.name, THUMBNAIL_NAME}:
            return answer(404, "File not found")
        if name == THUMBNAIL_NAME:
            drawn = await asyncio.to_thread(rendering.thumbnail, asset)
            return web.Response(body=drawn, content_type="image/png")
        drawn = await asyncio.to_thread(rendering.render, asset)
        if asset.huge:
            return await _padded(request, drawn, asset.content_type)
        return web.Response(body=drawn, content_type=asset.content_type)


def _address(request: web.Request) -> str:
    """Return the address that the caller knows us by, which need not be the one we listen on."""
    return f"{request.scheme}://{request.host}"


async def _body(request: web.Request) -> bytes:
    """Return the whole body, ValueError above the limit."""
    try:
        await request.content.readexactly(MAX_BODY_BYTES + 1)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    raise ValueError("The body is larger than 64 KB.")


def _asked(body: bytes, known: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the query and the file IDs of a body, ValueError with a sentence if it is bad."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("The body is not JSON.") from None
    query = asked.get("query") if isinstance(asked, dict) else None
    if not isinstance(query, str) or not query.strip():
        raise ValueError("query is required")
    files = asked.get("files") or []
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        raise ValueError("files must be a list of file ids.")
    if unknown := [file for file in files if file not in known]:
        raise ValueError(f"There is no file with the id {unknown[0]}.")
    if FORBIDDEN_WORDS in query.casefold():
        raise ValueError(FORBIDDEN)
    return query, tuple(files)


def _positive(text: str | None, default: int) -> int:
    found = re.fullmatch(r"0*([1-9][0-9]{0,5})", text or "")
    return int(found[1]) if found else default


async def _padded(request: web.Request, drawn: bytes, content_type: str) -> web.StreamResponse:
    """Send a file with so many zeros behind it that it is huge."""
    response = web.StreamResponse(headers={"Content-Type": content_type})
    response.content_length = HUGE_FILE_BYTES
    await response.prepare(request)
    rest = HUGE_FILE_BYTES - len(drawn)
    with suppress(ConnectionResetError):  # who finds it too large has gone
        await response.write(drawn)
        while rest > 0:
            await response.write(_PADDING[:rest])
            rest -= len(_PADDING)
        await response.write_eof()
    return response
