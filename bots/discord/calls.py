"""Calls to Discord, and what their errors mean to the core."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import discord

from core.conversation import TryLaterError, UndeliverableError

T = TypeVar("T")

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
INVALID_WEBHOOK_TOKEN = 50027
THREAD_EXISTS = 160004
MOST_FOLLOW_UPS = 40094  # where only the person installed us: five of an interaction
EXPIRED = {UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_WEBHOOK_TOKEN}

CONNECTING = 1.0  # seconds
ADMIN = 300.0  # seconds; how often to try what an admin has to mend


async def calling(call: Awaitable[T]) -> T:
    """Return what Discord answers. Raises TryLaterError and UndeliverableError."""
    try:
        return await call
    except discord.RateLimited as error:
        raise TryLaterError("rate limited", error.retry_after) from error
    except discord.HTTPException as error:
        raise _error(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLaterError(type(error).__name__) from error
    except (aiohttp.ClientError, OSError) as error:
        raise TryLaterError(type(error).__name__, maybe_said=True) from error


def _error(error: discord.HTTPException) -> TryLaterError | UndeliverableError:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLaterError(f"status {error.status}", maybe_said=True)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLaterError("rate limited")
    if error.status == HTTPStatus.UNAUTHORIZED and error.code not in EXPIRED:
        return TryLaterError("the token is not accepted", ADMIN)
    return UndeliverableError(f"{error.status} (code {error.code})")
