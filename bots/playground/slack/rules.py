"""Slack's habits and limits that a test may change."""

from dataclasses import dataclass, field
from typing import Any

# What an app like ours can't do without, and what it listens to.
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "mpim:history",
        "users:read",
    }
)
EVENTS = frozenset(
    {
        "agent_session_stopped",
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "member_joined_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "tokens_revoked",
    }
)
# Calls a minute that Slack promises: https://docs.slack.dev/apis/web-api/rate-limits
TIERS = {
    "agents.sessions.setStatus": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.join": 50,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "files.info": 100,
    "users.info": 100,
    "views.open": 100,
}
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
    # How long Slack looks at an uploaded file before it shows it anywhere.
    processing_time: float = 0.05
    # https://github.com/slackapi/python-slack-sdk/issues/1818
    alt_txt_hides_other_files: bool = True
    # A slow line: for uploads and downloads alike.
    bytes_per_second: float | None = None
    # Enterprise Grid: https://github.com/NousResearch/hermes-agent/pull/114483
    grid_file_host: bool = False
    # Whoever may not read a file is sent to `<team>.slack.com/?redir=…`, the login page. Off: they
    # see it at once, as a client does that follows redirects.
    login_redirect: bool = False
    # Whether files of channels without the bot are closed to it. The scope's page says so; nobody
    # has confirmed what a shortcut's message there gives.
    files_need_membership: bool = False
    # A team may let messages be edited for so long only.
    edit_window: float | None = None
    # Rate limits, off by default. TIERS are Slack's, counted for the whole workspace.
    calls_per_minute: dict[str, int] = field(default_factory=dict)
    posts_per_second: float | None = None  # by channel, after a burst
    post_burst: int = 5
    # Apps that are sold, but not on the Marketplace, get 15 messages at once.
    history_page: int = 999
    # Whether the app is declared as an agent, which not every workspace may use.
    agent: bool = False
    # The app's Messages tab: without it nobody can be written to.
    messages_tab: bool = True
    # https://docs.slack.dev/reference/methods/assistant.threads.setStatus
    status_lifetime: float = 120.0
    # An app's command with "Escape channels, users, and links" switched on.
    commands_escape_mentions: bool = False
    # https://github.com/slackapi/bolt-python/issues/925
    mention_with_file_as_message_only: bool = False
    # Files of Slack Connect channels come without an address: files.info tells it.
    files_of_other_workspaces: bool = False

    # Slack Connect, as different people saw it: whether events name the author's company
    # (https://github.com/superset-sh/superset/pull/4531: not always), whether the outer team_id is
    # ours whoever wrote, and whether what another company's people do is told under both.
    connect_names_team: bool = True
    connect_outer_is_ours: bool = False
    connect_tells_twice: bool = False

    def limit_calls(self) -> None:
        """Count calls as Slack does: by method, and one post a second and channel."""
        self.calls_per_minute, self.posts_per_second = dict(TIERS), 1.0

    def follow(self, manifest: dict[str, Any]) -> None:
        """Give the app the scopes and events that its manifest asks for, and no others."""
        self.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        self.events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        commands = manifest["features"].get("slash_commands", [])
        self.agent = "agent_view" in manifest["features"]
        self.commands_escape_mentions = any(command.get("should_escape") for command in commands)
