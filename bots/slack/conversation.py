"""A place in Slack, as the core sees it: the ladder, walked once, downwards."""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from bots.slack import ladder, render
from bots.slack.calls import map_slack_errors
from bots.slack.history import History
from bots.slack.ladder import Channel, DirectMessage, Ephemeral, Place, Rung, Thread
from bots.slack.sharing import Uploaded
from bots.slack.speaking import Connection, Speaking
from core.conversation import (
    Attempt,
    Barrier,
    Capacity,
    ConversationError,
    File,
    FilesRefusedError,
    Posted,
    Reply,
    UndeliverableError,
)

log = logging.getLogger(__name__)

# What makes an edit impossible, though the message stands and can be taken back.
CANNOT_EDIT = {"cant_update_message", "edit_window_closed"}
# What may be about a picture; a response_url gives no reason.
PICTURES_REFUSED = {"invalid_blocks", "status 400"}


class SlackConversation:
    """A place; where it has no thread yet, the first post makes one."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self._connection = connection
        self._client = connection.client
        self._place = place
        self._speaking = Speaking(connection, place)

    @property
    def capacity(self) -> Capacity:
        """What one message can carry here."""
        return ladder.capacity(self._place)

    @property
    def link(self) -> str:
        """The web address of the thread, "" where there is none."""
        match self._place:
            case Thread(channel, thread_ts):
                return self._archived(channel, thread_ts)
        return ""

    @property
    def bucket(self) -> str:
        """What Slack limits posts by: the channel; what one person alone sees counts apart."""
        match self._place:
            case Ephemeral(channel, person):
                return f"{channel} {person}"
        return self._speaking.channel

    async def post(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        """Say something new, by the best rung that takes it."""
        await self._join()
        if attempt.maybe_sent and (found := await self._find(attempt)):
            return found
        begun, reason = Uploaded.load(attempt.memo, self._speaking.channel), None
        for rung in ladder.rungs(self._place, files, time.time()):
            if begun and rung is Rung.SHARE and begun.rung is not rung:
                continue  # that was in vain in an earlier try
            try:
                posted = await self._say(rung, reply, files, attempt)
            except (FilesRefusedError, UndeliverableError) as error:
                log.info("%s can't be said by %s: %s", attempt.key, rung, error)
                reason = reason or self._reason(error)
            else:
                await self._speaking.show_done(reply)
                return posted
        if files or reason is None:
            raise FilesRefusedError(str(reason)) from reason
        raise reason

    async def _say(
        self, rung: Rung, reply: Reply, files: Sequence[File], attempt: Attempt
    ) -> Posted:
        """Say it by one rung; a list whose pictures Slack can't fetch goes without them.

        https://docs.slack.dev/reference/block-kit/blocks/image-block
        """
        pictures = any(row.picture for row in reply.rows)
        if pictures and attempt.number > 1:
            return await self._speaking.say(rung, render.without_pictures(reply), files, attempt)
        try:
            return await self._speaking.say(rung, reply, files, attempt)
        except UndeliverableError as error:
            if not pictures or str(error) not in PICTURES_REFUSED:
                raise
            log.info("%s goes without pictures: %s", attempt.key, error)
        return await self._speaking.say(rung, render.without_pictures(reply), files, attempt)

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change a message of ours."""
        channel = self._speaking.channel
        message = render.messages(reply)[0]
        pictures = await self._history.pictures(message_id) if reply.media else []
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
        await self._speaking.show_working(reply)

    def link_to(self, message_id: str) -> str:
        """Return the web address of a message, as chat.getPermalink writes it."""
        place, thread_ts = self._place, self._speaking.thread_ts
        if isinstance(place, DirectMessage | Ephemeral):
            return ""
        link = self._archived(place.channel, message_id)
        within = f"?thread_ts={thread_ts}&cid={place.channel}" if thread_ts else ""
        return link and link + within

    def _archived(self, channel: str, ts: str) -> str:
        url = self._connection.team.url
        return url and f"{url}archives/{channel}/p{ts.replace('.', '')}"

    async def delete(self, message_id: str, *, files: bool = False) -> None:
        """Take back a message of ours; its files first, which Slack would keep otherwise."""
        if files:
            await self._speaking.sharing.delete(await self._files_of(message_id))
        try:
            with map_slack_errors():
                await self._client.chat_delete(channel=self._speaking.channel, ts=message_id)
        except UndeliverableError as error:
            if error.barrier is not Barrier.GONE:
                raise

    async def _files_of(self, message_id: str) -> list[str]:
        """Return the IDs of a message's files; none where we may not look."""
        try:
            return await self._history.files(message_id)
        except UndeliverableError as error:
            log.info("The files of a message can't be told: %s", error)
            return []

    def _reason(self, error: ConversationError) -> ConversationError:
        """Return why it can't be said; to a direct message of other people nobody is invited."""
        match error:
            case UndeliverableError(barrier=Barrier.NOT_A_MEMBER) if ladder.is_direct(
                self._speaking.channel
            ):
                return UndeliverableError(str(error), Barrier.NO_PERMISSION)
        return error

    async def _join(self) -> None:
        """Come in where a person has asked us to; what stands against it shows when we speak.

        https://docs.slack.dev/reference/methods/conversations.join
        """
        if isinstance(self._place, Channel) and self._place.join:
            with suppress(ConversationError), map_slack_errors():
                await self._client.conversations_join(channel=self._place.channel)

    async def _find(self, attempt: Attempt) -> Posted | None:
        """Return what may have been said already; None also where nobody can tell."""
        if isinstance(self._place, Ephemeral | DirectMessage):
            return None
        begun = Uploaded.load(attempt.memo, self._speaking.channel)
        if begun is not None:
            if begun.rung is not Rung.SHARE:
                return None
            ts = await self._speaking.sharing.shared_at(begun, self._speaking.channel, once=True)
            return self._speaking.posted(self._speaking.channel, ts) if ts else None
        ts = await self._history.find(attempt.key)
        return self._speaking.posted(self._speaking.channel, ts) if ts else None

    @property
    def _history(self) -> History:
        return History(self._client, self._speaking.channel, self._speaking.thread_ts)
