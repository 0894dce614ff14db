"""A workspace: a Slack team or Grid organization, or a Discord server, and what it has chosen."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.environment import Daily

OPERATORS_ACCOUNT = ""  # the account of NEOCU_API_KEY, whichever key that is today


class Presence(StrEnum):
    """Whether the bot is there: PAUSED by the operator, LEFT when it was removed."""

    INSTALLED = "installed"
    PAUSED = "paused"
    LEFT = "left"


class WorkspaceSettings(BaseModel):
    """What a workspace's admins have chosen; None is the operator's default.

    The operator's limits are ceilings, too: what holds in the end is in `core.workspaces.terms`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    # Who may ask, by their IDs.
    allowed_channels: frozenset[str] | None = None
    allowed_people: frozenset[str] | None = None
    allowed_roles: frozenset[str] | None = None
    allow_guests: bool | None = None
    allow_external: bool | None = None
    # People who may change these settings, besides those whom the chat lets.
    admins: frozenset[str] = frozenset()
    # How much, and when to ask back.
    person_tasks: int | None = Field(None, gt=0)
    workspace_tasks: int | None = Field(None, gt=0)
    user_daily_limit: Daily = None
    channel_daily_limit: Daily = None
    workspace_daily_limit: Daily = None
    confirm_above: float | None = Field(None, ge=0, allow_inf_nan=False)
    compute_low_at: float | None = Field(None, ge=0, allow_inf_nan=False)
    # How it answers.
    alert_channel: str | None = None
    reuse_results: bool | None = None
    thread_follow: Literal["mention", "auto"] | None = None
    show_in_channel: bool | None = None
    language: str | None = None
    blocked_words: tuple[str, ...] = ()
    # What is forgotten counts in no daily limit, and is delivered no more.
    retention_days: float | None = Field(None, ge=1, allow_inf_nan=False)

    def differences(self, other: "WorkspaceSettings") -> dict[str, tuple[Any, Any]]:
        """Return by name what is another in `other`: as it is here, and as it is there."""
        mine, theirs = self.model_dump(mode="json"), other.model_dump(mode="json")
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}


@dataclass(frozen=True)
class Workspace:
    """A workspace as the ledger knows it. `id` is the platform's.

    `account` is the fingerprint of its own Neocu key, or OPERATORS_ACCOUNT. `version` counts the
    changes of its settings. `since` is when it came, or left, in Unix seconds.
    """

    platform: str
    id: str
    name: str = ""
    presence: Presence = Presence.INSTALLED
    account: str = OPERATORS_ACCOUNT
    settings: WorkspaceSettings = field(default_factory=WorkspaceSettings)
    version: int = 0
    since: float = 0.0

    @property
    def pays_itself(self) -> bool:
        """Whether it has a Neocu key of its own."""
        return self.account != OPERATORS_ACCOUNT


@dataclass(frozen=True)
class SettingsChange:
    """A line of the settings log: who changed what, when (Unix seconds), from what, to what.

    `version` is that of the workspace since then. The values are JSON; of a key, only its last four
    characters.
    """

    at: float
    person: str
    name: str
    before: str
    after: str
    version: int
