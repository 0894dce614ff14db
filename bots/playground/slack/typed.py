"""How Slack encodes what people type (https://docs.slack.dev/messaging/formatting-message-text/)."""

import re
from collections.abc import Iterable

from bots.playground.slack.state import Channel, Person

URL = r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]"
# A link with a label of its own, as the composer makes it of `[label](address)`.
LINK = re.compile(rf"\[(?P<label>[^\[\]\n]+)\]\((?P<to>https?://[^\s<>|()]+)\)|(?P<bare>{URL})")
NAME = re.compile(r"(?<![\w@/.])([@#])([\w-]+(?:\.[\w-]+)*)")
BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """Return text with the three characters escaped that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode(text: str, people: Iterable[Person], channels: Iterable[Channel]) -> str:
    """Return typed text as Slack stores it: escaped, links as <url|label>, mentions as IDs."""
    names = mentions(people, channels)
    parts, end = [], 0
    for link in LINK.finditer(text):
        parts += [_with_mentions(text[end : link.start()], names), _link(link)]
        end = link.end()
    parts.append(_with_mentions(text[end:], names))
    return "".join(parts)


def _link(link: re.Match[str]) -> str:
    if link["bare"]:
        return f"<{escape(link['bare'])}>"
    return f"<{escape(link['to'])}|{escape(link['label'])}>"


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
