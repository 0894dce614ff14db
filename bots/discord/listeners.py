"""Discord's listeners: what a person does becomes a Request, noted before it is acknowledged.

No privileged intent is asked for: messages that mention the bot, and direct messages, come with
their words anyway. https://docs.discord.com/developers/events/gateway#message-content-intent
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord

from bots.discord import forms, parse, render
from bots.discord.conversation import DiscordConversation
from core import intent, wording
from core.conversation import Action, Attachment, Request
from core.inbox import Inbox
from core.ledger import LedgerError
from core.ledger.entries import BACKGROUND_DEADLINE_SECONDS

log = logging.getLogger(__name__)

ORDINARY = {discord.MessageType.default, discord.MessageType.reply}
# What only looks; it may be pressed again and again, and its answer is for one person.
LOOKS = {Action.CHECK_NOW, Action.SHOW}


class Listeners:
    """What the bot listens to in its guilds, and in direct messages."""

    def __init__(
        self,
        inbox: Inbox,
        client: discord.Client,
        conversation: Callable[[str], DiscordConversation],
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._conversation = conversation

    async def on_message(self, message: discord.Message) -> None:
        """Take a mention, a reply that pings us, or a direct message."""
        me = self._client.user
        if me is None or message.author.bot or message.type not in ORDINARY:
            return
        if message.guild is not None and me not in message.mentions:
            return
        if not parse.may_answer(message):  # before anything is spent
            log.info("A mention can't be answered in channel %s", message.channel.id)
            with suppress(discord.HTTPException):
                await message.author.send(wording.MAY_NOT_SPEAK.text)
            return
        request = parse.of_message(message, me)
        try:
            # Discord waits for no answer to a message, so a restarted database may be waited for.
            await self._inbox.accept(request, within=BACKGROUND_DEADLINE_SECONDS)
        except LedgerError:
            log.exception("A message could not be noted")
            await self._conversation(request.address).post(wording.NOT_TAKEN, request.key)
            self._inbox.refuse(request)

    async def on_command(
        self,
        interaction: discord.Interaction,
        text: str,
        files: Sequence[discord.Attachment],
    ) -> None:
        """Take `/neocu …`; alone it opens the form, and a question is answered privately."""
        if not text.strip():
            await self._ask(interaction, files, "")
            return
        private = intent.is_question(text)
        place = parse.answered_at(interaction, text="" if private else text, private=private)
        request = parse.of_interaction(
            interaction, place, text=text, attachments=parse.attachments(files)
        )
        if await self._noted(interaction, replace(request, shown=private)):
            await _respond(interaction.response.defer(thinking=True, ephemeral=private))

    async def on_message_command(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Open the form, with a message's words and files, from its menu."""
        me = self._client.user
        query = render.words(message, me) if me else message.content
        await self._ask(interaction, message.attachments, query)

    async def _ask(
        self,
        interaction: discord.Interaction,
        files: Sequence[discord.Attachment],
        query: str,
    ) -> None:
        """Open the form, filled with a query; files go with it by a note of ours."""
        if not files:
            await _respond(interaction.response.send_modal(forms.modal(query=query)))
            return
        draft = parse.of_interaction(
            interaction, parse.place_of(interaction), attachments=parse.attachments(files)
        )
        try:
            await self._inbox.draft(draft)
        except LedgerError:
            log.exception("A form could not be noted")
            await _refused(interaction)
        else:
            await _respond(interaction.response.send_modal(forms.modal(draft.key, query=query)))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press of one of our buttons, or a form; commands come to `on_command`."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = data.get("custom_id", "")
        if interaction.type is discord.InteractionType.modal_submit:
            if sent := forms.about(custom_id):
                await self._on_form(interaction, data, *sent)
        elif interaction.type is discord.InteractionType.component:
            match render.pressed(custom_id):
                case (Action.EDIT, about, asset):
                    await self._on_edit(interaction, about, asset)
                case (action, about, _):
                    await self._on_button(interaction, action, about)

    async def _on_button(
        self, interaction: discord.Interaction, action: Action, about: str
    ) -> None:
        look = action in LOOKS
        request = parse.of_interaction(
            interaction,
            parse.answered_at(interaction, private=True) if look else parse.beside(interaction),
            action=action,
            about=about,
            shown=look,
        )
        if not look and interaction.message:  # pressed twice is once
            # Without `about`, which may be a press's own key: an ID has up to 100 characters.
            request = replace(request, key=f"discord:{action}:{interaction.message.id}")
        if await self._noted(interaction, request):
            await _respond(interaction.response.defer(thinking=look, ephemeral=look))

    async def _on_edit(self, interaction: discord.Interaction, about: str, asset: int) -> None:
        """Open the form, with the query of a result and the result as its file."""
        request = parse.of_interaction(
            interaction, parse.place_of(interaction), about=about, asset=asset
        )
        try:
            query, file_ids = await self._inbox.prefill(request)
        except LedgerError:
            log.exception("A form could not be filled")
            await _refused(interaction)
        else:
            modal = forms.modal(about, asset, query, file_ids)
            await _respond(interaction.response.send_modal(modal))

    async def _on_form(
        self, interaction: discord.Interaction, data: Mapping[str, Any], about: str, asset: int
    ) -> None:
        values = {part["custom_id"]: part for part in parse.inputs(data.get("components", ()))}
        text = values[forms.QUERY].get("value", "")
        ids = " ".join(values[forms.FILES].get("value", "").split())
        files = data.get("resolved", {}).get("attachments", {})
        pressed = interaction.message is not None  # a button opened the form, and no command
        request = parse.of_interaction(
            interaction,
            parse.beside(interaction) if pressed else parse.answered_at(interaction, text=text),
            text=f"{text}\nfiles: {ids}" if ids else text,
            attachments=tuple(
                Attachment(
                    id=id_,
                    name=files[id_]["filename"],
                    url=files[id_]["url"],
                    size=files[id_]["size"],
                    media_type=files[id_].get("content_type") or "",
                )
                for id_ in values.get(forms.UPLOADS, {}).get("values", ())
            ),
            action=Action.EDIT if about else None,
            about=about,
            asset=asset,
            shown=False,
        )
        if await self._noted(interaction, request):
            await _respond(interaction.response.defer(thinking=not pressed))

    async def _noted(self, interaction: discord.Interaction, request: Request) -> bool:
        """Note a request, or say that it could not be."""
        try:
            await self._inbox.accept(request)
        except LedgerError:
            log.exception("An interaction could not be noted")
            await _refused(interaction)
            return False
        return True


async def _respond(response: Any) -> None:
    """Answer an interaction; too late, or by another replica already, is no harm: it is noted."""
    with suppress(discord.HTTPException):
        await response


async def _refused(interaction: discord.Interaction) -> None:
    await _respond(interaction.response.send_message(wording.NOT_TAKEN.text, ephemeral=True))
