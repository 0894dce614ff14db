"""Discord: its listeners, and its conversations."""

from bots.discord.app import Discord
from bots.discord.settings import DiscordSettings

__all__ = ["Discord", "DiscordSettings"]
