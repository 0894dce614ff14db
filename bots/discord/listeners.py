"""Discord's listeners: what a person does becomes a Request, noted before it is acknowledged.

No privileged intent is asked for: messages that mention the bot, and direct messages, come with
their words anyway. https://docs.discord.com/developers/events/gateway#message-content-intent
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import discord
from discord import app_commands

from bots.discord import forms, ladder, parse, render
from bots.discord.conversation import DiscordConversation
from bots.discord.form_listeners import FormListeners
from bots.discord.forms import About
from bots.discord.intake import Intake, acknowledge, speaking_to, tell
from bots.discord.ladder import Place
from bots.discord.latency import Latency
from bots.discord.places import place_of_reply
from bots.discord.settings_listeners import SettingsListeners
from core import wording
from core.conversation import Attempt, ConversationError, Reply
from core.inbox import Inbox, Prefill
from core.ledger import LedgerError
from core.ledger.deadlines import BACKGROUND_DEADLINE_SECONDS
from core.request import Action, Press
from core.suggestions import suggest
from core.voice import speaking
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
        intake: Intake,
        forms: FormListeners,
        settings: SettingsListeners,
    ) -> None:
        self._inbox = inbox
        self._intake = intake
        self._forms = forms
        self._settings = settings
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
        with speaking_to(interaction):
            if await self._intake.noted(interaction, request):
                await acknowledge(interaction, request)

    async def on_typing(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Return what to offer while somebody types; the ledger is not waited for."""
        with speaking_to(interaction):
            remembered = await self._inbox.recall.of(parse.of_typing(interaction))
            offered = suggest(typed, remembered)
        return [app_commands.Choice(name=one.label, value=one.text) for one in offered]

    # ---- Buttons and forms -----------------------------------------------------------------------

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press of one of our buttons, or a form; commands come to `on_command`."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = data.get("custom_id", "")
        if not custom_id or not self.in_time(interaction):
            return
        with speaking_to(interaction):
            await self._on_interaction(interaction, data, custom_id)

    async def _on_interaction(
        self, interaction: discord.Interaction, data: Mapping[str, Any], custom_id: str
    ) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            if about := forms.parse_custom_id(custom_id):
                await self._forms.on_form(interaction, data, about)
            else:
                await self._settings.take(interaction, data, custom_id)
        elif interaction.type is discord.InteractionType.component:
            match render.parse_press(custom_id, data.get("values", ())):
                case (Press(Action.EDIT | Action.REOPEN, key, asset), guild):
                    await self._forms.on_edit(interaction, About(key, asset, guild))
                case (Press(Action.SETTINGS) as press, guild):
                    await self._settings.open(interaction, press, guild)
                case (Press(Action.SET_UP), _):
                    may = interaction.permissions.manage_guild
                    await tell(interaction, wording.set_up(may=may))
                case (Press(Action.EXAMPLE, asset=number), guild):
                    example = Prefill(wording.labels.example(number))
                    await self._forms.open(interaction, About(guild=guild), example)
                case (press, guild):
                    await self._on_button(interaction, press, guild)

    async def _on_button(self, interaction: discord.Interaction, press: Press, guild: str) -> None:
        request = parse.of_press(interaction, press, guild)
        try:
            taken = await self._inbox.press(request)
        except LedgerError:
            log.exception("A press could not be noted")
            await self._intake.not_taken(interaction, request)
            return
        if not taken:
            await tell(interaction, wording.already_pressed())
            return
        await acknowledge(interaction, request)
