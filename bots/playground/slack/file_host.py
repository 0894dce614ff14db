"""Where a file's bytes go in and out (https://docs.slack.dev/messaging/working-with-files)."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from bots.playground.slack.team import Team

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>"
HTML = "text/html"
CHUNK = 64 * 1024


@dataclass
class Upload:
    """An upload under way: its bytes come first, then it is completed, once."""

    file_id: str
    name: str
    length: int
    alt_txt: str
    content: bytes | None = None
    holder: str = ""


class FileHost:
    """Uploads under way, and the addresses at which bytes go in and out.

    The `uploads`, by the secret in their address, are shared by all workspaces: an organization's
    token names none when it begins one.
    """

    def __init__(self, team: Team, uploads: dict[str, Upload]) -> None:
        self._team = team
        self._uploads = uploads

    def offer(self, upload: Upload) -> str:
        """Return the address that takes an upload's bytes."""
        ticket = f"{self._team.id}-{secrets.token_urlsafe()}"
        upload.holder = self._team.holder
        self._uploads[ticket] = upload
        return f"{self._team.base_url}upload/v1/{ticket}"

    def arrived(self) -> dict[str, Upload]:
        """Return the uploads whose bytes are here, by file ID."""
        ours = [one for one in self._uploads.values() if one.holder == self._team.holder]
        return {upload.file_id: upload for upload in ours if upload.content is not None}

    def take(self, upload: Upload) -> Upload:
        """Return an upload and forget it: it can be completed once."""
        [ticket] = [ticket for ticket, kept in self._uploads.items() if kept is upload]
        return self._uploads.pop(ticket)

    async def receive(self, request: web.Request) -> web.Response:
        """POST to an upload address: raw bytes or a multipart form."""
        upload = self._uploads.get(request.match_info["id"])
        if upload is None:
            return web.Response(status=404, text="not found")
        content = await self._content(request)
        if len(content) != upload.length:
            return web.Response(status=400, text=f"expected {upload.length} bytes")
        upload.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Serve a file to who may read it, on Enterprise Grid from a second host.

        https://github.com/NousResearch/hermes-agent/pull/114483
        """
        if self._team.rules.grid_file_host:
            path = request.rel_url.raw_path.removeprefix("/files-pri")
            raise web.HTTPFound(f"{self._elsewhere}files-origin{path}")
        return await self.origin(request)

    async def origin(self, request: web.Request) -> web.StreamResponse:
        """Serve a file; whoever may not read it is shown the way to the login page."""
        team = self._team
        file = team.files.get(request.match_info["id"].rpartition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not team.accepts(token) or "files:read" not in team.rules.scopes:
            return self._refuse(request)
        if file is None:
            return web.Response(status=404, text="not found")
        if team.rules.files_need_membership and not team.bot_sees(file):
            return self._refuse(request)
        headers = {"Content-Type": file.mimetype, "Content-Length": str(len(file.content))}
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        async for piece in self._paced(file.content):
            await answer.write(piece)
        return answer

    async def login(self, request: web.Request) -> web.Response:
        """Serve the login page, with status 200 as Slack does."""
        del request
        self._team.logins += 1
        return web.Response(text=LOGIN_PAGE, content_type=HTML)

    def _refuse(self, request: web.Request) -> web.Response:
        """Send whoever has no token, or no files:read, to log in at `<team>.slack.com/?redir=…`.

        Who follows sees a page with status 200, and so does who asks where `login_redirect` is
        off: https://github.com/vercel/eve/pull/1531
        """
        if not self._team.rules.login_redirect:
            return web.Response(text=LOGIN_PAGE, content_type=HTML)
        raise web.HTTPFound(f"{self._elsewhere}?redir={quote(request.path, safe='')}")

    @property
    def _elsewhere(self) -> str:
        """The same server by another name, so that it counts as another host."""
        return self._team.base_url.replace("//127.0.0.1", "//localhost")

    async def _content(self, request: web.Request) -> bytes:
        if request.content_type != "multipart/form-data":
            return b"".join([p async for p in self._paced(request.content.iter_chunked(CHUNK))])
        for field in (await request.post()).values():
            if isinstance(field, web.FileField):
                return b"".join([piece async for piece in self._paced(field.file.read())])
        return b""

    async def _paced(self, content: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield content no faster than the rules let bytes through."""
        pieces = _pieces(content) if isinstance(content, bytes) else content
        async for piece in pieces:
            if rate := self._team.rules.bytes_per_second:
                await asyncio.sleep(len(piece) / rate)
            yield piece


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]
