"""How Slack encodes what people type (https://docs.slack.dev/messaging/formatting-message-text/)."""

import re
from collections.abc import Iterable

from bots.playground.slack.state import Channel, Person

URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]")
NAME = re.compile(r"(?<![\w@/.])([@#])([\w-]+(?:\.[\w-]+)*)")
BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """Return text with the three characters escaped that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode(text: str, people: Iterable[Person], channels: Iterable[Channel]) -> str:
    """Return typed text as Slack stores it: escaped, links in <…>, mentions as IDs."""
    names = mentions(people, channels)
    parts, end = [], 0
    for url in URL.finditer(text):
        parts += [_with_mentions(text[end : url.start()], names), f"<{escape(url.group())}>"]
        end = url.end()
    parts.append(_with_mentions(text[end:], names))
    return "".join(parts)


def mentions(people: Iterable[Person], channels: Iterable[Channel]) -> dict[str, str]:
    """Return what `@name` and `#name` become, in whatever case they are typed."""
    names = {f"@{word}": f"<!{word}>" for word in BROADCASTS}
    names |= {f"@{person.name.lower()}": f"<@{person.id}>" for person in people}
    names |= {f"#{channel.name.lower()}": f"<#{channel.id}|{channel.name}>" for channel in channels}
    return names


def _with_mentions(text: str, names: dict[str, str]) -> str:
    def spelled(name: re.Match[str]) -> str:
        return names.get(name.group().lower(), name.group())

    return NAME.sub(spelled, escape(text))
