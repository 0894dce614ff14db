"""What Slack refuses in rich text (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from collections.abc import Iterator
from typing import Any

from bots.playground.slack.state import Json

# What each element of a section can't do without.
INLINE = {
    "broadcast": "range",
    "channel": "channel_id",
    "color": "value",
    "date": "timestamp",
    "emoji": "name",
    "link": "url",
    "text": "text",
    "user": "user_id",
    "usergroup": "usergroup_id",
}
IN_PREFORMATTED = {"text", "link"}
STYLES = {
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "unlink",
    "client_highlight",
}
LISTS = ("bullet", "ordered")


def rich_text_problems(block: Json, at: str) -> Iterator[str]:
    """Yield what is wrong with a rich_text block."""
    for number, part in enumerate(_items(block)):
        here = f"{at}/elements/{number}"
        match part.get("type"):
            case "rich_text_section" | "rich_text_quote":
                yield from _inline(part, set(INLINE), here)
            case "rich_text_preformatted":
                yield from _inline(part, IN_PREFORMATTED, here)
            case "rich_text_list":
                yield from _list(part, here)
            case kind:
                yield f"unsupported type: {kind} [json-pointer:{here}/type]"
    if not isinstance(block.get("elements"), list):
        yield f"missing required field: elements [json-pointer:{at}]"


def _items(part: Json) -> list[Json]:
    elements = part.get("elements")
    if not isinstance(elements, list):
        return []
    return [item if isinstance(item, dict) else {} for item in elements]


def _list(part: Json, at: str) -> Iterator[str]:
    if part.get("style") not in LISTS:
        yield f"must be a valid enum value [json-pointer:{at}/style]"
    for number, item in enumerate(_items(part)):
        here = f"{at}/elements/{number}"
        if item.get("type") != "rich_text_section":
            yield f"unsupported type: {item.get('type')} [json-pointer:{here}/type]"
        yield from _inline(item, set(INLINE), here)


def _inline(part: Json, allowed: set[str], at: str) -> Iterator[str]:
    if not isinstance(part.get("elements"), list):
        yield f"missing required field: elements [json-pointer:{at}]"
    for number, item in enumerate(_items(part)):
        here, kind = f"{at}/elements/{number}", str(item.get("type"))
        if kind not in allowed:
            yield f"unsupported type: {kind} [json-pointer:{here}/type]"
            continue
        needed = INLINE[kind]
        if needed not in item:
            yield f"missing required field: {needed} [json-pointer:{here}]"
        elif kind == "text" and not item["text"]:
            yield f"must be more than 0 characters [json-pointer:{here}/text]"
        yield from _style(item.get("style", {}), f"{here}/style")


def _style(style: Any, at: str) -> Iterator[str]:
    if not isinstance(style, dict) or set(style) - STYLES:
        yield f"unknown style [json-pointer:{at}]"
