"""The rungs of Discord's ladder as acts: each says something new its own way, or why it can't."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import discord

from bots.discord import ladder, render
from bots.discord.calls import THREAD_EXISTS, RefusedError, map_discord_errors
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
from bots.discord.tokens import TOKEN_LIFETIME, Call, TokenCalls
from core import wording
from core.conversation import (
    Attempt,
    Barrier,
    ConversationError,
    File,
    Posted,
    Reply,
    TryLaterError,
)

SEARCHED_MESSAGES = 25
ARCHIVE_MINUTES: Literal[1440] = 1440


class Speaking:
    """Says something new in a place. Raises a ConversationError where that does not take it."""

    def __init__(self, client: discord.Client, pace: Pace) -> None:
        self._client = client
        self._pace = pace

    async def say(
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
        files = render.spoilers(files) if reply.spoiler else files
        first, texts = "", [""] if reply.rows else render.parts(reply)  # a layout holds all
        for number, text in enumerate(texts):
            last = number == len(texts) - 1
            options: dict[str, Any] = {"allowed_mentions": render.mentions(reply)}
            if last and (view := render.view(reply, guild_for_buttons(place))):
                options["view"] = view
            attached = files if last else ()
            nonce = render.nonce(attempt.key, number)
            said = await self._find(place, text) if attempt.maybe_sent and reply.small else 0
            if not said:
                with map_discord_errors():
                    said, place = await self._say(place, text, attached, options, nonce)
            first = first or str(said)
        if reply.working:
            await self.show_working(place)
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
            text or None, files=render.attached(files), suppress_embeds=True, **options
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

    async def show_working(self, place: Place) -> None:
        """Show that more is to come, where others may see it."""
        if isinstance(place, Thread | ChannelReply | Channel | DirectMessage):
            await self._pace.show_typing(place.channel)


def guild_for_buttons(place: Place) -> str:
    """Return the guild that buttons have to name, "" where the place tells it anyway."""
    match place:
        case DirectMessage(guild=guild) if guild:
            return str(guild)
    return ""


def _with_small(text: str, note: str) -> str:
    small = f"\n-# {note}"
    return text + small if len(text) + len(small) <= render.PART_LENGTH else text


def _minutes(time: timedelta) -> int:
    return round(time.total_seconds() / 60)
