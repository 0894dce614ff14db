"""Discord's listeners: what a person does there becomes a Request, noted before it is acknowledged.

No privileged intent is asked for: messages that mention the bot, and direct messages, come with
their words anyway. https://docs.discord.com/developers/events/gateway#message-content-intent
"""

import asyncio
import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import aiohttp
import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.discord import render
from bots.discord.commands import create_tree, sync
from bots.discord.conversation import TITLE_LENGTH, DiscordConversation, Place
from bots.discord.settings import DiscordSettings
from core import fetch, intent, wording
from core.conversation import Action, Attachment, Request
from core.ledger import LedgerError
from core.pace import backoff
from core.runtime import Accept
from core.settings import SettingsError

log = logging.getLogger(__name__)

FILE_HOSTS = {"cdn.discordapp.com", "media.discordapp.net"}
ORDINARY = {discord.MessageType.default, discord.MessageType.reply}
THREADED = {discord.ChannelType.text, discord.ChannelType.news}
LONGEST_RATE_LIMIT = 30.0  # seconds that discord.py waits by itself
# Seconds after the last guild has come until we say that we are ready.
GUILDS_MAY_FOLLOW = 0.2


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
            guild_ready_timeout=GUILDS_MAY_FOLLOW,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
        )
        self._tree = create_tree(self._client, self.on_command)
        for listener in (
            self.on_message,
            self.on_interaction,
            self.on_ready,
            self.on_resumed,
            self.on_disconnect,
        ):
            self._client.event(listener)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._session.close()

    @property
    def ready(self) -> bool:
        """Whether events can arrive now."""
        return self._connected

    def listen(self, accept: Accept) -> Sequence[web.RouteDef]:
        """Hand requests to `accept`; Discord needs nothing of the web server."""
        self._accept = accept
        return []

    async def run(self) -> None:
        """Log in, as soon as Discord can be reached, and stay connected until cancelled."""
        for tries in itertools.count(1):
            try:
                await self._client.login(self._settings.discord_token.get_secret_value())
            except discord.LoginFailure as error:
                about = DiscordSettings.model_fields["discord_token"].description
                raise SettingsError(
                    f"DISCORD_TOKEN was refused by Discord: it is {about}"
                ) from error
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.warning("Discord can't be reached (%s)", type(error).__name__)
                await asyncio.sleep(backoff(tries))
            else:
                break
        await sync(self._tree)
        await self._client.connect()

    def conversation(self, address: str) -> DiscordConversation:
        """Return the conversation at an address."""
        return DiscordConversation(self._client, Place.load(address))

    async def download(self, attachment: Attachment, limit: int) -> fetch.Fetched:
        """Return an attachment, from Discord's own hosts only."""
        own = yarl.URL(self._settings.discord_api_url).host or ""
        hosts = {*FILE_HOSTS, own}
        return await fetch.fetch(self._session, attachment.url, hosts=hosts, limit=limit)

    # Listeners

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

    async def on_message(self, message: discord.Message) -> None:
        """Take a mention, a reply that pings us, or a direct message."""
        me = self._client.user
        if me is None or message.author.bot or message.type not in ORDINARY:
            return
        if message.guild is not None and me not in message.mentions:
            return
        text = render.words(message, me)
        title = _title(text) if message.channel.type in THREADED else ""
        if intent.is_question(text):
            title = ""
        place = Place(channel=message.channel.id, message=message.id, title=title)
        request = Request(
            key=f"discord:{message.id}",
            platform=self.name,
            workspace=_workspace(message.guild, message.author),
            channel=str(message.channel.id),
            person=str(message.author.id),
            text=text,
            address=place.dump(),
            attachments=tuple(_attachment(file) for file in message.attachments),
        )
        try:
            await self._accept(request)
        except LedgerError:
            log.exception("A message could not be noted")
            await self.conversation(request.address).post(wording.NOT_TAKEN, request.key)

    async def on_command(
        self, interaction: discord.Interaction, text: str, files: Sequence[discord.Attachment]
    ) -> None:
        """Take `/neocu`; a question about Neocu itself is answered to its asker alone."""
        private = intent.is_question(text)
        threaded = interaction.channel is not None and interaction.channel.type in THREADED
        place = Place(
            channel=interaction.channel_id or 0,
            title=_title(text) if threaded and not private else "",
            token=interaction.token,
            private=private,
        )
        request = self._request(interaction, place, text=text, shown=private)
        request = replace(request, attachments=tuple(_attachment(file) for file in files))
        if await self._noted(interaction, request):
            await interaction.response.defer(thinking=True, ephemeral=private)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press of one of our buttons; commands go to `on_command`."""
        data: Mapping[str, Any] = interaction.data or {}
        found = render.pressed(data.get("custom_id", ""))
        if interaction.type is not discord.InteractionType.component or found is None:
            return
        action, about = found
        look, message = action is Action.CHECK_NOW, interaction.message
        place = Place(
            channel=interaction.channel_id or 0,
            message=message.id if message and not look else 0,
            token=interaction.token,
            answered=not look,
            private=look,
        )
        request = self._request(interaction, place, action=action, about=about, shown=look)
        if not look:  # pressed twice is once; only looking can be asked for again and again
            key = f"discord:{action}:{about}:{message.id if message else 0}"
            request = replace(request, key=key)
        if await self._noted(interaction, request):
            await interaction.response.defer(thinking=look, ephemeral=look)

    def _request(self, interaction: discord.Interaction, place: Place, **about: Any) -> Request:
        return Request(
            key=f"discord:{interaction.id}",
            platform=self.name,
            workspace=_workspace(interaction.guild, interaction.user),
            channel=str(place.channel),
            person=str(interaction.user.id),
            address=place.dump(),
            **({"text": ""} | about),
        )

    async def _noted(self, interaction: discord.Interaction, request: Request) -> bool:
        """Note a request, or say that it could not be."""
        try:
            await self._accept(request)
        except LedgerError:
            log.exception("An interaction could not be noted")
            await interaction.response.send_message(wording.NOT_TAKEN.text, ephemeral=True)
            return False
        return True


def _title(text: str) -> str:
    return " ".join(text.split())[:TITLE_LENGTH]


def _workspace(guild: discord.Guild | None, person: discord.abc.User) -> str:
    """Return the guild; outside of guilds, everybody is a workspace of their own."""
    return str(guild.id) if guild is not None else f"person {person.id}"


def _attachment(file: discord.Attachment) -> Attachment:
    return Attachment(
        id=str(file.id),
        name=file.filename,
        url=file.url,
        size=file.size,
        media_type=file.content_type or "",
    )
