"""Discord's listeners: what a person does becomes a Request, noted before it is acknowledged.

No privileged intent is asked for: messages that mention the bot, and direct messages, come with
their words anyway. https://docs.discord.com/developers/events/gateway#message-content-intent
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any

import discord

from bots.discord import forms, ladder, parse, places, render
from bots.discord.conversation import DiscordConversation
from bots.discord.ladder import Answer, Place, Token
from bots.discord.latency import Latency
from bots.discord.places import place_of_reply
from core import wording
from core.conversation import Attempt, ConversationError, Reply
from core.inbox import Inbox
from core.ledger import LedgerError
from core.ledger.entries import BACKGROUND_DEADLINE_SECONDS
from core.request import Action, FormSent, Press, Request
from core.voice import closest, speaking
from core.workspaces.arrivals import Arrivals

log = logging.getLogger(__name__)

ORDINARY = {discord.MessageType.default, discord.MessageType.reply}


class Listeners:
    """What the bot listens to in its guilds, and in direct messages."""

    def __init__(
        self,
        inbox: Inbox,
        client: discord.Client,
        conversation: Callable[[str], DiscordConversation],
        latency: Latency,
        arrivals: Arrivals,
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._conversation = conversation
        self._latency = latency
        self._arrivals = arrivals

    # ---- Messages --------------------------------------------------------------------------------

    async def on_message(self, message: discord.Message) -> None:
        """Take a mention, a reply that pings us, or a direct message."""
        me = self._client.user
        if me is None or message.author.bot or message.type not in ORDINARY:
            return
        if message.guild is not None and me not in message.mentions:
            if message.guild.self_role in message.role_mentions:
                # Of a message that mentions only our role, Discord may show us no word.
                place = place_of_reply(message)
                with speaking(parse.language_of(message.guild)):
                    await self._say(place, str(message.id), wording.mention_me_not_my_role())
            return
        if message.guild is None and isinstance(message.author, discord.Member):
            log.warning("A message of a guild that Discord has not told of is left alone")
            return
        request = parse.of_message(message, me)
        try:
            # Discord waits for no answer to a message, so a restarted database may be waited for.
            await self._inbox.accept(request, within=BACKGROUND_DEADLINE_SECONDS)
        except LedgerError:
            log.exception("A message could not be noted")
            certain = await self._inbox.refuse(request)
            with speaking(request.language):
                reply = wording.not_taken(certain=certain)
                await self._say(ladder.load(request.address), request.key, reply)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Introduce ourselves in a guild that we have come to, where we may speak."""
        request = parse.of_joining(guild)
        try:
            await self._arrivals.came(str(guild.id), guild.name)
            if request is not None:
                await self._inbox.accept(request, within=BACKGROUND_DEADLINE_SECONDS)
        except LedgerError as error:
            log.warning("A greeting is left out: %s", error)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget what a guild has left us that has taken us out, its Neocu key above all."""
        try:
            await self._arrivals.left(str(guild.id))
        except LedgerError as error:
            log.warning("What a server has left us is not forgotten: %s", error)

    async def _say(self, place: Place, key: str, reply: Reply) -> None:
        """Say at once what nobody may rely on to arrive."""
        with suppress(ConversationError):
            await self._conversation(ladder.dump(place)).post(reply, (), Attempt(key))

    # ---- Commands --------------------------------------------------------------------------------

    def in_time(self, interaction: discord.Interaction) -> bool:
        """Whether Discord still waits for us; after 3 seconds it has told the person that we fail.

        https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
        """
        late = self._latency.is_late(interaction.id)
        if late:
            log.warning("Interaction %s came too late to be answered", interaction.id)
        return not late

    async def on_command(
        self,
        interaction: discord.Interaction,
        text: str,
        files: Sequence[discord.Attachment],
    ) -> None:
        """Take `/neocu …`; a question is answered privately."""
        request = parse.of_command(interaction, text, files)
        with _speaking_to(interaction):
            if await self._noted(interaction, request):
                await _acknowledge(interaction, request)

    async def on_form_command(self, interaction: discord.Interaction) -> None:
        """Open the form, empty."""
        with _speaking_to(interaction):
            await _respond(interaction.response.send_modal(forms.modal(FormSent(""))))

    async def on_message_command(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Open the form from a message's menu, with its words and files, or its result of ours."""
        with _speaking_to(interaction):
            await self._on_message_command(interaction, message)

    async def _on_message_command(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        me = self._client.user
        if me is None:  # pragma: no cover (for the types: nothing comes before we are logged in)
            return
        request = parse.of_menu(interaction, message)
        try:
            if key := await self._inbox.find_by_message(request):
                await self._open_edit(interaction, FormSent("", source_key=key), "")
                return
            query = "" if message.author == me else render.plain_text(message, me)
            source = FormSent(query)
            if request.attachments:
                await self._inbox.draft(request)
                source = replace(source, source_key=request.key)
        except LedgerError:
            log.exception("A form could not be filled")
            await _tell(interaction, wording.not_taken())
        else:
            form = forms.modal(source, attached=request.attachments)
            await _respond(interaction.response.send_modal(form))

    # ---- Buttons and forms -----------------------------------------------------------------------

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press of one of our buttons, or a form; commands come to `on_command`."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = data.get("custom_id", "")
        if not custom_id or not self.in_time(interaction):
            return
        with _speaking_to(interaction):
            await self._on_interaction(interaction, data, custom_id)

    async def _on_interaction(
        self, interaction: discord.Interaction, data: Mapping[str, Any], custom_id: str
    ) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            if sent := forms.parse_custom_id(custom_id):
                await self._on_form(interaction, data, *sent)
        elif interaction.type is discord.InteractionType.component:
            match render.parse_press(custom_id, data.get("values", ())):
                case (Press(Action.EDIT, key, asset), guild):
                    await self._on_edit(interaction, FormSent("", (), key, asset), guild)
                case (Press(Action.SET_UP), _):
                    may = interaction.permissions.manage_guild
                    await _tell(interaction, wording.set_up(may=may))
                case (Press(Action.EXAMPLE, asset=number), guild):
                    example = forms.modal(FormSent(wording.labels.example(number)), guild)
                    await _respond(interaction.response.send_modal(example))
                case (press, guild):
                    await self._on_button(interaction, press, guild)

    async def _on_button(self, interaction: discord.Interaction, press: Press, guild: str) -> None:
        request = parse.of_press(interaction, press, guild)
        try:
            taken = await self._inbox.press(request)
        except LedgerError:
            log.exception("A press could not be noted")
            await self._not_taken(interaction, request)
            return
        if not taken:
            await _tell(interaction, wording.already_pressed())
            return
        await _acknowledge(interaction, request)

    async def _on_edit(
        self, interaction: discord.Interaction, source: FormSent, guild: str
    ) -> None:
        try:
            await self._open_edit(interaction, source, guild)
        except LedgerError:
            log.exception("A form could not be filled")
            await _tell(interaction, wording.not_taken())

    async def _open_edit(
        self, interaction: discord.Interaction, source: FormSent, guild: str
    ) -> None:
        """Open the form, with the query of a result and the result as its file."""
        request = parse.of_edit(interaction, source, guild)
        query, files = await self._inbox.prefill(request)
        form = forms.modal(replace(source, query=query, files=files), guild)
        await _respond(interaction.response.send_modal(form))

    async def _on_form(
        self,
        interaction: discord.Interaction,
        data: Mapping[str, Any],
        source: FormSent,
        guild: str,
    ) -> None:
        request = parse.of_form(interaction, data, source, guild)
        if await self._noted(interaction, request):
            await _acknowledge(interaction, request)

    async def _noted(self, interaction: discord.Interaction, request: Request) -> bool:
        """Note a request, or say that it could not be."""
        try:
            await self._inbox.accept(request)
        except LedgerError:
            log.exception("An interaction could not be noted")
            await self._not_taken(interaction, request)
            return False
        return True

    async def _not_taken(self, interaction: discord.Interaction, request: Request) -> None:
        """Say that it is not taken, if that is sure; what may have been noted is acknowledged."""
        if await self._inbox.refuse(request):
            await _tell(interaction, wording.not_taken(certain=True))
            return
        await _acknowledge(interaction, request)
        text = render.parts(wording.not_taken(certain=False))[0]
        await _respond(interaction.followup.send(text, ephemeral=True))


def _speaking_to(interaction: discord.Interaction) -> AbstractContextManager[None]:
    """Speak the language of the person who did something."""
    return speaking(closest(interaction.locale))


async def _acknowledge(interaction: discord.Interaction, request: Request) -> None:
    """Show "thinking" where the answer will fill that in; else no more than that we have heard.

    A menu forgets what was chosen when its message is drawn anew, so that it can be chosen again.
    """
    if places.is_menu(interaction) and interaction.message:
        view = discord.ui.View.from_message(interaction.message, timeout=None)
        view.stop()
        await _respond(interaction.response.edit_message(view=view))
        return
    match ladder.load(request.address):
        case Token(replaces=True):
            response = interaction.response.defer()
        case Token(answered=False, private=private):
            response = interaction.response.defer(thinking=True, ephemeral=private)
        case Answer():
            response = interaction.response.defer(thinking=True)
        case _:
            response = interaction.response.defer()
    await _respond(response)


async def _respond(response: Any) -> None:
    """Answer an interaction; too late, or by another replica already, is no harm: it is noted."""
    with suppress(discord.HTTPException):
        await response


async def _tell(interaction: discord.Interaction, reply: Reply) -> None:
    """Tell the person alone, instead of an answer."""
    text = render.parts(reply)[0]
    await _respond(interaction.response.send_message(text, ephemeral=True))
