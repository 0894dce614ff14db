"""Names of variables that nobody reads, and IDs that are none: what would pass in silence."""

import os
import re
from collections.abc import Iterator, Mapping
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


def variables() -> dict[str, str]:
    """Return the environment, and what .env adds to it."""
    file = {name.upper(): value or "" for name, value in dotenv_values(".env").items()}
    return file | {name.upper(): value for name, value in os.environ.items()}


def unknown_names(given: Mapping[str, str]) -> Iterator[Finding]:
    """Return the variables that look like ours, and are read by nobody."""
    known = {name.upper() for kind in KINDS for name in kind.model_fields}
    for name in sorted(given.keys() - known):
        meant = get_close_matches(name, known, n=1, cutoff=CLOSE)
        if name.startswith(OURS) and meant:
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
