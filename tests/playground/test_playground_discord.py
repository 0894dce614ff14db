"""The local Discord guild, as the real discord.py meets it: login, gateway, messages."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bots.playground.discord import Guild

MESSAGES = "POST /channels/*/messages"


class Bot(discord.Client):
    """A real client that notes what it is told, and rings the guild's bell."""

    def __init__(self, guild: Guild, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents.default(),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.edited: list[discord.RawMessageUpdateEvent] = []
        self.acts: list[discord.Interaction] = []
        self.resumes = 0
        self.logins = 0
        self._bell = guild.journal.changed

    async def on_message(self, message: discord.Message) -> None:
        """Note what others say."""
        if message.author != self.user:
            self.heard.append(message)
            self._bell()

    async def on_raw_message_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        """Note an edit."""
        self.edited.append(edit)
        self._bell()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Note a command, a press or a modal."""
        self.acts.append(interaction)
        self._bell()

    async def on_resumed(self) -> None:
        """Note that a session went on."""
        self.resumes += 1
        self._bell()

    async def on_socket_event_type(self, _: str) -> None:
        """Ring at every gateway event."""
        self._bell()

    async def on_guild_join(self, _: discord.Guild) -> None:
        """Ring when a guild is known anew."""
        self._bell()

    async def on_ready(self) -> None:
        """Ring when the guild is known."""
        self._bell()

    async def on_connect(self) -> None:
        """Note that a session began."""
        self.logins += 1
        self._bell()


@contextmanager
def pointed_at(guild: Guild) -> Iterator[None]:
    """Point discord.py at the guild: its two base addresses, and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", guild.api_url)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(guild.gateway_url))
        yield


@asynccontextmanager
async def logged_in(guild: Guild, bot: Bot) -> AsyncIterator[Bot]:
    """Run a bot until the block ends, and leave no socket behind."""
    with pointed_at(guild):
        task = asyncio.create_task(bot.start(guild.token))
        task.add_done_callback(lambda _: guild.journal.changed())
        try:
            await guild.journal.until(lambda: bot.is_ready() or task.done())
            if task.done():
                await task
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[Bot]:
    """A bot that is logged in to it."""
    async with logged_in(guild, Bot(guild)) as bot:
        yield bot


async def test_real_client_logs_in(guild: Guild, bot: Bot) -> None:
    """Everything else rests on it: REST login, IDENTIFY, READY, GUILD_CREATE."""
    home = bot.get_guild(guild.guild_id)

    assert bot.user is not None
    assert (bot.user.id, bot.application_id) == (guild.bot.id, guild.application_id)
    assert home is not None
    assert {channel.name for channel in home.text_channels} == {"general", "random", "news"}
    assert home.me.guild_permissions.create_public_threads


async def test_mention_is_answered_in_a_thread(guild: Guild, bot: Bot) -> None:
    """The main way to ask."""
    said = await guild.say("ada", "general", "@neocu a lighthouse at dusk")
    await guild.journal.until(lambda: bot.heard)
    heard = bot.heard[0]
    thread = await heard.create_thread(name="a lighthouse")
    await thread.send("Working on it.")
    seen = guild.seen_by("ada", thread.id)

    assert heard.content == f"<@{guild.bot.id}> a lighthouse at dusk"
    assert [user.id for user in heard.mentions] == [guild.bot.id]
    assert thread.id == said.id
    assert [note.content for note in seen] == ["Working on it."]


async def test_second_thread_of_a_message_is_refused(guild: Guild, bot: Bot) -> None:
    """A redelivered mention finds the thread there already: 160004."""
    await guild.say("ada", "general", "@neocu hello")
    await guild.journal.until(lambda: bot.heard)
    await bot.heard[0].create_thread(name="first")
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.heard[0].create_thread(name="second")

    assert (refusal.value.status, refusal.value.code) == (400, 160004)


async def test_thread_needs_its_permission(guild: Guild, bot: Bot) -> None:
    """Where threads aren't allowed the bot must answer by a reply instead."""
    guild.deny("general", "create_public_threads")
    await guild.say("ada", "general", "@neocu hello")
    await guild.journal.until(lambda: bot.heard)
    with pytest.raises(discord.Forbidden) as refusal:
        await bot.heard[0].create_thread(name="no")
    answer = await bot.heard[0].reply("Here, then.")

    assert refusal.value.code == 50013
    assert guild.seen_by("ada", "general")[-1].id == answer.id


async def test_attachment_is_fetched_by_its_signed_link(guild: Guild, bot: Bot) -> None:
    """What a person attaches reaches the bot byte for byte; a forged link does not."""
    await guild.say("ada", "general", "@neocu this", files=[("cat.png", b"cat", "image/png")])
    await guild.journal.until(lambda: bot.heard)
    (file,) = bot.heard[0].attachments
    content = await file.read()
    file.url = file.url.replace("hm=", "hm=0")

    assert (file.filename, file.content_type, file.size, content) == (
        "cat.png",
        "image/png",
        3,
        b"cat",
    )
    with pytest.raises(discord.NotFound):
        await file.read()


async def test_files_are_uploaded_and_edited_in(guild: Guild, bot: Bot) -> None:
    """Results arrive as files, also in a message that was there before."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    message = await channel.send("soon")
    await message.edit(content="here", attachments=[discord.File(fp=_png(), filename="a.png")])
    seen = guild.seen_by("ada", "general")[-1]

    assert (seen.content, seen.edited_at is not None) == ("here", True)
    assert [(file.filename, file.content_type, file.data) for file in seen.attachments] == [
        ("a.png", "image/png", b"png")
    ]


def _png() -> io.BytesIO:
    return io.BytesIO(b"png")


async def test_same_nonce_gets_the_earlier_message(guild: Guild, bot: Bot) -> None:
    """A message whose answer was lost may be sent again without being said twice."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    guild.faults.drop(MESSAGES, after=True)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("once", nonce="task-1")
    again = await channel.send("once", nonce="task-1")
    other = await channel.send("another", nonce="task-2")

    assert [note.id for note in guild.seen_by("ada", "general")] == [again.id, other.id]


async def test_mass_mention_pings_only_if_allowed(guild: Guild, bot: Bot) -> None:
    """What the bot posts is checked for pings: `pinged` tells who was notified."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    text = f"@everyone <@{guild.person('ada').id}>"
    quiet = await channel.send(text)
    escaped = await channel.send(
        r"\@everyone", allowed_mentions=discord.AllowedMentions(everyone=True)
    )
    loud = await channel.send(text, allowed_mentions=discord.AllowedMentions.all())
    notes = guild.channel("general").messages

    assert notes[quiet.id].pinged == set()
    assert notes[escaped.id].pinged == set()
    assert notes[loud.id].pinged == guild.people.keys() - {guild.bot.id}


async def test_rate_limit_is_honoured(guild: Guild, bot: Bot) -> None:
    """discord.py waits as told and sends again; nothing is said twice."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    guild.faults.rate_limit(MESSAGES, times=2, retry_after=0.05)
    await channel.send("patience")
    posts = [call.status for call in guild.journal.calls if call.path.endswith("/messages")]

    assert posts == [429, 429, 200]
    assert len(guild.seen_by("ada", "general")) == 1


async def test_edit_and_delete_by_people_are_told(guild: Guild, bot: Bot) -> None:
    """An edited mention is seen as an edit, not as a new message."""
    said = await guild.say("ada", "general", "@neocu first")
    await guild.edit("ada", said, "@neocu second")
    await guild.journal.until(lambda: bot.edited)
    await guild.delete("ada", said)

    assert bot.edited[0].message.clean_content == "@neocu second"
    assert guild.seen_by("ada", "general") == []


async def test_library_reads_all_that_it_fetches(guild: Guild, bot: Bot) -> None:
    """What REST tells has every field that discord.py needs."""
    said = await guild.say("ada", guild.add_thread("general", "ideas"), "hello")
    info = await bot.application_info()
    home = await bot.fetch_guild(guild.guild_id)
    member = await home.fetch_member(said.author.id)
    thread = await bot.fetch_channel(said.channel.id)
    assert isinstance(thread, discord.Thread)
    await thread.leave()
    await thread.join()
    message = await thread.fetch_message(said.id)
    listed = [note.id async for note in thread.history()]
    direct = await (await bot.fetch_user(said.author.id)).create_dm()
    async with direct.typing():
        await direct.send("hello")

    assert (info.id, info.owner.name) == (guild.application_id, "olga")
    assert (home.name, member.name, thread.name) == ("Playground", "ada", "ideas")
    assert (message.id, listed) == (said.id, [said.id])
    assert guild.bot.id in guild.dm("ada").typing
    assert [note.content for note in guild.seen_by("ada", guild.dm("ada"))] == ["hello"]


async def test_components_v2_survive_an_edit(guild: Guild, bot: Bot) -> None:
    """Once a message is made of components it stays so, and is edited as such."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("first")))
    sent = await channel.send(view=view)
    after = discord.ui.LayoutView()
    after.add_item(discord.ui.TextDisplay("second"))
    await sent.edit(view=after)
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.edit(content="plain")
    (note,) = guild.seen_by("ada", "general")

    assert refusal.value.code == 50035
    assert [part["content"] for part in note.components] == ["second"]
