"""Slack's listeners for forms: what opens one, and what is sent with it."""

import logging
import re
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bots.slack import forms, parse, render
from bots.slack.calls import map_slack_errors
from bots.slack.intake import Intake
from core import wording
from core.conversation import ConversationError
from core.form_rules import Problem
from core.inbox import Inbox, Prefill
from core.ledger import LedgerError
from core.request import Action, FormSent, Press, Request
from core.wording import markup

log = logging.getLogger(__name__)

Json = dict[str, Any]


class FormListeners:
    """What opens a form, by a button or a message's menu, and what comes of it."""

    def __init__(self, inbox: Inbox, intake: Intake) -> None:
        self._inbox = inbox
        # Of each open form, the picker that was used last: its update knows of those before.
        self._picked: dict[str, str] = {}
        self._intake = intake

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; before the listener of all other buttons."""
        app.shortcut(forms.SHORTCUT)(self.on_shortcut)
        app.view(forms.CALLBACK)(self.on_form)
        app.action(re.compile(rf"^{forms.PICK}"))(self.on_pick)
        app.action(re.compile(rf"^{Action.EDIT}(:|$)"))(self.on_edit)
        app.action(re.compile(rf"^{Action.EXAMPLE}(:|$)"))(self.on_example)

    async def on_example(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form with one of the examples."""
        request = parse.of_press(body, context, action)
        form = parse.form_of_press(replace(request, body=Press(Action.EXAMPLE, "")))
        number = getattr(request.body, "asset", 0)
        with self._intake.speaking_to(body, context):
            filled = Prefill(wording.labels.example(number))
            await self._intake.open_or_tell(body, context, form, filled)
        await ack()

    async def on_edit(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form, with the query of a result and the result as its file."""
        request = parse.of_press(body, context, action)
        with self._intake.speaking_to(body, context):
            try:
                filled = await self._inbox.prefill(request)
            except LedgerError:
                log.exception("A result could not be looked up")
                self._intake.tell_later(body, context, wording.form_not_opened())
            else:
                form = parse.form_of_press(request)
                await self._intake.open_or_tell(body, context, form, filled)
        await ack()

    async def on_shortcut(self, ack: AsyncAck, shortcut: Json, context: Json) -> None:
        """Open the form, with a message's words and files, from its menu.

        Of our own result it takes what Neocu has already.
        """
        form = parse.form_of_shortcut(shortcut, context, forms.MAX_NAME)
        text = shortcut["message"].get("text") or ""
        names = self._intake.team(context).members.names()
        filled = Prefill(render.words(text, context["bot_user_id"], names))
        if shortcut["message"].get("user") == context["bot_user_id"]:
            form, filled = await self._of_result(form, filled, shortcut, context)
        with self._intake.speaking_to(shortcut, context):
            await self._intake.open_or_tell(shortcut, context, form, filled)
        await ack()

    async def _of_result(
        self, form: forms.Form, filled: Prefill, shortcut: Json, context: Json
    ) -> tuple[forms.Form, Prefill]:
        """Return the form for a message of ours, if a result stands in it."""
        asked = parse.about_message(shortcut, context)
        try:
            source_key = await self._inbox.find_by_message(asked)
            if not source_key:
                return form, filled
            asked = replace(asked, body=Press(Action.EDIT, source_key))
            filled = await self._inbox.prefill(asked)
        except LedgerError as error:
            log.warning("A result can't be looked up: %s", error)
            return form, filled
        return replace(form, source_key=source_key, files=[]), filled

    async def on_pick(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Write into the query what is picked, and show its price."""
        await ack()
        self._picked[body["view"]["id"]] = action["action_ts"]
        self._intake.then(self._write(body, context, action))

    async def _write(self, body: Json, context: Json, action: Json) -> None:
        with self._intake.speaking_to(body, context):
            view = self._intake.view(*forms.picked(body["view"], action))
        view_id = body["view"]["id"]
        if self._picked.get(view_id) != action["action_ts"]:
            return  # the next one tells this one, too
        del self._picked[view_id]
        try:
            with map_slack_errors():
                await self._intake.team(context).client.views_update(view_id=view_id, view=view)
        except ConversationError as error:
            log.info("A form can't be changed any more: %s", error)

    async def on_form(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Take a form that was sent, or say in it what is wrong."""
        request = parse.of_form(body, context)
        with self._intake.speaking_to(body, context):
            problem = self._problem(request)
        if problem is None:
            await self._intake.take(request)
            await ack()
            return
        block = forms.block_of(body["view"], problem.field)
        told = markup.plain(problem.reply.text)[: forms.MAX_ERROR]
        await ack(response_action="errors", errors={block: told})

    def _problem(self, request: Request) -> Problem | None:
        """Return what is wrong with a form; a question in one is never wrong."""
        if not isinstance(request.body, FormSent):
            return None
        return self._intake.forms.problem(request.body, request.attachments)
