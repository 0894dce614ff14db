"""Discord's listeners for forms: what opens one, and what is sent with it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord

from bots.discord import forms, parse, render
from bots.discord.forms import About
from bots.discord.intake import Intake, acknowledge, respond, speaking_to, tell
from bots.discord.places import is_hushed
from core import wording
from core.conversation import Reply
from core.form_rules import FormRules
from core.inbox import Inbox, Prefill
from core.intent import TwoChoicesError
from core.ledger import LedgerError
from core.request import FormSent, Request

log = logging.getLogger(__name__)


class FormListeners:
    """What opens a form, by a command, a button or a message's menu, and what comes of it."""

    def __init__(
        self, inbox: Inbox, client: discord.Client, intake: Intake, rules: FormRules
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._intake = intake
        self._rules = rules

    async def on_form_command(self, interaction: discord.Interaction) -> None:
        """Open the form, empty."""
        with speaking_to(interaction):
            await self.open(interaction, About(), Prefill())

    async def on_message_command(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Open the form from a message's menu, with its words and files, or its result of ours."""
        with speaking_to(interaction):
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
                await self._open_edit(interaction, About(key))
                return
            about, query = About(), "" if message.author == me else render.plain_text(message, me)
            if request.attachments and self._rules.uploads:
                await self._inbox.draft(request)
                about = About(request.key)
        except LedgerError:
            log.exception("A form could not be filled")
            await tell(interaction, wording.not_taken())
        else:
            filled = Prefill(query, attachments=request.attachments)
            await self.open(interaction, about, filled)

    async def on_edit(self, interaction: discord.Interaction, about: About) -> None:
        """Open the form about a request, or say why not."""
        try:
            await self._open_edit(interaction, about)
        except LedgerError:
            log.exception("A form could not be filled")
            await tell(interaction, wording.not_taken())

    async def _open_edit(self, interaction: discord.Interaction, about: About) -> None:
        """Open the form, with the query of a result and the result as its file.

        One that had something wrong in it is told in private, and is to be answered where it was.
        """
        filled = await self._inbox.prefill(parse.of_edit(interaction, about))
        again = is_hushed(interaction) and not about.guild and filled.drafted
        public = again and not filled.in_private
        await self.open(interaction, replace(about, public=public), filled)

    async def open(self, interaction: discord.Interaction, about: About, filled: Prefill) -> None:
        """Open the form, filled in."""
        form = forms.modal(about, filled, uploads=self._rules.uploads)
        await respond(interaction.response.send_modal(form))

    async def on_form(
        self, interaction: discord.Interaction, data: Mapping[str, Any], about: About
    ) -> None:
        """Take a form that was sent, or say what is wrong and keep what was typed."""
        request = parse.of_form(interaction, data, about)
        wrong = self._wrong(request, data)
        if wrong is not None:
            await self._keep(interaction, request, wrong)
        elif await self._intake.noted(interaction, request):
            await acknowledge(interaction, request)

    def _wrong(self, request: Request, data: Mapping[str, Any]) -> Reply | None:
        """Return what is to be said of a form with something wrong in it; a question never is."""
        if not isinstance(request.body, FormSent):
            return None
        if forms.contradicts_itself(parse.inputs(data)):
            return wording.bad_input(TwoChoicesError())
        problem = self._rules.problem(request.body, request.attachments)
        return problem.reply if problem else None

    async def _keep(self, interaction: discord.Interaction, request: Request, wrong: Reply) -> None:
        """Tell a person alone what is wrong with a form, and keep what they typed for another."""
        try:
            if request.source_key:  # the files of the message that it began with
                before = await self._inbox.prefill(request)
                attached = (*before.attachments, *request.attachments)
                request = replace(request, attachments=attached)
            await self._inbox.draft(request)
        except LedgerError:
            log.exception("A form could not be kept")
            await tell(interaction, wrong)
        else:
            await tell(interaction, wording.to_mend(wrong, request.key))
