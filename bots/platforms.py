"""Which platforms are wanted, with their settings."""

from bots.discord import DiscordSettings
from bots.slack import SlackSettings
from core.settings import EnvSettings, Key, SettingsError

CHOICES = ("slack", "discord")


class Tokens(EnvSettings):
    """Which platforms are wanted: those whose token, or client ID, is set."""

    slack_bot_token: Key | None = None
    slack_client_id: str | None = None
    discord_token: Key | None = None

    @property
    def slack(self) -> bool:
        """Whether Slack is wanted."""
        return bool(self.slack_bot_token or self.slack_client_id)


def wanted(platform: str | None) -> list[str]:
    """Return the platform that is named, else those whose token is set. Raises SettingsError."""
    if platform:
        return [platform]
    tokens = Tokens.load()
    names = zip(CHOICES, (tokens.slack, tokens.discord_token), strict=True)
    found = [name for name, token in names if token]
    if not found:
        raise SettingsError(
            "Neither SLACK_BOT_TOKEN nor DISCORD_TOKEN is set. "
            "`neocu-bots setup slack` or `neocu-bots setup discord` shows how to get one."
        )
    return found


def load(names: list[str]) -> list[SlackSettings | DiscordSettings]:
    """Return the settings of the platforms. Raises SettingsError."""
    kinds: dict[str, type[SlackSettings | DiscordSettings]] = {
        "slack": SlackSettings,
        "discord": DiscordSettings,
    }
    return [kinds[name].load() for name in names]
