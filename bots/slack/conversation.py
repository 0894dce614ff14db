"""A Slack thread, as the core sees it: post and edit, within Slack's limits and errors."""

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import render
from bots.slack.calls import NotInChannelError, calling, sending
from core import delivery, wording
from core.conversation import (
    ConversationError,
    Media,
    Reply,
    TryLaterError,
    UndeliverableError,
)
from core.files.download import Fetched
from core.files.public import PublicFiles

METADATA = "neocu_reply"
INVITE = "/invite @neocu"
HISTORY = 200
# Seconds between looks at a file that Slack is still working on.
SHOWN_SOON = (0.2, 0.4, 0.8, 1.6)
# A file may have 1 GB in Slack; what we hold in memory is less.
FILE_LIMIT = 100 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """Where a conversation is; `person` alone sees it where one is named."""

    channel: str
    thread_ts: str = ""
    person: str = ""
    response_url: str = ""

    def dump(self) -> str:
        """Return the address that the core keeps."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, sort_keys=True)

    @classmethod
    def load(cls, address: str) -> "Place":
        """Read an address."""
        return cls(**json.loads(address))

    @property
    def thread(self) -> str:
        """The name of the thread, for the core."""
        return f"{self.channel}/{self.thread_ts}" if self.thread_ts else ""


@dataclass(frozen=True)
class Connection:
    """What every conversation shares; `team_url` is the workspace's web address."""

    client: AsyncWebClient
    session: aiohttp.ClientSession
    files: PublicFiles
    team_url: str


class SlackConversation:
    """A thread; where there is none yet, the first post starts it."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self._client = connection.client
        self._connection = connection
        self._place = place

    @property
    def address(self) -> str:
        """The place; from the first post on, with the thread."""
        return self._place.dump()

    @property
    def thread(self) -> str:
        """The name of the thread, "" before the first post."""
        return "" if self._place.person else self._place.thread

    @property
    def link(self) -> str:
        """The web address of the thread."""
        place, team_url = self._place, self._connection.team_url
        if not team_url or not place.thread_ts:
            return ""
        return f"{team_url}archives/{place.channel}/p{place.thread_ts.replace('.', '')}"

    async def post(self, reply: Reply, key: str, *, again: bool = False) -> str:
        """Say something in the thread and return its ts, "" where Slack gives none."""
        if reply.media is not None and self._place.person:
            reply = delivery.linked(replace(reply, media=replace(reply.media, thumbnail="")))
        if reply.media is not None and again and await self._find(key, reply.media.name):
            return ""
        reply, file = await delivery.obtain(self._connection.files, reply, FILE_LIMIT)
        while reply.media is not None and file is not None:
            try:
                return await self._show(reply.text, reply.media, file)
            except UndeliverableError:  # too large, or files are switched off in the workspace
                linked = delivery.linked(reply)
                reply, file = await delivery.obtain(self._connection.files, linked, FILE_LIMIT)
        first = ""
        for number, (text, blocks) in enumerate(render.parts(reply)):
            name = f"{key}#{number}" if number else key
            try:
                ts = await self._find(name) if again else ""
                ts = ts or await self._say(text, blocks, name)
            except TryLaterError as error:
                error.maybe_said |= number > 0  # what stands above it has been said
                raise
            first = first or ts
            if not self._place.thread_ts and not self._place.person and ts:
                self._place = Place(self._place.channel, ts)
        await self._working(reply)
        return first

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change a message of ours."""
        text, blocks = render.parts(reply)[0]
        await calling(
            self._client.chat_update(
                channel=self._place.channel, ts=message_id, text=text, blocks=blocks
            )
        )
        await self._working(reply)

    async def _say(self, text: str, blocks: list[render.Block], key: str) -> str:
        place = self._place
        message: dict[str, Any] = {"channel": place.channel, "text": text, "blocks": blocks}
        if place.thread_ts:
            message["thread_ts"] = place.thread_ts
        if place.person:
            if place.response_url:
                with suppress(UndeliverableError):  # after half an hour it is good no more
                    return await self._respond("ephemeral", text, blocks)
            await calling(self._client.chat_postEphemeral(user=place.person, **message))
            return ""
        message["metadata"] = {"event_type": METADATA, "event_payload": {"key": key}}
        try:
            said = await calling(
                self._client.chat_postMessage(unfurl_links=False, unfurl_media=False, **message)
            )
        except NotInChannelError:
            if not place.response_url:
                raise
        else:
            return str(said["ts"])
        # Slack lets us answer where we are no member, a few times and for half an hour:
        # https://docs.slack.dev/interactivity/handling-user-interaction/
        (hint, invite), *_ = render.parts(wording.cannot_thread(INVITE))
        return await self._respond("in_channel", f"{text}\n{hint}", [*blocks, *invite])

    async def _show(self, text: str, media: Media, file: Fetched) -> str:
        """Upload a file into the thread, and return the ts of the message that shows it, if told.

        https://docs.slack.dev/messaging/working-with-files/#upload
        """
        # With it Slack says ok to any other file and never shows it:
        # https://github.com/slackapi/python-slack-sdk/issues/1818
        is_image = file.media_type.startswith("image/")
        ticket = await calling(
            self._client.files_getUploadURLExternal(
                filename=media.name,
                length=len(file.data),
                alt_txt=media.description[: render.ALT_LIMIT] if is_image else None,
            )
        )
        async with sending(self._connection.session, ticket["upload_url"], data=file.data):
            pass
        place = self._place
        await calling(
            self._client.files_completeUploadExternal(
                files=[{"id": ticket["file_id"], "title": media.name}],
                channel_id=place.channel,
                thread_ts=place.thread_ts or None,
                initial_comment=render.mrkdwn(text) or None,
            )
        )
        return await self._shown(ticket["file_id"])

    async def _shown(self, file_id: str) -> str:
        """Wait a little for a file to be shown, so that what is said next stands below it."""
        for pause in SHOWN_SOON:
            await asyncio.sleep(pause)
            try:
                shares = (await calling(self._client.files_info(file=file_id)))["file"]["shares"]
            except (ConversationError, KeyError):
                break
            for channels in shares.values():
                for share in channels.get(self._place.channel, ()):
                    return str(share["ts"])
        return ""

    async def _find(self, key: str, file: str = "") -> str:
        """Return the ts of what may have been said already, found by its metadata or its file."""
        place = self._place
        if place.person:
            return ""
        where: dict[str, Any] = {
            "channel": place.channel,
            "limit": HISTORY,
            "include_all_metadata": True,
        }
        try:
            found = await calling(
                self._client.conversations_replies(ts=place.thread_ts, **where)
                if place.thread_ts
                else self._client.conversations_history(**where)
            )
        except UndeliverableError:  # we may not look: rather said twice than not at all
            return ""
        for message in found.get("messages", []):
            names = {shown.get("name") for shown in message.get("files", [])}
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return str(message["ts"])
            if file and file in names:
                return str(message["ts"])
        return ""

    async def _respond(self, to: str, text: str, blocks: list[render.Block]) -> str:
        body = {"response_type": to, "text": text, "blocks": blocks, "replace_original": False}
        async with sending(self._connection.session, self._place.response_url, json=body):
            return ""

    async def _working(self, reply: Reply) -> None:
        """Show that more is to come, where Slack allows it; it ends with the next message.

        https://docs.slack.dev/reference/methods/assistant.threads.setStatus/
        """
        if not reply.working or not self._place.thread_ts:
            return
        with suppress(ConversationError):
            await calling(
                self._client.assistant_threads_setStatus(
                    channel_id=self._place.channel,
                    thread_ts=self._place.thread_ts,
                    status=wording.labels.WORKING,
                )
            )
