"""Slack: its listeners, and its conversations."""

from typing import TYPE_CHECKING, Any

from bots.slack.settings import SlackSettings, Timing

if TYPE_CHECKING:
    from bots.slack.app import Slack

__all__ = ["Slack", "SlackSettings", "Timing"]


def __getattr__(name: str) -> Any:
    """Return Slack, whose SDK is loaded only where it is run: https://peps.python.org/pep-0562/."""
    if name != "Slack":
        raise AttributeError(name)
    from bots.slack.app import Slack  # noqa: PLC0415 (settings are read without the SDK)

    return Slack
