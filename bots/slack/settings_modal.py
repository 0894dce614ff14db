"""A form of the settings as Slack's modal, and what is sent with it.

https://docs.slack.dev/reference/block-kit/block-elements
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core import wording
from core.settings_sheets import MAX_PICKED, Field, Filled, Kind, Sheet

CALLBACK = "neocu_settings"
MAX_TITLE = 24
MAX_LINE, MAX_LINES = 200, 3_000
# Direct messages are nobody's channel.
CHANNELS = {"include": ["public", "private"], "exclude_bot_users": True}

Json = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """What a form carries besides its fields: which it is, and where what comes of it is said.

    `version` is that of the workspace as it was shown.
    """

    address: str
    channel: str
    group: int
    version: int

    @classmethod
    def load(cls, view: Json) -> "Opened":
        """Read a submitted view."""
        return cls(**json.loads(view["private_metadata"]))


def view(sheet: Sheet, opened: Opened) -> Json:
    """Return the modal."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(wording.setting_labels.group(sheet.group)[:MAX_TITLE]),
        "submit": _plain(wording.setting_labels.save()[:MAX_TITLE]),
        "close": _plain(wording.labels.cancel()[:MAX_TITLE]),
        "private_metadata": json.dumps(asdict(opened), ensure_ascii=False),
        "blocks": [_input(field) for field in sheet.fields],
    }


def filled(view: Json) -> Filled:
    """Return what stood in each field that was sent."""
    return {
        name: _sent(state)
        for values in view["state"]["values"].values()
        for name, state in values.items()
    }


def _sent(state: Json) -> str | Sequence[str]:
    match state["type"]:
        case "static_select":
            return str((state.get("selected_option") or {}).get("value", ""))
        case "conversations_select":
            return str(state.get("selected_conversation") or "")
        case "multi_conversations_select":
            return list(state.get("selected_conversations") or [])
        case "multi_users_select":
            return list(state.get("selected_users") or [])
    return str(state.get("value") or "")


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "optional": True,
        "label": _plain(wording.setting_labels.label(field.name)),
        "element": {**_element(field), "action_id": field.name},
    }
    if hint := wording.setting_labels.hint(field.name, field.most):
        block["hint"] = _plain(hint)
    return block


def _element(field: Field) -> Json:
    value = field.value
    match field.kind:
        case Kind.CHOICE:
            options = [_option(field, one) for one in field.choices]
            chosen = _option(field, str(value) if value in field.choices else field.choices[0])
            return {"type": "static_select", "options": options, "initial_option": chosen}
        case Kind.CHANNEL:
            element: Json = {"type": "conversations_select", "filter": CHANNELS}
            return {**element, "initial_conversation": value[0]} if value else element
        case Kind.CHANNELS:
            element = {"type": "multi_conversations_select", "filter": CHANNELS}
            return _picked(element, "initial_conversations", value)
        case Kind.PEOPLE | Kind.ROLES:
            return _picked({"type": "multi_users_select"}, "initial_users", value)
    long = field.kind is Kind.LINES
    element = {
        "type": "plain_text_input",
        "multiline": long,
        "max_length": MAX_LINES if long else MAX_LINE,
    }
    return {**element, "initial_value": value} if value else element


def _picked(element: Json, initial: str, value: str | tuple[str, ...]) -> Json:
    element |= {"max_selected_items": MAX_PICKED}
    return {**element, initial: list(value)} if value else element


def _option(field: Field, value: str) -> Json:
    return {"text": _plain(wording.setting_labels.choice(field.name, value)), "value": value}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
