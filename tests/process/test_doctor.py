"""The doctor names what is wrong, and what mends it: faults on a local Slack, Discord and Neocu."""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from processes import inherited

from bots.doctor import Finding, Level
from bots.doctor.clock import check_clock
from bots.doctor.discord_check import (
    check_application,
    check_gateway,
    check_interactions,
)
from bots.doctor.names import judge_names
from bots.doctor.slack_check import check_scopes
from bots.playground.stage import Stage
from bots.setup.slack_manifest import line_of_scope
from bots.slack.scopes import AGENT_SCOPES, NEEDED_SCOPES, OPTIONAL_SCOPES
from core.ledger import Ledger
from core.ledger.checkup import check_up
from core.ledger.schema import MIGRATIONS
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement
from core.ledger.stores.sqlite import SqliteStore
from core.workspaces.secrets import new_key

CONFIG = 78
Findings = list[dict[str, str]]
Break = Callable[[Stage, Path], dict[str, str] | None]


async def run(stage: Stage, folder: Path, *arguments: str, **changed: str) -> tuple[int, str, str]:
    """Run a command with the stage's settings; return its status, output and errors."""
    environment = stage.environment | {"DATABASE_URL": f"sqlite:///{folder / 'bots.db'}"} | changed
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", *arguments),
        cwd=folder,
        env={**inherited(), "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def examined(stage: Stage, folder: Path, **changed: str) -> tuple[int, Findings, str]:
    """Let the doctor look; return its status, what it finds wrong, and its errors."""
    status, out, err = await run(stage, folder, "doctor", "--json", **changed)
    found = json.loads(out)
    assert "Traceback" not in err
    for secret in (stage.workspace.bot_token, stage.workspace.signing_secret, stage.guild.token):
        assert secret not in out + err
    return status, [one for one in found if one["level"] == "wrong"], out


@asynccontextmanager
async def granted() -> AsyncIterator[Stage]:
    """A stage whose Slack app has all scopes of the manifest."""
    async with Stage(seconds=0.1) as stage:
        stage.workspace.scopes = {*NEEDED_SCOPES, *OPTIONAL_SCOPES, *AGENT_SCOPES}
        yield stage


async def test_all_is_well(tmp_path: Path) -> None:
    """Exit status 0, and a line for everything that was looked at."""
    async with granted() as stage:
        status, out, err = await run(stage, tmp_path, "doctor")

    assert (status, err) == (0, "")
    assert out.rstrip().endswith("All is well: `neocu-bots run` starts the bots.")
    areas = ("Neocu", "Slack", "Discord", "database", "clock")
    assert [area for area in areas if area not in out] == []
    assert os.listdir(tmp_path) == []  # noqa: PTH208 (a listing blocks nobody)


def _variables(**changed: str) -> Break:
    return lambda *_: changed


def _by_button(**changed: str) -> Break:
    def client(stage: Stage, _: Path) -> dict[str, str]:
        app = stage.workspace.app
        many = {"SLACK_CLIENT_ID": app.client_id, "SLACK_CLIENT_SECRET": app.client_secret}
        return many | {"SLACK_BOT_TOKEN": "", "ENCRYPTION_KEYS": new_key()} | changed

    return client


def _refused_scope(stage: Stage, _: Path) -> None:
    stage.workspace.scopes -= {"files:write"}


def _not_a_member(stage: Stage, _: Path) -> dict[str, str]:
    channels = stage.workspace.desk.team.channels.values()
    return {"SLACK_ALERT_CHANNEL": next(one.id for one in channels if one.name == "random")}


def _no_such_channel(*_: object) -> dict[str, str]:
    return {"SLACK_ALERT_CHANNEL": "C0000000000"}


def _swapped(stage: Stage, _: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": stage.workspace.app_token,
        "SLACK_APP_TOKEN": stage.workspace.bot_token,
    }


def _wrong_app_token(stage: Stage, _: Path) -> dict[str, str]:
    return {"SLACK_APP_TOKEN": stage.workspace.app_token + "x"}


def _slack_is_away(stage: Stage, _: Path) -> None:
    stage.workspace.faults.outage = True


def _discord_is_away(stage: Stage, _: Path) -> None:
    stage.guild.faults.outage = True


def _elsewhere(stage: Stage, _: Path) -> dict[str, str]:
    channels = stage.guild.world.channels.values()
    return {"DISCORD_ALERT_CHANNEL_ID": str(next(c.id for c in channels if c.name == "elsewhere"))}


def _newer_database(_: Stage, folder: Path) -> None:
    with sqlite3.connect(folder / "bots.db") as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()


def _broken_database(_: Stage, folder: Path) -> None:
    (folder / "bots.db").write_bytes(b"no database at all, but long enough to be read as one" * 99)


FAULTS: dict[str, tuple[Break, str, str]] = {
    "a misspelt name": (
        _variables(SLACK_SIGNIN_SECRET="x"),
        "SLACK_SIGNIN_SECRET is not a setting",
        "Did you mean SLACK_SIGNING_SECRET?",
    ),
    "a name for an ID": (
        _variables(ALLOWED_CHANNELS="general"),
        "ALLOWED_CHANNELS holds “general”",
        "Copy link",
    ),
    "a setting that can't be read": (
        _variables(HTTP_PORT="many"),
        "HTTP_PORT is wrong (is not a whole number)",
        ".env",
    ),
    "no chat": (
        _variables(SLACK_BOT_TOKEN="", DISCORD_TOKEN=""),
        "No chat is set up",
        "neocu-bots setup slack",
    ),
    "a wrong key": (_variables(NEOCU_API_KEY="wrong"), "key was refused", "NEOCU_API_KEY"),
    "Neocu away": (
        _variables(NEOCU_BASE_URL="http://127.0.0.1:9"),
        "can't be reached",
        "NEOCU_BASE_URL",
    ),
    "swapped Slack tokens": (
        _swapped,
        "SLACK_BOT_TOKEN holds an app-level token",
        "OAuth & Permissions",
    ),
    "a signing secret that is a token": (
        _variables(SLACK_SIGNING_SECRET="xoxb-1-2"),
        "SLACK_SIGNING_SECRET holds a bot token",
        "Basic Information",
    ),
    "a wrong Slack token": (
        _variables(SLACK_BOT_TOKEN="xoxb-wrong"),
        "SLACK_BOT_TOKEN was refused (invalid_auth)",
        "OAuth & Permissions",
    ),
    "a wrong app token": (
        _wrong_app_token,
        "SLACK_APP_TOKEN was refused",
        "connections:write",
    ),
    "a wrong client ID": (
        _by_button(SLACK_CLIENT_ID="1.wrong"),
        "SLACK_CLIENT_ID was refused (invalid_client_id)",
        "Basic Information",
    ),
    "a wrong client secret": (
        _by_button(SLACK_CLIENT_SECRET="wrong"),
        "SLACK_CLIENT_SECRET was refused (bad_client_secret)",
        "Basic Information",
    ),
    "many workspaces and no key": (
        _by_button(ENCRYPTION_KEYS=""),
        "ENCRYPTION_KEYS is not set, but SLACK_CLIENT_ID is",
        "secrets new",
    ),
    "a missing scope": (
        _refused_scope,
        "The scope files:write is missing: posting results as files",
        f"line {line_of_scope('files:write')} of the manifest",
    ),
    "an alert channel without the bot": (
        _not_a_member,
        "can't speak in SLACK_ALERT_CHANNEL (not_in_channel)",
        "/invite @neocu",
    ),
    "an alert channel that is none": (
        _no_such_channel,
        "can't speak in SLACK_ALERT_CHANNEL (channel_not_found)",
        "ID (C…)",
    ),
    "Slack away": (_slack_is_away, "Slack can't be reached", "SLACK_API_URL"),
    "a wrong Discord token": (
        _variables(DISCORD_TOKEN="a-client-secret"),
        "two dots, so this is another secret",
        "Reset Token",
    ),
    "Discord away": (_discord_is_away, "Discord can't be reached", "DISCORD_API_URL"),
    "a Discord channel that the bot can't see": (
        _elsewhere,
        "can't speak in DISCORD_ALERT_CHANNEL_ID",
        "View Channel",
    ),
    "a folder that is not there": (
        _variables(DATABASE_URL="sqlite:///nowhere/bots.db"),
        "There is no folder",
        "DATABASE_URL",
    ),
    "a newer database": (_newer_database, "written by a newer version", "Update this one"),
    "a file that is no database": (_broken_database, "can't be used", "DATABASE_URL"),
    "PostgreSQL away": (
        _variables(DATABASE_URL="postgresql://neocu:very-secret@127.0.0.1:9/neocu"),
        "PostgreSQL can't be reached",
        "host, user, password",
    ),
}


@pytest.mark.parametrize(("broken", "text", "remedy"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_named_with_what_mends_it(
    tmp_path: Path, broken: Break, text: str, remedy: str
) -> None:
    """Whoever sets the bots up reads one line a fault, and can do what it says."""
    async with granted() as stage:
        status, found, out = await examined(stage, tmp_path, **(broken(stage, tmp_path) or {}))

    assert status == 1
    assert any(text in one["text"] and remedy in one["remedy"] for one in found), found
    assert "very-secret" not in out


# What the local servers can't be


def texts(findings: list[Finding], level: Level = Level.WRONG) -> list[str]:
    """Return what was found at a level."""
    return [f"{one.text} {one.remedy}" for one in findings if one.level is level]


@pytest.mark.parametrize(
    ("apart", "level"), [(0, Level.OK), (60, Level.NOTE), (400, Level.WRONG), (-400, Level.WRONG)]
)
def test_a_clock_that_is_wrong_is_found(apart: float, level: Level) -> None:
    """Slack's requests would all be refused as too old, and nobody would know why."""
    now = time.time()
    (finding,) = check_clock("Slack", formatdate(now - apart, usegmt=True), now)

    assert finding.level is level
    assert ("timedatectl" in finding.remedy) is (level is not Level.OK)


def test_an_answer_without_a_date_says_nothing_of_the_clock() -> None:
    """A proxy may have taken it away."""
    assert list(check_clock("Slack", None)) == list(check_clock("Slack", "soon")) == []


@pytest.mark.parametrize("scope", NEEDED_SCOPES)
def test_every_needed_scope_is_missed(scope: str) -> None:
    """With the line of the manifest that gives it, and what it is for."""
    granted = {*NEEDED_SCOPES, *OPTIONAL_SCOPES} - {scope}
    (said,) = texts(list(check_scopes(", ".join(granted))))

    assert scope in said
    assert NEEDED_SCOPES[scope] in said


def test_an_app_that_servers_cannot_install_is_found() -> None:
    """The portal's own link would add it to a person's account only."""
    application = {"id": "1", "bot_public": False, "integration_types_config": {"1": {}}}

    assert "Guild Install" in texts(list(check_application(application)))[0]


def test_an_install_link_that_lacks_permissions_is_found() -> None:
    """The bot would be there and could not speak in threads."""
    params = {"scopes": ["bot"], "permissions": "1024"}
    application = {"id": "1", "integration_types_config": {"0": {"oauth2_install_params": params}}}
    (said,) = texts(list(check_application(application)))

    assert "Send Messages In Threads" in said
    assert "View Channel" not in said


def test_what_the_bot_does_not_use_is_a_note() -> None:
    """Discord asks for reasons for each privileged intent; a public bot is a choice."""
    application = {"id": "1", "bot_public": True, "flags": 1 << 19}
    said = texts(list(check_application(application)), Level.NOTE)

    assert "Message Content" in said[0]
    assert "ALLOWED_WORKSPACES" in said[1]


def test_too_many_servers_for_the_connections_that_are_set_are_found() -> None:
    """Discord closes the connection of a bot with too few shards, with 4011."""
    limit = {"remaining": 3, "reset_after": 7_200_000}
    gateway = {"shards": 16, "session_start_limit": limit}
    found = list(check_gateway(gateway, count=4))

    assert "DISCORD_SHARD_COUNT says 4" in texts(found, Level.NOTE)[0]
    assert "16 connections" in texts(list(check_gateway(gateway)), Level.OK)[0]
    assert "Only 3 connections are left today; more in 2 h." in texts(found, Level.NOTE)[1]


def test_interactions_that_reach_nobody_are_found() -> None:
    """Every command would fail, and nothing else would say why."""
    key, url = "ab" * 32, "https://bots.example/discord/interactions"
    posted = {"verify_key": key, "interactions_endpoint_url": url}

    assert "nobody listens there" in texts(list(check_interactions(posted, None)))[0]
    assert "is not this application's" in texts(list(check_interactions(posted, "cd" * 32)))[0]
    unset = list(check_interactions({"verify_key": key}, key))
    assert "over the gateway" in texts(unset, Level.NOTE)[0]
    assert url in texts(list(check_interactions(posted, key.upper())), Level.OK)[0]
    assert list(check_interactions({"verify_key": key}, None)) == []


def test_a_name_of_another_program_is_a_note() -> None:
    """SLACK_WEBHOOK_URL belongs to a thousand scripts."""
    (finding,) = judge_names(["SLACK_WEBHOOK_URL", "HOME", "NEOCU_API_KEY"], ["OTHER"])

    assert finding.level is Level.NOTE


def test_a_misspelt_name_in_the_file_is_found_however_it_begins() -> None:
    """In the environment COMPUTE_LOWAT may be anybody's; in .env it is a slip."""
    (finding,) = judge_names(["PERSON_TASK"], ["COMPUTE_LOWAT"])

    assert "COMPUTE_LOWAT" in finding.text
    assert "COMPUTE_LOW_AT" in finding.remedy


async def test_a_postgres_of_each_kind(postgres_server: PostgresServer) -> None:
    """Empty it is well, with a newer version's tables it is not; nothing is changed in it."""
    url = await postgres_server.database()
    empty = await check_up(url)
    async with store_for(url) as store:
        await Ledger(store, []).open()
        ours = await check_up(url)
        await store.write(Statement("INSERT INTO ledger_schema VALUES (999) RETURNING 1"))
        theirs = await check_up(url)

    assert (empty.fault, empty.schema) == ("", None)
    assert (ours.fault, ours.schema, ours.newer) == ("", len(MIGRATIONS), False)
    assert theirs.newer


async def test_a_database_in_use_is_a_note(tmp_path: Path) -> None:
    """The doctor is asked while the bots run, and takes nothing from them."""
    async with granted() as stage, SqliteStore(str(tmp_path / "bots.db")) as store:
        await Ledger(store, []).open()
        status, out, _ = await run(stage, tmp_path, "doctor")

    assert status == 0
    assert "A running neocu-bots has it open" in out


# At the start


async def test_run_ends_with_a_sentence_for_a_wrong_key(tmp_path: Path) -> None:
    """As for wrong tokens: a supervisor that gets 78 does not try for ever."""
    async with Stage() as stage:
        status, out, err = await run(stage, tmp_path, "run", NEOCU_API_KEY="wrong")

    assert status == CONFIG
    assert err.splitlines()[-1].startswith("Neocu refused NEOCU_API_KEY: copy it again")
    assert "Traceback" not in out + err


async def test_run_ends_with_a_sentence_for_swapped_tokens(tmp_path: Path) -> None:
    """Slack would only say invalid_auth."""
    async with Stage() as stage:
        status, _, err = await run(stage, tmp_path, "run", **_swapped(stage, tmp_path))

    assert status == CONFIG
    assert "SLACK_BOT_TOKEN holds an app-level token" in err
    assert stage.workspace.app_token not in err
