"""Files into Slack: uploaded, shared as one message, or shown as blocks of one.

https://docs.slack.dev/messaging/working-with-files/#upload
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, NoReturn

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import answered, map_slack_errors
from bots.slack.ladder import Rung
from bots.slack.render import MAX_ALT, Block
from core.conversation import (
    ConversationError,
    File,
    FilesRefusedError,
    TryLaterError,
    UndeliverableError,
)

# Slack works on a file for a while after it has said ok: it is looked at a few times at once,
# then again later.
LOOK_SOON = (0.1, 0.2, 0.4)
LOOK_LATER_SECONDS = (2.0, 10.0)  # at first, and at most
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Uploaded:
    """What a try has left in Slack: by which rung and where, the files' IDs, since when (Unix)."""

    rung: Rung
    channel: str
    files: tuple[str, ...]
    since: float

    def dump(self) -> str:
        """Return the memo that comes back with the next try."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, memo: str, channel: str) -> "Uploaded | None":
        """Read a memo, None where there is none of this channel."""
        read = json.loads(memo or "{}")
        if read.get("channel") != channel:
            return None
        return cls(Rung(read["rung"]), channel, tuple(read["files"]), read["since"])

    def wait(self, most: float) -> NoReturn:
        """Raise TryLaterError, or FilesRefusedError after `most` seconds of waiting."""
        age = time.time() - self.since
        if age >= most:
            raise FilesRefusedError("Slack never showed the files")
        soon, late = LOOK_LATER_SECONDS
        seconds = min(max(soon, age), late)
        # Slack is busy, which is no fault of this message.
        raise TryLaterError(
            "Slack works on the files", seconds, maybe_sent=True, outage=True, memo=self.dump()
        )


class Sharing:
    """The methods that put files into Slack."""

    def __init__(
        self, client: AsyncWebClient, session: aiohttp.ClientSession, stalled: float
    ) -> None:
        self._client = client
        self._session = session
        self._stalled = stalled

    async def upload(self, rung: Rung, channel: str, files: Sequence[File]) -> Uploaded:
        """Upload files, which nobody sees yet."""
        ids = [await self._upload(file) for file in files]
        return Uploaded(rung, channel, tuple(ids), time.time())

    async def share(
        self, uploaded: Uploaded, files: Sequence[File], where: dict[str, Any], blocks: list[Block]
    ) -> None:
        """Show uploaded files as one new message, of which Slack doesn't tell the ts."""
        named = zip(uploaded.files, files, strict=True)
        with map_slack_errors():
            await self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": file.name} for file_id, file in named],
                blocks=json.dumps(blocks),
                **where,
            )

    async def keep_private(self, uploaded: Uploaded, files: Sequence[File]) -> None:
        """Complete an upload without showing it to anybody."""
        named = zip(uploaded.files, files, strict=True)
        with map_slack_errors():
            await self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": file.name} for file_id, file in named]
            )

    async def discard(self, uploaded: Uploaded) -> None:
        """Delete files that were to be shared, so that a message of them can't turn up later.

        https://docs.slack.dev/reference/methods/files.delete
        """
        with suppress(ConversationError):
            await self.delete(uploaded.files)

    async def delete(self, files: Sequence[str]) -> None:
        """Delete files of ours; one that is gone already is no error. Raises TryLaterError."""
        for file_id in files:
            with suppress(FilesRefusedError, UndeliverableError), map_slack_errors():
                await self._client.files_delete(file=file_id)

    async def shared_at(self, uploaded: Uploaded, channel: str, *, once: bool = False) -> str:
        """Return the ts of the message that shows the files, "" while there is none."""
        for pause in (0.0,) if once else (0.0, *LOOK_SOON):
            await asyncio.sleep(pause)
            shares = (await self._info(uploaded.files[0])).get("shares") or {}
            for channels in shares.values():
                for share in channels.get(channel, ()):
                    return str(share["ts"])
        return ""

    async def processed(self, uploaded: Uploaded) -> bool:
        """Whether Slack has looked at all files, so that blocks may show them.

        https://github.com/slackapi/java-slack-sdk/issues/1349
        """
        waiting = list(uploaded.files)
        for pause in (0.0, *LOOK_SOON):
            await asyncio.sleep(pause)
            waiting = [one for one in waiting if not (await self._info(one)).get("mimetype")]
            if not waiting:
                return True
        return False

    async def _info(self, file_id: str) -> dict[str, Any]:
        with map_slack_errors():
            found = answered(await self._client.files_info(file=file_id))
        return dict(found.get("file") or {})

    async def _upload(self, file: File) -> str:
        # With other types than images Slack may say ok and never show the file:
        # https://github.com/slackapi/python-slack-sdk/issues/1818
        described = file.media_type.startswith("image/") and file.description
        with map_slack_errors():
            ticket = answered(
                await self._client.files_getUploadURLExternal(
                    filename=file.name,
                    length=len(file.data),
                    alt_txt=file.description[:MAX_ALT] if described else None,
                )
            )
        await self._send(ticket["upload_url"], file)
        return str(ticket["file_id"])

    async def _send(self, url: str, file: File) -> None:
        """Send a file's bytes. Raises TryLaterError when they have stalled: nobody saw them."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(file.data)),
        }
        try:
            async with asyncio.timeout(self._stalled) as deadline:
                async with self._session.post(
                    url,
                    data=_pieces(file.data, deadline, self._stalled),
                    headers=headers,
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
                ) as response:
                    status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLaterError(f"upload: {type(error).__name__}") from error
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TryLaterError(f"upload: status {status}")
        if status != HTTPStatus.OK:
            raise FilesRefusedError(f"upload: status {status}")


async def _pieces(data: bytes, deadline: asyncio.Timeout, seconds: float) -> AsyncIterator[bytes]:
    """Yield a file in pieces; each one that is taken gives the next so many seconds."""
    loop = asyncio.get_running_loop()
    for start in range(0, len(data), CHUNK_BYTES):
        deadline.reschedule(loop.time() + seconds)
        yield data[start : start + CHUNK_BYTES]
    deadline.reschedule(loop.time() + seconds)
