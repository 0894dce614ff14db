"""Slack as a platform: connected over signed HTTP, or over Socket Mode with an app token."""

import asyncio
import itertools
import json
import logging
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Self
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bots.slack import ladder, parse
from bots.slack.calls import TOKEN_REFUSED, answered, map_slack_errors
from bots.slack.conversation import SlackConversation
from bots.slack.form_listeners import FormListeners
from bots.slack.intake import Intake
from bots.slack.link import Link
from bots.slack.listeners import Listeners
from bots.slack.members import SCOPE, Members
from bots.slack.settings import SlackSettings, Timing
from bots.slack.speaking import Connection
from core.backoff import backoff
from core.conversation import ConversationError, TryLaterError
from core.files.download import Admit, Fetched, NotAFileError, UnreachableError, fetch, open_session
from core.inbox import Inbox
from core.logs import Outage
from core.request import ANY_WORKSPACE, Attachment, Refusal, Request
from core.settings import SettingsError

log = logging.getLogger(__name__)

# On Enterprise Grid the first may send us to the second.
FILE_HOSTS = frozenset({"files.slack.com", "files-origin.slack.com"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Slack:
    """Slack as a platform of the core, for one workspace."""

    name = "slack"
    form_command = "/neocu"

    def __init__(self, settings: SlackSettings, timing: Timing | None = None) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        self._me: AuthorizeResult | None = None
        self._link: Link | None = None
        self._intake: Intake | None = None

    async def __aenter__(self) -> Self:
        self._session = open_session(timeout=60)
        self._client = AsyncWebClient(
            token=self._settings.slack_bot_token.get_secret_value(),
            base_url=self._settings.slack_api_url + "/",
            session=self._session,
            # The outbox retries: what slack_sdk sends again may have been said already, and a
            # rate limit is not waited for in a slot that others need.
            retry_handlers=[],
        )
        self._members = Members(self._client)

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
        if self._intake is not None:
            await self._intake.close()
        await self._session.close()

    @property
    def ready(self) -> bool:
        """Whether events can arrive now."""
        if self._settings.slack_app_token is None:
            return self._me is not None
        return self._link is not None and self._link.connected

    def listen(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox."""
        follow = self._settings.thread_follow == "auto"
        intake = Intake(inbox, self._client, self._members, self.conversation)
        self._intake = intake
        FormListeners(inbox, self._members, intake).register(self._app)
        listeners = Listeners(inbox, self._client, self._members, intake, follow=follow)
        listeners.register(self._app)
        if self._settings.slack_app_token is not None:
            return []
        return [web.post("/slack/events", self._on_http)]

    async def run(self) -> None:
        """Find out who we are, then stay connected until cancelled. Raises SettingsError."""
        self._me = await self._who_am_i()
        log.info("Connected to Slack as @%s in %s", self._me.user, self._me.team)
        if self._settings.slack_app_token is None:
            await asyncio.Event().wait()  # what Slack sends comes to the web server
            return
        description = SlackSettings.model_fields["slack_app_token"].description or ""
        token = self._settings.slack_app_token.get_secret_value()
        self._link = Link(self._app, token, description, self._timing.heal)
        await self._link.run()

    @property
    def alert_channel(self) -> str:
        """The channel that hears of low compute, "" for none."""
        return self._settings.slack_alert_channel or ""

    def channel(self, workspace: str, channel: str) -> str:  # noqa: ARG002 (there is only one)
        """Return the address of a channel, "" for a direct message: its person was told."""
        return "" if ladder.is_direct(channel) else ladder.dump(ladder.Channel(channel))

    def conversation(self, address: str) -> SlackConversation:
        """Return the conversation at an address."""
        team_url = (self._me.url if self._me else None) or ""
        connection = Connection(self._client, self._session, team_url, self._timing)
        return SlackConversation(connection, ladder.load(address))

    def aside(self, address: str, person: str) -> str:
        """Return the address where this person alone reads what is said, "" where there is none."""
        place = ladder.aside(ladder.load(address), person, time.time()) if address else None
        return ladder.dump(place) if place else ""

    async def language(self, person: str) -> str:
        """Return the language of ours that a person has set in Slack."""
        member = await self._members.find(person)
        return member.language if member else ""

    async def refusal(self, request: Request, named: AbstractSet[str]) -> Refusal | None:
        """Return why this person may not ask here: another company's, or a guest."""
        if named and named.isdisjoint({ANY_WORKSPACE, request.workspace}):
            return Refusal.UNKNOWN_WORKSPACE
        if self._settings.allow_external:
            return None
        if request.external:
            return Refusal.EXTERNAL
        member = await self._members.find(request.person)
        if member is None:
            return None
        if member.stranger:
            return Refusal.EXTERNAL
        return Refusal.GUEST if member.guest else None

    async def download(self, attachment: Attachment, limit: int, admit: Admit) -> Fetched:
        """Return an attachment, with the bot's token, from Slack's own hosts only."""
        url = attachment.url
        if not url:  # a file of another workspace, or one that a form brought along
            try:
                with map_slack_errors():
                    info = answered(await self._client.files_info(file=attachment.id))
            except ConversationError as error:
                if str(error) == "missing_scope":
                    raise NotAFileError("the app may not read files") from error
                raise UnreachableError(str(error)) from error
            # What was deleted, or is too old for a free workspace, has no address.
            url = parse.attachment({"id": attachment.id, **info.get("file", {})}).url
            if not url:
                raise UnreachableError("a file without an address")
        return await fetch(
            self._session,
            url,
            hosts=self._file_hosts,
            limit=limit,
            admit=admit,
            headers={"Authorization": f"Bearer {self._client.token}"},
            follow=self._may_follow,
        )

    @property
    def _file_hosts(self) -> frozenset[str]:
        host = URL(self._settings.slack_api_url).host or ""
        return FILE_HOSTS | (LOOPBACK if host in LOOPBACK else {host})

    def _may_follow(self, target: URL) -> bool:
        """Whether the token may go where Slack redirects us. Raises NotAFileError.

        Who may not read a file is sent to `<team>.slack.com/?redir=…`, the login page.
        """
        if "redir" in target.query:
            raise NotAFileError("the login page: the app may not read files")
        secure = target.scheme == "https" or target.host in LOOPBACK
        return secure and target.host in self._file_hosts

    async def _who_am_i(self) -> AuthorizeResult:
        """Ask Slack whose token this is, as long as Slack is out of reach. Raises SettingsError."""
        outage = Outage(log, "Slack")
        for tries in itertools.count(1):
            try:
                with map_slack_errors():
                    response = await self._client.auth_test()
            except ConversationError as error:
                if str(error) in TOKEN_REFUSED:
                    what = SlackSettings.model_fields["slack_bot_token"].description
                    raise SettingsError(
                        f"SLACK_BOT_TOKEN was refused by Slack ({error}): it is {what}"
                    ) from error
                outage.begin(error)
                seconds = error.seconds if isinstance(error, TryLaterError) else None
                await asyncio.sleep(seconds or backoff(tries))
            else:
                outage.end()
                break
        granted = response.headers.get("x-oauth-scopes", "")
        self._members.allowed = SCOPE in granted.replace(" ", "").split(",")
        token = self._settings.slack_bot_token.get_secret_value()
        # Without a `bot_id`, Bolt would not take the `user_id` for ours.
        answer = {"bot_id": "", **answered(response)}
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
