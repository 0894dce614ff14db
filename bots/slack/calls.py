"""Calls to Slack, and what their errors mean to the core."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from core.conversation import TryLaterError, UndeliverableError

# What goes away by itself, and what goes away when an admin mends it; all else does not.
PASSING = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
FOR_ADMINS = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
CLOSED = {"channel_not_found", "not_in_channel"}
ADMIN = 300.0  # seconds; how often to try what an admin has to mend


class NotInChannelError(UndeliverableError):
    """The bot is no member of the channel."""


async def calling(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    """Return what a method of the Web API answers. Raises TryLaterError, UndeliverableError."""
    try:
        answer = (await call).data
    except SlackApiError as error:
        raise _error(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLaterError(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLaterError(type(error).__name__, maybe_said=True) from error
    return answer if isinstance(answer, dict) else {}


@asynccontextmanager
async def sending(
    session: aiohttp.ClientSession, url: str, **body: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Post to an address that Slack gave us. Raises TryLaterError, UndeliverableError."""
    try:
        async with session.post(url, **body) as response:
            if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise TryLaterError(f"status {response.status}", maybe_said=True)
            if not response.ok:
                raise UndeliverableError(f"status {response.status}")
            yield response
    except aiohttp.ClientConnectorError as error:
        raise TryLaterError(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLaterError(type(error).__name__, maybe_said=True) from error


def _error(error: SlackApiError) -> TryLaterError | UndeliverableError:
    # Without JSON, slack_sdk hands out aiohttp's response instead of its own.
    response = error.response
    ours = isinstance(response, AsyncSlackResponse)
    status: int = response.status_code if ours else getattr(response, "status", 0)
    code = response.get("error", "") if ours and isinstance(response.data, dict) else ""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = response.headers.get("Retry-After", "1")
        return TryLaterError("ratelimited", float(seconds) if seconds.isdecimal() else None)
    if code in PASSING or (not code and status >= HTTPStatus.INTERNAL_SERVER_ERROR):
        return TryLaterError(code or f"status {status}", maybe_said=True)
    if code in FOR_ADMINS:
        return TryLaterError(code, ADMIN)
    if code in CLOSED:
        return NotInChannelError(code)
    return UndeliverableError(code or f"status {status}")
