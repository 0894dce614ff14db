"""A Discord thread, as the core sees it: post and edit, within Discord's limits and errors."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

import discord

from bots.discord import render
from bots.discord.calls import CONNECTING, EXPIRED, MOST_FOLLOW_UPS, THREAD_EXISTS, calling
from core import delivery, wording
from core.conversation import ConversationError, Reply, TryLaterError, UndeliverableError
from core.files.download import Fetched
from core.files.public import PublicFiles

WEB = "https://discord.com/channels"
# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
ACKNOWLEDGED_WITHIN = timedelta(seconds=3)
TOKEN_MINUTES = 15
NONCE_LENGTH = 25
TITLE_LENGTH = 100
ORIGINAL: int = "@original"  # type: ignore[assignment]  # what Discord calls an answer, for an ID
ARCHIVE_AFTER: Literal[1440] = 1440  # minutes


@dataclass(frozen=True)
class Place:
    """Where a conversation is; IDs are Discord's, 0 where there is none.

    `title` is the name of a thread still to be made from the message `message`; without one, that
    message is replied to. `thread` says that the channel is a thread. `token` is an
    `interaction`'s, good for 15 minutes; `answered` says that it has been answered, `private` that
    its answer is for one person, and `visiting` that nothing but the token lets us speak.
    """

    channel: int
    guild: int = 0
    message: int = 0
    title: str = ""
    thread: bool = False
    token: str = ""
    interaction: int = 0
    answered: bool = False
    private: bool = False
    visiting: bool = False

    def dump(self) -> str:
        """Return the address that the core keeps."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, sort_keys=True)

    @classmethod
    def load(cls, address: str) -> "Place":
        """Read an address."""
        return cls(**json.loads(address))


def channel_of(channel: object) -> str:
    """Return the ID of a channel; a thread counts as the channel that it is in."""
    return str(getattr(channel, "parent_id", None) or getattr(channel, "id", ""))


def nonce(key: str) -> str:
    """Return what names, for Discord, a part of a reply: its key and the part's number."""
    return hashlib.sha256(key.encode()).hexdigest()[:NONCE_LENGTH]


class DiscordConversation:
    """A thread, or replies in a channel that has none; the first post makes the thread."""

    def __init__(self, client: discord.Client, files: PublicFiles, place: Place) -> None:
        self._client = client
        self._files = files
        self._place = place

    @property
    def address(self) -> str:
        """The place; from the first post on, the thread."""
        return self._place.dump()

    @property
    def thread(self) -> str:
        """The name of the thread, "" where there is none."""
        return str(self._place.channel) if self._place.thread else ""

    @property
    def link(self) -> str:
        """The web address of the thread or channel."""
        return f"{WEB}/{self._place.guild or '@me'}/{self._place.channel}"

    async def post(self, reply: Reply, key: str, *, again: bool = False) -> str:  # noqa: ARG002 (the nonce sees to it)
        """Say something and return its message ID; the nonce keeps it from being said twice."""
        if self._client.application_id is None:
            raise TryLaterError("not connected yet", CONNECTING)
        reply, file = await delivery.obtain(self._files, reply, self._file_limit())
        while True:
            try:
                return await self._post(reply, file, key)
            except UndeliverableError:
                if file is None:
                    raise
                # A channel may take no files, or smaller ones than it says.
                linked = delivery.linked(reply)
                reply, file = await delivery.obtain(self._files, linked, self._file_limit())

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change a message of ours."""
        content, view = render.parts(reply)[0], render.buttons(reply)
        if self._place.visiting:
            await calling(self._webhook.edit_message(int(message_id), content=content, view=view))
            return
        message = self._channel.get_partial_message(int(message_id))
        await calling(message.edit(content=content, view=view))
        await self._working(reply)

    async def _post(self, reply: Reply, file: Fetched | None, key: str) -> str:
        first, texts = "", render.parts(reply)
        for number, text in enumerate(texts):
            extras: dict[str, Any] = {}
            if number == len(texts) - 1:
                extras = render.extras(reply, file)
            said = await calling(self._say(text, extras, f"{key}#{number}"))
            first = first or str(said)
        await self._working(reply)
        return first

    async def _say(self, text: str, extras: dict[str, Any], key: str) -> int:
        if self._place.visiting:
            return await self._visit(text, extras)
        if self._place.token and not self._place.answered:
            try:
                return await self._answer(text, extras)
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
                if self._place.private:
                    raise UndeliverableError("too late for a private answer") from error
                # Too late: say it in the channel, and what follows in a thread of that.
                self._place = replace(self._place, token="")
                said = await self._send(text, extras, key)
                if self._place.title:
                    self._place = replace(self._place, message=said)
                return said
        if self._place.title and self._place.message:
            return await self._begin_thread(text, extras, key)
        return await self._send(text, extras, key)

    async def _answer(self, text: str, extras: dict[str, Any]) -> int:
        """Put the text where Discord shows "thinking"; what follows goes into a thread of it."""
        if "file" in extras:
            extras = {**extras, "attachments": [extras["file"]]}
            del extras["file"]
        try:
            said = await self._webhook.edit_message(ORIGINAL, content=text or None, **extras)
        except discord.HTTPException as error:
            asked = discord.utils.snowflake_time(self._place.interaction)
            if error.code in EXPIRED and discord.utils.utcnow() - asked < ACKNOWLEDGED_WITHIN:
                # The note is on disk before the acknowledgement, and so may be our answer.
                raise TryLaterError("not acknowledged yet", CONNECTING) from error
            raise
        self._place = replace(self._place, answered=True, message=said.id)
        return said.id

    async def _visit(self, text: str, extras: dict[str, Any]) -> int:
        """Speak where we are no member: an answer, five follow-ups, and no more than that.

        https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
        """
        if not self._place.answered:
            hint = "" if self._place.private else f"\n{wording.visiting(TOKEN_MINUTES).text}"
            return await self._answer(text + hint, extras)
        try:
            return await self._follow_up(text, extras)
        except discord.HTTPException as error:
            if error.code != MOST_FOLLOW_UPS:
                raise
        return await self._add(text, extras)

    async def _add(self, text: str, extras: dict[str, Any]) -> int:
        """Add to the answer what no follow-up can bring any more."""
        said = await self._webhook.fetch_message(ORIGINAL)
        more = {name: extras[name] for name in ("view",) if name in extras}
        if "file" in extras:
            more["attachments"] = [*said.attachments, extras["file"]]
        content = "\n".join(filter(None, (said.content, text)))[: render.PART]
        return (await self._webhook.edit_message(ORIGINAL, content=content, **more)).id

    async def _begin_thread(self, text: str, extras: dict[str, Any], key: str) -> int:
        """Speak in the thread of our message; where that may not be, reply to the message."""
        in_channel = replace(self._place, title="")
        try:
            await self._client.http.start_thread_with_message(
                self._place.channel,
                self._place.message,
                name=self._place.title[:TITLE_LENGTH],
                auto_archive_duration=ARCHIVE_AFTER,
            )
        except discord.HTTPException as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            if error.code != THREAD_EXISTS:
                self._place = in_channel
                return await self._send(text, extras, key)
        # A thread has the ID of the message that it was made from.
        self._place = Place(self._place.message, self._place.guild, thread=True)
        try:
            return await self._send(text, extras, key)
        except discord.Forbidden:
            self._place = in_channel
            return await self._send(text, extras, key)

    async def _send(self, text: str, extras: dict[str, Any], key: str) -> int:
        place, options = self._place, dict(extras)
        if place.token and place.private:  # what belongs to a private answer is private
            return await self._follow_up(text, extras)
        if place.message:
            options["reference"] = discord.MessageReference(
                message_id=place.message, channel_id=place.channel, fail_if_not_exists=False
            )
        # A nonce that Discord knows from the last minutes gets the message that it knows.
        options |= {"nonce": nonce(key), "mention_author": False}
        try:
            said = await self._channel.send(text, **options)
        except discord.Forbidden:
            if not place.token:
                raise
            return await self._follow_up(text, extras)
        return said.id

    async def _follow_up(self, text: str, extras: dict[str, Any]) -> int:
        """Speak where only the interaction that called us lets us, for 15 minutes."""
        private = self._place.private
        said = await self._webhook.send(text, ephemeral=private, wait=True, **extras)
        return said.id

    async def _working(self, reply: Reply) -> None:
        """Show that more is to come; Discord shows it for ten seconds."""
        if reply.working and not (self._place.private or self._place.visiting):
            with suppress(ConversationError):
                await calling(self._channel.typing())

    def _file_limit(self) -> int:
        """Return the bytes that a file may have.

        https://docs.discord.com/developers/reference#uploading-files
        """
        guild = self._client.get_guild(self._place.guild)
        return guild.filesize_limit if guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES

    @property
    def _channel(self) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(self._place.channel)

    @property
    def _webhook(self) -> discord.Webhook:
        id_ = self._client.application_id or 0
        webhook = discord.Webhook.partial(id_, self._place.token, client=self._client)
        webhook.type = discord.WebhookType.application  # an interaction's may speak to one person
        return webhook
