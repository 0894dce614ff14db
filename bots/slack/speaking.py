"""The rungs of Slack's ladder as acts: each says something new its own way, or why it can't."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import ladder, render, sessions
from bots.slack.calls import answered, check_response_url, map_slack_errors
from bots.slack.history import mark
from bots.slack.installs import Team
from bots.slack.ladder import DirectMessage, Ephemeral, Place, Rung, Thread
from bots.slack.settings import Timing
from bots.slack.sharing import Sharing, Uploaded
from core import wording
from core.conversation import (
    Attempt,
    Barrier,
    File,
    FilesRefusedError,
    Posted,
    Reply,
    TryLaterError,
    UndeliverableError,
)

log = logging.getLogger(__name__)

METADATA = "neocu_reply"


@dataclass(frozen=True)
class Connection:
    """What every conversation of a team shares; `workspace` is what addresses call the team."""

    team: Team
    workspace: str
    session: aiohttp.ClientSession
    timing: Timing

    @property
    def client(self) -> AsyncWebClient:
        """What speaks for us in the team."""
        return self.team.client

    def address(self, place: Place) -> str:
        """Return the address of a place in the team."""
        return ladder.dump(place, self.workspace)


class Speaking:
    """Says something new in a place."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self.sharing = Sharing(connection.client, connection.session, connection.timing.stalled)
        self._connection = connection
        self._client = connection.client
        self._place = place
        self._ways: dict[Rung, Callable[[Reply, Sequence[File], Attempt], Awaitable[Posted]]] = {
            Rung.SHARE: self._share,
            Rung.PICTURE_BLOCKS: self._show_pictures,
            Rung.MESSAGE: self._post_message,
            Rung.RESPONSE_URL: self._respond,
            Rung.EPHEMERAL: self._post_ephemeral,
            Rung.IN_PERSON: self._write_to_person,
        }

    async def say(
        self, rung: Rung, reply: Reply, files: Sequence[File], attempt: Attempt
    ) -> Posted:
        """Say it by one rung. Raises a ConversationError."""
        return await self._ways[rung](reply, files, attempt)

    @property
    def channel(self) -> str:
        """The channel, as chat.postMessage takes it: a person's ID opens their direct message."""
        return self._place.person if isinstance(self._place, DirectMessage) else self._place.channel

    @property
    def thread_ts(self) -> str | None:
        """The thread that is spoken in, None where there is none yet."""
        match self._place:
            case Thread(thread_ts=thread_ts) | Ephemeral(thread_ts=thread_ts):
                return thread_ts or None
        return None

    @property
    def _ephemeral(self) -> Ephemeral:
        if not isinstance(self._place, Ephemeral):
            raise UndeliverableError("no place for one person")
        return self._place

    def posted(self, channel: str, ts: str) -> Posted:
        """Return where a message stands, and the thread below it, or around it."""
        thread_ts = self._place.thread_ts if isinstance(self._place, Thread) else ts
        place = Thread(channel, thread_ts)
        return Posted(ts, self._connection.address(place), ladder.thread_name(channel, thread_ts))

    async def show_working(self, reply: Reply) -> None:
        """Show that more is to come, where Slack allows it."""
        if reply.working and isinstance(self._place, Thread):
            await sessions.show_working(self._connection.team, self._place)

    async def show_done(self, reply: Reply) -> None:
        """Show that nothing more is to come."""
        if not reply.working and isinstance(self._place, Thread):
            await sessions.show_done(self._connection.team, self._place)

    # ---- The rungs -------------------------------------------------------------------------------

    async def _share(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        channel, begun = await self._open(), Uploaded.load(attempt.memo, self.channel)
        if begun is None:
            begun = await self.sharing.upload(Rung.SHARE, self.channel, files)
            where = {"channel_id": channel, "thread_ts": self.thread_ts}
            first, *rest = render.beside_files(reply)
            named = {**first, "block_id": mark(attempt.key)}
            await self.sharing.share(begun, files, where, [named, *rest])
        try:
            ts = await self.sharing.shared_at(begun, channel)
        except TryLaterError as error:  # it is shared: not once more because of that
            error.maybe_sent, error.memo = True, begun.dump()
            raise
        except (FilesRefusedError, UndeliverableError) as error:
            log.info("Where %s stands is not told: %s", attempt.key, error)
            return Posted("", self._connection.address(self._place))
        if ts:
            return self.posted(channel, ts)
        try:
            begun.wait(self._connection.timing.processing)
        except FilesRefusedError:  # they are sent another way, and must not turn up besides
            await self.sharing.discard(begun)
            raise

    async def _show_pictures(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        begun = Uploaded.load(attempt.memo, self.channel)
        pictures = [file for file in files if ladder.is_picture(file)]
        if begun is None or begun.rung is not Rung.PICTURE_BLOCKS:
            begun = await self.sharing.upload(Rung.PICTURE_BLOCKS, self.channel, pictures)
            await self.sharing.keep_private(begun, pictures)
        if not await self.sharing.processed(begun):
            begun.wait(self._connection.timing.processing)
        message = render.messages(_with_links_to_others(reply, files))[0]
        images = [
            render.image(file_id, file.description)
            for file_id, file in zip(begun.files, pictures, strict=True)
        ]
        blocks = [*message.blocks[:1], *images, *message.blocks[1:]]
        return await self._post_one(render.Message(message.text, blocks), attempt.key)

    async def _post_message(self, reply: Reply, _: Sequence[File], attempt: Attempt) -> Posted:
        first, *rest = render.messages(reply)
        posted = await self._post_one(first, attempt.key)
        below = Speaking(self._connection, ladder.load(posted.address))
        for number, message in enumerate(rest, 1):
            try:
                await below._post_one(message, f"{attempt.key}#{number}")
            except TryLaterError as error:
                error.maybe_sent = True  # what stands above it has been said
                raise
        await below.show_working(reply)
        return posted

    async def _post_one(self, message: render.Message, key: str) -> Posted:
        with map_slack_errors():
            said = answered(
                await self._client.chat_postMessage(
                    channel=self.channel,
                    text=message.text,
                    blocks=message.blocks,
                    metadata={"event_type": METADATA, "event_payload": {"key": key}},
                    unfurl_links=False,
                    unfurl_media=False,
                    thread_ts=self.thread_ts,
                )
            )
        # What was sent to a person comes back with the ID of their direct message.
        return self.posted(str(said.get("channel") or self.channel), str(said["ts"]))

    async def _respond(self, reply: Reply, _: Sequence[File], attempt: Attempt) -> Posted:  # noqa: ARG002 (a response_url knows no keys)
        place = self._ephemeral
        if place.response is None:
            raise UndeliverableError("no response_url", Barrier.EXPIRED)
        message = render.messages(reply)[0]
        body = {
            "response_type": "ephemeral",
            "replace_original": place.replaces,
            "text": message.text,
            "blocks": message.blocks,
            **({"thread_ts": self.thread_ts} if self.thread_ts else {}),
        }
        with map_slack_errors():
            async with self._connection.session.post(place.response.url, json=body) as response:
                await check_response_url(response)
        return Posted("", self._connection.address(ladder.after_response(place)))

    async def _post_ephemeral(self, reply: Reply, _: Sequence[File], attempt: Attempt) -> Posted:  # noqa: ARG002 (nor does an ephemeral)
        place, message = self._ephemeral, render.messages(reply)[0]
        with map_slack_errors():
            await self._client.chat_postEphemeral(
                channel=place.channel,
                user=place.person,
                text=message.text,
                blocks=message.blocks,
                thread_ts=self.thread_ts,
            )
        return Posted("", self._connection.address(place))

    async def _write_to_person(
        self, reply: Reply, files: Sequence[File], attempt: Attempt
    ) -> Posted:
        person = DirectMessage(self._ephemeral.person)
        return await Speaking(self._connection, person).say(Rung.MESSAGE, reply, files, attempt)

    async def _open(self) -> str:
        """Return the channel's own ID, as files need it: never a person's.

        https://github.com/slackapi/bolt-js/issues/2115
        """
        if not isinstance(self._place, DirectMessage):
            return self.channel
        try:
            with map_slack_errors():
                opened = await self._client.conversations_open(users=self._place.person)
        except TryLaterError as error:
            if str(error) != "missing_scope":
                raise
            raise FilesRefusedError("the direct message's ID is not known") from error
        return str(answered(opened)["channel"]["id"])


def _with_links_to_others(reply: Reply, files: Sequence[File]) -> Reply:
    """Return the reply with a link for each file that is no picture."""
    others = {file.number for file in files if not ladder.is_picture(file)}
    no_picture = FilesRefusedError("only pictures can stand in blocks")
    linked = [(media, no_picture) for media in reply.media if media.number in others]
    return wording.with_links(reply, linked)
