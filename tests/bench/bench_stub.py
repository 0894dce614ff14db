"""Slack, Discord and Neocu for a benchmark: they answer at once, or as late as they are told to.

A process of its own, as small as may be: it is not what is measured. It prints its port.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from bench_stub_discord import DiscordStub

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

PIECE = bytes(1 << 20)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc0f01f0005000201e221bc330000000049454e44ae426082"
)


@dataclass
class World:
    """What the stubs are set to, and what they have seen: when, by the monotonic clock."""

    generate_seconds: float = 0.0
    task_seconds: float = 0.0
    chat_seconds: float = 0.0
    file_bytes: int = 0
    limited_channel: str = ""
    fault_share: float = 0.0  # of the calls: refused, limited, or left without an answer
    port: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    marks: dict[str, float] = field(default_factory=dict)
    tasks: dict[str, float] = field(default_factory=dict)
    shares: dict[str, tuple[str, str]] = field(default_factory=dict)

    def seen(self, kind: str, name: str = "") -> None:
        """Count a call, and note when it came."""
        self.counts[kind] += 1
        if name:
            self.marks.setdefault(f"{kind} {name}", time.monotonic())


class Stub:
    """Answers every path of the three."""

    def __init__(self) -> None:
        self.world = World()
        self.discord = DiscordStub(self.world)
        self._routes: dict[str, Handler] = {
            "api": self._slack,
            "v1": self._neocu,
            "discord": self.discord.answer,
            "gateway": self.discord.answer,
            "file": self._file,
            "upload": self._upload,
        }
        self._chance = random.Random(1)  # noqa: S311 (nobody has to guess it)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a call."""
        path = request.path
        if path == "/control":
            return await self._control(await request.json())
        if self._chance.random() < self.world.fault_share:
            return self._fault(request)
        answer = self._routes.get(path.split("/")[1], self._other)
        return await answer(request)

    async def _upload(self, request: web.BaseRequest) -> web.Response:
        async for _ in request.content.iter_any():
            pass
        return web.Response(text="OK")

    async def _other(self, request: web.BaseRequest) -> web.Response:
        """Take what is said at a response_url: one person alone reads it."""
        await request.read()
        self.world.seen("answered", request.path.rpartition("/")[2])
        return web.Response(text="ok")

    def _fault(self, request: web.BaseRequest) -> web.Response:
        """Answer as one does on a bad day."""
        self.world.seen("fault")
        match self._chance.randrange(3):
            case 0:
                return web.Response(status=500)
            case 1:
                return web.Response(status=429, headers={"Retry-After": "1"})
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=502)

    async def _control(self, wanted: dict[str, Any]) -> web.Response:
        if wanted.pop("reset", False):
            self.world.counts.clear()
            self.world.marks.clear()
            self.world.tasks.clear()
            self.world.shares.clear()
        self.discord.control(wanted)
        for name, value in wanted.items():
            setattr(self.world, name, value)
        seen = {"counts": self.world.counts, "marks": self.world.marks}
        return web.json_response(seen if not wanted else {})

    # ---- Neocu -----------------------------------------------------------------------------------

    async def _neocu(self, request: web.BaseRequest) -> web.Response:
        world, path = self.world, request.path
        if path == "/v1/generate":
            query = json.loads(await request.read())["query"]
            world.seen("generate", query)
            await asyncio.sleep(world.generate_seconds)
            task_id = f"{len(world.tasks):024x}"
            world.tasks[task_id] = time.monotonic() + world.task_seconds
            return web.json_response({"task_id": task_id, "message": "success"})
        if path == "/v1/compute":
            return web.json_response({"isSuccess": True, "compute": 1e9})
        task_id = path.rpartition("/")[2]
        world.seen("poll")
        return web.json_response(self._task(task_id))

    def _task(self, task_id: str) -> dict[str, Any]:
        done = time.monotonic() >= self.world.tasks.get(task_id, float("inf"))
        address = f"http://127.0.0.1:{self.world.port}/file/{task_id}.png"
        date = "2026-01-01T00:00:00.000Z"
        asset = {
            "_id": task_id,
            "url": address,
            "name": "picture.png",
            "type": "image",
            "thumbnail": None,
            "status": "completed",
        }
        return {
            "isSuccess": True,
            "task": {
                "status": "completed" if done else "generating",
                "message": ["Done."] if done else ["Sketching…"],
                "date": date,
            },
            "asset": [asset] if done else [],
        }

    async def _file(self, request: web.BaseRequest) -> web.StreamResponse:
        size = self.world.file_bytes
        if not size:
            return web.Response(body=PNG, content_type="image/png")
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        response.content_length = size
        await response.prepare(request)
        for start in range(0, size, len(PIECE)):
            await response.write(PIECE[: size - start])
        return response

    # ---- Slack -----------------------------------------------------------------------------------

    async def _slack(self, request: web.BaseRequest) -> web.Response:
        method = request.path.rpartition("/")[2]
        asked = await _arguments(request)
        channel = str(asked.get("channel", ""))
        if channel and channel == self.world.limited_channel:
            self.world.seen("limited")
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "30"}
            )
        if method.startswith("chat."):
            await asyncio.sleep(self.world.chat_seconds)
        payload = (asked.get("metadata") or {}).get("event_payload") or {}
        self.world.seen(method, payload.get("key", ""))
        return web.json_response({"ok": True} | self._said(method, asked), headers=SCOPES)

    def _said(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        number = sum(self.world.counts.values())
        ts = f"{1_700_000_000 + number}.000100"
        match method:
            case "auth.test":
                return ME
            case "chat.postMessage":
                return {"channel": asked["channel"], "ts": ts}
            case "users.info":
                return {"user": {"id": asked["user"], "name": "ada", "team_id": "T1"}}
            case "files.getUploadURLExternal":
                upload = f"http://127.0.0.1:{self.world.port}/upload/F{number}"
                return {"upload_url": upload, "file_id": f"F{number}"}
            case "files.completeUploadExternal":
                files = asked["files"]
                for file in json.loads(files) if isinstance(files, str) else files:
                    self.world.shares[file["id"]] = (asked.get("channel_id", ""), ts)
            case "files.info":
                channel, ts = self.world.shares[asked["file"]]
                return {
                    "file": {"mimetype": "image/png", "shares": {"public": {channel: [{"ts": ts}]}}}
                }
        return {}


SCOPES = {"x-oauth-scopes": "users:read,chat:write"}
ME = {
    "url": "https://bench.slack.com/",
    "team": "Bench",
    "team_id": "T1",
    "user": "neocu",
    "user_id": "UBOT",
    "bot_id": "B1",
}


async def _arguments(request: web.BaseRequest) -> dict[str, Any]:
    body = await request.read()
    if request.content_type == "application/json":
        return dict(json.loads(body or b"{}"))
    return dict(request.query) | dict(parse_qsl(body.decode()))


async def serve() -> None:
    """Serve until ended."""
    stub = Stub()
    runner = web.ServerRunner(web.Server(stub, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.world.port = runner.addresses[0][1]
    print(stub.world.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
