"""The log: one line a fact, its request beside it, and nothing in it that is secret."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from processes import inherited
from structlog.contextvars import bound_contextvars

from bots.playground.seats import DiscordSeat, SlackSeat
from bots.playground.stage import Stage
from core import logs
from core.ledger import LedgerError
from core.settings import Settings, secrets_of

KEY = 'sk-"quoted"-0123456789'
PASSWORD = "p@ss/word"
PROMPT = "a lighthouse with a secret door"
Lines = list[dict[str, str]]


@pytest.fixture
def written() -> Iterator[Callable[[], Lines]]:
    """What has been logged since, line by line."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
        neocu_api_key=KEY,
        database_url="postgresql://neocu:p%40ss%2Fword@db/neocu",
    )
    logs.configure("INFO", secrets_of(settings), (LedgerError,), stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before, level


def raise_it(error: Exception) -> None:
    """Raise an error."""
    raise error


def test_a_line_is_json_where_nobody_looks_on(written: Callable[[], Lines]) -> None:
    """A log collector reads it; a person at a terminal gets it in words."""
    logging.getLogger("core.inbox").info("The %s is noted", "request")

    (line,) = written()
    assert (line["event"], line["level"]) == ("The request is noted", "info")
    assert line["timestamp"].endswith("Z")


def test_a_terminal_gets_words() -> None:
    """Whoever starts the bots by hand reads no JSON."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream, root = Terminal(), logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("INFO", [KEY], (), stream)
    logging.getLogger("core.inbox").info("Noted with %s", KEY)
    root.handlers[:], root.level = before, level

    assert "Noted with" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    assert KEY not in stream.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        PASSWORD,
        "xoxb-123456789-abcdef",
        "xapp-1-A1-2-ab",
        "https://hooks.slack.com/commands/T1/2/abc",
        "https://discord.com/api/v10/webhooks/12345/abcdef.ghi",
    ],
)
def test_no_secret_is_written(written: Callable[[], Lines], secret: str) -> None:
    """Not in a sentence, a field, or a traceback; logs are kept, copied and mailed."""
    try:
        raise_it(ValueError(f"refused: {secret}"))
    except ValueError:
        with bound_contextvars(request=secret):
            logging.getLogger("bots").exception("It failed with %s", secret)

    (line,) = written()
    text = "".join(line.values())
    assert secret.rpartition("/")[2] not in text
    assert "Traceback" in line["exception"]
    assert logs.HIDDEN in text


def test_an_expected_error_is_a_sentence(written: Callable[[], Lines]) -> None:
    """A database that is away is no bug: its traceback would tell nobody anything."""
    try:
        raise_it(LedgerError("PostgreSQL can't be reached"))
    except LedgerError:
        logging.getLogger("bots").exception("A command could not be noted")

    (line,) = written()
    assert line["error"] == "PostgreSQL can't be reached"
    assert "exception" not in line


def test_an_outage_is_two_lines(written: Callable[[], Lines]) -> None:
    """One when it begins, one when it ends; a hundred tries in between are no news."""
    outage = logs.Outage(logging.getLogger("core"), "Neocu")
    for _ in range(100):
        outage.begin("status 503")
    outage.end()
    outage.end()

    events = [line["event"] for line in written()]
    assert events[0] == "Neocu can't be reached (status 503): trying until it can"
    assert events[1].startswith("Neocu can be reached again")
    assert len(events) == 2


# As a process


@asynccontextmanager
async def bots(stage: Stage, written: list[str], level: str = "INFO") -> AsyncIterator[None]:
    """Run the bots on a stage; what they have logged is there at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", "run"),
        env={**inherited(), **stage.environment, "LOG_LEVEL": level},
        stderr=asyncio.subprocess.PIPE,
    )
    reading = asyncio.create_task(process.communicate())
    try:
        await stage.bots_ready()
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        written += (await reading)[1].decode().splitlines()


async def test_an_outage_of_both_chats_is_two_lines_each_and_no_traceback() -> None:
    """Whoever is called at night reads when it began, and whether it is over."""
    written: list[str] = []
    async with Stage(seconds=0.1) as stage:
        stage.workspace.faults.outage = stage.guild.faults.outage = True
        begun = asyncio.create_task(_end_outage_when_noticed(stage))
        async with bots(stage, written):
            await begun
            stage.guild.faults.outage = True
            await stage.guild.journal.until(lambda: not stage.guild.gateway.connected)
            before = len(stage.guild.journal.calls)
            await stage.guild.journal.until(lambda: len(stage.guild.journal.calls) > before + 1)
            stage.guild.faults.outage = False
            await stage.guild.journal.until(lambda: stage.guild.gateway.connected)
            await stage.bots_ready()

    lines = [json.loads(line) for line in written]
    serious = [line["event"] for line in lines if line["level"] != "info"]
    assert "Traceback" not in "".join(written)
    assert "Unclosed" not in "".join(written)
    assert len([one for one in serious if one.startswith("Slack")]) == 2
    assert len([one for one in serious if one.startswith("Discord")]) == 4
    assert len(serious) == 6


async def _end_outage_when_noticed(stage: Stage) -> None:
    for server in (stage.workspace, stage.guild):
        await server.journal.until(lambda server=server: len(server.journal.calls) > 1)
        server.faults.outage = False


async def test_one_request_is_followed_from_its_event_to_its_last_message() -> None:
    """By one ID, in the log of a day with a thousand others; what was asked is not in it."""
    written: list[str] = []
    async with Stage(seconds=0.1) as stage, bots(stage, written):
        for seat in (SlackSeat(stage.workspace), DiscordSeat(stage.guild)):
            await seat.type(f"@neocu {PROMPT}")
            await seat.journal.until(lambda seat=seat: any(line.files for line in seat.lines()))

    lines = [json.loads(line) for line in written]
    for platform in ("slack:", "discord:"):
        own = [line for line in lines if line.get("request", "").startswith(platform)]
        assert len({line["request"] for line in own}) == 1
        assert own[0]["event"] == "The request is noted"
        assert "A message is posted: result" in [line["event"] for line in own]
    assert "secret door" not in "".join(written)
