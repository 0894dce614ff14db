"""A Slack thread, as the core sees it: post and edit, within Slack's limits and errors."""

import json
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack import render
from core import wording
from core.conversation import Reply, TryLaterError, UndeliverableError

METADATA = "neocu_reply"
# What goes away by itself, and what goes away when an admin mends it; all else does not.
PASSING = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
FOR_ADMINS = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
CLOSED = {"channel_not_found", "not_in_channel"}
ADMIN = 300.0  # seconds; how often to try what an admin has to mend
HISTORY = 200


@dataclass(frozen=True)
class Place:
    """Where a conversation is; `person` alone sees it where one is named."""

    channel: str
    thread_ts: str = ""
    person: str = ""
    response_url: str = ""

    def dump(self) -> str:
        """Return the address that the core keeps."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, sort_keys=True)

    @classmethod
    def load(cls, address: str) -> "Place":
        """Read an address."""
        return cls(**json.loads(address))


class SlackConversation:
    """A thread; where there is none yet, the first post starts it."""

    def __init__(
        self, client: AsyncWebClient, session: aiohttp.ClientSession, place: Place
    ) -> None:
        self._client = client
        self._session = session
        self._place = place

    @property
    def address(self) -> str:
        """The place; from the first post on, with the thread."""
        return self._place.dump()

    async def post(self, reply: Reply, key: str, *, again: bool = False) -> str:
        """Say something in the thread and return its ts, "" where Slack gives none."""
        first = ""
        for number, (text, blocks) in enumerate(render.parts(reply)):
            name = f"{key}#{number}" if number else key
            said = await self._find(name) if again else ""
            ts = said or await self._say(text, blocks, name)
            first = first or ts
            if not self._place.thread_ts and not self._place.person and ts:
                self._place = replace(self._place, thread_ts=ts)
        return first

    async def edit(self, message_id: str, reply: Reply) -> None:
        """Change a message of ours."""
        text, blocks = render.parts(reply)[0]
        await calling(
            self._client.chat_update(
                channel=self._place.channel, ts=message_id, text=text, blocks=blocks
            )
        )

    async def _say(self, text: str, blocks: list[render.Block], key: str) -> str:
        place = self._place
        message: dict[str, Any] = {"channel": place.channel, "text": text, "blocks": blocks}
        if place.thread_ts:
            message["thread_ts"] = place.thread_ts
        if place.person:
            if place.response_url:
                return await self._respond("ephemeral", text, blocks)
            await calling(self._client.chat_postEphemeral(user=place.person, **message))
            return ""
        message["metadata"] = {"event_type": METADATA, "event_payload": {"key": key}}
        try:
            said = await calling(
                self._client.chat_postMessage(unfurl_links=False, unfurl_media=False, **message)
            )
        except NotInChannelError:
            if not place.response_url:
                raise
        else:
            return str(said["ts"])
        # Slack lets us answer where we are no member, a few times and for half an hour:
        # https://docs.slack.dev/interactivity/handling-user-interaction/
        (hint, invite), *_ = render.parts(wording.INVITE)
        return await self._respond("in_channel", f"{text}\n{hint}", [*blocks, *invite])

    async def _find(self, key: str) -> str:
        """Return the ts of what may have been said already, found by its metadata, or ""."""
        place = self._place
        if place.person:
            return ""
        where: dict[str, Any] = {
            "channel": place.channel,
            "limit": HISTORY,
            "include_all_metadata": True,
        }
        try:
            found = await calling(
                self._client.conversations_replies(ts=place.thread_ts, **where)
                if place.thread_ts
                else self._client.conversations_history(**where)
            )
        except UndeliverableError:  # we may not look: rather said twice than not at all
            return ""
        for message in found.get("messages", []):
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return ""

    async def _respond(self, to: str, text: str, blocks: list[render.Block]) -> str:
        body = {"response_type": to, "text": text, "blocks": blocks, "replace_original": False}
        try:
            async with self._session.post(self._place.response_url, json=body) as response:
                if not response.ok:
                    raise UndeliverableError(f"response_url answered {response.status}")
        except aiohttp.ClientConnectorError as error:
            raise TryLaterError(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLaterError(type(error).__name__, maybe_said=True) from error
        return ""


class NotInChannelError(UndeliverableError):
    """The bot is no member of the channel."""


async def calling(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    """Return what a method of the Web API answers; its errors become the core's."""
    try:
        answer = (await call).data
    except SlackApiError as error:
        raise _error(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLaterError(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLaterError(type(error).__name__, maybe_said=True) from error
    return answer if isinstance(answer, dict) else {}


def _error(error: SlackApiError) -> TryLaterError | UndeliverableError:
    # Without JSON, slack_sdk hands out aiohttp's response instead of its own.
    response = error.response
    ours = isinstance(response, AsyncSlackResponse)
    status: int = response.status_code if ours else getattr(response, "status", 0)
    code = response.get("error", "") if ours and isinstance(response.data, dict) else ""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLaterError("ratelimited", float(response.headers.get("Retry-After", 1)))
    if code in PASSING or (not code and status >= HTTPStatus.INTERNAL_SERVER_ERROR):
        return TryLaterError(code or f"status {status}", maybe_said=True)
    if code in FOR_ADMINS:
        return TryLaterError(code, ADMIN)
    if code in CLOSED:
        return NotInChannelError(code)
    return UndeliverableError(code or f"status {status}")
