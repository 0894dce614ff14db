"""Slack's listeners: what a person does there becomes a Request, noted before it is acknowledged.

Events and commands come signed over HTTP, or over Socket Mode when there is an app token.
"""

import asyncio
import itertools
import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bots.slack import render
from bots.slack.conversation import FOR_ADMINS, Place, SlackConversation, calling
from bots.slack.settings import SlackSettings
from core import fetch, intent, wording
from core.conversation import Action, Attachment, Request, TryLaterError
from core.ledger import LedgerError
from core.pace import backoff
from core.runtime import Accept
from core.settings import SettingsError

log = logging.getLogger(__name__)

FILES_HOST = "files.slack.com"
# What an ordinary message may be; edits, joins and the like are none.
ORDINARY = {None, "file_share", "thread_broadcast"}
# Seconds to wait for the `message` of a mention, which has the files that `app_mention` may lack:
# https://github.com/slackapi/bolt-python/issues/925
FILES_MAY_FOLLOW = 0.5


class Slack:
    """Slack as a platform of the core, for one workspace."""

    name = "slack"

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._me: AuthorizeResult | None = None
        self._socket: AsyncSocketModeHandler | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        self._client = AsyncWebClient(
            token=self._settings.slack_bot_token.get_secret_value(),
            base_url=self._settings.slack_api_url + "/",
            session=self._session,
            # Not slack_sdk's own handler for broken connections: what it sends again may have
            # been said already.
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
        )

        async def authorize() -> AuthorizeResult:
            if self._me is None:
                raise BoltError("Slack has not told yet who we are")
            return self._me

        self._app = AsyncApp(
            logger=logging.getLogger("slack_bolt"),  # it would make one that nobody can quieten
            authorize=authorize,
            client=self._client,
            request_verification_enabled=False,  # `_on_http` does, and logs no body
            process_before_response=True,  # the listener notes the request, then it is acknowledged
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @property
    def ready(self) -> bool:
        """Whether events can arrive now."""
        if self._settings.slack_app_token is None:
            return self._me is not None
        session = self._socket.client.current_session if self._socket else None
        return session is not None and not session.closed

    def listen(self, accept: Accept) -> Sequence[web.RouteDef]:
        """Hand requests to `accept`."""
        self._accept = accept
        self._app.event("app_mention")(self.on_mention)
        self._app.event("message")(self.on_message)
        self._app.command(re.compile(".*"))(self.on_command)
        for action in Action:
            self._app.action(action.value)(self.on_button)
        self._app.event(re.compile(".*"))(self.on_anything_else)
        if self._settings.slack_app_token is not None:
            return []
        return [web.post("/slack/events", self._on_http)]

    async def run(self) -> None:
        """Find out who we are, then stay connected until cancelled."""
        self._me = await self._who_am_i()
        log.info("Connected to Slack as %s", self._me.bot_user_id)
        if self._settings.slack_app_token is None:
            return
        token = self._settings.slack_app_token.get_secret_value()
        self._socket = AsyncSocketModeHandler(self._app, token)
        try:
            await self._socket.client.connect()  # type: ignore[no-untyped-call]  # slack_sdk's
            await asyncio.Event().wait()
        finally:
            await self._socket.client.close()  # type: ignore[no-untyped-call]  # slack_sdk's

    def conversation(self, address: str) -> SlackConversation:
        """Return the conversation at an address."""
        return SlackConversation(self._client, self._session, Place.load(address))

    async def download(self, attachment: Attachment, limit: int) -> fetch.Fetched:
        """Return an attachment, with the bot's token, from Slack's own hosts only."""
        url = attachment.url
        if not url:  # Slack Connect: https://docs.slack.dev/apis/slack-connect/
            info = await self._client.files_info(file=attachment.id)
            url = info["file"]["url_private_download"]
        return await fetch.fetch(
            self._session,
            url,
            hosts={FILES_HOST, URL(self._settings.slack_api_url).host or ""},
            limit=limit,
            headers={"Authorization": f"Bearer {self._client.token}"},
        )

    # Listeners

    async def on_mention(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Take a mention in a channel or a thread."""
        if "bot_id" in event or "edited" in event:
            return
        after = 0.0 if event.get("files") else FILES_MAY_FOLLOW
        await self._take_message(event, body, after)

    async def on_message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Take a direct message, or a mention: with a file it may come in this way only."""
        if event.get("subtype") not in ORDINARY or "bot_id" in event or "user" not in event:
            return
        direct = event.get("channel_type") == "im"
        if direct or render.mentions(event.get("text", ""), self._bot_user_id):
            await self._take_message(event, body)

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Take `/neocu …`; a question about Neocu itself is answered to its asker alone."""
        text = render.words(body.get("text", ""), self._bot_user_id)
        private = intent.is_question(text)
        place = Place(
            channel=body["channel_id"],
            person=body["user_id"] if private else "",
            response_url=body.get("response_url", ""),
        )
        request = Request(
            key=f"slack:{body['team_id']}:{body['trigger_id']}",
            platform=self.name,
            workspace=body["team_id"],
            channel=body["channel_id"],
            person=body["user_id"],
            text=text,
            address=place.dump(),
            shown=private,
        )
        try:
            await self._accept(request)
        except LedgerError:
            log.exception("A command could not be noted")
            await ack(wording.NOT_TAKEN.text)
        else:
            await ack()

    async def on_button(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Take a press of one of our buttons, which are never on ephemeral messages."""
        pressed, message = body["actions"][0], body["message"]
        action, team, channel = (
            Action(pressed["action_id"]),
            body["team"]["id"],
            body["channel"]["id"],
        )
        # Pressed twice is once; only looking can be asked for again and again.
        once = body["trigger_id"] if action is Action.CHECK_NOW else message["ts"]
        place = Place(
            channel=channel,
            thread_ts=message.get("thread_ts", message["ts"]),
            person=body["user"]["id"] if action is Action.CHECK_NOW else "",
        )
        await self._take(
            Request(
                key=f"slack:{team}:{action}:{pressed['value']}:{once}",
                platform=self.name,
                workspace=team,
                channel=channel,
                person=body["user"]["id"],
                text="",
                address=place.dump(),
                shown=action is Action.CHECK_NOW,
                action=action,
                about=pressed["value"],
            )
        )
        await ack()

    async def on_anything_else(self) -> None:
        """Acknowledge what we did not ask for, so that Slack doesn't send it again."""

    async def _take_message(
        self, event: dict[str, Any], body: dict[str, Any], after: float = 0.0
    ) -> None:
        team, channel = body["team_id"], event["channel"]
        place = Place(channel=channel, thread_ts=event.get("thread_ts", event["ts"]))
        await self._take(
            Request(
                key=f"slack:{team}:{channel}:{event['ts']}",
                platform=self.name,
                workspace=team,
                channel=channel,
                person=event["user"],
                text=render.words(event.get("text", ""), self._bot_user_id),
                address=place.dump(),
                attachments=tuple(_attachment(file) for file in event.get("files", ())),
            ),
            after,
        )

    async def _take(self, request: Request, after: float = 0.0) -> None:
        """Note a request, or say that it could not be; if that fails too, Slack sends it again."""
        try:
            await self._accept(request, after)
        except LedgerError:
            log.exception("A request could not be noted")
            await self.conversation(request.address).post(wording.NOT_TAKEN, request.key)

    # Who we are, and who comes

    async def _who_am_i(self) -> AuthorizeResult:
        """Ask Slack whose token this is, as long as Slack is out of reach. Raises SettingsError."""
        for tries in itertools.count(1):
            try:
                answer = await calling(self._client.auth_test())
            except TryLaterError as error:
                if str(error) in FOR_ADMINS:
                    about = SlackSettings.model_fields["slack_bot_token"].description
                    raise SettingsError(
                        f"SLACK_BOT_TOKEN was refused by Slack ({error}): it is {about}"
                    ) from error
                log.warning("Slack can't be reached (%s)", error)
                await asyncio.sleep(backoff(tries))
            else:
                break
        token = self._settings.slack_bot_token.get_secret_value()
        return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)

    @property
    def _bot_user_id(self) -> str:
        return (self._me.bot_user_id if self._me else None) or ""

    async def _on_http(self, request: web.Request) -> web.Response:
        """Let in only what Slack signed: https://docs.slack.dev/authentication/verifying-requests-from-slack/."""
        body = await request.read()
        if not self._signed(body, request.headers):
            log.warning("A request without Slack's valid signature was refused")
            return web.Response(status=401)
        if self._me is None:
            return web.Response(status=503, headers={"Retry-After": "1"})
        if not _readable(body, request.content_type):
            log.warning("A signed request that is no form and no JSON was refused")
            return web.Response(status=400)
        answer = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    def _signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        secret = self._settings.slack_signing_secret
        try:
            return secret is not None and SignatureVerifier(
                secret.get_secret_value()
            ).is_valid_request(body, headers)
        except ValueError:  # a timestamp that is no number, a body that is no text
            return False


def _readable(body: bytes, content_type: str) -> bool:
    """Whether a body is a form or JSON, as Slack sends them."""
    try:
        text = body.decode()
        if content_type == "application/json":
            return isinstance(json.loads(text), dict)
        form = parse_qs(text, strict_parsing=True)
        return "payload" not in form or isinstance(json.loads(form["payload"][0]), dict)
    except (ValueError, RecursionError):
        return False


def _attachment(file: dict[str, Any]) -> Attachment:
    """https://docs.slack.dev/reference/objects/file-object/ ."""
    return Attachment(
        id=file["id"],
        name=file.get("name") or file["id"],
        url=file.get("url_private_download") or file.get("url_private") or "",
        size=file.get("size") or 0,
        media_type=file.get("mimetype") or "",
    )
