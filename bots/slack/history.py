"""What stands in a channel or thread already: how a message is deduped after a crash."""

import hashlib
import time
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import answered, map_slack_errors
from bots.slack.render import Block
from core.conversation import TryLaterError, UndeliverableError

# How far back, and at how many messages, to look for what may have been said already.
LOOK_BACK_SECONDS = 3600.0
MAX_LOOKED_AT = 200
MAX_WAIT_SECONDS = 5.0

Json = dict[str, Any]


class History:
    """The messages of a channel, or of a thread in it."""

    def __init__(self, client: AsyncWebClient, channel: str, thread_ts: str | None) -> None:
        self._client = client
        self._channel = channel
        self._thread_ts = thread_ts

    async def find(self, key: str) -> str:
        """Return the ts of the message of this key, "" also where it can't be looked for soon."""
        for message in await self._latest():
            found = message.get("metadata", {}).get("event_payload", {}).get("key")
            marks = {block.get("block_id") for block in message.get("blocks", ())}
            if found == key or mark(key) in marks:
                return str(message["ts"])
        return ""

    async def pictures(self, ts: str) -> list[Block]:
        """Return the pictures in a message's blocks, which an edit would take away."""
        blocks = (await self._message(ts)).get("blocks") or ()
        return [block for block in blocks if block["type"] == "image"]

    async def files(self, ts: str) -> list[str]:
        """Return the IDs of a message's files, those that its blocks show among them."""
        message = await self._message(ts)
        shown = [block.get("slack_file") or {} for block in message.get("blocks") or ()]
        return [one["id"] for one in (*(message.get("files") or ()), *shown) if one.get("id")]

    async def _message(self, ts: str) -> Json:
        found = await self._read(oldest=ts, latest=ts, inclusive=True, limit=2)
        return next((message for message in found if str(message.get("ts")) == ts), {})

    async def _latest(self) -> list[Json]:
        """Return the end: without `oldest`, Slack would give the beginning of a thread.

        https://docs.slack.dev/reference/methods/conversations.replies
        """
        oldest = f"{time.time() - LOOK_BACK_SECONDS:.6f}"
        try:
            return await self._read(oldest=oldest, limit=MAX_LOOKED_AT, include_all_metadata=True)
        except TryLaterError as error:
            # Rather said twice than not for long; where Slack is away nothing can be said anyway.
            if error.seconds is not None and error.seconds > MAX_WAIT_SECONDS:
                return []
            error.maybe_sent = True
            raise
        except UndeliverableError:  # we may not look
            return []

    async def _read(self, **which: Any) -> list[Json]:
        with map_slack_errors():
            if self._thread_ts:
                found = await self._client.conversations_replies(
                    channel=self._channel, ts=self._thread_ts, **which
                )
            else:
                found = await self._client.conversations_history(channel=self._channel, **which)
        return list(answered(found).get("messages") or ())


def mark(key: str) -> str:
    """Return what names a message in its blocks, where it can have no metadata."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
