"""Slack's listeners for forms: what opens one, and what is sent with it."""

import logging
import re
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bots.slack import forms, parse, render
from bots.slack.intake import Intake
from core import wording
from core.inbox import Inbox
from core.ledger import LedgerError
from core.request import Action, Press

log = logging.getLogger(__name__)

Json = dict[str, Any]


class FormListeners:
    """What opens a form, by a button or a message's menu, and what comes of it."""

    def __init__(self, inbox: Inbox, intake: Intake) -> None:
        self._inbox = inbox
        self._intake = intake

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; before the listener of all other buttons."""
        app.shortcut(forms.SHORTCUT)(self.on_shortcut)
        app.view(forms.CALLBACK)(self.on_form)
        app.action(re.compile(rf"^{Action.EDIT}(:|$)"))(self.on_edit)
        app.action(re.compile(rf"^{Action.EXAMPLE}(:|$)"))(self.on_example)

    async def on_example(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form with one of the examples."""
        request = parse.of_press(body, context, action)
        form = parse.form_of_press(replace(request, body=Press(Action.EXAMPLE, "")))
        number = getattr(request.body, "asset", 0)
        with self._intake.speaking_to(body, context):
            await self._intake.open_or_tell(
                body, context, form.view(wording.labels.example(number))
            )
        await ack()

    async def on_edit(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form, with the query of a result and the result as its file."""
        request = parse.of_press(body, context, action)
        with self._intake.speaking_to(body, context):
            try:
                query, file_ids = await self._inbox.prefill(request)
            except LedgerError:
                log.exception("A result could not be looked up")
                self._intake.tell_later(body, context, wording.form_not_opened())
            else:
                form = parse.form_of_press(request)
                await self._intake.open_or_tell(body, context, form.view(query, file_ids))
        await ack()

    async def on_shortcut(self, ack: AsyncAck, shortcut: Json, context: Json) -> None:
        """Open the form, with a message's words and files, from its menu.

        Of our own result it takes what Neocu has already.
        """
        form = parse.form_of_shortcut(shortcut, context, forms.MAX_NAME)
        text = shortcut["message"].get("text") or ""
        names = self._intake.team(context).members.names()
        query = render.words(text, context["bot_user_id"], names)
        file_ids: tuple[str, ...] = ()
        if shortcut["message"].get("user") == context["bot_user_id"]:
            form, query, file_ids = await self._of_result(form, query, shortcut, context)
        with self._intake.speaking_to(shortcut, context):
            await self._intake.open_or_tell(shortcut, context, form.view(query, file_ids))
        await ack()

    async def _of_result(
        self, form: forms.Form, query: str, shortcut: Json, context: Json
    ) -> tuple[forms.Form, str, tuple[str, ...]]:
        """Return form, query and file IDs for a message of ours, if a result stands in it."""
        asked = parse.about_message(shortcut, context)
        try:
            source_key = await self._inbox.find_by_message(asked)
            if not source_key:
                return form, query, ()
            asked = replace(asked, body=Press(Action.EDIT, source_key))
            prompt, file_ids = await self._inbox.prefill(asked)
        except LedgerError as error:
            log.warning("A result can't be looked up: %s", error)
            return form, query, ()
        return replace(form, source_key=source_key, files=[]), prompt, file_ids

    async def on_form(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Take a form that was sent."""
        await self._intake.take(parse.of_form(body, context))
        await ack()
