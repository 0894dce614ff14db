"""What the client makes of files that are handed over and of a modal that is filled in."""

from collections.abc import Sequence
from typing import TypeAlias

from bots.playground.discord import payloads
from bots.playground.discord.components import (
    CHANNEL_SELECT,
    FILE_UPLOAD,
    INPUT,
    LABEL,
    ROLE_SELECT,
    ROW,
    SELECT,
    SELECTS,
    USER_SELECT,
)
from bots.playground.discord.state import Channel, Json, Modal, User
from bots.playground.discord.world import World

# A file as a person has it: name, bytes, content type.
GivenFile: TypeAlias = tuple[str, bytes, str]
# What can be typed, chosen or dropped into a field.
FieldValue: TypeAlias = (
    str | int | float | bool | User | GivenFile | Sequence[str] | Sequence[GivenFile]
)


def ephemeral_file(world: World, channel: Channel, file: GivenFile, resolved: Json) -> str:
    """Return the ID of a file that goes with an interaction, and describe it in `resolved`."""
    if len(file[1]) > (limit := world.file_limit(channel)):
        raise ValueError(f"{file[0]} is larger than {limit} bytes")
    name, content, kind = file
    stored = world.store(channel, name, kind, content)
    stored.ephemeral = True
    entry = payloads.attachment(world, stored)
    resolved.setdefault("attachments", {})[str(stored.id)] = entry
    return str(stored.id)


def fill_in(world: World, modal: Modal, values: dict[str, FieldValue]) -> Json:
    """Return an interaction's data for a modal; ValueError where a field won't take its value."""
    resolved: Json = {}
    inputs = {field["custom_id"] for field in map(_field, modal.components) if field}
    if unknown := values.keys() - inputs:
        raise ValueError(f"the modal has no field {sorted(unknown)}")
    components = []
    for component in modal.components:
        payload: Json = {key: component[key] for key in ("type", "id") if key in component}
        field = _field(component)
        if field:
            answer = _answer(world, modal.interaction.channel, field, values, resolved)
            payload |= (
                {"component": answer} if component["type"] == LABEL else {"components": [answer]}
            )
        components.append(payload)
    data: Json = {"custom_id": modal.custom_id, "components": components}
    return data | ({"resolved": resolved} if resolved else {})


def _field(component: Json) -> Json | None:
    if component["type"] == LABEL:
        return dict(component["component"])
    if component["type"] == ROW:
        return dict(component["components"][0])
    return None


def _answer(
    world: World, channel: Channel, field: Json, values: dict[str, FieldValue], resolved: Json
) -> Json:
    name, kind = field["custom_id"], field["type"]
    payload: Json = {"type": kind, "custom_id": name, "id": field.get("id", 0)}
    if kind == INPUT:
        text = str(values.get(name, field.get("value") or ""))
        maximum, minimum = field.get("max_length", 4000), field.get("min_length", 0)
        needed = 1 if field.get("required", True) else 0
        if not max(minimum, needed) <= len(text) <= maximum:
            raise ValueError(f"{name} takes {max(minimum, needed)} to {maximum} characters")
        return payload | {"value": text}
    chosen = values.get(name, _chosen_before(field))
    items = list(chosen) if isinstance(chosen, Sequence) and not isinstance(chosen, str) else []
    if not _least(field) <= len(items) <= field.get("max_values", 1):
        raise ValueError(f"{name} does not take {len(items)} values")
    if kind == FILE_UPLOAD:
        files = [item for item in items if isinstance(item, tuple)]
        return payload | {
            "values": [ephemeral_file(world, channel, one, resolved) for one in files]
        }
    if kind == SELECT:
        check_choice(field, [str(item) for item in items])
    elif kind in SELECTS:
        items = [_pick(world, field, str(item), resolved) for item in items]
    return payload | {"values": items}


def _chosen_before(field: Json) -> list[str]:
    """Return what a menu shows as chosen before anybody has touched it."""
    options = [one["value"] for one in field.get("options", ()) if one.get("default")]
    return options or [one["id"] for one in field.get("default_values", ())]


def _pick(world: World, field: Json, picked: str, resolved: Json) -> str:
    """Return the ID of whom or what was picked, and describe it in `resolved`.

    https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-resolved-data-structure
    """
    found = int(picked)
    kind = field["type"]
    if kind == USER_SELECT:
        resolved.setdefault("users", {})[picked] = payloads.user(world.users[found])
    elif kind == CHANNEL_SELECT:
        there = world.channels[found]
        if there.kind not in field.get("channel_types", [there.kind]):
            raise ValueError(f"{field['custom_id']} does not offer {there.name}")
        resolved.setdefault("channels", {})[picked] = payloads.channel(world, there)
    elif kind == ROLE_SELECT:
        if found != world.bot_role_id:
            raise ValueError(f"there is no role {found}")
        resolved.setdefault("roles", {})[picked] = {"id": picked, "name": world.bot.name}
    return picked


def check_choice(menu: Json, values: Sequence[str]) -> None:
    """Check that a menu offers what is chosen, and takes so many; else ValueError."""
    offered = {option["value"] for option in menu.get("options", [])}
    if menu["type"] != SELECT or not set(values) <= offered:
        raise ValueError(f"{menu['custom_id']} does not offer {list(values)}")
    if not _least(menu) <= len(values) <= menu.get("max_values", 1):
        raise ValueError(f"{menu['custom_id']} does not take {len(values)} values")


def _least(field: Json) -> int:
    return int(field.get("min_values", 1)) if field.get("required", True) else 0
