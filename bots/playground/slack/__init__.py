"""A local Slack workspace that the real slack-bolt and slack-sdk talk to."""

from bots.playground.slack.courier import Delivery
from bots.playground.slack.faults import Faults
from bots.playground.slack.notifications import Notification
from bots.playground.slack.rules import Rules
from bots.playground.slack.state import Channel, File, Message, Person, Revision, View
from bots.playground.slack.workspace import Workspace

__all__ = [
    "Channel",
    "Delivery",
    "Faults",
    "File",
    "Message",
    "Notification",
    "Person",
    "Revision",
    "Rules",
    "View",
    "Workspace",
]
