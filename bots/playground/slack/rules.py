"""Slack's habits and limits that a test may change."""

from dataclasses import dataclass, field
from typing import Any

# What an app like ours can't do without, and what it listens to.
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "im:history",
    }
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "message.channels",
        "message.groups",
        "message.im",
    }
)
MEBIBYTE = 1024 * 1024


@dataclass
class Rules:
    """How this workspace behaves. All times are in seconds."""

    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    ack_within: float = 3.0
    # https://docs.slack.dev/apis/events-api/#retries: nearly immediately, 1 minute, 5 minutes
    retry_after: tuple[float, ...] = (0.1, 60.0, 300.0)
    trigger_lifetime: float = 3.0
    response_url_lifetime: float = 30 * 60.0
    response_url_uses: int = 5
    upload_limit: int = 1024 * MEBIBYTE
    # https://docs.slack.dev/reference/block-kit/block-elements/file-input-element/
    file_input_limit: int = 10 * MEBIBYTE
    # How long an uploaded file takes to show up as a message.
    processing_time: float = 0.05
    # https://docs.slack.dev/reference/methods/assistant.threads.setStatus
    status_lifetime: float = 120.0
    # An app's command with "Escape channels, users, and links" switched on.
    commands_escape_mentions: bool = False
    # https://github.com/slackapi/bolt-python/issues/925
    mention_with_file_as_message_only: bool = False
    # Files of Slack Connect channels come without an address: files.info tells it.
    files_of_other_workspaces: bool = False

    def follow(self, manifest: dict[str, Any]) -> None:
        """Give the app the scopes and events that its manifest asks for, and no others."""
        self.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        self.events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        commands = manifest["features"].get("slash_commands", [])
        self.commands_escape_mentions = any(command.get("should_escape") for command in commands)
