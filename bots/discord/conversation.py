"""Speaks, edits and takes back on Discord: down the ladder once, and never up again."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import discord
from discord.utils import DEFAULT_FILE_SIZE_LIMIT_BYTES

from bots.discord import ladder, render
from bots.discord.calls import CONNECTING_SECONDS, THREAD_EXISTS, RefusedError, map_discord_errors
from bots.discord.ladder import (
    TITLE_LENGTH,
    Addition,
    Answer,
    Channel,
    ChannelReply,
    ClosedDirectMessage,
    DirectMessage,
    NewThread,
    Place,
    Thread,
    Token,
)
from bots.discord.pace import Pace
from bots.discord.tokens import MAX_FILES, TOKEN_LIFETIME, Call, TokenCalls
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
)

# https://docs.discord.com/developers/resources/message#create-message
MAX_REQUEST_BYTES = 25 * 1024 * 1024
SEARCHED_MESSAGES = 25
ENVELOPE_BYTES = 64 * 1024  # what a request has besides its files
ARCHIVE_MINUTES: Literal[1440] = 1440


class DiscordConversation:
    """A place on Discord; speaking there returns the place where it goes on."""

    def __init__(self, client: discord.Client, pace: Pace, place: Place) -> None:
        self._client = client
        self._pace = pace
        self._place = place

    @property
    def capacity(self) -> Capacity:
        """What one message can carry: https://docs.discord.com/developers/reference#uploading-files."""
        guild = self._client.get_guild(getattr(self._place, "guild", 0))
        limit = guild.filesize_limit if guild else DEFAULT_FILE_SIZE_LIMIT_BYTES
        total = max(limit, MAX_REQUEST_BYTES) - ENVELOPE_BYTES
        return Capacity(MAX_FILES, min(limit, total), total)

    @property
    def link(self) -> str:
        """The web address of this place, "" where there is none."""
        return ladder.link(self._place)

    @property
    def bucket(self) -> str:
        """What Discord counts calls by: the channel, or the interaction whose token speaks.

        https://docs.discord.com/developers/topics/rate-limits#rate-limits
        """
        match self._place:
            case Token(call) | Addition(call) | Answer(call=Call() as call) if call.alive:
                return str(call.id)
            case ClosedDirectMessage(asked):
                return str(asked.channel)
            case DirectMessage(person, channel=0):
                return f"person {person}"
            case place:
                return str(place.channel)

    async def post(self, reply: Reply, files: Sequence[File], attempt: Attempt) -> Posted:
        """Say something new in the first place down the ladder that takes it."""
        if self._client.application_id is None:
            raise TryLaterError("not connected yet", CONNECTING_SECONDS, outage=True)
        place: Place | None = self._place
        refused: RefusedError | None = None
        while place is not None:
            try:
                return await self._post_at(place, _told_why(reply, place), files, attempt)
            except RefusedError as error:
                refused = _more_telling(refused, error)
                place = place.below(error)
        if files:  # it may be the files alone that are not wanted
            raise FilesRefusedError(str(refused)) from refused
        raise refused or RefusedError("no rung", Barrier.UNKNOWN)

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change the words and buttons of what was said; its files stay."""
        if reply.working:
            self._pace.check_edit()
        reply = _told_why(reply, self._place)
        content, view = render.parts(reply)[0], render.buttons(reply, self._workspace)
        with map_discord_errors():
            if not await self._by_token(
                message_id, lambda calls: calls.edit(message_id, content, view)
            ):
                await self._partial(message_id).edit(content=content, view=view)
        if reply.working:
            await self._show_working(self._place)

    async def delete(self, message_id: str) -> None:
        """Take back what was said. What is gone already is no error."""
        try:
            with map_discord_errors():
                if not await self._by_token(message_id, lambda calls: calls.delete(message_id)):
                    await self._partial(message_id).delete()
        except RefusedError as error:
            if error.barrier is not Barrier.GONE:
                raise

    # ---- Rungs -----------------------------------------------------------------------------------

    async def _post_at(
        self, place: Place, reply: Reply, files: Sequence[File], attempt: Attempt
    ) -> Posted:
        """Say all of it in one place, in several messages where it is long."""
        if not place.applies(self._client):
            by_token = getattr(place, "call", None) and isinstance(place, Answer | Token | Addition)
            raise RefusedError(
                f"no {place.kind} here", Barrier.EXPIRED if by_token else Barrier.NO_PERMISSION
            )
        if isinstance(place, ClosedDirectMessage):
            reply, files = wording.direct_messages_closed(), ()
        first, texts = "", render.parts(reply)
        for number, text in enumerate(texts):
            last = number == len(texts) - 1
            options: dict[str, Any] = {"allowed_mentions": render.mentions(reply)}
            if last and (view := render.buttons(reply, self._workspace)):
                options["view"] = view
            shown = files if last else ()
            nonce = render.nonce(attempt.key, number)
            said = await self._find(place, text) if attempt.maybe_sent and reply.small else 0
            if not said:
                with map_discord_errors():
                    said, place = await self._say(place, text, shown, options, nonce)
            first = first or str(said)
        if reply.working:
            await self._show_working(place)
        thread = str(place.channel) if isinstance(place, Thread) else ""
        return Posted(first, ladder.dump(place), thread)

    async def _say(
        self,
        place: Place,
        text: str,
        files: Sequence[File],
        options: dict[str, Any],
        nonce: str,
    ) -> tuple[int, Place]:
        """Send one message; return its ID, and the place of the next one."""
        match place:
            case Answer(call=Call() as call):
                said = await TokenCalls(self._client, call).fill_in(text, files, options)
                return said, place.following(said)
            case Token() | Addition():
                return await self._say_by_token(place, text, files, options)
            case ClosedDirectMessage(asked):
                said, _ = await self._say(asked, text, files, options, nonce)
                return said, place
        place, options = await self._enter(place), options | {"nonce": nonce}
        if isinstance(place, Thread | ChannelReply) and place.message:
            options["reference"] = discord.MessageReference(
                message_id=place.message, channel_id=place.channel, fail_if_not_exists=False
            )
        # A nonce that Discord knows from the last minutes gets the message that it knows.
        message = await self._client.get_partial_messageable(place.channel).send(
            text, files=render.attached(files), suppress_embeds=True, **options
        )
        return message.id, place.following(message.id) if isinstance(place, Answer) else place

    async def _enter(
        self, place: Answer | NewThread | Thread | ChannelReply | Channel | DirectMessage
    ) -> Answer | Thread | ChannelReply | Channel | DirectMessage:
        """Return the place as it can be written in: some are still to be made."""
        if isinstance(place, NewThread):
            await self._make_thread(place)
            # A thread has the ID of the message that it was made of.
            return Thread(place.message, place.guild, place.channel, call=place.call)
        if isinstance(place, DirectMessage) and not place.channel:
            opened = await self._client.http.start_private_message(place.person)
            return replace(place, channel=int(opened["id"]))
        return place

    async def _say_by_token(
        self, place: Token | Addition, text: str, files: Sequence[File], options: dict[str, Any]
    ) -> tuple[int, Place]:
        calls = TokenCalls(self._client, place.call)
        if isinstance(place, Addition):
            return await calls.add(text, files, options), place
        if place.answered:
            return await calls.follow_up(text, files, options, private=place.private), place
        if not place.private:
            text = _with_small(text, wording.visiting(_minutes(TOKEN_LIFETIME)))
        return await calls.fill_in(text, files, options), replace(place, answered=True)

    async def _find(self, place: Place, text: str) -> int:
        """Return the ID of what may stand there already, 0 if it doesn't.

        Discord knows a nonce for minutes only. What has a small line, with a task's ID, is told
        from others by its words.
        """
        if not isinstance(place, Thread | ChannelReply | Channel):
            return 0
        channel = self._client.get_partial_messageable(place.channel)
        with suppress(ConversationError), map_discord_errors():
            async for message in channel.history(limit=SEARCHED_MESSAGES):
                if message.author == self._client.user and message.content == text:
                    return message.id
        return 0

    async def _make_thread(self, place: NewThread) -> None:
        """Make a thread of a message, or find the one that it has."""
        try:
            with map_discord_errors():
                await self._client.http.start_thread_with_message(
                    place.channel,
                    place.message,
                    name=place.title[:TITLE_LENGTH],
                    auto_archive_duration=ARCHIVE_MINUTES,
                )
        except RefusedError as error:
            if error.code != THREAD_EXISTS:
                raise
        except TryLaterError as error:
            if error.seconds is None:
                raise
            # Limited, for minutes. The channel takes it at once.
            # https://github.com/discord/discord-api-docs/issues/7816
            raise RefusedError("threads are limited", Barrier.UNKNOWN) from error

    async def _show_working(self, place: Place) -> None:
        """Show that more is to come, where others may see it."""
        if isinstance(place, Thread | ChannelReply | Channel | DirectMessage):
            await self._pace.show_typing(place.channel)

    # ---- By which door ---------------------------------------------------------------------------

    async def _by_token(
        self, message_id: str, act: Callable[[TokenCalls], Awaitable[None]]
    ) -> bool:
        """Do something to what was said by token; False if it is to be done by the channel.

        What was said by a token that has expired is a message of the channel, if we see that.
        """
        match self._place:
            case Token(call) | Addition(call):
                if not call.alive:
                    raise RefusedError("the token has expired", Barrier.EXPIRED)
                await act(TokenCalls(self._client, call))
                return True
            case NewThread() | Thread() | ChannelReply() as place:
                said_by = place.call if message_id == str(place.message) else None
                if said_by is None or not said_by.alive:
                    return False
                try:
                    await act(TokenCalls(self._client, said_by))
                except RefusedError as error:
                    if error.barrier is not Barrier.EXPIRED:
                        raise
                    return False
                return True
        return False

    def _partial(self, message_id: str) -> discord.PartialMessage:
        match self._place:
            case ClosedDirectMessage(asked):
                channel = asked.channel
            case place:
                channel = place.channel
        return self._client.get_partial_messageable(channel).get_partial_message(int(message_id))

    @property
    def _workspace(self) -> str:
        """The guild that buttons have to name: where they stand does not tell it."""
        match self._place:
            case DirectMessage(guild=guild) if guild:
                return str(guild)
        return ""


def _told_why(reply: Reply, place: Place) -> Reply:
    """Return the reply with a small line that says why it is not in the thread."""
    if not isinstance(place, ChannelReply | Channel) or place.barrier is None:
        return reply
    return replace(reply, small=wording.said_aside(reply, place.barrier).small)


def _more_telling(before: RefusedError | None, now: RefusedError) -> RefusedError:
    """Return the first refusal whose reason is known: it is the one that sent us down."""
    return now if before is None or before.barrier is Barrier.UNKNOWN else before


def _with_small(text: str, note: str) -> str:
    small = f"\n-# {note}"
    return text + small if len(text) + len(small) <= render.PART_LENGTH else text


def _minutes(time: timedelta) -> int:
    return round(time.total_seconds() / 60)
