"""What is said of a workspace's settings: what holds, what was changed, and what won't do."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from core.conversation import Button, Reply
from core.environment import DailyLimit
from core.request import Action, Group
from core.wording import markup, setting_labels
from core.wording.language import N_, _, day_and_month, ngettext, sentences
from core.workspaces.terms import Terms
from core.workspaces.workspace import SettingsChange, Workspace

NO_RESTRICTION = N_("no restriction")
NO_LIMIT = N_("no limit")
# What nothing means, where it is not what the operator has chosen.
NOTHING = {
    **dict.fromkeys(("allowed_channels", "allowed_people", "allowed_roles"), NO_RESTRICTION),
    **dict.fromkeys(("user_daily_limit", "channel_daily_limit"), NO_LIMIT),
    **dict.fromkeys(("workspace_daily_limit", "confirm_above"), NO_LIMIT),
    **dict.fromkeys(("admins", "blocked_words", "neocu_key"), N_("none")),
}
MAX_NAMED = 10  # of people, channels and words in a line
MAX_LOGGED_LENGTH = 1_400  # of the log, so that it fits a message on Discord, with all its escapes


def settings(
    workspace: Workspace,
    terms: Terms,
    shown: Mapping[Group, Sequence[str]],
    last_four: str,
    key: str,
) -> Reply:
    """Tell what holds in a workspace; each group has a button that opens its form."""
    own = workspace.settings
    values = {
        name: getattr(terms, name, getattr(own, name, None))
        for names in shown.values()
        for name in names
    }
    values["neocu_key"] = last_four
    lines = [_("**What holds in this workspace**")]
    for group, names in shown.items():
        told = " · ".join(_named(name, values[name]) for name in names if name != "remove_key")
        lines.append(f"**{setting_labels.group(group)}**\n{told}")
    buttons = (Button(setting_labels.group(one), Action.SETTINGS, key, one) for one in shown)
    small = _("`/neocu settings log` shows who has changed what.")
    return Reply("\n".join(lines), small=small, buttons=tuple(buttons))


def settings_for_admins() -> Reply:
    """Tell that settings are an admin's business."""
    return Reply(
        _(
            "**Only admins of a workspace can see and change its settings**, and I can't tell "
            "that you're one here."
        )
    )


def settings_saved(changed: Mapping[str, tuple[Any, Any]]) -> Reply:
    """Confirm what was changed."""
    if not changed:
        return Reply(_("**Nothing was changed.**"))
    return Reply("\n".join((_("**Saved.**"), *_changes(changed))))


def settings_conflict(theirs: Sequence[SettingsChange], group: Group, key: str) -> Reply:
    """Tell that somebody else was faster, and what they have changed."""
    head = _("**Not saved: somebody else has changed the settings meanwhile.**")
    lines = [_logged(one) for one in theirs]
    return Reply("\n".join((head, *lines)), buttons=(_again(group, key),))


def settings_wrong(problems: Mapping[str, str], group: Group, key: str) -> Reply:
    """Tell which fields won't do, each with what is wrong in plain words."""
    lines = [f"{_label(name)}: {markup.verbatim(one)}" for name, one in problems.items()]
    return Reply("\n".join((_("**Not saved.**"), *lines)), buttons=(_again(group, key),))


def settings_not_saved() -> Reply:
    """Tell that settings can't be read or written now."""
    return Reply(
        sentences(_("**Your settings can't be reached now.**"), _("Try again in a few minutes."))
    )


def settings_log(log: Sequence[SettingsChange]) -> Reply:
    """List the latest changes, the newest first."""
    if not log:
        return Reply(_("**Nobody has changed a setting here yet.**"))
    lines = [_("**The latest changes of the settings**")]
    for one in log:
        line = f"{day_and_month(datetime.fromtimestamp(one.at, UTC))} · {_logged(one)}"
        if sum(map(len, lines)) + len(line) > MAX_LOGGED_LENGTH:
            lines.append("…")
            break
        lines.append(line)
    return Reply("\n".join(lines))


def _logged(change: SettingsChange) -> str:
    values = (json.loads(change.before), json.loads(change.after))
    return f"{markup.person(change.person)} · {_change(change.name, values)}"


def _changes(changed: Mapping[str, tuple[Any, Any]]) -> list[str]:
    return [_change(name, values) for name, values in changed.items()]


def _change(name: str, values: tuple[Any, Any]) -> str:
    before, after = (_value(name, one) for one in values)
    return f"{_label(name)}: {before} → {after}"


def _again(group: Group, key: str) -> Button:
    return Button(_("Open the form again"), Action.SETTINGS, key, group)


def _named(name: str, value: Any) -> str:
    return f"{_label(name)}: {_value(name, value)}"


def _value(name: str, value: Any) -> str:
    """Return a setting's value, as it is or as JSON, in Markdown."""
    if value is None or value == "" or (isinstance(value, Collection) and not value):
        return _(NOTHING.get(name, setting_labels.CHOICES["default"]))
    match value:
        case bool():
            return setting_labels.choice(name, "yes" if value else "no")
        case int() | float() | DailyLimit() | dict():
            return setting_labels.amount(value)
        case str():
            return _words(name, value)
    return _several(name, sorted(value))


def _several(name: str, values: Sequence[str]) -> str:
    if name == "allowed_roles":
        return ngettext("{number} role", "{number} roles", len(values))
    told = [_words(name, one) for one in values[:MAX_NAMED]]
    return ", ".join([*told, *(["…"] if len(values) > MAX_NAMED else [])])


def _label(name: str) -> str:
    return markup.verbatim(setting_labels.label(name))


def _words(name: str, value: str) -> str:
    if name in {"allowed_people", "admins"}:
        return markup.person(value)
    if name in {"allowed_channels", "alert_channel"}:
        return markup.channel(value)
    if name == "neocu_key":
        return _("ends in {characters}", characters=markup.verbatim(value))
    return markup.verbatim(_(setting_labels.CHOICES.get(value, value)))
