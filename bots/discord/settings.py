"""Discord's own settings."""

import re
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_settings import NoDecode

from core.settings import Address, EnvSettings, Key


@dataclass(frozen=True)
class Timing:
    """How often, in seconds, the shards are looked after; nobody has to set it.

    `renew`: where replicas share them. `remember`: where one process has them all, how far each was
    heard. `identify`: between two logins of one bucket, which Discord wants five seconds apart.
    """

    renew: float = 1.0
    remember: float = 5.0
    identify: float = 5.5


def _gateway(url: str) -> str:
    if not url.startswith(("wss://", "ws://")):
        raise ValueError("has to start with wss://")
    return url


def _public_key(key: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", key):
        raise ValueError("has to have 64 hexadecimal digits")
    return key


PublicKey = Annotated[str, AfterValidator(_public_key)]


def _numbers(value: object) -> object:
    """Read numbers, and ranges of them, with commas: `0-3, 8`."""
    if not isinstance(value, str):
        return value
    found: set[int] = set()
    for part in value.replace(",", " ").split():
        first, _, last = part.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            raise ValueError("is no list of numbers such as 0-3,8")
        found |= set(range(int(first), int(last or first) + 1))
    return frozenset(found)


Numbers = Annotated[frozenset[int], NoDecode, BeforeValidator(_numbers)]


class DiscordSettings(EnvSettings):
    """What the Discord bot needs to know."""

    discord_token: Key = Field(
        description="the bot's token, from discord.com/developers/applications under Bot."
    )
    discord_api_url: Address = Field(
        "https://discord.com/api/v10", description="where Discord's REST API is."
    )
    discord_public_key: PublicKey | None = Field(
        None,
        description="the application's public key, from discord.com/developers/applications under "
        "General Information: set it where Discord posts commands and buttons to "
        "/discord/interactions instead of telling them over its gateway.",
    )
    discord_gateway_url: Annotated[str, AfterValidator(_gateway)] | None = Field(
        None, description="where Discord's gateway is; unset, discord.py's."
    )
    discord_alert_channel_id: int | None = Field(
        None, description="the ID of the channel that hears of low compute."
    )
    discord_shard_count: int | None = Field(
        None,
        gt=0,
        description="into how many connections (shards) the servers are divided; unset, as many as "
        "Discord recommends.",
    )
    discord_shard_ids: Numbers = Field(
        frozenset(),
        description="the only shards that this process may listen to, such as 0-3,8; unset, a fair "
        "part of all.",
    )

    @model_validator(mode="after")
    def _within_count(self) -> Self:
        if not self.discord_shard_ids:
            return self
        if self.discord_shard_count is None:
            raise ValueError("DISCORD_SHARD_IDS needs DISCORD_SHARD_COUNT, too.")
        if max(self.discord_shard_ids) >= self.discord_shard_count:
            raise ValueError(
                "DISCORD_SHARD_IDS names a shard that there is not: "
                "they are counted from 0, up to one less than DISCORD_SHARD_COUNT."
            )
        return self
