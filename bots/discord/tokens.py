"""What an interaction's token lets us do: fill in "thinking", follow up, edit and take back.

By discord.py's own client and not its Webhook, which sleeps through a rate limit however long.
https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
from discord.http import Route, handle_message_parameters
from discord.utils import snowflake_time, utcnow

from bots.discord import render
from bots.discord.calls import (
    CONNECTING_SECONDS,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    RefusedError,
    map_discord_errors,
)
from core.conversation import File, TryLaterError

TOKEN_LIFETIME = timedelta(minutes=15)
HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = "@original"  # what Discord calls the answer, for an ID
ACKNOWLEDGED_WITHIN = timedelta(seconds=5)
MAX_FILES = 10


@dataclass(frozen=True)
class Call:
    """An interaction that called us: its token speaks for 15 minutes, whatever we may do there."""

    id: int
    token: str

    @property
    def alive(self) -> bool:
        """Whether Discord still takes the token. One that has expired is not used."""
        return discord.utils.utcnow() - discord.utils.snowflake_time(self.id) < TOKEN_LIFETIME


class TokenCalls:
    """Speaks by one interaction's token. Raises what `map_discord_errors` does."""

    def __init__(self, client: discord.Client, call: Call) -> None:
        self._client = client
        self._call = call

    async def fill_in(self, text: str, files: Sequence[File], options: dict[str, Any]) -> int:
        """Put the text where Discord shows "thinking"; return the message's ID."""
        with self._acknowledged_soon():
            return await self._edit(ORIGINAL, text, render.attached(files), options)

    async def follow_up(
        self, text: str, files: Sequence[File], options: dict[str, Any], *, private: bool
    ) -> int:
        """Say something new; return the message's ID."""
        flags = discord.MessageFlags(suppress_embeds=True, ephemeral=private)
        options = {**options, "flags": flags, "attachments": render.attached(files)}
        with self._acknowledged_soon():
            return await self._send("POST", HOOK, text, options)

    async def add(self, text: str, files: Sequence[File], options: dict[str, Any]) -> int:
        """Add to the answer what no follow-up can bring any more; return its ID."""
        hook = discord.Webhook.partial(self._app, self._call.token, client=self._client)
        with map_discord_errors():
            said = await hook.fetch_message(ORIGINAL)  # type: ignore[arg-type]  # instead of an ID
        kept = said.attachments[: MAX_FILES - len(files)]
        content = "\n".join(filter(None, (said.content, text)))[: render.PART_LENGTH]
        return await self._edit(ORIGINAL, content, [*kept, *render.attached(files)], options)

    async def edit(self, message_id: str, content: str, view: discord.ui.View | None) -> None:
        """Change the words and buttons of what was said by the token."""
        await self._edit(message_id, content, None, {"view": view})

    async def delete(self, message_id: str) -> None:
        """Take back what was said by the token."""
        with map_discord_errors():
            await self._client.http.request(self._route("DELETE", f"{HOOK}/messages/{message_id}"))

    async def _edit(
        self,
        message_id: str,
        text: str,
        attachments: Sequence[discord.Attachment | discord.File] | None,
        options: dict[str, Any],
    ) -> int:
        if attachments:
            options = {**options, "attachments": attachments}
        return await self._send("PATCH", f"{HOOK}/messages/{message_id}", text, options)

    async def _send(self, method: str, path: str, text: str, options: dict[str, Any]) -> int:
        nobody = discord.AllowedMentions.none()
        with (
            map_discord_errors(),
            handle_message_parameters(
                text or None, previous_allowed_mentions=nobody, **options
            ) as told,
        ):
            body: dict[str, Any] = {"json": told.payload}
            if told.files:
                body = {"files": told.files, "form": told.multipart}
            route = self._route(method, path)
            said = await self._client.http.request(route, params={"wait": "true"}, **body)
        return int(said["id"])

    @contextmanager
    def _acknowledged_soon(self) -> Iterator[None]:
        """Raise TryLaterError where Discord knows the call only once that is acknowledged.

        The note is on disk before the acknowledgement, and so may be our answer.
        """
        try:
            yield
        except RefusedError as error:
            young = utcnow() - snowflake_time(self._call.id) < ACKNOWLEDGED_WITHIN
            if error.code in {UNKNOWN_WEBHOOK, UNKNOWN_MESSAGE} and young:
                raise TryLaterError("not acknowledged yet", CONNECTING_SECONDS) from error
            raise

    def _route(self, method: str, path: str) -> Route:
        return Route(method, path, webhook_id=self._app, webhook_token=self._call.token)

    @property
    def _app(self) -> int:
        return self._client.application_id or 0
