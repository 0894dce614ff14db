"""The files.* methods, and where the bytes go in and out.

https://docs.slack.dev/messaging/working-with-files
"""

import asyncio
import secrets
from dataclasses import dataclass
from mimetypes import guess_type

from aiohttp import web

from bots.playground.slack.args import Args
from bots.playground.slack.compose import checked_blocks, thread_of, writable_channel
from bots.playground.slack.desk import Desk
from bots.playground.slack.payloads import file_json
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Channel, File, Json, Message

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>"
MAX_ALT = 1_000


@dataclass
class Upload:
    """An upload under way: its bytes come first, then it is completed, once."""

    file_id: str
    name: str
    length: int
    alt_txt: str
    content: bytes | None = None


class Files:
    """Uploads under way and the two addresses at which bytes go in and out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._uploads: dict[str, Upload] = {}  # by the secret in the upload address

    async def get_upload_url(self, desk: Desk, args: Args) -> Json:
        """files.getUploadURLExternal."""
        name, length = args.need("filename", "missing_argument"), args.number("length", 0)
        if length <= 0:
            raise SlackError("missing_argument")
        if length > desk.team.rules.upload_limit:
            raise SlackError("file_upload_size_restricted")
        if len(args.text("alt_txt")) > MAX_ALT:
            raise SlackError("alt_txt_too_large")
        ticket, file_id = secrets.token_urlsafe(), desk.team.new_id("F")
        self._uploads[ticket] = Upload(file_id, name, length, args.text("alt_txt"))
        url = f"{desk.team.base_url}upload/v1/{ticket}"
        return {"upload_url": url, "file_id": file_id}

    async def receive(self, request: web.Request) -> web.Response:
        """POST to an upload address: raw bytes or a multipart form."""
        upload = self._uploads.get(request.match_info["ticket"])
        if upload is None:
            return web.Response(status=404, text="not found")
        content = await _content(request)
        if len(content) != upload.length:
            return web.Response(status=400, text=f"expected {upload.length} bytes")
        upload.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def complete(self, desk: Desk, args: Args) -> Json:
        """files.completeUploadExternal: the files turn up as one message, a moment later."""
        name = args.text("channel_id") or args.text("channels")
        channel = writable_channel(desk.team, name) if name else None
        message = await self._message(channel, args) if channel else None
        titles = {item.get("id"): item.get("title") for item in args.json("files") or []}
        arrived = {u.file_id: key for key, u in self._uploads.items() if u.content is not None}
        if not titles or not titles.keys() <= arrived.keys():
            raise SlackError("file_not_found")
        files = [self._keep(self._uploads.pop(arrived[i]), title) for i, title in titles.items()]
        desk.tasks.spawn(self._process(files, message))
        return {"files": [{"id": file.id, "title": file.title} for file in files]}

    async def info(self, desk: Desk, args: Args) -> Json:
        """files.info."""
        if (file := desk.team.files.get(args.text("file"))) is None:
            raise SlackError("file_not_found")
        return {"file": file_json(desk.team, file)}

    async def download(self, request: web.Request) -> web.Response:
        """Serve a file to who may read it; everyone else gets a login page, with status 200."""
        team = self._desk.team
        file = team.files.get(request.match_info["id"].rpartition("-")[2])
        allowed = request.headers.get("Authorization") == f"Bearer {team.bot_token}"
        if not allowed or "files:read" not in team.rules.scopes:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file is None:
            return web.Response(status=404, text="not found")
        return web.Response(body=file.content, headers={"Content-Type": file.mimetype})

    def _keep(self, upload: Upload, title: str | None) -> File:
        mimetype = guess_type(upload.name)[0] or "application/octet-stream"
        team, content = self._desk.team, upload.content or b""
        file = team.add_file(team.bot.id, upload.name, content, mimetype, file_id=upload.file_id)
        file.title, file.alt_txt, file.ready = title or upload.name, upload.alt_txt, False
        return file

    async def _message(self, channel: Channel, args: Args) -> Message:
        team, text = self._desk.team, args.text("initial_comment")
        blocks = [] if text else await checked_blocks(team, self._desk.session, args)
        thread = thread_of(team, channel, args.text("thread_ts"))
        return Message(
            channel.id,
            "",
            team.bot.id,
            text,
            thread,
            blocks,
            bot_id=team.bot_id,
            subtype="file_share",
        )

    async def _process(self, files: list[File], message: Message | None) -> None:
        """Look at files for a while; then they can be shown."""
        await asyncio.sleep(self._desk.team.rules.processing_time)
        for file in files:
            file.ready = True
        if message:
            message.ts, message.files = self._desk.team.new_ts(), files
            self._desk.team.add_message(message)
            self._desk.events.posted(message)
        self._desk.team.journal.changed()


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""
