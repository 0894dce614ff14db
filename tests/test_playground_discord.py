"""The local Discord guild, as the real discord.py meets it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.playground.discord import Guild


class Bot(discord.Client):
    """A real client that notes what it is told."""

    def __init__(self, guild: Guild, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents.default(),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.pressed: list[discord.Interaction] = []
        self.resumes = 0
        self._rung = guild.journal.changed

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)
            self._rung()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.pressed.append(interaction)
        self._rung()

    async def on_resumed(self) -> None:
        self.resumes += 1
        self._rung()


@asynccontextmanager
async def logged_in(guild: Guild, bot: Bot) -> AsyncIterator[Bot]:
    """Run a bot until the block ends, and leave no socket behind."""
    task = asyncio.create_task(bot.start(guild.token))
    ready = asyncio.create_task(bot.wait_until_ready())
    try:
        await asyncio.wait({task, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        yield bot
    finally:
        ready.cancel()
        await bot.close()
        await asyncio.gather(task, ready, return_exceptions=True)


@pytest.fixture
async def guild(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Guild]:
    async with Guild() as guild:
        monkeypatch.setattr(Route, "BASE", guild.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(guild.gateway_url))
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[Bot]:
    async with logged_in(guild, Bot(guild)) as bot:
        yield bot


async def test_real_client_logs_in(guild: Guild, bot: Bot) -> None:
    """Everything else rests on it: REST login, IDENTIFY, READY, GUILD_CREATE."""
    home = bot.get_guild(guild.guild_id)

    assert bot.user is not None
    assert bot.user.id == guild.bot.id
    assert bot.application_id == guild.application_id
    assert home is not None
    assert {channel.name for channel in home.text_channels} == {"general", "random", "news"}


async def test_mention_is_answered_in_a_thread(guild: Guild, bot: Bot) -> None:
    """The main way to ask."""
    said = await guild.say("ada", "general", "@neocu a lighthouse at dusk")
    await guild.journal.until(lambda: bot.heard)
    heard = bot.heard[0]
    thread = await heard.create_thread(name="a lighthouse")
    await thread.send("Working on it.")
    seen = guild.seen_by("ada", guild.channel(thread.id))

    assert heard.content == f"<@{guild.bot.id}> a lighthouse at dusk"
    assert thread.id == said.id
    assert [note.content for note in seen] == ["Working on it."]
