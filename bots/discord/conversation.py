"""Speaks, edits and takes back on Discord: down the ladder once, and never up again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import discord
from discord.utils import DEFAULT_FILE_SIZE_LIMIT_BYTES

from bots.discord import ladder, render
from bots.discord.calls import (
    CONNECTING_SECONDS,
    THREAD_ARCHIVED,
    RefusedError,
    map_discord_errors,
)
from bots.discord.ladder import (
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
from bots.discord.speaking import Speaking, guild_for_buttons
from bots.discord.tokens import MAX_FILES, Call, TokenCalls
from core import wording
from core.conversation import (
    Attempt,
    Barrier,
    Capacity,
    File,
    FilesRefusedError,
    Posted,
    Reply,
    TryLaterError,
)

# https://docs.discord.com/developers/resources/message#create-message
MAX_REQUEST_BYTES = 25 * 1024 * 1024
ENVELOPE_BYTES = 64 * 1024  # what a request has besides its files


class DiscordConversation:
    """A place on Discord; speaking there returns the place where it goes on."""

    def __init__(self, client: discord.Client, pace: Pace, place: Place) -> None:
        self._client = client
        self._pace = pace
        self._place = place
        self._speaking = Speaking(client, pace)

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
                return await self._speaking.say(place, _told_why(reply, place), files, attempt)
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
        content = render.parts(reply)[0]
        view = render.buttons(reply, guild_for_buttons(self._place))
        with map_discord_errors():
            if not await self._by_token(
                message_id, lambda calls: calls.edit(message_id, content, view)
            ):
                await self._edit_in_channel(message_id, content, view)
        if reply.working:
            await self._speaking.show_working(self._place)

    def link_to(self, message_id: str) -> str:
        """Return the web address of a message."""
        link = ladder.link(self._place)
        return f"{link}/{message_id}" if link else ""

    async def delete(self, message_id: str, *, files: bool = False) -> None:  # noqa: ARG002 (the port asks, for Slack keeps them; Discord deletes a message's files with it)
        """Take back what was said. What is gone already is no error."""
        try:
            with map_discord_errors():
                if not await self._by_token(message_id, lambda calls: calls.delete(message_id)):
                    await self._partial(message_id).delete()
        except RefusedError as error:
            if error.barrier is not Barrier.GONE:
                raise

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

    async def _edit_in_channel(
        self, message_id: str, content: str, view: discord.ui.View | None
    ) -> None:
        """Edit a message of the channel. A new message opens an archived thread; an edit doesn't.

        https://docs.discord.com/developers/topics/threads#active-archived-threads
        """
        message = self._partial(message_id)
        try:
            with map_discord_errors():
                await message.edit(content=content, view=view)
        except RefusedError as error:
            if error.code != THREAD_ARCHIVED:
                raise
            await self._client.http.edit_channel(message.channel.id, archived=False)
            await message.edit(content=content, view=view)

    def _partial(self, message_id: str) -> discord.PartialMessage:
        match self._place:
            case ClosedDirectMessage(asked):
                channel = asked.channel
            case place:
                channel = place.channel
        return self._client.get_partial_messageable(channel).get_partial_message(int(message_id))


def _told_why(reply: Reply, place: Place) -> Reply:
    """Return the reply with a small line that says why it is not in the thread."""
    if not isinstance(place, ChannelReply | Channel) or place.barrier is None:
        return reply
    return replace(reply, small=wording.said_aside(reply, place.barrier).small)


def _more_telling(before: RefusedError | None, now: RefusedError) -> RefusedError:
    """Return the first refusal whose reason is known: it is the one that sent us down."""
    return now if before is None or before.barrier is Barrier.UNKNOWN else before
