"""The log: readable on a terminal, one JSON object a line elsewhere, with no secret in it.

Whoever logs uses the standard library's `logging`; structlog gives each line its shape, and the
request that it belongs to.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable
from typing import TextIO

import stamina
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Our requests hold what people write, and tokens: the SDKs log those when they may.
QUIET = ("slack_bolt", "slack_sdk", "discord", "aiohttp")
# discord.py logs a traceback at each try to connect again; its platform says the same in one line.
RETRY_OF_DISCORD = "Attempting a reconnect in"
SERVER = "aiohttp.server"
HIDDEN = "[secret]"
# What is secret wherever it turns up: Slack's tokens, and addresses that let anyone speak.
SECRET_SHAPES = re.compile(
    r"x(?:ox[a-z]|app)-[\w-]{6,}|(?<=hooks\.slack\.com/)[\w/-]+|(?<=/webhooks/)\d+/[\w.-]+"
)


def configure(
    level: str,
    secrets: Iterable[str] = (),
    expected: tuple[type[Exception], ...] = (),
    stream: TextIO = sys.stderr,
) -> None:
    """Log to the stream from now on, without the secrets.

    Errors that are `expected` are logged as a sentence, all others with their traceback.
    """
    terminal = stream.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(
                    "%H:%M:%S" if terminal else "iso", utc=not terminal
                ),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                shorten(expected),
                structlog.processors.format_exc_info,
                renderer,
                redact(secrets),
            ],
        )
    )
    handler.addFilter(_is_news)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    stamina.instrumentation.set_on_retry_hooks([])  # a try that is made again is no news


def shorten(expected: tuple[type[Exception], ...]) -> Processor:
    """Return what puts the words of an expected error in place of its traceback."""

    def processor(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
        kind, error, _tb = line.get("exc_info") or (None, None, None)
        if kind is not None and issubclass(kind, expected):
            del line["exc_info"]
            line["error"] = str(error)
        return line

    return processor


def redact(secrets: Iterable[str]) -> Callable[[WrappedLogger, str, str | EventDict], str]:
    """Return what takes the secrets out of a finished line."""
    known = {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}
    longest_first = sorted(known, key=len, reverse=True)

    def processor(_: WrappedLogger, __: str, line: str | EventDict) -> str:
        text = str(line)
        for secret in longest_first:
            text = text.replace(secret, HIDDEN)
        return SECRET_SHAPES.sub(HIDDEN, text)

    return processor


def _is_news(record: logging.LogRecord) -> bool:
    if record.name == SERVER and record.exc_info:
        # A connection that was cut while its request came: whoever sends those sends thousands.
        return not isinstance(record.exc_info[1], RuntimeError | ConnectionError)
    return not str(record.msg).startswith(RETRY_OF_DISCORD)


class Outage:
    """Something that can be away: it logs one line when that begins, and one when it ends."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._since: float | None = None

    def begin(self, why: object) -> None:
        """Note that it is away now; it may have been so for long."""
        if self._since is None:
            self._since = time.monotonic()
            self._log.warning("%s can't be reached (%s): trying until it can", self._what, why)
        else:
            self._log.debug("%s can't be reached (%s)", self._what, why)

    def end(self) -> None:
        """Note that it is there."""
        if self._since is not None:
            seconds = time.monotonic() - self._since
            self._log.warning("%s can be reached again, after %.0f s", self._what, seconds)
            self._since = None
