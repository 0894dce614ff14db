"""A Discord thread, as the core sees it: post and edit, within Discord's limits and errors."""

import hashlib
import json
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Any, Literal, TypeVar

import aiohttp
import discord
from discord.utils import MISSING

from bots.discord import render
from core.conversation import Reply, TryLaterError, UndeliverableError

T = TypeVar("T")

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
INVALID_WEBHOOK_TOKEN = 50027
THREAD_EXISTS = 160004
EXPIRED = {UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_WEBHOOK_TOKEN}

NONCE_LENGTH = 25
TITLE_LENGTH = 100
ARCHIVE_AFTER: Literal[1440] = 1440  # minutes
CONNECTING = 1.0  # seconds
ADMIN = 300.0  # seconds; how often to try what an admin has to mend


@dataclass(frozen=True)
class Place:
    """Where a conversation is.

    `title` is the name of a thread still to be made, from the message `message`; without one,
    that message is replied to. `token` is an interaction's, good for 15 minutes; `answered` says
    that it has been answered, and `private` that its answer is for one person.
    """

    channel: int
    message: int = 0
    title: str = ""
    token: str = ""
    answered: bool = False
    private: bool = False

    def dump(self) -> str:
        """Return the address that the core keeps."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, sort_keys=True)

    @classmethod
    def load(cls, address: str) -> "Place":
        """Read an address."""
        return cls(**json.loads(address))


class DiscordConversation:
    """A thread, or replies in a channel that has none; the first post makes the thread."""

    def __init__(self, client: discord.Client, place: Place) -> None:
        self._client = client
        self._place = place

    @property
    def address(self) -> str:
        """The place; from the first post on, the thread."""
        return self._place.dump()

    async def post(self, reply: Reply, key: str, *, again: bool = False) -> str:  # noqa: ARG002 (the nonce sees to it)
        """Say something and return its message ID; the nonce keeps it from being said twice."""
        texts, first = render.parts(reply), ""
        for number, text in enumerate(texts):
            view = render.buttons(reply) if number == len(texts) - 1 else None
            said = await self._calling(self._say(text, view, f"{key}#{number}"))
            first = first or str(said)
        return first

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change a message of ours."""
        message = self._channel.get_partial_message(int(message_id))
        content, view = render.parts(reply)[0], render.buttons(reply)
        await self._calling(message.edit(content=content, view=view))

    async def _say(self, text: str, view: discord.ui.View | None, key: str) -> int:
        if self._place.token and not self._place.answered:
            try:
                return await self._answer(text, view)
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
                self._place = replace(self._place, token="")  # too late: say it in the channel
        if self._place.title and self._place.message:
            await self._make_thread()
        try:
            return await self._send(text, view, key)
        except discord.Forbidden:
            if not self._place.token:
                raise
        # Where we may not speak, the interaction that called us still lets us, for 15 minutes.
        said = await self._webhook.send(text, view=view or MISSING, wait=True)
        return said.id

    async def _answer(self, text: str, view: discord.ui.View | None) -> int:
        """Put the text where Discord shows "thinking"; what follows goes into a thread of it."""
        original: int = "@original"  # type: ignore[assignment]  # what Discord calls it, for an ID
        said = await self._webhook.edit_message(original, content=text, view=view)
        self._place = replace(self._place, answered=True, message=said.id)
        return said.id

    async def _make_thread(self) -> None:
        """Go into the thread of our message; where none may be made, reply to the message."""
        place = self._place
        try:
            await self._client.http.start_thread_with_message(
                place.channel,
                place.message,
                name=place.title[:TITLE_LENGTH],
                auto_archive_duration=ARCHIVE_AFTER,
            )
        except discord.HTTPException as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            if error.code != THREAD_EXISTS:
                self._place = replace(place, title="")
                return
        # A thread has the ID of the message that it was made from.
        self._place = Place(channel=place.message, token=place.token, answered=place.answered)

    async def _send(self, text: str, view: discord.ui.View | None, key: str) -> int:
        place = self._place
        options: dict[str, Any] = {}
        if place.message:
            options["reference"] = discord.MessageReference(
                message_id=place.message, channel_id=place.channel, fail_if_not_exists=False
            )
        said = await self._channel.send(
            text,
            view=view or MISSING,
            mention_author=False,
            # A nonce that Discord knows from the last minutes gets the message that it knows.
            nonce=hashlib.sha256(key.encode()).hexdigest()[:NONCE_LENGTH],
            **options,
        )
        return said.id

    @property
    def _channel(self) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(self._place.channel)

    @property
    def _webhook(self) -> discord.Webhook:
        id_ = self._client.application_id or 0
        return discord.Webhook.partial(id_, self._place.token, client=self._client)

    async def _calling(self, call: Awaitable[T]) -> T:
        """Return what Discord answers; its errors become the core's."""
        try:
            return await call
        except discord.RateLimited as error:
            raise TryLaterError("rate limited", error.retry_after) from error
        except discord.HTTPException as error:
            raise _error(error) from error
        except aiohttp.ClientConnectorError as error:
            raise TryLaterError(type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TryLaterError(type(error).__name__, maybe_said=True) from error


def _error(error: discord.HTTPException) -> TryLaterError | UndeliverableError:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLaterError(f"status {error.status}", maybe_said=True)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLaterError("rate limited")
    if error.status == HTTPStatus.UNAUTHORIZED:
        return TryLaterError("the token is not accepted", ADMIN)
    return UndeliverableError(f"{error.status} (code {error.code})")
