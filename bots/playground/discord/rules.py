"""What can be set of Discord's behaviour, each at what Discord really does."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
# Bytes a file in a boosted guild, by tier; elsewhere `Rules.upload_cap`.
# https://support.discord.com/hc/en-us/articles/25444343291031-File-Attachments-FAQ
BOOSTED_FILE_BYTES = {2: 50 * MEBIBYTE, 3: 100 * MEBIBYTE}


@dataclass
class Rules:
    """Limits and habits: bytes, gateway intents, seconds, counts.

    `expired_token_code`: 50027, or 10015, as both were seen after fifteen minutes.
    `max_active_threads`: the documents name no number.
    `session_starts`, `max_concurrency`: logins a day, and in `identify_seconds`.
    https://docs.discord.com/developers/events/gateway#session-start-limit-object
    Discord's seconds are 5; here bots may be started again at once.
    `shards`: how many are recommended; `guilds_a_shard`: more are too many for one.
    """

    upload_cap: int = 10 * MEBIBYTE
    premium_tier: int = 0
    max_active_threads: int = 1000
    expired_token_code: int = 50027
    session_starts: int = 1000
    max_concurrency: int = 1
    identify_seconds: float = 0.0
    shards: int = 1
    guilds_a_shard: int = 2500
    approved_intents: int = 0
    heartbeat_interval: float = 41.25
    interaction_deadline: float = 3.0
