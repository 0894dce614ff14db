"""Discord as a platform: connected over its gateway."""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Self

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.discord import ladder
from bots.discord.calls import map_discord_errors
from bots.discord.commands import FORM_COMMAND, create_tree, sync
from bots.discord.conversation import DiscordConversation
from bots.discord.ladder import Channel
from bots.discord.latency import Latency
from bots.discord.listeners import Listeners
from bots.discord.owners import Owners
from bots.discord.pace import Pace
from bots.discord.settings import DiscordSettings
from bots.discord.traffic import drop_unused
from core.backoff import backoff
from core.conversation import ConversationError
from core.files.download import Admit, Fetched, fetch, open_session
from core.inbox import Inbox
from core.logs import Outage
from core.request import Attachment, Refusal, Request
from core.settings import SettingsError

log = logging.getLogger(__name__)

FILE_HOSTS = {"cdn.discordapp.com", "media.discordapp.net"}
MAX_RATE_LIMIT_SECONDS = 30.0  # that discord.py waits by itself; it takes no less
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
TOKEN_REFUSED = 4004
INTENTS_REFUSED = 4014
FATAL_CLOSES = {
    4010: "it refused the shard",
    4011: "the bot is in so many servers that it has to be sharded, which these bots can't do yet",
    4012: "it no longer speaks this version of its gateway",
    4013: "it refused the intents",
    INTENTS_REFUSED: "it refused the intents",
}
REFUSED = (
    "DISCORD_TOKEN was refused by Discord: it is "
    f"{DiscordSettings.model_fields['discord_token'].description}"
)
GUILDS_WITHIN = 0.2  # seconds without a new guild, after which all are there


class Discord:
    """Discord as a platform of the core."""

    name = "discord"
    form_command = f"/{FORM_COMMAND}"

    def __init__(self, settings: DiscordSettings) -> None:
        self._settings = settings
        self._connected = False
        self._outage = Outage(log, "Discord's gateway")
        Route.BASE = settings.discord_api_url
        if settings.discord_gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)

    async def __aenter__(self) -> Self:
        self._latency = Latency()
        self._session = open_session(timeout=60)
        self._open_client()
        return self

    def _open_client(self) -> None:
        self._client = discord.Client(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=MAX_RATE_LIMIT_SECONDS,
            guild_ready_timeout=GUILDS_WITHIN,
            http_trace=self._latency.trace(),
        )
        drop_unused(self._client)
        self._pace = Pace(self._client)
        self._owners = Owners(self._client)

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._session.close()

    @property
    def ready(self) -> bool:
        """Whether events can arrive now."""
        return self._connected

    def listen(self, inbox: Inbox) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox; Discord needs nothing of the web server."""
        listeners = Listeners(inbox, self._client, self.conversation, self._latency)
        self._tree = create_tree(self._client, listeners)
        for listener in (
            listeners.on_message,
            listeners.on_interaction,
            listeners.on_guild_join,
            self.on_ready,
            self.on_resumed,
            self.on_disconnect,
        ):
            self._client.event(listener)
        return []

    async def run(self) -> None:
        """Log in, as soon as Discord can be reached, and stay connected until cancelled.

        Where Discord refuses the connection for good, it is off and can only speak. Raises
        SettingsError where it refuses the token.
        """
        await self._log_in()
        await sync(self._tree)
        try:
            await self._client.connect()
        except (discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
            code = getattr(error, "code", INTENTS_REFUSED)
            if code == TOKEN_REFUSED:
                raise SettingsError(REFUSED) from error
            self._connected = False
            why = FATAL_CLOSES.get(code, "it closed the connection for good")
            log.error("Discord is off (close code %s): %s", code, why)  # noqa: TRY400 (`why` says it all)
        # What was asked is still to be answered; this client's session may be closed already.
        await self._client.close()
        self._open_client()
        await self._log_in()
        await asyncio.Event().wait()

    async def _log_in(self) -> None:
        for tries in itertools.count(1):
            try:
                with map_discord_errors():
                    await self._client.login(self._settings.discord_token.get_secret_value())
            except discord.LoginFailure as error:
                raise SettingsError(REFUSED) from error
            except ConversationError as error:
                self._outage.begin(error)
                await self._client.http.close()  # discord.py forgets the session of a failed login
                self._client.http.connector = discord.utils.MISSING
                await asyncio.sleep(backoff(tries))
            else:
                return

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

    async def language(self, request: Request) -> str:  # noqa: ARG002 (the port has it; Slack looks it up)
        """Return nothing: Discord tells a person's language only with what they do."""
        return ""

    async def refusal(self, request: Request, named: AbstractSet[str]) -> Refusal | None:
        """Return why this person may not ask here: a stranger's server, or none that we know."""
        let_in = await self._owners.let_in(request, named)
        return None if let_in else Refusal.UNKNOWN_WORKSPACE

    async def download(
        self,
        request: Request,  # noqa: ARG002 (one token is for all servers)
        attachment: Attachment,
        limit: int,
        admit: Admit,
    ) -> Fetched:
        """Return an attachment, from Discord's own hosts only."""
        own = yarl.URL(self._settings.discord_api_url).host or ""
        hosts = {*FILE_HOSTS, own}
        return await fetch(self._session, attachment.url, hosts=hosts, limit=limit, admit=admit)

    async def on_ready(self) -> None:
        """Note that events can arrive."""
        self._connected = True
        self._outage.end()
        log.info("Connected to Discord as %s", self._client.user)

    async def on_resumed(self) -> None:
        """Note that events can arrive again."""
        self._connected = True
        self._outage.end()

    async def on_disconnect(self) -> None:
        """Note that no events can arrive; discord.py connects again by itself."""
        self._connected = False
        self._outage.begin("the connection was lost")
