"""Slack as a platform: connected over signed HTTP, or over Socket Mode with an app token."""

import asyncio
import itertools
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Self
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bots.slack import parse
from bots.slack.calls import FOR_ADMINS, calling
from bots.slack.conversation import Connection, Place, SlackConversation
from bots.slack.listeners import Listeners
from bots.slack.settings import SlackSettings
from core.backoff import backoff
from core.conversation import Attachment, TryLaterError, UndeliverableError
from core.files.download import Fetched, UnreachableError, fetch
from core.files.public import PublicFiles
from core.inbox import Inbox
from core.settings import SettingsError

log = logging.getLogger(__name__)

FILES_HOST = "files.slack.com"


class Slack:
    """Slack as a platform of the core, for one workspace."""

    name = "slack"
    form_command = "/neocu"

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

    def listen(self, inbox: Inbox, files: PublicFiles) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox."""
        self._files = files
        follow = self._settings.thread_follow == "auto"
        Listeners(inbox, self._client, self.conversation, follow=follow).register(self._app)
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

    @property
    def alert_channel(self) -> str:
        """The channel that hears of low compute, "" for none."""
        return self._settings.slack_alert_channel or ""

    def channel(self, workspace: str, channel: str) -> str:  # noqa: ARG002 (there is only one)
        """Return the address of a channel, "" for a direct message: its person was told."""
        return "" if channel.startswith("D") else Place(channel).dump()

    def conversation(self, address: str) -> SlackConversation:
        """Return the conversation at an address."""
        team_url = (self._me.url if self._me else None) or ""
        connection = Connection(self._client, self._session, self._files, team_url)
        return SlackConversation(connection, Place.load(address))

    async def download(self, attachment: Attachment, limit: int) -> Fetched:
        """Return an attachment, with the bot's token, from Slack's own hosts only."""
        url = attachment.url
        if not url:  # a file of another workspace, or one that a form brought along
            try:
                info = await calling(self._client.files_info(file=attachment.id))
            except (TryLaterError, UndeliverableError) as error:
                raise UnreachableError(str(error)) from error
            # What was deleted, or is too old for a free workspace, has no address.
            url = parse.attachment({"id": attachment.id, **info.get("file", {})}).url
            if not url:
                raise UnreachableError("a file without an address")
        return await fetch(
            self._session,
            url,
            hosts={FILES_HOST, URL(self._settings.slack_api_url).host or ""},
            limit=limit,
            headers={"Authorization": f"Bearer {self._client.token}"},
        )

    async def _who_am_i(self) -> AuthorizeResult:
        """Ask Slack whose token this is, as long as Slack is out of reach. Raises SettingsError."""
        for tries in itertools.count(1):
            try:
                answer = await calling(self._client.auth_test())
            except (TryLaterError, UndeliverableError) as error:
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
        # Without a `bot_id`, Bolt would not take the `user_id` for ours.
        answer = {"bot_id": "", **answer}
        return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)

    async def _on_http(self, request: web.Request) -> web.Response:
        """Let in only what Slack signed.

        https://docs.slack.dev/authentication/verifying-requests-from-slack/
        """
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
        except (TypeError, ValueError):  # a timestamp that is no number, odd letters
            return False


def _readable(body: bytes, content_type: str) -> bool:
    """Whether a body is a form or JSON, as Slack sends them."""
    try:
        text = body.decode()
        if content_type == "application/json":
            return isinstance(json.loads(text), dict)
        form = parse_qs(text, strict_parsing=True)
        return bool(form) and isinstance(json.loads(form.get("payload", ["{}"])[0]), dict)
    except (ValueError, RecursionError):
        return False
