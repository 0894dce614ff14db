"""A place in Slack, as the core sees it: the ladder, walked once, downwards."""

import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import ladder, render
from bots.slack.calls import answered, check_response_url, map_slack_errors
from bots.slack.ladder import Channel, DirectMessage, Ephemeral, Place, Rung, Thread
from bots.slack.sharing import Sharing, Uploaded
from core import wording
from core.conversation import (
    Attempt,
    Barrier,
    Capacity,
    ConversationError,
    File,
    FilesRefusedError,
    Posted,
    Reply,
    TryLaterError,
    UndeliverableError,
)

log = logging.getLogger(__name__)

METADATA = "neocu_reply"
# How far back, and at how many messages, to look for what may have been said already.
LOOK_BACK_SECONDS = 3600.0
MAX_LOOKED_AT = 200
MAX_LOOK_WAIT_SECONDS = 5.0
# What makes an edit impossible, of a message that is still there or has been taken away.
CANNOT_EDIT = {"cant_update_message", "edit_window_closed"}


@dataclass(frozen=True)
class Connection:
    """What every conversation shares; `team_url` is the workspace's web address."""

    client: AsyncWebClient
    session: aiohttp.ClientSession
    team_url: str


class SlackConversation:
    """A place; where it has no thread yet, the first post makes one."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self._client = connection.client
        self._session = connection.session
        self._team_url = connection.team_url
        self._sharing = Sharing(connection.client, connection.session)
        self._place = place
        self._say: dict[Rung, Callable[[Reply, Sequence[File], Attempt], Awaitable[Posted]]] = {
            Rung.SHARE: self._share,
            Rung.PICTURE_BLOCKS: self._show_pictures,
            Rung.MESSAGE: self._post_message,
            Rung.RESPONSE_URL: self._respond,
            Rung.EPHEMERAL: self._post_ephemeral,
            Rung.IN_PERSON: self._write_to_person,
        }

    @property
    def capacity(self) -> Capacity:
        """What one message can carry here."""
        return ladder.capacity(self._place)

    @property
    def link(self) -> str:
        """The web address of the thread, "" where there is none."""
        match self._place:
            case Thread(channel, thread_ts) if self._team_url:
                return f"{self._team_url}archives/{channel}/p{thread_ts.replace('.', '')}"
        return ""

    async def post(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        """Say something new, by the best rung that takes it."""
        await self._join()
        if attempt.maybe_sent and (found := await self._find(attempt)):
            return found
        begun, reason = Uploaded.load(attempt.memo, self._channel), None
        for rung in ladder.rungs(self._place, files, time.time()):
            if begun and rung is Rung.SHARE and begun.rung is not rung:
                continue  # that was in vain in an earlier try
            try:
                return await self._say[rung](reply, files, attempt)
            except (FilesRefusedError, UndeliverableError) as error:
                log.info("%s can't be said by %s: %s", attempt.key, rung, error)
                reason = reason or error
        if files or reason is None:
            raise FilesRefusedError(str(reason)) from reason
        raise reason

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change a message of ours."""
        channel = self._channel
        message = render.messages(reply)[0]
        pictures = await self._pictures(message_id) if reply.media else []
        try:
            with map_slack_errors():
                await self._client.chat_update(
                    channel=channel,
                    ts=message_id,
                    text=message.text,
                    blocks=[*message.blocks[:1], *pictures, *message.blocks[1:]],
                )
        except UndeliverableError as error:
            if str(error) not in CANNOT_EDIT:
                raise
            log.info("A message stays as it is: %s", error)
        await self._show_working(reply)

    async def delete(self, message_id: str) -> None:
        """Take back a message of ours."""
        try:
            with map_slack_errors():
                await self._client.chat_delete(channel=self._channel, ts=message_id)
        except UndeliverableError as error:
            if error.barrier is not Barrier.GONE:
                raise

    # ---- The rungs -------------------------------------------------------------------------------

    async def _share(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        channel, begun = await self._open(), Uploaded.load(attempt.memo, self._channel)
        if begun is None:
            begun = await self._sharing.upload(Rung.SHARE, self._channel, files)
            where = {"channel_id": channel, "thread_ts": self._thread_ts}
            first, *rest = render.beside_files(reply)
            named = {**first, "block_id": _mark(attempt.key)}
            await self._sharing.share(begun, files, where, [named, *rest])
        try:
            ts = await self._sharing.shared_at(begun, channel)
        except TryLaterError as error:  # it is shared: not once more because of that
            error.maybe_sent, error.memo = True, begun.dump()
            raise
        except (FilesRefusedError, UndeliverableError) as error:
            log.info("Where %s stands is not told: %s", attempt.key, error)
            return Posted("", ladder.dump(self._place))
        if not ts:
            begun.check_time(time.time())
        return self._posted(channel, ts)

    async def _show_pictures(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        begun = Uploaded.load(attempt.memo, self._channel)
        if begun is None or begun.rung is not Rung.PICTURE_BLOCKS:
            begun = await self._sharing.upload(Rung.PICTURE_BLOCKS, self._channel, files)
            await self._sharing.keep_private(begun, files)
        if not await self._sharing.processed(begun):
            begun.check_time(time.time())
        message = render.messages(reply)[0]
        pictures = [
            render.image(file_id, file.description)
            for file_id, file in zip(begun.files, files, strict=True)
        ]
        blocks = [*message.blocks[:1], *pictures, *message.blocks[1:]]
        return await self._post_one(render.Message(message.text, blocks), attempt.key)

    async def _post_message(self, reply: Reply, _: Sequence[File], attempt: Attempt) -> Posted:
        first, *rest = render.messages(reply)
        posted = await self._post_one(first, attempt.key)
        below = SlackConversation(
            Connection(self._client, self._session, self._team_url), ladder.load(posted.address)
        )
        for number, message in enumerate(rest, 1):
            try:
                await below._post_one(message, f"{attempt.key}#{number}")
            except TryLaterError as error:
                error.maybe_sent = True  # what stands above it has been said
                raise
        await below._show_working(reply)
        return posted

    async def _post_one(self, message: render.Message, key: str) -> Posted:
        with map_slack_errors():
            said = answered(
                await self._client.chat_postMessage(
                    channel=self._channel,
                    text=message.text,
                    blocks=message.blocks,
                    metadata={"event_type": METADATA, "event_payload": {"key": key}},
                    unfurl_links=False,
                    unfurl_media=False,
                    thread_ts=self._thread_ts,
                )
            )
        # What was sent to a person comes back with the ID of their direct message.
        return self._posted(str(said.get("channel") or self._channel), str(said["ts"]))

    async def _respond(self, reply: Reply, _: Sequence[File], attempt: Attempt) -> Posted:  # noqa: ARG002 (a response_url knows no keys)
        place = self._ephemeral
        if place.response is None:
            raise UndeliverableError("no response_url", Barrier.EXPIRED)
        message = render.messages(reply)[0]
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": message.text,
            "blocks": message.blocks,
            **({"thread_ts": self._thread_ts} if self._thread_ts else {}),
        }
        with map_slack_errors():
            async with self._session.post(place.response.url, json=body) as response:
                await check_response_url(response)
        return Posted("", ladder.dump(ladder.after_response(place)))

    async def _post_ephemeral(self, reply: Reply, _: Sequence[File], attempt: Attempt) -> Posted:  # noqa: ARG002 (nor does an ephemeral)
        place, message = self._ephemeral, render.messages(reply)[0]
        with map_slack_errors():
            await self._client.chat_postEphemeral(
                channel=place.channel,
                user=place.person,
                text=message.text,
                blocks=message.blocks,
                thread_ts=self._thread_ts,
            )
        return Posted("", ladder.dump(place))

    async def _write_to_person(
        self, reply: Reply, files: Sequence[File], attempt: Attempt
    ) -> Posted:
        person = DirectMessage(self._ephemeral.person)
        connection = Connection(self._client, self._session, self._team_url)
        return await SlackConversation(connection, person).post(reply, files, attempt)

    # ---- What the rungs share --------------------------------------------------------------------

    @property
    def _channel(self) -> str:
        """The channel, as chat.postMessage takes it: a person's ID opens their direct message."""
        return self._place.person if isinstance(self._place, DirectMessage) else self._place.channel

    @property
    def _thread_ts(self) -> str | None:
        match self._place:
            case Thread(thread_ts=thread_ts) | Ephemeral(thread_ts=thread_ts):
                return thread_ts or None
        return None

    @property
    def _ephemeral(self) -> Ephemeral:
        if not isinstance(self._place, Ephemeral):
            raise UndeliverableError("no place for one person")
        return self._place

    def _posted(self, channel: str, ts: str) -> Posted:
        """Return where a message stands, and the thread below it, or around it."""
        thread_ts = self._place.thread_ts if isinstance(self._place, Thread) else ts
        place = Thread(channel, thread_ts)
        return Posted(ts, ladder.dump(place), ladder.thread_name(channel, thread_ts))

    async def _open(self) -> str:
        """Return the channel's own ID, as files need it: never a person's.

        https://github.com/slackapi/bolt-js/issues/2115
        """
        if not isinstance(self._place, DirectMessage):
            return self._channel
        try:
            with map_slack_errors():
                opened = await self._client.conversations_open(users=self._place.person)
        except TryLaterError as error:
            if str(error) != "missing_scope":
                raise
            raise FilesRefusedError("the direct message's ID is not known") from error
        return str(answered(opened)["channel"]["id"])

    async def _join(self) -> None:
        """Come in where a person has asked us to; what stands against it shows when we speak.

        https://docs.slack.dev/reference/methods/conversations.join
        """
        if isinstance(self._place, Channel) and self._place.join:
            with suppress(ConversationError), map_slack_errors():
                await self._client.conversations_join(channel=self._place.channel)

    async def _show_working(self, reply: Reply) -> None:
        """Show that more is to come, where Slack allows it; it ends with the next message.

        https://docs.slack.dev/reference/methods/assistant.threads.setStatus/
        """
        if not reply.working or not isinstance(self._place, Thread):
            return
        with suppress(ConversationError), map_slack_errors():
            await self._client.assistant_threads_setStatus(
                channel_id=self._place.channel,
                thread_ts=self._place.thread_ts,
                status=wording.labels.WORKING,
            )

    # ---- What stands there already ---------------------------------------------------------------

    async def _find(self, attempt: Attempt) -> Posted | None:
        """Return what may have been said already; None also where nobody can tell."""
        if isinstance(self._place, Ephemeral | DirectMessage):
            return None
        begun = Uploaded.load(attempt.memo, self._channel)
        if begun is not None:
            if begun.rung is not Rung.SHARE:
                return None
            ts = await self._sharing.shared_at(begun, self._channel, once=True)
            return self._posted(self._channel, ts) if ts else None
        for message in await self._latest():
            key = message.get("metadata", {}).get("event_payload", {}).get("key")
            marks = {block.get("block_id") for block in message.get("blocks", ())}
            if key == attempt.key or _mark(attempt.key) in marks:
                return self._posted(self._channel, str(message["ts"]))
        return None

    async def _latest(self) -> list[dict[str, Any]]:
        """Return the end of the thread or channel, nothing where it can't be looked at soon."""
        where: dict[str, Any] = {
            "channel": self._channel,
            "limit": MAX_LOOKED_AT,
            "oldest": f"{time.time() - LOOK_BACK_SECONDS:.6f}",
            "include_all_metadata": True,
        }
        try:
            return await self._read(where)
        except TryLaterError as error:
            # Rather said twice than not for long; where Slack is away nothing can be said anyway.
            if error.seconds is not None and error.seconds > MAX_LOOK_WAIT_SECONDS:
                return []
            error.maybe_sent = True
            raise
        except UndeliverableError:  # we may not look
            return []

    async def _pictures(self, message_id: str) -> list[render.Block]:
        """Return the pictures in a message's blocks, which an edit would take away."""
        found = await self._read(
            {"channel": self._channel, "oldest": message_id, "inclusive": True, "limit": 2}
        )
        blocks = [m.get("blocks", ()) for m in found if str(m.get("ts")) == message_id]
        return [block for some in blocks for block in some if block["type"] == "image"]

    async def _read(self, where: dict[str, Any]) -> list[dict[str, Any]]:
        with map_slack_errors():
            if isinstance(self._place, Thread):
                found = await self._client.conversations_replies(ts=self._place.thread_ts, **where)
            else:
                found = await self._client.conversations_history(**where)
        return list(answered(found).get("messages") or ())


def _mark(key: str) -> str:
    """Return what names a message in its blocks, where it can have no metadata."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
