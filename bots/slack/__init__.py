"""Slack: its listeners, and its conversations."""

from bots.slack.app import Slack
from bots.slack.settings import SlackSettings, Timing

__all__ = ["Slack", "SlackSettings", "Timing"]
