"""What an admin pastes into Slack and opens in Discord fits the code, and what they allow."""

import re
from typing import Any

import discord
import pytest
from deploy_files import ROOT, text_of, yaml_of

from bots.playground.slack.rules import EVENTS, SCOPES
from bots.setup.slack_manifest import END_EVENTS, slack_manifest
from core import wording

# https://github.com/slackapi/manifest-schema
LONGEST = {
    "display_information.name": 35,
    "display_information.description": 140,
    "features.bot_user.display_name": 80,
    "features.agent_view.agent_description": 300,
    "features.agent_view.suggested_prompts": 4,
    "features.shortcuts": 10,
    "features.slash_commands": 50,
    "oauth_config.scopes.bot": 255,
    "settings.event_subscriptions.bot_events": 100,
}
SHORTCUT = {"name": 24, "callback_id": 255, "description": 150}
COMMAND = {"command": 32, "description": 2000, "usage_hint": 1000}
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
    embed_links=True,
)


@pytest.fixture(scope="module")
def manifest() -> Any:
    """Return the Slack app's manifest."""
    return yaml_of("slack-manifest.yaml")


@pytest.mark.parametrize(("place", "limit"), LONGEST.items())
def test_manifest_keeps_slacks_limits(manifest: Any, place: str, limit: int) -> None:
    """Slack refuses a manifest whole, at the first thing that is too long."""
    value = manifest
    for key in place.split("."):
        value = value[key]

    assert 0 < len(value) <= limit


def test_manifest_suggests_what_the_bot_does(manifest: Any) -> None:
    """People would see one list before they write, and another after."""
    suggested = manifest["features"]["agent_view"]["suggested_prompts"]
    said = wording.labels.suggestions()

    assert suggested == [{"title": title, "message": text} for title, text in said.items()]
    assert suggested == slack_manifest()["features"]["agent_view"]["suggested_prompts"]


def test_manifest_has_the_known_parts_only(manifest: Any) -> None:
    """A word that Slack does not know, such as the retired assistant_view, is refused."""
    assert set(manifest) == {"display_information", "features", "oauth_config", "settings"}
    assert set(manifest["features"]) == {
        *("app_home", "bot_user", "agent_view", "shortcuts", "slash_commands"),
    }


def test_manifest_offers_the_command_and_the_shortcut(manifest: Any) -> None:
    """These names are what the listeners listen to."""
    (command,) = manifest["features"]["slash_commands"]
    (shortcut,) = manifest["features"]["shortcuts"]

    assert (command["command"], command["should_escape"]) == ("/neocu", True)
    assert shortcut["name"] == wording.labels.USE_MESSAGE
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", "use_in_neocu")
    assert all(len(command[key]) <= limit for key, limit in COMMAND.items())
    assert all(len(shortcut[key]) <= limit for key, limit in SHORTCUT.items())


def test_manifest_asks_for_no_more_than_the_bots_need(manifest: Any) -> None:
    """The playground grants these scopes and no others, so the tests show that they suffice."""
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(SCOPES)
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(
        EVENTS - set(END_EVENTS)
    )


def test_manifest_sends_everything_to_the_one_address(manifest: Any) -> None:
    """Commands, events and buttons arrive where the bot listens."""
    (command,) = manifest["features"]["slash_commands"]
    settings = manifest["settings"]

    assert {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    } == {"https://YOUR-HOST/slack/events"}


@pytest.mark.parametrize("page", ["README.md", "deploy/README.md"])
def test_invitation_asks_for_the_listed_permissions(page: str) -> None:
    """One number is all that an admin sees of it before the bot asks."""
    text = (ROOT / page).read_text(encoding="utf-8")

    assert re.findall(r"scope=(\S+?)&permissions=(\d+)", text) == [
        ("bot+applications.commands", str(PERMISSIONS.value))
    ]


def test_permissions_are_explained() -> None:
    """The table adds up to the number in the address."""
    text = text_of("README.md")
    listed = {
        int(value) for value in re.findall(r"^\| [A-Z][A-Za-z ]+ \| (\d+) \|", text, re.MULTILINE)
    }

    assert listed == {1 << bit for bit in range(64) if PERMISSIONS.value >> bit & 1}


def test_scopes_are_explained() -> None:
    """An admin who is asked for a scope finds out why."""
    listed = re.findall(r"^\| `([a-z_]+:?[a-z]*)` \|", text_of("README.md"), re.MULTILINE)

    assert sorted(listed) == sorted(SCOPES)
