"""Calls to Discord, and what their errors mean to the core: this is the one place that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp
import discord

from core.conversation import (
    Barrier,
    FilesRefusedError,
    RateLimitedError,
    TryLaterError,
    UndeliverableError,
)

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
NOT_JSON = 0  # and no code of Discord's: a proxy's page
UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK = 10008, 10015
TOO_MANY_FOLLOWUPS = 40094  # where only the person installed us: five of an interaction
MISSING_HISTORY = 160002
THREAD_ARCHIVED = 50083
THREAD_EXISTS = 160004
GONE = {10003, 10004, UNKNOWN_MESSAGE, 10013}
EXPIRED = {UNKNOWN_WEBHOOK, 10062, 50027}
NO_PERMISSION = {50001, 50007, 50013, 50278, MISSING_HISTORY}
CLOSED = {THREAD_ARCHIVED, 160005}
FILES_REFUSED = {40005, 50045, 400001}
# Too often, or too many for now: slow mode, writes to a channel, edits of what is old.
LIMITED = {20016, 20028, 30046}

CONNECTING_SECONDS = 1.0
LIMITED_SECONDS = 60.0
# How often to try what an admin has to mend, or what a proxy before Discord blocks.
BLOCKED_SECONDS = 300.0


class RefusedError(UndeliverableError):
    """Discord refuses it in this place; `code` is its word for why, 0 if we know without asking."""

    def __init__(self, message: str, barrier: Barrier, code: int = 0) -> None:
        super().__init__(message, barrier)
        self.code = code


@contextmanager
def map_discord_errors() -> Iterator[None]:
    """Raise what discord.py raises as the core's TryLaterError, FilesRefusedError or RefusedError.

    RefusedError is an UndeliverableError: a lower rung may still do.
    """
    try:
        yield
    except discord.RateLimited as error:
        raise RateLimitedError("any", error.retry_after) from error
    except discord.HTTPException as error:
        raise _mapped(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLaterError(type(error).__name__, outage=True) from error
    except (aiohttp.ClientError, OSError) as error:
        raise TryLaterError(type(error).__name__, maybe_sent=True, outage=True) from error


def _mapped(error: discord.HTTPException) -> TryLaterError | FilesRefusedError | RefusedError:
    said = f"{error.status} (code {error.code})"
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # A plain 500 may be because of this very message; the others say that Discord is away.
        away = error.status != HTTPStatus.INTERNAL_SERVER_ERROR
        return TryLaterError(said, maybe_sent=True, outage=away)
    if error.code in EXPIRED:
        return RefusedError(said, Barrier.EXPIRED, error.code)
    if error.code in FILES_REFUSED or error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return FilesRefusedError(said)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or error.code in LIMITED:
        return RateLimitedError(error.response.method, _retry_after(error))
    if error.status == HTTPStatus.UNAUTHORIZED or error.code == NOT_JSON:
        return TryLaterError(said, BLOCKED_SECONDS, outage=True)
    return RefusedError(said, _barrier(error.code), error.code)


def _retry_after(error: discord.HTTPException) -> float:
    said = error.response.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else LIMITED_SECONDS


def _barrier(code: int) -> Barrier:
    for codes, barrier in (
        (GONE, Barrier.GONE),
        (NO_PERMISSION, Barrier.NO_PERMISSION),
        (CLOSED, Barrier.CLOSED),
    ):
        if code in codes:
            return barrier
    return Barrier.UNKNOWN
