"""What Discord's listeners share: noting a request, acknowledging it, telling a person."""

import logging
from contextlib import AbstractContextManager, suppress
from typing import Any

import discord

from bots.discord import ladder, places, render
from bots.discord.ladder import Answer, Token
from core import wording
from core.conversation import Reply
from core.inbox import Inbox
from core.ledger import LedgerError
from core.request import Request
from core.voice import closest, speaking

log = logging.getLogger(__name__)


class Intake:
    """The way in of interactions, one for all listeners."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def noted(self, interaction: discord.Interaction, request: Request) -> bool:
        """Note a request, or say that it could not be."""
        try:
            await self._inbox.accept(request)
        except LedgerError:
            log.exception("An interaction could not be noted")
            await self.not_taken(interaction, request)
            return False
        return True

    async def not_taken(self, interaction: discord.Interaction, request: Request) -> None:
        """Say that it is not taken, if that is sure; what may have been noted is acknowledged."""
        if await self._inbox.refuse(request):
            await tell(interaction, wording.not_taken(certain=True))
            return
        await acknowledge(interaction, request)
        text = render.parts(wording.not_taken(certain=False))[0]
        await respond(interaction.followup.send(text, ephemeral=True))


def speaking_to(interaction: discord.Interaction) -> AbstractContextManager[None]:
    """Speak the language of the person who did something."""
    return speaking(closest(interaction.locale))


async def acknowledge(interaction: discord.Interaction, request: Request) -> None:
    """Show "thinking" where the answer will fill that in; else no more than that we have heard.

    A menu forgets what was chosen when its message is drawn anew, so that it can be chosen again.
    """
    if places.is_menu(interaction) and interaction.message:
        view = discord.ui.View.from_message(interaction.message, timeout=None)
        view.stop()
        await respond(interaction.response.edit_message(view=view))
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
    await respond(response)


async def respond(response: Any) -> None:
    """Answer an interaction; too late, or by another replica already, is no harm: it is noted."""
    with suppress(discord.HTTPException):
        await response


async def tell(interaction: discord.Interaction, reply: Reply, guild: str = "") -> None:
    """Tell the person alone, instead of an answer, or after it; buttons may name a `guild`."""
    text, view = render.parts(reply)[0], render.buttons(reply, guild) or discord.utils.MISSING
    if interaction.response.is_done():
        await respond(interaction.followup.send(text, view=view, ephemeral=True))
    else:
        await respond(interaction.response.send_message(text, view=view, ephemeral=True))
