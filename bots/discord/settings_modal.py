"""A form of the settings as Discord's modal, and what is sent with it.

https://docs.discord.com/developers/components/reference#label
"""

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bots.discord.parse import inputs
from core import wording
from core.request import Group
from core.settings_sheets import MAX_PICKED, Field, Filled, Kind, Sheet

PREFIX = "neocu_settings"
MAX_TITLE = 45
MAX_DESCRIPTION = 100
MAX_LINE, MAX_LINES = 200, 3_000
SPEAKING = [discord.ChannelType.text, discord.ChannelType.news]
ASKING = [*SPEAKING, discord.ChannelType.forum, discord.ChannelType.voice]
PICKED_AS = {
    Kind.CHANNEL: discord.SelectDefaultValueType.channel,
    Kind.CHANNELS: discord.SelectDefaultValueType.channel,
    Kind.PEOPLE: discord.SelectDefaultValueType.user,
    Kind.ROLES: discord.SelectDefaultValueType.role,
}


def modal(sheet: Sheet, guild: str = "") -> ui.Modal:
    """Return the modal; its custom ID names the group, the version and the guild."""
    known = f"{PREFIX} {sheet.group} {sheet.version} {guild}".rstrip()
    title = wording.setting_labels.group(sheet.group)[:MAX_TITLE]
    form = ui.Modal(title=title, custom_id=known, timeout=None)
    for field in sheet.fields:
        hint = wording.setting_labels.hint(field.name, field.most)
        form.add_item(
            ui.Label(
                text=wording.setting_labels.label(field.name)[:MAX_TITLE],
                description=hint[:MAX_DESCRIPTION] or None,
                component=_component(field),
            )
        )
    form.stop()  # discord.py need not remember it: our listener knows it by its ID
    return form


def parse_custom_id(custom_id: str) -> tuple[Group, int, str] | None:
    """Return group, version and guild of a sent modal; None if it is not one of these."""
    prefix, group, version, guild = (*custom_id.split(" "), "", "", "")[:4]
    if prefix != PREFIX or not version.isdecimal() or group not in {f"{one}" for one in Group}:
        return None
    return Group(int(group)), int(version), guild


def filled(data: Mapping[str, Any]) -> Filled:
    """Return what stood in each field that was sent."""
    sent = inputs(data).items()
    return {name: one.get("values") or one.get("value") or "" for name, one in sent}


def _component(field: Field) -> ui.Item[ui.Modal]:
    match field.kind:
        case Kind.CHOICE:
            options = _options(field)
            return ui.Select(custom_id=field.name, required=False, min_values=0, options=options)
        case Kind.WORDS | Kind.KEY | Kind.LINES:
            return _text(field)
    return _picker(field)


def _text(field: Field) -> ui.Item[ui.Modal]:
    long = field.kind is Kind.LINES
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        max_length=MAX_LINES if long else MAX_LINE,
        required=False,
        default=str(field.value or "") or None,
    )


def _picker(field: Field) -> ui.Item[ui.Modal]:
    kind = PICKED_AS[field.kind]
    about: dict[str, Any] = {
        "custom_id": field.name,
        "min_values": 0,
        "max_values": 1 if field.kind is Kind.CHANNEL else MAX_PICKED,
        "default_values": [
            discord.SelectDefaultValue(id=int(one), type=kind)
            for one in field.value
            if one.isdecimal()
        ],
    }
    match field.kind:
        case Kind.PEOPLE:
            return ui.UserSelect(**about)
        case Kind.ROLES:
            return ui.RoleSelect(**about)
    one_to_speak_in = field.kind is Kind.CHANNEL
    return ui.ChannelSelect(channel_types=SPEAKING if one_to_speak_in else ASKING, **about)


def _options(field: Field) -> list[discord.SelectOption]:
    chosen = field.value if field.value in field.choices else field.choices[0]
    return [
        discord.SelectOption(
            label=wording.setting_labels.choice(field.name, one)[:MAX_DESCRIPTION],
            value=one,
            default=one == chosen,
        )
        for one in field.choices
    ]
