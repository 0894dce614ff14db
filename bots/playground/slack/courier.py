"""How Slack hands the app what happened: signed HTTP or Socket Mode, and again if need be."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp

from bots.playground.slack.background import Tasks
from bots.playground.slack.socket_mode import Sockets
from bots.playground.slack.state import Json
from bots.playground.slack.team import Team

EVENT, COMMAND, INTERACTION = "events_api", "slash_commands", "interactive"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
MAX_REDIRECTS = 2


@dataclass(frozen=True)
class Attempt:
    """One try: the app's status (0 if none), and Slack's word for what went wrong, if anything."""

    status: int
    failure: str | None = None
    final: bool = False


@dataclass(eq=False)
class Delivery:
    """Something that the app is told; `answer` is what it said when it acknowledged."""

    kind: str
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    answer: Json | None = None
    over: bool = False

    @property
    def acknowledged(self) -> bool:
        """True once the app took it in time."""
        return self.answer is not None

    @property
    def failure(self) -> str | None:
        """Slack's word for the last failure, such as `http_timeout`."""
        return None if self.acknowledged or not self.attempts else self.attempts[-1].failure


class Courier:
    """Delivers to the app's `events_url` if there is one, else to a connected socket."""

    def __init__(
        self, team: Team, sockets: Sockets, tasks: Tasks, session: aiohttp.ClientSession
    ) -> None:
        self.deliveries: list[Delivery] = []
        self._team = team
        self._sockets = sockets
        self._tasks = tasks
        self._session = session

    def send(self, kind: str, payload: Json) -> Delivery:
        """Deliver in the background; events are retried."""
        delivery = self._new(kind, payload)
        self._tasks.spawn(self._deliver(delivery))
        return delivery

    def send_again(self, delivery: Delivery) -> Delivery:
        """Deliver the same in the background, as Slack does when it thinks nobody heard it."""
        again = self._new(delivery.kind, delivery.payload)
        again.attempts.append(Attempt(0, "http_timeout"))
        self._tasks.spawn(self._deliver(again))
        return again

    async def ask(self, kind: str, payload: Json) -> Delivery:
        """Deliver once and wait for the acknowledgement or its time-out."""
        delivery = self._new(kind, payload)
        await self._deliver(delivery)
        return delivery

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Return (status, text, headers) of what the app's HTTP address says to exactly this."""
        timeout = aiohttp.ClientTimeout(total=self._team.rules.ack_within)
        url = self._team.app.events_url or ""
        async with self._session.post(
            url, data=body, headers=headers, timeout=timeout, max_redirects=MAX_REDIRECTS
        ) as answer:
            return answer.status, await answer.text(), dict(answer.headers)

    async def verify(self) -> bool:
        """Tell whether the app answers a challenge (https://docs.slack.dev/reference/events/url_verification)."""
        challenge = secrets.token_urlsafe()
        asked = {"token": self._team.app.verification_token, "challenge": challenge}
        body = json.dumps(asked | {"type": "url_verification"}).encode()
        status, text, _ = await self.post(body, self.signed(body, JSON))
        return status == HTTPStatus.OK and challenge in text

    def signed(self, body: bytes, content_type: str) -> dict[str, str]:
        """Return the headers that prove a body to come from Slack.

        https://docs.slack.dev/authentication/verifying-requests-from-slack/
        """
        now = str(int(time.time()))
        key = self._team.app.signing_secret.encode()
        digest = hmac.new(key, f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": content_type,
            "User-Agent": AGENT,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={digest}",
        }

    def _new(self, kind: str, payload: Json) -> Delivery:
        self.deliveries.append(Delivery(kind, payload))
        return self.deliveries[-1]

    async def _deliver(self, delivery: Delivery) -> None:
        """Try, and try again (https://docs.slack.dev/apis/events-api/#retries)."""
        delays = self._team.rules.retry_after if delivery.kind == EVENT else ()
        for number, delay in enumerate((0.0, *delays)):
            await asyncio.sleep(delay)
            attempt = await self._attempt(delivery)
            delivery.attempts.append(attempt)
            delivery.over = attempt.failure is None or attempt.final or number == len(delays)
            self._team.journal.changed()
            if delivery.over:
                return

    async def _attempt(self, delivery: Delivery) -> Attempt:
        number, reason = len(delivery.attempts), delivery.failure
        if self._team.app.events_url is None:
            return await self._over_socket(delivery, number, reason)
        body, content_type = encode(delivery)
        headers = self.signed(body, content_type)
        if reason:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        try:
            status, text, answered = await self.post(body, headers)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return Attempt(0, _failure(error))
        names = {name.lower(): value for name, value in answered.items()}
        if not 200 <= status < 300:  # noqa: PLR2004 - what 2xx means
            return Attempt(status, "http_error", final=names.get("x-slack-no-retry") == "1")
        delivery.answer = _parse(text, names.get("content-type", ""))
        return Attempt(status)

    async def _over_socket(self, delivery: Delivery, number: int, reason: str | None) -> Attempt:
        retry = {"retry_attempt": number, "retry_reason": reason or ""}
        retry = retry if delivery.kind == EVENT else {}
        try:
            delivery.answer = await self._sockets.send(
                delivery.kind, delivery.payload, retry, self._team.rules.ack_within
            )
        except TimeoutError:
            return Attempt(0, "timeout")
        except ConnectionError:
            return Attempt(0, "connection_failed")
        return Attempt(HTTPStatus.OK)


def encode(delivery: Delivery) -> tuple[bytes, str]:
    """Return body and content type: events are JSON, commands a form, the rest JSON in a form."""
    if delivery.kind == EVENT:
        return json.dumps(delivery.payload).encode(), JSON
    form = delivery.payload
    if delivery.kind == INTERACTION:
        form = {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), FORM


def _failure(error: Exception) -> str:
    """Return Slack's word for why no answer came."""
    match error:
        case TimeoutError():
            return "http_timeout"
        case aiohttp.TooManyRedirects():
            return "too_many_redirects"
        case aiohttp.ClientConnectionError():
            return "connection_failed"
        case _:
            return "unknown_error"


def _parse(text: str, content_type: str) -> Json:
    if not text.strip():
        return {}
    if not content_type.startswith(JSON):
        return {"text": text}
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
