"""`neocu-bots setup`: what it prints can be clicked, and what it writes is for one's eyes only."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from dotenv import dotenv_values
from processes import inherited

from bots.doctor.discord_check import PORTAL
from bots.playground.stage import Stage
from bots.setup import dotenv_file
from bots.setup.discord_invite import PERMISSIONS, application_of, invite_link, missing_permissions
from bots.setup.slack_manifest import AGENT_EVENTS, END_EVENTS, create_link, slack_manifest
from bots.slack.scopes import AGENT_SCOPES

ROOT = Path(__file__).parents[2]
SITE = "https://bots.example"
SECRET = "very secret 'value' with \\ and #"


def neocu_bots(
    *arguments: str, cwd: Path, typed: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; what is typed comes from a pipe."""
    return subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "bots", *arguments],
        cwd=cwd,
        env={**inherited(), "PYTHONPATH": os.pathsep.join(sys.path)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# Slack


def test_the_manifest_is_the_one_of_deploy() -> None:
    """Two descriptions of one app drift apart, unless a test holds them together."""
    text = (ROOT / "deploy" / "slack-manifest.yaml").read_text(encoding="utf-8")
    listed = set(re.findall(r"^      - ([a-z_:.]+)$", text, re.MULTILINE))
    ours = slack_manifest("https://YOUR-HOST")
    scopes = ours["oauth_config"]["scopes"]["bot"]
    events = ours["settings"]["event_subscriptions"].pop("bot_events")
    words = re.findall(r'"((?:[^"\\\\]|\\\\.)+)"', json.dumps(ours))

    assert listed == {*scopes, *events}
    assert [word for word in words if word not in text] == []


def test_socket_mode_needs_no_address() -> None:
    """Slack refuses a manifest with an empty one."""
    manifest = slack_manifest()

    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(manifest)


def test_the_agent_view_can_be_left_out() -> None:
    """Guests can't use an app with it, and some plans don't have it."""
    text = json.dumps(slack_manifest(agent=False))

    for part in ("agent_view", *AGENT_SCOPES, *AGENT_EVENTS):
        assert part not in text
        assert part in json.dumps(slack_manifest())


def test_a_manifest_for_many_names_the_way_back_and_the_end() -> None:
    """Slack leads an installation nowhere else, and tells of its end whoever subscribes to it."""
    ours, theirs = slack_manifest(SITE), slack_manifest(SITE, many=True)
    events = theirs["settings"]["event_subscriptions"]["bot_events"]

    assert theirs["oauth_config"]["redirect_urls"] == [f"{SITE}/slack/oauth_redirect"]
    assert set(END_EVENTS) <= set(events)
    assert theirs["settings"]["org_deploy_enabled"]
    assert "redirect_urls" not in ours["oauth_config"]


def test_setting_up_many_asks_for_the_client(tmp_path: Path) -> None:
    """There is no bot token to copy; each workspace brings its own."""
    done = neocu_bots("setup", "slack", "--many", "--url", SITE, "--no-write", cwd=tmp_path)

    assert "SLACK_CLIENT_SECRET, ENCRYPTION_KEYS, SLACK_SIGNING_SECRET into .env" in done.stdout
    assert f"{SITE}/slack/install" in done.stdout
    assert "SLACK_BOT_TOKEN" not in done.stdout
    without = neocu_bots("setup", "slack", "--many", cwd=tmp_path)
    assert "installing needs your public address" in without.stderr


def test_the_link_holds_the_whole_manifest() -> None:
    """One click, and all that is left to do is Next and Create."""
    manifest = slack_manifest("https://bots.example")
    link = urlsplit(create_link(manifest))

    assert (link.netloc, link.path) == ("api.slack.com", "/apps")
    assert json.loads(parse_qs(link.query)["manifest_json"][0]) == manifest


@pytest.mark.parametrize(
    ("arguments", "secret"),
    [([], "SLACK_APP_TOKEN"), (["--url", "https://bots.example"], "SLACK_SIGNING_SECRET")],
)
def test_the_steps_name_what_to_copy(tmp_path: Path, arguments: list[str], secret: str) -> None:
    """Each way in has a secret of its own; the other is not asked for."""
    ended = neocu_bots("setup", "slack", *arguments, cwd=tmp_path)
    manifest = json.loads((tmp_path / "slack-manifest.json").read_text(encoding="utf-8"))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert create_link(manifest) in ended.stdout
    both = {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}
    assert {name for name in both if name in ended.stdout} == {secret}
    assert not (tmp_path / ".env").exists()


def test_an_address_that_slack_would_refuse_is_refused_here(tmp_path: Path) -> None:
    """Before somebody has made an app of it."""
    ended = neocu_bots("setup", "slack", "--url", "http://bots.example", cwd=tmp_path)

    assert ended.returncode == 2
    assert "https://" in ended.stderr
    assert list(tmp_path.iterdir()) == []


# Discord


def test_the_invitation_asks_for_what_the_bot_needs() -> None:
    """No more, and no less; README and deploy/ give the same."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert (
        re.findall(r"permissions=(\d+)", readme + invite_link(42)) == [str(PERMISSIONS.value)] * 2
    )
    assert missing_permissions(PERMISSIONS.value) == []
    assert missing_permissions(PERMISSIONS.value & ~1024) == ["View Channel"]


def test_a_token_tells_its_application() -> None:
    """So the link is ready as soon as the token is pasted."""
    assert application_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.rest") == "123456789012345678"
    assert application_of("no token") == application_of("") == ""


def test_discords_steps(tmp_path: Path) -> None:
    """With the ID, the link is complete."""
    ended = neocu_bots("setup", "discord", "--application", "42", cwd=tmp_path)

    assert invite_link(42) in ended.stdout
    assert PORTAL in ended.stdout
    assert "YOUR-APPLICATION-ID" not in ended.stdout


# .env


def test_values_take_the_place_of_their_lines(tmp_path: Path) -> None:
    """Comments and other settings stay; a line that is off is switched on."""
    path = tmp_path / ".env"
    path.write_text("# Keys\nNEOCU_API_KEY=old\n#SLACK_APP_TOKEN=\nHTTP_PORT=1\n", encoding="utf-8")
    path.chmod(0o644)
    values = {"NEOCU_API_KEY": SECRET, "SLACK_APP_TOKEN": "xapp-1", "DISCORD_TOKEN": "a.b-c_d"}
    dotenv_file.write(path, values)

    assert dotenv_values(path) == values | {"HTTP_PORT": "1"}
    assert path.read_text(encoding="utf-8").startswith("# Keys\nNEOCU_API_KEY=")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [".env"]


def test_a_first_env_begins_as_the_example(tmp_path: Path) -> None:
    """With every setting there is, and what it is for."""
    (tmp_path / ".env.example").write_text("# Your key.\nNEOCU_API_KEY=\n", encoding="utf-8")
    dotenv_file.write(tmp_path / ".env", {"NEOCU_API_KEY": "k"})

    assert (tmp_path / ".env").read_text(encoding="utf-8") == "# Your key.\nNEOCU_API_KEY=k\n"


async def test_values_are_asked_for_written_and_looked_at(tmp_path: Path) -> None:
    """From nothing to a bot that works, and no secret in what is printed."""
    async with Stage() as stage:
        names = ("SLACK_API_URL", "NEOCU_BASE_URL")
        known = "".join(f"{name}={stage.environment[name]}\n" for name in names)
        dotenv = tmp_path / ".env"
        dotenv.write_text(known, encoding="utf-8")
        workspace = stage.workspace
        values = (stage.sandbox.key, workspace.bot_token, workspace.app_token)
        typed = "".join(f"{value}\n" for value in values)
        ended = await asyncio.to_thread(
            neocu_bots, "setup", "slack", "--write", cwd=tmp_path, typed=typed
        )

    printed = ended.stdout + ended.stderr
    assert ".env is written; only you can read it." in printed
    assert "The token works: @neocu" in printed
    assert "Socket Mode works." in printed
    assert "Traceback" not in printed
    assert [value for value in values if value in printed] == []
    written = dotenv_values(dotenv)
    assert written["SLACK_BOT_TOKEN"] == values[1]
    assert written["SLACK_APP_TOKEN"] == values[2]
