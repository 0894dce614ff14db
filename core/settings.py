"""The settings that every platform shares."""

from typing import Literal

from pydantic import Field

from core.environment import (
    Address,
    Daily,
    DailyLimit,
    Database,
    EncryptionKeys,
    EnvSettings,
    Hook,
    Key,
    Language,
    Level,
    Names,
    Phrases,
    SettingsError,
    secrets_of,
)
from core.voice import LANGUAGES

__all__ = [
    "Address",
    "DailyLimit",
    "EnvSettings",
    "Key",
    "Settings",
    "SettingsError",
    "secrets_of",
]


class Settings(EnvSettings):
    """What the core needs to know."""

    neocu_api_key: Key = Field(
        description="your organization's key, from the Neocu platform under API keys."
    )
    neocu_base_url: Address = Field("https://api.neocu.com", description="where the Neocu API is.")
    neocu_timeout: float = Field(60, gt=0, description="seconds that an answer may take.")
    neocu_connect_timeout: float = Field(10, gt=0, description="seconds to connect.")
    neocu_poll_interval: float = Field(
        3, gt=0, description="seconds until a task is first looked at."
    )
    neocu_slow_after: float = Field(
        300, gt=0, description="seconds after which the thread hears that it takes longer."
    )
    neocu_stale_after: float = Field(
        1800, gt=0, description="seconds after which a task is looked at only rarely."
    )
    neocu_retry_for: float = Field(
        900, ge=0, description="seconds to keep trying while Neocu can't be reached."
    )
    announce_within: float = Field(
        900,
        gt=0,
        description="seconds that a chat may take no message before a request ends, with nothing "
        "spent.",
    )
    person_tasks: int = Field(10, gt=0, description="tasks of one person at the same time.")
    workspace_tasks: int = Field(50, gt=0, description="tasks of one workspace or guild at once.")
    overall_tasks: int = Field(100, gt=0, description="tasks of everybody at the same time.")
    compute_low_at: float = Field(
        100, ge=0, description="credits below which compute is low, and the channels hear of it."
    )
    compute_interval: float = Field(
        300, gt=0, description="seconds between looks at the balance, besides those after requests."
    )
    confirm_above: float | None = Field(
        None, ge=0, description="estimated credits above which a person has to agree first."
    )
    user_daily_limit: Daily = Field(
        None, description='what one person may ask in 24 hours: "20 requests, 500 credits".'
    )
    channel_daily_limit: Daily = Field(None, description="the same for one channel.")
    workspace_daily_limit: Daily = Field(None, description="the same for a workspace or guild.")
    allowed_channels: Names = Field(
        frozenset(), description="IDs of the only channels to ask in; unset, all."
    )
    allowed_people: Names = Field(
        frozenset(), description="IDs of the only people who may ask; unset, all."
    )
    allowed_roles: Names = Field(
        frozenset(), description="IDs of roles whose members may ask, too, where a chat has roles."
    )
    allowed_workspaces: Names = Field(
        frozenset(),
        description="IDs of the workspaces and servers that may ask, or *; unset, your own: the "
        "Slack workspace of the token, the Discord servers that the app's owner is in.",
    )
    blocked_words: Phrases = Field(
        frozenset(),
        description="words, and groups of words, that no prompt may have in it, with commas "
        "between them.",
    )
    neocu_topup_url: Address | None = Field(
        None,
        description="the page where credits are topped up, which refusals for want of them "
        "link to.",
    )
    prompt_policy_url: Hook | None = Field(
        None,
        description="a hook of yours that says of each prompt, before anything is spent, whether "
        "it may be sent; deploy/README.md tells how.",
    )
    prompt_policy_timeout: float = Field(5, gt=0, description="seconds that the hook may take.")
    prompt_policy_fails: Literal["closed", "open"] = Field(
        "closed",
        description="what happens where the hook fails: closed (nothing is sent) or open.",
    )
    language: Language = Field(
        "en",
        description=f"the language where a person's is not known: {', '.join(LANGUAGES)}.",
    )
    ai_label: bool = Field(
        True,  # noqa: FBT003 (it is the default)
        description="whether every result says that it was made with AI.",
    )
    retention_days: float = Field(
        30, gt=0, description="days that finished requests are remembered."
    )
    drain_seconds: float = Field(
        25, ge=0, description="seconds that what is under way gets when the bots are stopped."
    )
    neocu_upload_url: Address | None = Field(
        None, description="where attachments are handed over to Neocu; unset, they are refused."
    )
    neocu_upload_field: str = Field(
        "file", min_length=1, description="the multipart field that the upload expects."
    )
    neocu_upload_id: str = Field(
        "_id", min_length=1, description="the field of the upload's answer with the file ID."
    )
    neocu_reuse_results: bool = Field(
        True,  # noqa: FBT003 (it is the default)
        description="whether a follow-up in a thread works on the thread's last results.",
    )
    attachment_limit: int = Field(
        20 * 1024 * 1024, gt=0, description="bytes that one attachment may have."
    )
    files_in_flight_bytes: int = Field(
        200 * 1024 * 1024,
        gt=0,
        description="bytes of files held in memory at once; more wait their turn.",
    )
    database_url: Database = Field(
        "sqlite:///neocu-bots.db",
        repr=False,  # it may hold a password
        description="where requests are remembered: sqlite:///a-file or postgresql://….",
    )
    encryption_keys: EncryptionKeys | None = Field(
        None,
        description="what the secrets of installed workspaces are encrypted under, from "
        "`neocu-bots secrets new`; with several, the first encrypts and all decrypt.",
    )
    http_host: str = Field("127.0.0.1", description="the address the web server listens on.")
    http_port: int = Field(
        3000, ge=0, le=65535, description="the port the web server listens on; 0: any free."
    )
    admin_token: Key | None = Field(
        None, description="the password of the operator's page at /admin; unset, there is none."
    )
    admin_remote: bool = Field(
        False,  # noqa: FBT003 (it is the default)
        description="whether /admin is for other machines than this one, too.",
    )
    show_requests: bool = Field(
        False,  # noqa: FBT003 (it is the default)
        description="whether /requests shows the latest requests, words and all: for a demo.",
    )
    log_level: Level = Field(
        "INFO", description="how much is logged: DEBUG, INFO, WARNING or ERROR."
    )
