"""Names of variables that nobody reads, and IDs that are none: what would pass in silence."""

import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from dotenv import dotenv_values

from bots.discord import DiscordSettings
from bots.doctor.finding import Finding, note, wrong
from bots.slack import SlackSettings
from core.settings import EnvSettings, Settings

AREA = "settings"
OURS = ("NEOCU_", "SLACK_", "DISCORD_")
KINDS: tuple[type[EnvSettings], ...] = (Settings, SlackSettings, DiscordSettings)
CLOSE = 0.75  # how alike two names are, of 1, for one to be a slip of the other
# https://docs.slack.dev/reference/objects/conversation-object/: C…, G… of older private channels
ID = re.compile(r"[A-Z][A-Z0-9]{5,}|\d{15,20}")
LISTS = ("allowed_channels", "allowed_people", "allowed_roles", "allowed_workspaces")


def unknown_names() -> Iterator[Finding]:
    """Return the names in the environment and in .env that look like ours, and nobody reads."""
    try:
        file = {name.upper() for name in dotenv_values(".env")}
    except UnicodeDecodeError:  # whoever loads the settings says so
        file = set()
    return judge_names({name.upper() for name in os.environ}, file)


def judge_names(environment: Iterable[str], file: Iterable[str]) -> Iterator[Finding]:
    """Return what is wrong with names: in a file all are meant for us, elsewhere by how they begin.

    Other programs have variables, too, and may share the file.
    """
    known = {name.upper() for kind in KINDS for name in kind.model_fields}
    ours = set(file)
    for name in sorted({*environment, *ours} - known):
        meant = get_close_matches(name, known, n=1, cutoff=CLOSE)
        if meant and (name in ours or name.startswith(OURS)):
            yield wrong(
                AREA, f"{name} is not a setting.", f"Did you mean {meant[0]}? Rename it in .env."
            )
        elif name.startswith(OURS):
            yield note(
                AREA, f"{name} is not a setting of these bots.", "Ignore this if it is another's."
            )


def names_for_ids(settings: Settings, slack: SlackSettings | None) -> Iterator[Finding]:
    """Return the settings that hold a name where only an ID is understood."""
    for field in LISTS:
        for one in sorted(getattr(settings, field) - {"*"}):
            if not ID.fullmatch(one):
                yield _name_for_id(field, one)
    if slack and slack.slack_alert_channel and not ID.fullmatch(slack.slack_alert_channel):
        yield _name_for_id("slack_alert_channel", slack.slack_alert_channel)


def _name_for_id(field: str, value: str) -> Finding:
    return wrong(
        AREA,
        f"{field.upper()} holds “{value}”, which is not an ID.",
        "Use the ID: in Slack it is at the end of “Copy link” (C…, U…, T…); in Discord, turn on "
        "Developer Mode and choose “Copy ID”.",
    )
