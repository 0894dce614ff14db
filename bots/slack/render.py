"""Slack's way of writing: our Markdown as rich text, and what people typed as plain words.

Rich text carries words as data, so nothing in them can be a mention or a style; the `text` that
notifications show is escaped: https://docs.slack.dev/messaging/formatting-message-text/
"""

import html
import re
from itertools import groupby
from typing import Any

from core.conversation import Button, Reply
from core.wording.markup import Span, spans

Block = dict[str, Any]

# Slack takes 40,000 characters of text, and cuts or refuses blocks far below that.
PART = 3_000
ALT_LIMIT = 1_000

_BRACKETS = re.compile(r"<([^<>]*)>")


def parts(reply: Reply) -> list[tuple[str, list[Block]]]:
    """Return the reply as messages, each its text and its blocks; the last has the buttons."""
    messages = [(_text(part), [_rich_text(part)]) for part in _split(spans(reply.text))]
    if reply.buttons:
        messages[-1][1].append(_actions(reply.buttons))
    return messages


def mrkdwn(text: str) -> str:
    """Return Markdown in Slack's own markup, for the few places that take no rich text."""
    return "".join(
        f"<{span.link}|{html.escape(span.text, quote=False)}>"
        if span.link
        else html.escape(span.text, quote=False)
        for span in spans(text)
    )


def words(text: str, bot_user_id: str) -> str:
    """Return what a person typed: Slack's escapes undone, and the mention of the bot left out."""
    text = re.sub(rf"[ \t]*<@{re.escape(bot_user_id)}(\|[^>]*)?>[ \t]*", " ", text)
    return html.unescape(_BRACKETS.sub(_typed, text)).strip()


def mentions(text: str, bot_user_id: str) -> bool:
    """Whether a text calls the bot."""
    return re.search(rf"<@{re.escape(bot_user_id)}(\|[^>]*)?>", text) is not None


def _typed(found: re.Match[str]) -> str:
    """Undo what Slack makes of links and mentions."""
    what, _, label = found[1].partition("|")
    sign = {"@": "@", "#": "#"}.get(what[:1], "")
    if what.startswith("!"):
        return label or "@" + what[1:].partition("^")[0]
    return sign + (label.removeprefix(sign) or what[len(sign) :])


def _split(read: list[Span]) -> list[list[Span]]:
    """Cut into parts that Slack takes, within a span only where one is longer than that."""
    split: list[list[Span]] = [[]]
    room = PART
    for span in read:
        rest = span
        while len(rest.text) > room:
            if room:  # Slack refuses an empty text
                split[-1].append(_with(rest, rest.text[:room]))
            split.append([])
            rest, room = _with(rest, rest.text[room:]), PART
        split[-1].append(rest)
        room -= len(rest.text)
    return [part for part in split if part]


def _with(span: Span, text: str) -> Span:
    return Span(text, span.bold, span.code, span.quote, span.link, span.person)


def _rich_text(part: list[Span]) -> Block:
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/ ."""
    elements: list[Block] = []
    for quoted, run in groupby(part, key=lambda span: span.quote):
        inner = [_element(span) for span in run]
        if elements and not quoted and inner[0].get("text") == "\n":
            del inner[0]  # the line break below a quote is the block's own
        kind = "rich_text_quote" if quoted else "rich_text_section"
        if inner:
            elements.append({"type": kind, "elements": inner})
    return {"type": "rich_text", "elements": elements}


def _element(span: Span) -> Block:
    style = {name: True for name in ("bold", "code") if getattr(span, name)}
    if span.person:
        return {"type": "user", "user_id": span.person}
    kind = {"type": "link", "url": span.link} if span.link else {"type": "text"}
    return {**kind, "text": span.text, **({"style": style} if style else {})}


def _text(part: list[Span]) -> str:
    """Return the words for notifications; quoting `>` and `&` as Slack asks."""
    return "".join(
        f"<@{span.person}>" if span.person else html.escape(span.text, quote=False) for span in part
    )


def _actions(buttons: tuple[Button, ...]) -> Block:
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                # Within a message, action IDs have to differ.
                "action_id": f"{button.action.value}:{button.asset or number}",
                "value": button.about,
                "text": {"type": "plain_text", "text": button.label},
            }
            for number, button in enumerate(buttons)
        ],
    }
