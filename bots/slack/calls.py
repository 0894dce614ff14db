"""Calls to Slack, and what their errors mean to the core: each error in its class, here alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from core.conversation import (
    Barrier,
    ConversationError,
    FilesRefusedError,
    RateLimitedError,
    Reach,
    TryLaterError,
    UndeliverableError,
)

# https://docs.slack.dev/reference/methods/chat.postMessage#errors
TRANSIENT = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
INTERNAL = {"fatal_error", "internal_error"}  # it may be this very message that Slack fails at
RATE_LIMITED = {"rate_limited", "ratelimited", "message_limit_exceeded"}
TOKEN_REFUSED = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
# An app token is refused so, too: https://docs.slack.dev/reference/methods/apps.connections.open
APP_TOKEN_REFUSED = TOKEN_REFUSED | {"not_allowed_token_type", "missing_scope", "no_permission"}
# What goes away when an admin mends it.
FOR_ADMINS = TOKEN_REFUSED | {
    "access_denied",
    "accesslimited",
    "ekm_access_denied",
    "missing_scope",
    "org_login_required",
    "team_access_not_granted",
    "team_added_to_org",
    "two_factor_setup_required",
}
# https://docs.slack.dev/reference/methods/files.completeUploadExternal#errors
FILES_REFUSED = {
    "alt_txt_too_large",
    "file_not_found",
    "file_type_not_allowed",
    "file_upload_size_restricted",
    "file_uploads_disabled",
    "file_uploads_except_images_disabled",
    "storage_limit_reached",
}
BARRIERS = {
    "channel_not_found": Barrier.NOT_A_MEMBER,
    "not_in_channel": Barrier.NOT_A_MEMBER,
    "cannot_reply_to_message": Barrier.GONE,
    "message_not_found": Barrier.GONE,
    "thread_not_found": Barrier.GONE,
    "is_archived": Barrier.CLOSED,
    "is_inactive": Barrier.CLOSED,
    "restricted_action_thread_locked": Barrier.CLOSED,
    "thread_locked": Barrier.CLOSED,
    "expired_url": Barrier.EXPIRED,
    "used_url": Barrier.EXPIRED,
    "cannot_dm_bot": Barrier.NO_PERMISSION,
    "messages_tab_disabled": Barrier.NO_PERMISSION,
    "user_is_restricted": Barrier.NO_PERMISSION,
    "user_not_in_channel": Barrier.NO_PERMISSION,
}
RESTRICTED = "restricted_action"  # and what begins so
# A method's limit is the whole workspace's, but that of posts, which is each channel's. Elsewhere
# than here a method is only a part of what is done, or for one person: https://docs.slack.dev/apis/web-api/rate-limits
REACH = {
    "chat.postMessage": Reach.BUCKET,
    "chat.update": Reach.PLATFORM,
    "chat.delete": Reach.PLATFORM,
    "files.completeUploadExternal": Reach.PLATFORM,
    "files.getUploadURLExternal": Reach.PLATFORM,
    "files.info": Reach.PLATFORM,
}
ADMIN_SECONDS = 300.0  # how often to try what an admin has to mend


@contextmanager
def map_slack_errors() -> Iterator[None]:
    """Raise what Slack, or the way to it, says as a ConversationError; its text is Slack's code."""
    try:
        yield
    except SlackApiError as error:
        raise _api_error(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLaterError(type(error).__name__, outage=True) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLaterError(type(error).__name__, maybe_sent=True, outage=True) from error


def answered(response: AsyncSlackResponse) -> dict[str, Any]:
    """Return the JSON of an answer."""
    return response.data if isinstance(response.data, dict) else {}


def meaning(code: str, details: Mapping[str, Any]) -> ConversationError:
    """Return what an error code of the Web API means."""
    for_files = str(details.get("needed", "")).startswith("files:")
    if code in FILES_REFUSED or (code == "missing_scope" and for_files):
        return FilesRefusedError(code)  # the words may go all the same
    if code in TRANSIENT or code in RATE_LIMITED:
        return TryLaterError(code, maybe_sent=code in TRANSIENT, outage=code not in INTERNAL)
    if code in FOR_ADMINS:
        return TryLaterError(code, ADMIN_SECONDS, outage=True)
    unnamed = Barrier.NO_PERMISSION if code.startswith(RESTRICTED) else Barrier.UNKNOWN
    return UndeliverableError(code, BARRIERS.get(code, unnamed))


async def check_response_url(response: aiohttp.ClientResponse) -> None:
    """Raise the ConversationError that a response_url's answer means, if it means one."""
    if response.ok:
        return
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimitedError("response_url", _retry_after(response.headers), Reach.MESSAGE)
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TryLaterError(f"status {response.status}", maybe_sent=True, outage=True)
    gone = response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
    barrier = Barrier.EXPIRED if gone else Barrier.UNKNOWN
    raise UndeliverableError(f"status {response.status}", barrier)


def error_code(error: SlackApiError) -> str:
    """Return Slack's code for an error, "" where its answer was no JSON."""
    return str(_details(error).get("error") or "")


def _details(error: SlackApiError) -> dict[str, Any]:
    # Without JSON, slack_sdk hands out aiohttp's response instead of its own.
    response = error.response
    return answered(response) if isinstance(response, AsyncSlackResponse) else {}


def _api_error(error: SlackApiError) -> ConversationError:
    response, details = error.response, _details(error)
    ours = isinstance(response, AsyncSlackResponse)
    status: int = response.status_code if ours else getattr(response, "status", 0)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        method = str(getattr(response, "api_url", "")).rpartition("/")[2]
        reach = REACH.get(method, Reach.MESSAGE)
        return RateLimitedError(method, _retry_after(response.headers), reach)
    if code := error_code(error):
        return meaning(code, details)
    # What is no JSON does not come from Slack's methods, but from something on the way.
    return TryLaterError(f"status {status}", maybe_sent=True, outage=True)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    seconds = headers.get("Retry-After", "1")
    return float(seconds) if seconds.isdecimal() else None
