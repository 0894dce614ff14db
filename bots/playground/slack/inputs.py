"""What a person fills into a modal, as `view.state.values`."""

from collections.abc import Mapping
from typing import Any

from bots.playground.slack.blocks import MAX_UPLOADS
from bots.playground.slack.payloads import file_json
from bots.playground.slack.rules import Rules
from bots.playground.slack.state import Json, Person, View
from bots.playground.slack.team import Team

Values = Mapping[str, Any]
REQUIRED = "Please complete this required field."
MANY = ("checkboxes", "multi_static_select")
ONE = ("static_select", "radio_buttons")
# What is picked of people and channels: how it begins, and how it is told.
# https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element
PICKED = {
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "users_select": ("initial_user", "selected_user"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "multi_users_select": ("initial_users", "selected_users"),
}


def missing(blocks: list[Json], values: Values, rules: Rules) -> dict[str, str]:
    """Return what Slack itself refuses before it asks the app, by block_id."""
    errors: dict[str, str] = {}
    for block in _inputs(blocks):
        element, value = block["element"], _filled(block, values)
        optional = block.get("optional", False)
        if not optional and value in (None, "", [], ()):
            errors[block["block_id"]] = REQUIRED
        elif element["type"] == "file_input":
            if problem := _refused_files(element, value or [], rules):
                errors[block["block_id"]] = problem
        elif element["type"] == "plain_text_input":
            limit = element.get("max_length")
            if limit is not None and len(value or "") > limit:
                errors[block["block_id"]] = f"Must be {limit} characters or fewer."
    return errors


def state_values(team: Team, who: Person, blocks: list[Json], values: Values) -> Json:
    """Return `view.state.values`: by block_id, then action_id."""
    return {
        block["block_id"]: {
            block["element"]["action_id"]: _state(team, who, block, _filled(block, values))
        }
        for block in _inputs(blocks)
    }


def keep(view: View, values: Values) -> None:
    """Keep in a view what was filled in, by block_id or action_id.

    An input that is gone, or has another block_id after an update, has forgotten it; that of the
    same IDs keeps it, whatever its new initial value:
    https://github.com/slackapi/bolt-js/issues/290
    """
    blocks = _inputs(view.content["blocks"])
    known = {block["block_id"] for block in blocks}
    view.filled = {block: value for block, value in view.filled.items() if block in known}
    for block in blocks:
        for name in (block["element"]["action_id"], block["block_id"]):
            if name in values:
                view.filled[block["block_id"]] = values[name]


def _inputs(blocks: list[Json]) -> list[Json]:
    return [block for block in blocks if block["type"] == "input"]


def _filled(block: Json, values: Values) -> Any:
    """Return what stands in an input: what was filled in, or its initial value."""
    element = block["element"]
    for key in (block["block_id"], element["action_id"]):
        if key in values:
            return values[key]
    if element["type"] in MANY:
        return [option["value"] for option in element.get("initial_options", [])]
    if element["type"] in ONE:
        return element.get("initial_option", {}).get("value")
    if element["type"] in PICKED:
        return element.get(PICKED[element["type"]][0])
    return element.get("initial_value")


def _state(team: Team, who: Person, block: Json, value: Any) -> Json:
    element = block["element"]
    kind = element["type"]
    options = element.get("options", [])
    state: Json = {"type": kind}
    if kind == "file_input":
        files = [team.add_file(who.id, name, data, mime) for name, data, mime in value or []]
        state["files"] = [file_json(team, file) for file in files]
    elif kind in MANY:
        state["selected_options"] = [o for o in options if o["value"] in (value or [])]
    elif kind in ONE:
        state["selected_option"] = next((o for o in options if o["value"] == value), None)
    elif kind in PICKED:
        _check_picked(team, value)
        empty: list[str] | None = [] if kind.startswith("multi_") else None
        state[PICKED[kind][1]] = value or empty
    else:
        state["value"] = value or None
    return state


def _check_picked(team: Team, value: str | list[str] | None) -> None:
    """Check that whoever and whatever is picked is there; the client offers nothing else."""
    picked = [value] if isinstance(value, str) else value or []
    if missing := [one for one in picked if one and one not in team.people | team.channels]:
        raise ValueError(f"nobody can pick {missing}")


def _refused_files(element: Json, files: Any, rules: Rules) -> str | None:
    """Return why Slack won't take these files.

    https://docs.slack.dev/reference/block-kit/block-elements/file-input-element/
    """
    if len(files) > element.get("max_files", MAX_UPLOADS):
        return "Too many files."
    if any(len(data) > rules.file_input_limit for _, data, _ in files):
        return "A file is too large."
    endings = element.get("filetypes")
    names = [name.rpartition(".")[2].lower() for name, _, _ in files]
    return "This file type isn't supported." if endings and set(names) - set(endings) else None
