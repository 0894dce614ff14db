"""A host of results that is Neocu, too, of one finished task."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from zlib import compress, crc32

from aiohttp import web

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))


# A picture of one pixel that says where it comes from, as far as a chat could tell: C2PA's box
# stands in a chunk of its own, and any change of the file breaks the signature in it.
# https://spec.c2pa.org/specifications/specifications/2.2/specs/C2PA_Specification.html
SIGNED = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"caBX", b"\0\0\0\x1ejumb\0\0\0\x16jumdc2pa" + bytes(range(256)) * 8)
    + _chunk(b"IDAT", compress(bytes(4)))
    + _chunk(b"IEND", b"")
)


@dataclass
class Host:
    """A host of results, and what it was asked with; it is Neocu, too, of one finished task."""

    url: str = ""
    asked: list[web.BaseRequest] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Give a picture, or be difficult as the path says."""
        self.asked.append(request)
        match request.match_info["name"]:
            case "moved":
                raise web.HTTPFound(request.query["to"])
            case "slow":
                response = web.StreamResponse()
                await response.prepare(request)
                while True:  # a drop now and then: every read is in time, the whole is not
                    await response.write(b"\x89")
                    await asyncio.sleep(0.02)
            case "signed.png":
                return web.Response(body=SIGNED, content_type="image/png")
            case "large.png":  # more than an unread response takes in
                return web.Response(body=PNG + bytes(1_500_000), content_type="image/png")
            case _:
                return web.Response(body=PNG, content_type="image/png")

    async def generate(self, _: web.Request) -> web.Response:
        """Take a task."""
        return web.json_response({"task_id": "65f0c0ffee"})

    async def task(self, _: web.Request) -> web.Response:
        """Tell the finished task."""
        assets = [
            {"_id": f"65f{n}", "url": url, "name": f"{n}.png", "type": "image"}
            for n, url in enumerate(self.assets, 1)
        ]
        return web.json_response({"task": {"status": "completed"}, "asset": assets})

    async def compute(self, _: web.Request) -> web.Response:
        """Tell the balance."""
        return web.json_response({"compute": 1000})


@asynccontextmanager
async def hosting() -> AsyncIterator[Host]:
    """Open a host."""
    host, app = Host(), web.Application()
    app.add_routes(
        [
            web.get("/files/{name}", host.file),
            web.post("/v1/generate", host.generate),
            web.get("/v1/task/{id}", host.task),
            web.get("/v1/compute", host.compute),
        ]
    )
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield host
    await runner.cleanup()
