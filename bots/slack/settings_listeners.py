"""Slack's listeners for the settings: what opens one of their forms, and what is sent with it."""

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bots.slack import parse, settings_modal
from bots.slack.intake import Intake
from bots.slack.ladder import dump
from bots.slack.places import to_person
from bots.slack.settings_modal import Opened
from core import wording
from core.ledger import LedgerError
from core.request import Action, Group, Request
from core.settings_desk import SettingsDesk
from core.settings_sheets import Filled, Sheet

log = logging.getLogger(__name__)

Json = dict[str, Any]


class SettingsListeners:
    """What opens the settings' forms, and what comes of them."""

    def __init__(self, desk: SettingsDesk, intake: Intake) -> None:
        self._desk = desk
        self._intake = intake

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; before the listener of all other buttons."""
        app.action(re.compile(rf"^{Action.SETTINGS}(:|$)"))(self.on_button)
        app.view(settings_modal.CALLBACK)(self.on_form)

    async def on_button(self, ack: AsyncAck, body: Json, context: Json, action: Json) -> None:
        """Open the form of a group, for an admin."""
        request = parse.of_press(body, context, action)
        with self._intake.speaking_to(body, context):
            try:
                group = Group(getattr(request.body, "asset", 0))
                found = await self._desk.open(request, group)
            except LedgerError:
                log.exception("Settings could not be read")
                found = wording.settings_not_saved()
            if isinstance(found, Sheet):
                address = dump(to_person(body), request.workspace)
                opened = Opened(address, request.channel, group, found.version)
                view = settings_modal.view(found, opened)
                if not await self._intake.shown(body["trigger_id"], context, view):
                    self._intake.tell_later(body, context, wording.form_not_opened())
            else:
                self._intake.tell_later(body, context, found)
        await ack()

    async def on_form(self, ack: AsyncAck, body: Json, context: Json) -> None:
        """Save what was sent; what is wrong is said beside its field.

        A key is checked after the acknowledgement, and what came of it is told.
        """
        opened, sent = Opened.load(body["view"]), settings_modal.filled(body["view"])
        request = parse.of_settings(body, context, opened)
        with self._intake.speaking_to(body, context):
            if opened.group == Group.KEY:
                self._intake.then(self._take_key(request, opened, sent))
                await ack()
                return
            try:
                done = await self._desk.take(request, Group(opened.group), opened.version, sent)
            except LedgerError:
                log.exception("Settings could not be saved")
                self._intake.then(self._intake.tell(opened.address, wording.settings_not_saved()))
                await ack()
                return
            if done.problems:
                await ack(response_action="errors", errors=dict(done.problems))
                return
            self._intake.then(self._intake.tell(opened.address, done.reply))
        await ack()

    async def _take_key(self, request: Request, opened: Opened, sent: Filled) -> None:
        try:
            reply = (await self._desk.take_key(request, opened.version, sent)).reply
        except LedgerError:
            log.exception("A key could not be saved")
            reply = wording.settings_not_saved()
        await self._intake.tell(opened.address, reply)
