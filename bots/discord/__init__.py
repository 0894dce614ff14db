"""Discord: its listeners, and its conversations."""

from typing import TYPE_CHECKING, Any

from bots.discord.settings import DiscordSettings

if TYPE_CHECKING:
    from bots.discord.app import Discord

__all__ = ["Discord", "DiscordSettings"]


def __getattr__(name: str) -> Any:
    """Return Discord, whose SDK is loaded only where it is run: https://peps.python.org/pep-0562/."""
    if name != "Discord":
        raise AttributeError(name)
    from bots.discord.app import Discord  # noqa: PLC0415 (settings are read without the SDK)

    return Discord
