"""A local Discord guild that a real bot logs in to: for tests, for trying out, for the page."""

from bots.playground.discord.faults import Faults
from bots.playground.discord.guild import Guild
from bots.playground.discord.state import (
    Attachment,
    Channel,
    Event,
    Interaction,
    Message,
    Modal,
    User,
)

__all__ = [
    "Attachment",
    "Channel",
    "Event",
    "Faults",
    "Guild",
    "Interaction",
    "Message",
    "Modal",
    "User",
]
