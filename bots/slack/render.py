"""Slack's way of writing: our Markdown as rich text, and what people typed as plain words.

Rich text carries words as data, so nothing in them can be a mention or a style; the `text` that
notifications show is escaped: https://docs.slack.dev/messaging/formatting-message-text/
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from core import wording
from core.conversation import Button, Reply, Row
from core.intent import cut_out
from core.request import Action, Press
from core.wording.markup import Span, spans

Block = dict[str, Any]

MAX_BLOCK_TEXT = 3_000
# Slack takes 40,000 characters of text, but refuses blocks of more than about 13,200 together:
# https://github.com/slackapi/bolt-js/issues/2509
MAX_MESSAGE_TEXT = 9_000
MAX_ALT = 1_000
MAX_OPTION = 75  # of a menu's entry, and of the words below it
# What carries a menu's key: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
MAX_ACTION_ID = 255
MENU = "more"
MAX_ACTIONS = 25
NOT_HERE = {Action.SPOILER}  # Slack can't hide a picture

_BRACKETS = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"<@([UW]\w+)>")


@dataclass(frozen=True)
class Message:
    """A message's text, for notifications and screen readers, and its blocks."""

    text: str
    blocks: list[Block]


def messages(reply: Reply) -> list[Message]:
    """Return the reply as messages, nearly always one; the last has the small line and buttons."""
    wholes = split(spans(reply.text), MAX_MESSAGE_TEXT)
    found = [
        Message(plain(whole), [_rich_text(part) for part in split(whole, MAX_BLOCK_TEXT)])
        for whole in wholes
    ] or [Message("", [])]
    small = plain(spans(reply.small))
    listed = [plain(spans(row.text)) for row in reply.rows]
    end = replace(found[-1], text="\n".join(filter(None, (found[-1].text, *listed, small))))
    return [*found[:-1], replace(end, blocks=[*end.blocks, *_rows(reply.rows), *_ending(reply)])]


def beside_files(reply: Reply) -> list[Block]:
    """Return the blocks that Slack takes beside files: sections, context and actions.

    https://github.com/slackapi/node-slack-sdk/pull/2261
    """
    sections = [{"type": "section", "text": text} for text in _mrkdwn(spans(reply.text))]
    return [*sections, *_ending(reply)]


def image(file_id: str, description: str) -> Block:
    """Return a picture of Slack's own files, by its ID."""
    alt = description[:MAX_ALT] or "picture"
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt}


def words(text: str, bot_user_id: str, names: Mapping[str, str] | None = None) -> str:
    """Return what a person typed: Slack's escapes undone, and the mention of the bot left out.

    People are called by name, as far as `names` knows them by their IDs.
    """
    text = cut_out(text, rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>")
    return html.unescape(_BRACKETS.sub(lambda found: _typed(found, names or {}), text)).strip()


def mentions(text: str, bot_user_id: str) -> bool:
    """Whether a text calls the bot."""
    return re.search(rf"<@{re.escape(bot_user_id)}(\|[^<>]*)?>", text) is not None


def people(text: str, bot_user_id: str) -> set[str]:
    """Return the IDs of those whom a text mentions without their names."""
    return set(_USER.findall(text)) - {bot_user_id}


def _typed(found: re.Match[str], names: Mapping[str, str]) -> str:
    """Undo what Slack makes of links and mentions."""
    what, _, label = found[1].partition("|")
    sign = {"@": "@", "#": "#"}.get(what[:1], "")
    if what.startswith("!"):
        return label or "@" + what[1:].partition("^")[0]
    if sign:
        rest = what.removeprefix(sign)
        return sign + (label.removeprefix(sign) or names.get(rest, rest))
    return _link(what, label)


def _link(url: str, label: str) -> str:
    """Return a link's address, with its label where that says something else."""
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", url).rstrip("/")
    if not label:
        return url
    return label if label.rstrip("/") in (url.rstrip("/"), bare) else f"{label} ({url})"


def split(read: list[Span], limit: int) -> list[list[Span]]:
    """Cut into parts of at most `limit` characters, within a span only where that is longer."""
    parts: list[list[Span]] = [[]]
    room = limit
    for span in read:
        rest = span
        while len(rest.text) > room:
            if room:  # Slack refuses an empty text
                parts[-1].append(replace(rest, text=rest.text[:room]))
            parts.append([])
            rest, room = replace(rest, text=rest.text[room:]), limit
        parts[-1].append(rest)
        room -= len(rest.text)
    return [part for part in parts if part]


def plain(part: list[Span]) -> str:
    """Return the words for notifications; quoting `>` and `&` as Slack asks."""
    return "".join(_named(span) or html.escape(span.text, quote=False) for span in part)


def _named(span: Span) -> str:
    """Return how Slack names a person or a channel, "" for other spans."""
    if span.person:
        return f"<@{span.person}>"
    return f"<#{span.channel}>" if span.channel else ""


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
    style = {name: True for name in ("bold", "code", "strike") if getattr(span, name)}
    if span.person:
        return {"type": "user", "user_id": span.person}
    if span.channel:
        return {"type": "channel", "channel_id": span.channel}
    kind = {"type": "link", "url": span.link} if span.link else {"type": "text"}
    return {**kind, "text": span.text, **({"style": style} if style else {})}


def without_pictures(reply: Reply) -> Reply:
    """Return the reply without the pictures of its list."""
    return replace(reply, rows=tuple(replace(row, picture="") for row in reply.rows))


def _rows(rows: Sequence[Row]) -> list[Block]:
    """Return a list: words with a small picture beside them, and buttons below.

    https://docs.slack.dev/reference/block-kit/block-elements/image-element
    """
    blocks: list[Block] = []
    for number, row in enumerate(rows, 1):
        section: Block = {"type": "section", "text": _mrkdwn(spans(row.text))[0]}
        if row.picture:
            alt = row.description[:MAX_ALT] or "picture"
            section["accessory"] = {"type": "image", "image_url": row.picture, "alt_text": alt}
        blocks.append(section)
        if row.buttons:
            elements = _buttons(row.buttons, number * MAX_ACTIONS)
            blocks.append({"type": "actions", "elements": elements})
    return [*blocks, {"type": "divider"}] if blocks else []


def _ending(reply: Reply) -> list[Block]:
    lines = [{"type": "context", "elements": [text]} for text in _mrkdwn(spans(reply.small))[:1]]
    elements = [*_buttons(reply.buttons), *_menu(reply.menu)]
    return [*lines, *([{"type": "actions", "elements": elements}] if elements else [])]


def _mrkdwn(read: list[Span]) -> list[Block]:
    """Return spans in Slack's own markup, of which nothing is taken for a name or a link.

    https://docs.slack.dev/reference/block-kit/composition-objects/text-object
    """
    texts = [""]
    for span in (span for part in split(read, MAX_BLOCK_TEXT // 6) for span in part):
        begins_line = not texts[-1] or texts[-1].endswith("\n")
        marked = ("&gt; " if span.quote and begins_line else "") + _marked(span)
        if len(texts[-1] + marked) > MAX_BLOCK_TEXT:
            texts.append("")
        texts[-1] += marked
    return [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts if text.strip()]


def _marked(span: Span) -> str:
    text = html.escape(span.text, quote=False)
    if named := _named(span):
        return named
    if span.link:
        return f"<{html.escape(span.link, quote=False).replace('|', '%7C')}|{text}>"
    if span.code and text.strip():
        return f"`{text}`"
    return f"*{text}*" if span.bold and text.strip() == text else text


def _buttons(buttons: tuple[Button, ...], first: int = 0) -> list[Block]:
    return [
        {
            "type": "button",
            # Within a message, action IDs have to differ.
            "action_id": f"{button.action.value}:{button.asset}:{number}",
            **({"url": button.url} if button.url else {"value": button.source_key}),
            "text": {"type": "plain_text", "text": button.label},
        }
        for number, button in enumerate(buttons, first)
    ]


def _menu(entries: tuple[Button, ...]) -> list[Block]:
    """Return the menu, whose ID names the request: an entry's value has no room for a long key."""
    if not entries or len(action_id := f"{MENU}:{entries[0].source_key}") > MAX_ACTION_ID:
        return []
    placeholder = {"type": "plain_text", "text": wording.labels.more()}
    options = [_option(one) for one in entries if one.action not in NOT_HERE]
    return [
        {
            "type": "static_select",
            "action_id": action_id,
            "placeholder": placeholder,
            "options": options,
        }
    ]


def _option(entry: Button) -> Block:
    """https://docs.slack.dev/reference/block-kit/composition-objects/option-object ."""
    option: Block = {
        "text": {"type": "plain_text", "text": entry.label[:MAX_OPTION]},
        "value": f"{entry.action.value}:{entry.asset}:{entry.preset}",
    }
    if entry.detail:
        option["description"] = {"type": "plain_text", "text": entry.detail[:MAX_OPTION]}
    return option


def parse_action(action: Block) -> Press:
    """Return what an element of ours does that was used. Raises ValueError for any other."""
    known = action["action_id"]
    if known.startswith(f"{MENU}:"):
        key = known.removeprefix(f"{MENU}:")
        known = (action.get("selected_option") or {}).get("value", "")
    else:
        key = action.get("value", "")
    name, asset, preset = (*known.split(":"), "", "")[:3]
    number = int(asset) if asset.isdecimal() else 0
    return Press(Action(name), key, number, preset if name == Action.PRESET else "")
