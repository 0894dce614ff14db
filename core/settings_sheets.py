"""The forms in which a workspace's admins choose, as any chat can show them: fields by kind.

A platform renders a `Sheet`, and hands over what stood in its fields when it was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.request import Group
from core.settings import Settings
from core.voice import LANGUAGES
from core.workspaces.administration import KEY
from core.workspaces.terms import CEILINGS
from core.workspaces.workspace import Workspace

DEFAULT, YES, NO, REMOVE = "default", "yes", "no", "remove"
REMOVE_KEY = "remove_key"
SLACK, DISCORD = "slack", "discord"
MAX_PICKED = 25  # https://docs.discord.com/developers/components/reference#user-select


class Kind(StrEnum):
    """What stands in a field."""

    WORDS = "words"
    LINES = "lines"
    KEY = "key"
    CHOICE = "choice"
    CHANNEL = "channel"
    CHANNELS = "channels"
    PEOPLE = "people"
    ROLES = "roles"


PICKED = frozenset({Kind.CHANNEL, Kind.CHANNELS, Kind.PEOPLE, Kind.ROLES})


@dataclass(frozen=True)
class Field:
    """One field: the setting that it is for, what may stand there, and what does now.

    `value` is text, or the one of the `choices`, or the IDs that are picked. `most` is the
    operator's ceiling.
    """

    name: str
    kind: Kind
    value: str | tuple[str, ...] = ""
    choices: tuple[str, ...] = ()
    most: Any = None


@dataclass(frozen=True)
class Sheet:
    """A form for one group. `version` is that of the workspace that it shows."""

    group: Group
    version: int
    fields: tuple[Field, ...]

    def read(self, sent: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
        """Return what was sent of the fields, as settings by name."""
        return {one.name: _read(one, sent.get(one.name, "")) for one in self.fields}


Filled = Mapping[str, str | Sequence[str]]

_SWITCH = (DEFAULT, YES, NO)
_FIELDS = {
    Group.WHO: (
        Field("allowed_channels", Kind.CHANNELS),
        Field("allowed_people", Kind.PEOPLE),
        Field("allowed_roles", Kind.ROLES),
        Field("allow_guests", Kind.CHOICE, choices=_SWITCH),
        Field("allow_external", Kind.CHOICE, choices=_SWITCH),
        Field("admins", Kind.PEOPLE),
    ),
    Group.LIMITS: (
        Field("person_tasks", Kind.WORDS),
        Field("workspace_tasks", Kind.WORDS),
        Field("user_daily_limit", Kind.WORDS),
        Field("channel_daily_limit", Kind.WORDS),
        Field("workspace_daily_limit", Kind.WORDS),
    ),
    Group.COSTS: (
        Field("confirm_above", Kind.WORDS),
        Field("compute_low_at", Kind.WORDS),
        Field("alert_channel", Kind.CHANNEL),
    ),
    Group.ANSWERS: (
        Field("language", Kind.CHOICE, choices=(DEFAULT, *LANGUAGES)),
        Field("thread_follow", Kind.CHOICE, choices=(DEFAULT, "mention", "auto")),
        Field("reuse_results", Kind.CHOICE, choices=_SWITCH),
        Field("show_in_channel", Kind.CHOICE, choices=_SWITCH),
        Field("retention_days", Kind.WORDS),
        Field("blocked_words", Kind.LINES),
    ),
    Group.KEY: (
        Field(KEY, Kind.KEY),
        Field(REMOVE_KEY, Kind.CHOICE, choices=(DEFAULT, REMOVE)),
    ),
}
# What only one of the chats knows.
_ONLY_ON = {
    "allowed_roles": DISCORD,
    "allow_guests": SLACK,
    "allow_external": SLACK,
    "thread_follow": SLACK,
}


def names(group: Group, platform: str) -> tuple[str, ...]:
    """Return the settings of a group that a platform knows."""
    fields = (one.name for one in _FIELDS[group])
    return tuple(one for one in fields if _ONLY_ON.get(one, platform) == platform)


def sheet(group: Group, workspace: Workspace, operator: Settings) -> Sheet:
    """Return the form of a group, filled with what a workspace has chosen."""
    known = names(group, workspace.platform)
    fields = [one for one in _FIELDS[group] if one.name in known]
    if not workspace.pays_itself:  # there is none to remove
        fields = [one for one in fields if one.name != REMOVE_KEY]
    chosen = workspace.settings
    return Sheet(
        group,
        workspace.version,
        tuple(
            replace(
                one,
                value=_shown(one, getattr(chosen, one.name, None)),
                most=getattr(operator, one.name) if one.name in CEILINGS else None,
            )
            for one in fields
        ),
    )


def _shown(field: Field, value: Any) -> str | tuple[str, ...]:
    """Return a setting as it stands in its field."""
    if field.kind in PICKED:
        return tuple(sorted({value} if isinstance(value, str) else value or ()))[:MAX_PICKED]
    match value:
        case None:
            return DEFAULT if field.kind is Kind.CHOICE else ""
        case bool():
            return YES if value else NO
        case tuple():
            return "\n".join(value)
        case float():
            return f"{value:.15g}"
    return str(value)


def _read(field: Field, sent: str | Sequence[str]) -> Any:
    """Return what stood in a field, as a setting; None is the default."""
    several = [sent] if isinstance(sent, str) else list(sent)
    text = several[0].strip() if several else ""
    match field.kind:
        case Kind.CHANNEL:
            return text or None
        case Kind.CHANNELS | Kind.PEOPLE | Kind.ROLES:
            picked = frozenset(one for one in several if one)
            return picked if picked or field.name == "admins" else None
        case Kind.LINES:
            return tuple(dict.fromkeys(filter(None, (one.strip() for one in text.split("\n")))))
        case Kind.CHOICE:
            return {YES: True, NO: False, DEFAULT: None, "": None}.get(text, text)
    return text or None
