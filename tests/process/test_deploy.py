"""What deploy/ holds fits the code, and what Slack and Discord allow."""

import re
from pathlib import Path
from typing import Any

import discord
import pytest

from bots.playground.slack.rules import EVENTS, SCOPES
from core import wording
from core.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
Lines = list[tuple[int, str]]

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


def read_yaml(text: str) -> Any:
    """Return what YAML's plainest part says: mappings, lists and scalars, one to a line."""
    stripped = [(line, line.strip()) for line in text.splitlines()]
    lines = [
        (len(line) - len(bare), bare)
        for line, bare in stripped
        if bare and not bare.startswith("#")
    ]
    value = _block(lines)
    assert not lines, f"this is not understood: {lines[0][1]}"
    return value


def _block(lines: Lines) -> Any:
    """Take the block at the top of `lines`, with all that is indented under it."""
    indent, first = lines[0]
    block: Any = [] if first.startswith("- ") else {}
    while lines and lines[0][0] == indent:
        _, line = lines.pop(0)
        if isinstance(block, list):
            item = line.removeprefix("- ")
            if ": " in item or item.endswith(":"):
                lines.insert(0, (indent + 2, item))
                block.append(_block(lines))
            else:
                block.append(_scalar(item))
            continue
        key, colon, rest = line.partition(":")
        assert colon, f"this is no mapping: {line}"
        assert key not in block, f"{key} is there twice"
        block[key] = _scalar(rest.strip()) if rest else _block(lines)
    return block


def _scalar(word: str) -> str | bool:
    assert not re.search(r": | #|^[\[{&*!|>%@`]", word), f"this needs quotes: {word}"
    return {"true": True, "false": False}.get(word, word.strip('"'))


@pytest.fixture(scope="module")
def manifest() -> Any:
    """Return the Slack app's manifest."""
    return read_yaml((DEPLOY / "slack-manifest.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("place", "limit"), LONGEST.items())
def test_manifest_keeps_slacks_limits(manifest: Any, place: str, limit: int) -> None:
    """Slack refuses a manifest whole, at the first thing that is too long."""
    value = manifest
    for key in place.split("."):
        value = value[key]

    assert 0 < len(value) <= limit


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
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(EVENTS)


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
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    listed = {
        int(value) for value in re.findall(r"^\| [A-Z][A-Za-z ]+ \| (\d+) \|", text, re.MULTILINE)
    }

    assert listed == {1 << bit for bit in range(64) if PERMISSIONS.value >> bit & 1}


def test_containers_get_the_time_to_drain() -> None:
    """A container that is killed too early leaves a request in `submitting`: nobody can know."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    (grace,) = re.findall(r"stop_grace_period: (\d+)s", text)

    assert int(grace) > Settings.model_fields["drain_seconds"].default


def test_ports_are_published_on_this_machine_only() -> None:
    """Slack comes through a web server with a certificate; /metrics is nobody's business."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    ports = re.findall(r"ports: \[(.*)\]", text)

    assert len(ports) == 2
    assert all(port.startswith('"127.0.0.1:') for port in ports)


def test_image_sets_real_settings_and_runs_as_nobody_special() -> None:
    """A misspelt variable would put the database where no volume is."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    given = dict(re.findall(r"\b((?:HTTP|DATABASE)_[A-Z]+)=(\S+)", text))

    assert {name.lower() for name in given} <= set(Settings.model_fields)
    assert given["DATABASE_URL"] == "sqlite:////data/neocu-bots.db"
    assert re.search(r"^USER neocu$", text, re.MULTILINE)
    assert "--require-hashes" in text
