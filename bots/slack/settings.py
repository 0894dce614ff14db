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
    `renew`: how long before its end a token that expires is renewed, as slack_sdk does it.
    """

    heal: float = 60.0
    processing: float = 60.0
    stalled: float = 60.0
    renew: float = 2 * 3600.0


class SlackSettings(EnvSettings):
    """What the Slack bot needs to know."""

    slack_bot_token: Key | None = Field(
        None,
        description="the bot token (xoxb-…), from api.slack.com/apps under OAuth & Permissions.",
    )
    slack_client_id: str | None = Field(
        None,
        description="the app's client ID, from api.slack.com/apps under Basic Information: set it, "
        "with SLACK_CLIENT_SECRET, instead of the bot token, and any workspace can install the bot "
        "at /slack/install.",
    )
    slack_client_secret: Key | None = Field(
        None, description="the client secret, from api.slack.com/apps under Basic Information."
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

    @property
    def by_button(self) -> bool:
        """Whether workspaces install the app by its button, each with a token of its own."""
        return self.slack_client_id is not None

    @model_validator(mode="after")
    def _one_identity(self) -> Self:
        fields = type(self).model_fields
        if self.slack_bot_token is None and self.slack_client_id is None:
            what = fields["slack_bot_token"].description
            raise ValueError(f"SLACK_BOT_TOKEN is not set: it is {what}")
        if self.slack_bot_token is not None and self.slack_client_id is not None:
            raise ValueError(
                "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: take the token for one "
                "workspace, or the client ID and secret so that any can install the bot."
            )
        if self.by_button and self.slack_client_secret is None:
            what = fields["slack_client_secret"].description
            raise ValueError(f"SLACK_CLIENT_SECRET is not set: it is {what}")
        if self.by_button and self.slack_alert_channel:
            raise ValueError(
                "SLACK_ALERT_CHANNEL is one workspace's, and with SLACK_CLIENT_ID there are "
                "several: leave it out."
            )
        return self

    @model_validator(mode="after")
    def _some_way_in(self) -> Self:
        if self.slack_signing_secret is None and self.slack_app_token is None:
            raise ValueError(
                "SLACK_SIGNING_SECRET is not set (nor SLACK_APP_TOKEN, for Socket Mode): "
                "it is on api.slack.com/apps under Basic Information."
            )
        return self
