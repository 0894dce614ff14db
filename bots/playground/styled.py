"""What people read of a message, in the styles of a terminal instead of in markup."""

import html
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import click

from core.wording.markup import Span, spans

Names = Callable[[str], str]  # a person's name by their ID
SMALL = "-# "
QUOTE = "│ "
# https://docs.slack.dev/messaging/formatting-message-text/
MRKDWN = re.compile(
    r"<@(?P<person>\w+)[^>]*>|<(?P<url>https?://[^|>]+)\|?(?P<label>[^>]*)>"
    r"|`(?P<code>[^`\n]+)`|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)|(?<!\w)~(?P<strike>[^~\n]+)~(?!\w)"
)


def discord(content: str) -> str:
    """Return a Discord message's text; its small lines are dim, and its backslashes gone."""
    runs = groupby(content.splitlines(), key=lambda line: line.startswith(SMALL))
    return "\n".join(_markdown(lines, small=small) for small, lines in runs)


def slack(text: str, blocks: Iterable[dict[str, Any]], names: Names) -> str:
    """Return a Slack message's text: its blocks, or the `text` of a message that has none."""
    shown = [_block(block, names) for block in blocks]
    return "\n".join(filter(None, shown)) or _mrkdwn(text, names)


def _markdown(lines: Iterable[str], *, small: bool) -> str:
    if small:
        plain = "".join(span.text for line in lines for span in spans(line.removeprefix(SMALL)))
        return click.style(plain, dim=True)
    return "".join(map(_span, spans("\n".join(lines)))).rstrip("\n")


def _span(span: Span) -> str:
    text = _styled(span.text, bold=span.bold, struck=span.strike)
    return QUOTE + text if span.quote and span.text != "\n" else text


def _block(block: dict[str, Any], names: Names) -> str:
    match block["type"]:
        case "rich_text":
            return "".join(_rich(part, names) for part in block["elements"]).rstrip("\n")
        case "section" | "header":
            words = _mrkdwn(block.get("text", {}).get("text", ""), names)
            return click.style(words, bold=True) if block["type"] == "header" else words
        case "context":
            small = (_mrkdwn(one.get("text", ""), names) for one in block["elements"])
            return click.style(" ".join(small), dim=True)
        case "markdown":
            return discord(block["text"])
        case "image":
            return f"📎 {block['alt_text']}"
    return ""


def _rich(part: dict[str, Any], names: Names) -> str:
    text = "".join(_piece(one, names) for one in part.get("elements", []))
    if part["type"] != "rich_text_quote":
        return text
    return "".join(f"{QUOTE}{line}\n" for line in text.splitlines())


def _piece(one: dict[str, Any], names: Names) -> str:
    if one["type"] == "user":
        return f"@{names(one['user_id'])}"
    if one["type"] == "channel":
        return f"#{one['channel_id']}"
    style = one.get("style", {})
    text = str(one.get("text") or one.get("url") or "")
    return _styled(text, bold=style.get("bold", False), struck=style.get("strike", False))


def _styled(text: str, *, bold: bool = False, struck: bool = False) -> str:
    # click resets the styles even where it sets none
    plain = not (bold or struck)
    return text if plain else click.style(text, bold=bold or None, strikethrough=struck or None)


def _mrkdwn(text: str, names: Names) -> str:
    def read(found: re.Match[str]) -> str:
        if person := found["person"]:
            return f"@{names(person)}"
        if found["url"]:
            return found["label"] or found["url"]
        if struck := found["strike"]:
            return click.style(struck, strikethrough=True)
        return click.style(found["bold"], bold=True) if found["bold"] else found["code"]

    return html.unescape(MRKDWN.sub(read, text))
