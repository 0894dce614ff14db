"""Discord as a platform: connected over its gateway."""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from typing import Self

import aiohttp
import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.discord.calls import calling
from bots.discord.commands import create_tree, sync
from bots.discord.conversation import DiscordConversation, Place
from bots.discord.listeners import Listeners
from bots.discord.settings import DiscordSettings
from core.backoff import backoff
from core.conversation import Attachment, ConversationError
from core.files.download import Fetched, fetch
from core.files.public import PublicFiles
from core.inbox import Inbox
from core.settings import SettingsError

log = logging.getLogger(__name__)

FILE_HOSTS = {"cdn.discordapp.com", "media.discordapp.net"}
LONGEST_RATE_LIMIT = 30.0  # seconds that discord.py waits by itself
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
TOKEN_REFUSED = 4004
REFUSED = (
    "DISCORD_TOKEN was refused by Discord: it is "
    f"{DiscordSettings.model_fields['discord_token'].description}"
)
GUILDS_WITHIN = 0.2  # seconds without a new guild, after which all are there


class Discord:
    """Discord as a platform of the core."""

    name = "discord"

    def __init__(self, settings: DiscordSettings) -> None:
        self._settings = settings
        self._connected = False
        Route.BASE = settings.discord_api_url
        if settings.discord_gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        self._client = discord.Client(
            intents=discord.Intents.default(),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            guild_ready_timeout=GUILDS_WITHIN,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._session.close()

    @property
    def ready(self) -> bool:
        """Whether events can arrive now."""
        return self._connected

    def listen(self, inbox: Inbox, files: PublicFiles) -> Sequence[web.RouteDef]:
        """Hand requests to the inbox; Discord needs nothing of the web server."""
        self._files = files
        listeners = Listeners(inbox, self._client, self.conversation)
        self._tree = create_tree(self._client, listeners.on_command, listeners.on_message_command)
        for listener in (
            listeners.on_message,
            listeners.on_interaction,
            self.on_ready,
            self.on_resumed,
            self.on_disconnect,
        ):
            self._client.event(listener)
        return []

    async def run(self) -> None:
        """Log in, as soon as Discord can be reached, and stay connected until cancelled."""
        for tries in itertools.count(1):
            try:
                await calling(self._client.login(self._settings.discord_token.get_secret_value()))
            except discord.LoginFailure as error:
                raise SettingsError(REFUSED) from error
            except ConversationError as error:
                log.warning("Discord can't be reached (%s)", error)
                await asyncio.sleep(backoff(tries))
            else:
                break
        await sync(self._tree)
        try:
            await self._client.connect()
        except discord.ConnectionClosed as error:
            if error.code != TOKEN_REFUSED:
                raise
            raise SettingsError(REFUSED) from error

    @property
    def alert_channel(self) -> str:
        """The channel that hears of low compute, "" for none."""
        return str(self._settings.discord_alert_channel_id or "")

    def channel(self, workspace: str, channel: str) -> str:
        """Return the address of a channel, "" for a direct message: its person was told."""
        if workspace and not workspace.isdigit():
            return ""
        return Place(int(channel), int(workspace or 0)).dump()

    def conversation(self, address: str) -> DiscordConversation:
        """Return the conversation at an address."""
        return DiscordConversation(self._client, self._files, Place.load(address))

    async def download(self, attachment: Attachment, limit: int) -> Fetched:
        """Return an attachment, from Discord's own hosts only."""
        own = yarl.URL(self._settings.discord_api_url).host or ""
        hosts = {*FILE_HOSTS, own}
        return await fetch(self._session, attachment.url, hosts=hosts, limit=limit)

    async def on_ready(self) -> None:
        """Note that events can arrive."""
        self._connected = True
        log.info("Connected to Discord as %s", self._client.user)

    async def on_resumed(self) -> None:
        """Note that events can arrive again."""
        self._connected = True

    async def on_disconnect(self) -> None:
        """Note that no events can arrive; discord.py connects again by itself."""
        self._connected = False
