"""Whom a message notifies (https://slack.com/help/articles/201355156, …/115000769927)."""

from collections.abc import Mapping
from dataclasses import dataclass

from bots.playground.slack.state import Channel, Message, Person

BROADCASTS = {"here", "channel", "everyone"}


@dataclass(frozen=True)
class Notification:
    """One person's notification of a new message; `reason` is mention, direct or thread."""

    person: str
    channel: str
    ts: str
    reason: str


def notified_by(
    people: Mapping[str, Person], channel: Channel, message: Message
) -> list[Notification]:
    """Return who is notified of a message that is about to be added, each person once.

    Ephemeral messages and joins notify nobody, and neither a bot nor the author is notified.
    """
    if message.only_for or message.subtype == "channel_join":
        return []
    pings = set(message.pings)
    found = []
    for member in sorted(channel.members - {message.user}):
        if people[member].is_bot:
            continue
        if reason := _reason(channel, message, member, pings):
            found.append(Notification(member, channel.id, message.ts, reason))
    return found


def _reason(channel: Channel, message: Message, member: str, pings: set[str]) -> str:
    if member in pings or pings & BROADCASTS:
        return "mention"
    if channel.kind in ("im", "mpim"):
        return "direct"
    thread = channel.thread(message.thread_ts) if message.thread_ts else []
    # One follows a thread that one began, replied to or was mentioned in.
    follows = any(m.user == member or member in m.pings for m in thread if not m.only_for)
    return "thread" if follows else ""
