"""The words of the settings' forms, as plain strings; platforms add their own limits."""

from typing import Any

from core.environment import DailyLimit
from core.request import Group
from core.wording import phrases
from core.wording.language import N_, _, decimal, listed, ngettext

GROUPS = {
    Group.WHO: N_("Who may ask"),
    Group.LIMITS: N_("Limits"),
    Group.COSTS: N_("Costs"),
    Group.ANSWERS: N_("Answers"),
    Group.KEY: N_("Neocu key"),
}
LABELS = {
    "allowed_channels": N_("Channels"),
    "allowed_people": N_("People"),
    "allowed_roles": N_("Roles"),
    "allow_guests": N_("Guests may ask"),
    "allow_external": N_("Other companies may ask"),
    "admins": N_("Who may change this, besides admins"),
    "person_tasks": N_("Tasks at once, per person"),
    "workspace_tasks": N_("Tasks at once, all together"),
    "user_daily_limit": N_("Daily limit per person"),
    "channel_daily_limit": N_("Daily limit per channel"),
    "workspace_daily_limit": N_("Daily limit, all together"),
    "confirm_above": N_("Ask back above so many credits"),
    "compute_low_at": N_("Warn below so many credits"),
    "alert_channel": N_("Channel for warnings"),
    "language": N_("Language"),
    "thread_follow": N_("In threads with results"),
    "reuse_results": N_("Follow-ups build on the result"),
    "show_in_channel": N_("Results can be shown in channels"),
    "retention_days": N_("Days until requests are forgotten"),
    "blocked_words": N_("Blocked words"),
    "neocu_key": N_("Neocu key"),
    "remove_key": N_("The key that you have"),
}
HINTS = {
    "allowed_channels": N_("Nothing chosen: no restriction."),
    "allowed_people": N_("Nothing chosen: no restriction."),
    "allowed_roles": N_("Nothing chosen: no restriction."),
    "user_daily_limit": N_("Like this: 20 requests, 500 credits"),
    "channel_daily_limit": N_("Like this: 20 requests, 500 credits"),
    "workspace_daily_limit": N_("Like this: 20 requests, 500 credits"),
    "blocked_words": N_("One on each line"),
    "neocu_key": N_("It is checked, kept encrypted, and never shown again."),
}
CHOICES = {
    "default": N_("As it was set up"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "mention": N_("I answer when I'm mentioned"),
    "auto": N_("I answer without a mention, too"),
    "remove": N_("Remove it"),
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt_BR": "Português (Brasil)",
    "ja": "日本語",
}

PROBLEMS = {
    "wrong": N_("This can't be read."),
    "above_ceiling": N_("This is more than whoever runs me allows."),
    "key_refused": N_("Neocu doesn't know this key."),
    "key_unchecked": N_("Neocu can't be asked about this key now. Try again in a few minutes."),
    "secrets_off": N_("Whoever runs me has to set ENCRYPTION_KEYS first: keys are kept encrypted."),
}


def group(group: Group) -> str:
    """Return the title of a form, and the label of the button that opens it."""
    return _(GROUPS[group])


def save() -> str:
    """Return the label of what sends a form."""
    return _("Save")


def label(name: str) -> str:
    """Return the label of a setting."""
    return _(LABELS.get(name, name))


def hint(name: str, most: Any = None) -> str:
    """Return what helps to fill a field in, with the most that may be chosen; "" for nothing."""
    ceiling = "" if most is None else _("At most: {most}", most=amount(most))
    told = _(HINTS[name]) if name in HINTS else ""
    return " · ".join(filter(None, (told, ceiling)))


def choice(name: str, value: str) -> str:
    """Return the label of one of a field's choices."""
    if name == "remove_key" and value == "default":
        return _("Keep it")
    return _(CHOICES[value])


def problem(why: str) -> str:
    """Return what is wrong with the value of a field."""
    return _(PROBLEMS[why])


def amount(value: DailyLimit | dict[str, float | None] | float) -> str:
    """Return a number, or a daily limit (as it is, or as JSON), in words."""
    if isinstance(value, dict):
        value = DailyLimit(**value)
    if not isinstance(value, DailyLimit):
        return decimal(value)
    requests, credits_ = value.requests, value.credits
    told = [
        "" if requests is None else ngettext("{number} request", "{number} requests", requests),
        "" if credits_ is None else phrases.credits(credits_),
    ]
    return listed([one for one in told if one])
