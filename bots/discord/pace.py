"""How often the bot shows that it is at work, so that this slows down nothing that is said."""

import asyncio
from contextlib import suppress

import discord

from bots.discord.calls import map_discord_errors
from core.conversation import ConversationError, TryLaterError

TYPING_SECONDS = 9.0  # Discord shows it for ten
# Of 50 requests a second: https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
MAX_EDITS_A_SECOND = 20


class Pace:
    """Paces what shows that something is on its way. One for all conversations.

    The more tasks are running, the more rarely each one's progress is edited.
    """

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._typing_until: dict[int, float] = {}
        self._edits_until = 0.0

    async def show_typing(self, channel: int) -> None:
        """Show it in a channel, unless it is shown there; where that fails, nothing is lost."""
        now = asyncio.get_running_loop().time()
        self._typing_until = {one: end for one, end in self._typing_until.items() if end > now}
        if channel in self._typing_until:
            return
        self._typing_until[channel] = now + TYPING_SECONDS
        with suppress(ConversationError), map_discord_errors():
            await self._client.get_partial_messageable(channel).typing()

    def check_edit(self) -> None:
        """Take one of this second's edits. Raises TryLaterError where there is none left."""
        now = asyncio.get_running_loop().time()
        ahead = self._edits_until - now
        if ahead > 1:
            raise TryLaterError("so many tasks are running", ahead, outage=True)
        self._edits_until = max(now, self._edits_until) + 1 / MAX_EDITS_A_SECOND
