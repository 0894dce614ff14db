"""The settings' forms on Discord: what opens one, and what comes of it."""

import logging
from collections.abc import Mapping
from typing import Any

import discord

from bots.discord import parse, settings_modal
from bots.discord.intake import respond, tell
from core import wording
from core.ledger import LedgerError
from core.request import Action, Group, Press
from core.settings_desk import SettingsDesk
from core.settings_sheets import Sheet

log = logging.getLogger(__name__)


class SettingsListeners:
    """Opens the forms of the settings, and takes them."""

    def __init__(self, desk: SettingsDesk) -> None:
        self._desk = desk

    async def open(self, interaction: discord.Interaction, press: Press, guild: str) -> None:
        """Open the form of a group, for an admin."""
        request = parse.of_press(interaction, press, guild)
        try:
            found = await self._desk.open(request, Group(press.asset))
        except LedgerError:
            log.exception("Settings could not be read")
            found = wording.settings_not_saved()
        if isinstance(found, Sheet):
            form = settings_modal.modal(found, guild)
            await respond(interaction.response.send_modal(form))
        else:
            await tell(interaction, found, guild)

    async def take(
        self, interaction: discord.Interaction, data: Mapping[str, Any], custom_id: str
    ) -> None:
        """Save what was sent, and tell what came of it; a key is checked after it is taken."""
        known = settings_modal.parse_custom_id(custom_id)
        if known is None:
            return
        group, version, guild = known
        sent = settings_modal.filled(data)
        request = parse.of_press(interaction, Press(Action.SETTINGS, "", group), guild)
        if group is Group.KEY:
            await respond(interaction.response.defer(thinking=True, ephemeral=True))
        try:
            if group is Group.KEY:
                done = await self._desk.take_key(request, version, sent)
            else:
                done = await self._desk.take(request, group, version, sent)
            reply = done.reply
        except LedgerError:
            log.exception("Settings could not be saved")
            reply = wording.settings_not_saved()
        await tell(interaction, reply, guild)
