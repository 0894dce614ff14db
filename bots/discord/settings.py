"""Discord's own settings."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core.settings import Address, EnvSettings, Key


def _gateway(url: str) -> str:
    if not url.startswith(("wss://", "ws://")):
        raise ValueError("has to start with wss://")
    return url


class DiscordSettings(EnvSettings):
    """What the Discord bot needs to know."""

    discord_token: Key = Field(
        description="the bot's token, from discord.com/developers/applications under Bot."
    )
    discord_api_url: Address = Field(
        "https://discord.com/api/v10", description="where Discord's REST API is."
    )
    discord_gateway_url: Annotated[str, AfterValidator(_gateway)] | None = Field(
        None, description="where Discord's gateway is; unset, discord.py's."
    )
    discord_alert_channel_id: int | None = Field(
        None, description="the ID of the channel that hears of low compute."
    )
