"""Discord as a platform: connected over its gateway."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiohttp
import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.discord import ladder
from bots.discord.calls import map_discord_errors
from bots.discord.commands import FORM_COMMAND, create_tree, sync
from bots.discord.conversation import DiscordConversation
from bots.discord.form_listeners import FormListeners
from bots.discord.intake import Intake
from bots.discord.ladder import Channel
from bots.discord.latency import Latency
from bots.discord.listeners import Listeners
from bots.discord.listening import Listening, Plan
from bots.discord.owners import Owners
from bots.discord.pace import Pace
from bots.discord.settings import DiscordSettings, Timing
from bots.discord.settings_listeners import SettingsListeners
from bots.discord.shard import Shard, Speaker, Turn
from bots.discord.traffic import drop_unused
from core.backoff import backoff
from core.conversation import ConversationError
from core.files.download import Admit, Fetched, fetch, open_session
from core.form_rules import FormRules
from core.inbox import Inbox
from core.logs import Outage
from core.request import Attachment, Door, Refusal, Request
from core.settings import SettingsError
from core.settings_desk import SettingsDesk
from core.workspaces.arrivals import Arrivals

T = TypeVar("T")

log = logging.getLogger(__name__)

FILE_HOSTS = {"cdn.discordapp.com", "media.discordapp.net"}
INTERACTIONS_PATH = "/discord/interactions"
MAX_RATE_LIMIT_SECONDS = 30.0  # that discord.py waits by itself; it takes no less
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
TOKEN_REFUSED = 4004
INTENTS_REFUSED = 4014
SHARDS_WANTED = 4011
FATAL_CLOSES = {
    4010: "it refused the shard: look at DISCORD_SHARD_COUNT and DISCORD_SHARD_IDS",
    SHARDS_WANTED: "the bot is in too many servers for so few shards: raise or "
    "drop DISCORD_SHARD_COUNT",
    4012: "it no longer speaks this version of its gateway",
    4013: "it refused the intents",
    INTENTS_REFUSED: "it refused the intents",
}
REFUSED = (
    "DISCORD_TOKEN was refused by Discord: it is "
    f"{DiscordSettings.model_fields['discord_token'].description}"
)


class Discord:
    """Discord as a platform of the core."""

    name = "discord"
    form_command = f"/{FORM_COMMAND}"

    def __init__(self, settings: DiscordSettings, timing: Timing | None = None) -> None:
        self._settings = settings
        self._timing = timing or Timing()
        self._listening: Listening | None = None
        self._outage = Outage(log, "Discord's gateway")
        Route.BASE = settings.discord_api_url
        if settings.discord_gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)

    async def __aenter__(self) -> Self:
        self._latency = Latency()
        self._session = open_session(timeout=60)
        self._client = Speaker(
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MAX_RATE_LIMIT_SECONDS,
            http_trace=self._latency.trace(),
        )
        self._pace = Pace(self._client)
        self._owners = Owners(self._client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._session.close()

    @property
    def ready(self) -> bool:
        """Whether events can arrive now."""
        return not self.missing

    @property
    def missing(self) -> str:
        """What keeps events from arriving, "" where nothing does."""
        return self._listening.missing if self._listening else "not connected"

    @property
    def shards(self) -> list[int]:
        """The shards that this process listens to."""
        return sorted(self._client.shards)

    def listen(
        self, inbox: Inbox, arrivals: Arrivals, forms: FormRules, desk: SettingsDesk
    ) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox. The web server is needed where Discord posts interactions."""
        intake = Intake(inbox)
        self._forms = FormListeners(inbox, self._client, intake, forms)
        self._listeners = Listeners(
            *(inbox, self._client, self.conversation, self._latency, arrivals),
            *(intake, self._forms, SettingsListeners(desk)),
        )
        self._tree = create_tree(self._client, self._listeners, self._forms)
        self._leases = inbox.shards
        key = self._settings.discord_public_key
        if not key:
            return []
        from bots.discord.signed_requests import SignedRequests  # noqa: PLC0415 (it brings cryptography along, which nobody else here needs)

        self._client.event(self._listeners.on_interaction)
        door = SignedRequests(
            key,
            lambda: self._client.user is not None,
            self._interact,
            partial(inbox.count_refused, self.name),
        )
        return [web.post(INTERACTIONS_PATH, door.receive)]

    async def _interact(self, data: dict[str, Any]) -> None:
        await self._client.meet(int(data.get("guild_id") or 0))
        self._client.interact(data)

    def _open_shard(self, number: int, total: int, wait_for_turn: Turn) -> Shard:
        shard = Shard(self._client, number, total, wait_for_turn, self._on_change)
        drop_unused(shard)
        create_tree(shard, self._listeners, self._forms)
        for listener in (
            self._listeners.on_message,
            self._listeners.on_interaction,
            self._listeners.on_guild_join,
            self._listeners.on_guild_remove,
        ):
            shard.event(listener)
        return shard

    async def run(self) -> None:
        """Log in, as soon as Discord can be reached, and stay connected until cancelled.

        Where Discord refuses the connection for good, it is off and can only speak. Raises
        SettingsError where it refuses the token.
        """
        await self._reach(self._log_in)
        first, _ = await asyncio.gather(self._reach(self._plan), sync(self._tree))
        plan: Plan | None = first
        while plan:
            plan = await self._listen(plan)
        # What was asked is still to be answered.
        await asyncio.Event().wait()

    async def _listen(self, plan: Plan) -> Plan | None:
        """Listen until Discord refuses it; return how it may be done instead, None if it can't."""
        listening = Listening(self._settings, self._timing, self._leases, self._open_shard)
        self._listening, self._client.shards = listening, listening.shards
        try:
            await listening.run(plan)
        except (discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
            code = getattr(error, "code", INTENTS_REFUSED)
            if code == TOKEN_REFUSED:
                raise SettingsError(REFUSED) from error
            better = await self._reach(self._plan)
            if code == SHARDS_WANTED and better.total > plan.total:
                log.warning("Discord wants %s shards by now", better.total)
                return better
            self._listening = None
            why = FATAL_CLOSES.get(code, "it closed the connection for good")
            log.error("Discord is off (close code %s): %s", code, why)  # noqa: TRY400 (`why` says it all)
        return None

    async def _reach(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what a call returns, as soon as Discord can be reached."""
        tries = 0
        while True:
            tries += 1
            try:
                with map_discord_errors():
                    return await call()
            except ConversationError as error:
                self._outage.begin(error)
                await asyncio.sleep(backoff(tries))

    async def _log_in(self) -> None:
        try:
            await self._client.login(self._settings.discord_token.get_secret_value())
        except discord.LoginFailure as error:
            raise SettingsError(REFUSED) from error
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            await self._client.http.close()  # discord.py forgets the session of a failed login
            self._client.http.connector = discord.utils.MISSING
            raise

    async def _plan(self) -> Plan:
        """Return how Discord wants us to connect, unless the settings say otherwise.

        https://docs.discord.com/developers/events/gateway#get-gateway-bot
        """
        told: dict[str, Any] = await self._client.http.request(Route("GET", "/gateway/bot"))
        total = self._settings.discord_shard_count or int(told.get("shards") or 1)
        limit = told.get("session_start_limit") or {}
        return Plan(total, int(limit.get("max_concurrency") or 1))

    def _on_change(self, shard: Shard) -> None:
        """Say when the gateway is lost, and when all of our shards are there again."""
        if not shard.connected:
            self._outage.begin("the connection was lost")
        elif self.ready:
            self._outage.end()

    @property
    def alert_channel(self) -> str:
        """The channel that hears of low compute, "" for none."""
        return str(self._settings.discord_alert_channel_id or "")

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" for a direct message: its person was told."""
        if workspace and not workspace.isdigit():
            return ""
        return ladder.dump(Channel(int(channel), int(workspace or 0)))

    def conversation(self, address: str) -> DiscordConversation:
        """Return the conversation at an address."""
        return DiscordConversation(self._client, self._pace, ladder.load(address))

    def aside(self, address: str, person: str) -> str:
        """Return the address where this person alone reads what is said, "" where there is none."""
        place = ladder.aside(ladder.load(address), int(person)) if address else None
        return ladder.dump(place) if place else ""

    async def language(self, _request: Request, /) -> str:
        """Return nothing: Discord tells a person's language only with what they do."""
        return ""

    async def is_admin(self, request: Request) -> bool:
        """Whether the person may manage the server, as Discord told with what they asked.

        In a direct message about a server it is asked.
        """
        if request.in_private and request.workspace.isdecimal():
            return await self._owners.manages(int(request.workspace), int(request.person))
        return request.admin

    async def refusal(self, request: Request, door: Door) -> Refusal | None:
        """Return why this person may not ask here: a stranger's server, or none that we know."""
        let_in = await self._owners.let_in(request, door.workspaces)
        return None if let_in else Refusal.UNKNOWN_WORKSPACE

    async def moderates(self, request: Request) -> bool:
        """Whether a person may delete other people's messages where they pressed."""
        return request.moderator

    async def download(
        self,
        _request: Request,
        /,
        attachment: Attachment,
        limit: int,
        admit: Admit,
    ) -> Fetched:
        """Return an attachment, from Discord's own hosts only."""
        own = yarl.URL(self._settings.discord_api_url).host or ""
        hosts = {*FILE_HOSTS, own}
        return await fetch(self._session, attachment.url, hosts=hosts, limit=limit, admit=admit)
