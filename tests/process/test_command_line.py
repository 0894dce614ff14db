"""The command line as a process: what a person who starts the bots reads."""

import os
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from processes import inherited

SECRET = "very-secret-0123456789"
CONFIG = 78  # EX_CONFIG of sysexits(3)
# Nothing listens on port 9.
NEOCU = {"NEOCU_API_KEY": SECRET, "NEOCU_BASE_URL": "http://127.0.0.1:9"}
SLACK = {"SLACK_BOT_TOKEN": SECRET, "SLACK_SIGNING_SECRET": SECRET}


def neocu_bots(
    *arguments: str, cwd: Path, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command with just these variables, in an empty folder."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bots", *arguments],
        cwd=cwd,
        env=inherited() | kept | (variables or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        ([], {}, "NEOCU_API_KEY is not set: it is your organization's key"),
        ([], NEOCU, "Neither SLACK_BOT_TOKEN nor DISCORD_TOKEN is set"),
        (["slack"], NEOCU, "SLACK_BOT_TOKEN is not set"),
        (["discord"], NEOCU | SLACK, "DISCORD_TOKEN is not set"),
        ([], NEOCU | SLACK | {"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is not set"),
        (
            [],
            NEOCU | SLACK | {"HTTP_PORT": SECRET},
            "HTTP_PORT is wrong (is not a whole number): it is the port the web server listens on",
        ),
        (
            [],
            NEOCU | SLACK | {"DATABASE_URL": "mysql://x"},
            "DATABASE_URL is wrong (has to start with sqlite:/// or postgresql://): it is where",
        ),
        (
            [],
            NEOCU | SLACK | {"SLACK_APP_TOKEN": "xoxb-1"},
            "SLACK_APP_TOKEN holds a bot token. Put there an App-Level Token (xapp-…)",
        ),
    ],
)
def test_a_missing_or_wrong_setting_is_one_sentence(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], sentence: str
) -> None:
    """Whoever starts the bots for the first time reads what to do, and a supervisor gets 78."""
    ended = neocu_bots("run", *arguments, cwd=tmp_path, variables=variables)

    assert ended.returncode == CONFIG
    assert ended.stderr.startswith(sentence)
    assert len(ended.stderr.splitlines()) == 1
    assert "Traceback" not in ended.stdout + ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_setting_is_a_warning(tmp_path: Path) -> None:
    """It passed in silence, and whoever had set it wondered for hours."""
    wrong = {"SLACK_ALERT_CHANEL": "C12345678", "DATABASE_URL": "sqlite:///nowhere/bots.db"}
    ended = neocu_bots("run", "slack", cwd=tmp_path, variables=NEOCU | SLACK | wrong)

    assert ended.returncode == 1
    assert "Did you mean SLACK_ALERT_CHANNEL?" in ended.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    """It is the first thing that one is asked for."""
    ended = neocu_bots("--version", cwd=tmp_path)

    assert ended.stdout == f"neocu-bots {version('neocu-bots')}\n"


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    """Two bots on one machine is the usual reason."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = {"HTTP_PORT": str(taken.getsockname()[1])}
        ended = neocu_bots("run", "slack", cwd=tmp_path, variables=NEOCU | SLACK | port)

    assert ended.returncode == CONFIG
    assert ended.stderr.splitlines()[-1].startswith("HTTP_HOST and HTTP_PORT name an address")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["run", "-h"]])
def test_help_is_there(tmp_path: Path, arguments: list[str]) -> None:
    """It needs no settings."""
    ended = neocu_bots(*arguments, cwd=tmp_path)

    assert ended.returncode == 0
    assert "run" in ended.stdout
    assert ended.stderr == ""


def test_a_platform_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """With the names of those that are."""
    ended = neocu_bots("run", "teams", cwd=tmp_path)

    assert ended.returncode == 2
    assert "slack" in ended.stderr
    assert "discord" in ended.stderr
