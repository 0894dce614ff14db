"""Slack as a platform: connected over signed HTTP, or over Socket Mode with an app token."""

import asyncio
import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Self

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import ladder, parse
from bots.slack.attachments import Attachments
from bots.slack.bot_tokens import BotTokens
from bots.slack.conversation import SlackConversation
from bots.slack.departures import Departures
from bots.slack.form_listeners import FormListeners
from bots.slack.install_pages import InstallPages
from bots.slack.installs import Installs, OneInstall
from bots.slack.intake import Intake
from bots.slack.link import Link
from bots.slack.listeners import Listeners
from bots.slack.many_installs import ManyInstalls
from bots.slack.session_listeners import SessionListeners
from bots.slack.settings import SlackSettings, Timing
from bots.slack.settings_listeners import SettingsListeners
from bots.slack.signed_requests import SignedRequests
from bots.slack.speaking import Connection
from core.files.download import Admit, Fetched, open_session
from core.form_rules import FormRules
from core.inbox import Inbox
from core.request import ANY_WORKSPACE, Attachment, Door, Refusal, Request
from core.settings import SettingsError
from core.settings_desk import SettingsDesk
from core.wording import installing
from core.workspaces.arrivals import Arrivals

log = logging.getLogger(__name__)


class Slack:
    """Slack as a platform of the core."""

    name = "slack"
    form_command = "/neocu"

    def __init__(self, settings: SlackSettings, timing: Timing | None = None) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        self._introduced = False
        self._link: Link | None = None
        self._intake: Intake | None = None

    async def __aenter__(self) -> Self:
        self._session = open_session(timeout=60)
        token = self._settings.slack_bot_token
        self._client = AsyncWebClient(
            token=token.get_secret_value() if token else None,
            base_url=self._settings.slack_api_url + "/",
            session=self._session,
            # The outbox retries: what slack_sdk sends again may have been said already, and a
            # rate limit is not waited for in a slot that others need.
            retry_handlers=[],
        )
        self._installs: Installs = OneInstall(self._client)

        async def authorize(context: AsyncBoltContext) -> AuthorizeResult | None:
            return await self._installs.authorize(parse.workspace(context))

        self._attachments = Attachments(self._session, self._settings.slack_api_url)
        self._app = AsyncApp(
            logger=logging.getLogger("slack_bolt"),  # it would make one that nobody can quieten
            authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for "not installed", though its annotation leaves that out
            client=self._client,
            user_facing_authorize_error_message=installing.not_here(),
            request_verification_enabled=False,  # SignedRequests does, and logs no body
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
            return self._introduced
        return self._link is not None and self._link.connected

    @property
    def missing(self) -> str:
        """What keeps events from arriving, "" where nothing does."""
        return "" if self.ready else "not connected"

    def listen(
        self, inbox: Inbox, arrivals: Arrivals, forms: FormRules, desk: SettingsDesk
    ) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox. Raises SettingsError where tokens can't be encrypted."""
        routes = self._install_by_button(arrivals) if self._settings.by_button else []
        follow = self._settings.thread_follow == "auto"
        intake = Intake(inbox, self._installs.team, self.conversation, forms)
        self._intake = intake
        SessionListeners(inbox, intake).register(self._app)
        FormListeners(inbox, intake).register(self._app)
        SettingsListeners(desk, intake).register(self._app)
        Listeners(inbox, intake, follow=follow).register(self._app)
        if self._settings.slack_app_token is not None:
            return routes
        signed = SignedRequests(
            self._app,
            self._settings.slack_signing_secret,
            lambda: self._introduced,
            partial(inbox.count_refused, self.name),
        )
        return [*routes, web.post("/slack/events", signed.receive)]

    def _install_by_button(self, arrivals: Arrivals) -> list[web.RouteDef]:
        """Let any workspace install the app; return the pages where it does."""
        if not arrivals.keeps_secrets:
            raise SettingsError(
                "ENCRYPTION_KEYS is not set, but SLACK_CLIENT_ID is: the tokens of workspaces are "
                "kept encrypted. `neocu-bots secrets new` makes a key."
            )
        renew = self._timing.renew
        tokens = BotTokens(self._settings, self._client, arrivals, renew)
        installs = ManyInstalls(tokens, self._client)
        self._installs = installs
        Departures(installs).register(self._app)
        return InstallPages(self._settings, self._client, tokens, arrivals).routes()

    async def run(self) -> None:
        """Find out who we are, then stay connected until cancelled. Raises SettingsError."""
        await self._installs.introduce()
        self._introduced = True
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

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" for a direct message: its person was told."""
        return "" if ladder.is_direct(channel) else ladder.dump(ladder.Channel(channel), workspace)

    def conversation(self, address: str) -> SlackConversation:
        """Return the conversation at an address."""
        team = self._installs.team(ladder.team_of(address))
        connection = Connection(team, ladder.team_of(address), self._session, self._timing)
        return SlackConversation(connection, ladder.load(address))

    def aside(self, address: str, person: str) -> str:
        """Return the address where this person alone reads what is said, "" where there is none."""
        place = ladder.aside(ladder.load(address), person, time.time()) if address else None
        return ladder.dump(place, ladder.team_of(address)) if place else ""

    async def language(self, request: Request, /) -> str:
        """Return the language of ours that a person has set in Slack."""
        member = await self._installs.team(request.workspace).members.find(request.person)
        return member.language if member else ""

    async def is_admin(self, request: Request) -> bool:
        """Whether the person is an admin or an owner of the workspace now, as far as Slack tells.

        https://docs.slack.dev/reference/objects/user-object/
        """
        if request.external:
            return False
        members = self._installs.team(request.workspace).members
        member = await members.find(request.person, as_it_is_now=True)
        return member is not None and member.admin and not member.stranger

    async def refusal(self, request: Request, door: Door) -> Refusal | None:
        """Return why this person may not ask here: another company's, or a guest."""
        named = door.workspaces
        if named.isdisjoint({ANY_WORKSPACE, request.workspace}) and (
            named or not self._installs.ours
        ):
            return Refusal.UNKNOWN_WORKSPACE
        default = self._settings.allow_external
        guests = default if door.guests is None else door.guests
        external = default if door.external is None else door.external
        if guests and external:
            return None
        if request.external:
            return None if external else Refusal.EXTERNAL
        member = await self._installs.team(request.workspace).members.find(request.person)
        if member is None:
            return None
        if member.stranger:
            return None if external else Refusal.EXTERNAL
        return Refusal.GUEST if member.guest and not guests else None

    async def moderates(self, request: Request) -> bool:
        """Whether the person may delete other people's messages: whoever is an admin may."""
        return await self.is_admin(request)

    async def download(
        self, request: Request, /, attachment: Attachment, limit: int, admit: Admit
    ) -> Fetched:
        """Return an attachment of a request, with the bot's token, from Slack's own hosts only."""
        team = request.workspace
        return await self._attachments.fetch(self._installs, team, attachment, limit, admit)
