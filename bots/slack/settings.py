"""Slack's own settings."""

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import Field, model_validator

from core.settings import Address, EnvSettings, Key


@dataclass(frozen=True)
class Timing:
    """How long, in seconds, what hangs is waited for; nobody has to set it.

    `heal`: a link that is not connected. `processing`: files that Slack has taken and not shown.
    `stalled`: an upload of which no byte moves; it may take as long as it likes otherwise.
    """

    heal: float = 60.0
    processing: float = 60.0
    stalled: float = 60.0


class SlackSettings(EnvSettings):
    """What the Slack bot needs to know."""

    slack_bot_token: Key = Field(
        description="the bot token (xoxb-…), from api.slack.com/apps under OAuth & Permissions.",
    )
    slack_signing_secret: Key | None = Field(
        None, description="the signing secret, from api.slack.com/apps under Basic Information."
    )
    slack_app_token: Key | None = Field(
        None,
        description="the app-level token (xapp-…) with connections:write, from api.slack.com/apps "
        "under Basic Information: set it to use Socket Mode instead of HTTP.",
    )
    slack_api_url: Address = Field("https://slack.com/api", description="where Slack's Web API is.")
    thread_follow: Literal["mention", "auto"] = Field(
        "mention",
        description="what is a follow-up in a thread with results: a `mention` of the bot, or "
        "`auto`, any message that names nobody.",
    )
    allow_external: bool = Field(
        False,  # noqa: FBT003 (it is the default)
        description="whether guests, and people of other companies in shared channels, may ask.",
    )
    slack_alert_channel: str | None = Field(
        None, description="the ID of the channel that hears of low compute (C…)."
    )

    @model_validator(mode="after")
    def _some_way_in(self) -> Self:
        if self.slack_signing_secret is None and self.slack_app_token is None:
            raise ValueError(
                "SLACK_SIGNING_SECRET is not set (nor SLACK_APP_TOKEN, for Socket Mode): "
                "it is on api.slack.com/apps under Basic Information."
            )
        return self
