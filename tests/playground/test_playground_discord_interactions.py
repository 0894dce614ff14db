"""Slash commands, buttons and modals on the local Discord guild, with the real discord.py."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands
from test_playground_discord import Bot, logged_in

from bots.playground.discord import Guild, Interaction, Message


class Asking(discord.ui.Modal, title="Edit"):
    """A modal with a text and files."""

    prompt = discord.ui.Label(
        text="Prompt", component=discord.ui.TextInput(custom_id="prompt", default="a cat")
    )
    files = discord.ui.Label(
        text="Files", component=discord.ui.FileUpload(custom_id="files", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what came in."""
        names = [file.filename for file in self.files.component.values]
        await interaction.response.send_message(f"{self.prompt.component.value} {names}")


class CommandBot(Bot):
    """A bot with one slash command, one message command and a view with two buttons."""

    def __init__(self, guild: Guild) -> None:
        super().__init__(guild)
        self.answering = True

        @self.tree.command(name="neocu", description="Ask Neocu")
        @app_commands.allowed_installs(guilds=True, users=True)
        async def neocu(
            act: discord.Interaction, query: str, picture: discord.Attachment | None = None
        ) -> None:
            if not self.answering:
                return
            await act.response.defer(thinking=True, ephemeral=query == "help")
            content = await picture.read() if picture else b""
            await act.edit_original_response(content=f"{query}{content.decode()}", view=Buttons())

        @self.tree.context_menu(name="Use in Neocu")
        async def use(act: discord.Interaction, message: discord.Message) -> None:
            await act.response.send_message(f"using {message.content}", ephemeral=True)

    async def setup_hook(self) -> None:
        """Tell Discord of the commands."""
        await self.tree.sync()


class Buttons(discord.ui.View):
    """Two buttons that outlive a restart."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, act: discord.Interaction, _: discord.ui.Button["Buttons"]) -> None:
        """Change the message itself."""
        await act.response.edit_message(content="again")

    @discord.ui.button(label="Edit…", custom_id="edit")
    async def edit(self, act: discord.Interaction, _: discord.ui.Button["Buttons"]) -> None:
        """Open a modal."""
        await act.response.send_modal(Asking())


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild that is patient for a tenth of a second only where a test says so."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[CommandBot]:
    """A bot with commands."""
    async with logged_in(guild, CommandBot(guild)) as bot:
        yield bot


async def answered(guild: Guild, act: Interaction) -> Message:
    """Return the response once it is no placeholder any more."""
    return await guild.journal.until(
        lambda: act.response if act.response and not act.response.thinking else None
    )


@pytest.mark.usefixtures("bot")
async def test_slash_command_is_deferred_then_answered(guild: Guild) -> None:
    """The slash command's way: acknowledged in time, filled in later, seen by all."""
    act = await guild.command("ada", "general", "neocu", query="a cat")
    note = await answered(guild, act)

    assert (act.answered, note.content) == (5, "a cat")
    assert guild.seen_by("ben", "general") == [note]


@pytest.mark.usefixtures("bot")
async def test_attachment_option_reaches_the_bot(guild: Guild) -> None:
    """Files are handed over with the command."""
    picture = ("cat.txt", b" and a dog", "text/plain")
    act = await guild.command("ada", "general", "neocu", query="a cat", picture=picture)
    note = await answered(guild, act)

    assert note.content == "a cat and a dog"


@pytest.mark.usefixtures("bot")
async def test_slash_command_in_thread_and_direct_message(guild: Guild) -> None:
    """People ask wherever they are."""
    for place in (guild.add_thread("general", "ideas"), guild.dm("ada")):
        act = await guild.command("ada", place, "neocu", query="a cat")
        note = await answered(guild, act)

        assert guild.seen_by("ada", place) == [note]


@pytest.mark.usefixtures("bot")
async def test_deferred_ephemerally_stays_so(guild: Guild) -> None:
    """Help is for the one who asked."""
    act = await guild.command("ada", "general", "neocu", query="help")
    note = await answered(guild, act)

    assert guild.seen_by("ada", "general") == [note]
    assert guild.seen_by("ben", "general") == []


async def test_silent_bot_fails_the_person(guild: Guild, bot: CommandBot) -> None:
    """After the deadline the person is told, and the bot's answer is refused: 10062."""
    guild.rules.interaction_deadline = 0.05
    bot.answering = False
    act = await guild.command("ada", "general", "neocu", query="a cat")
    await guild.journal.until(lambda: act.failed and bot.acts)
    with pytest.raises(discord.NotFound) as refusal:
        await bot.acts[0].response.defer()
    (told,) = guild.seen_by("ada", "general")

    assert refusal.value.code == 10062
    assert (told.failed, told.content) == (True, "The application did not respond")
    assert guild.seen_by("ben", "general") == []


@pytest.mark.usefixtures("bot")
async def test_second_response_is_refused(guild: Guild) -> None:
    """A redelivered interaction can't be answered twice: 40060."""
    act = await guild.command("ada", "general", "neocu", query="a cat")
    await answered(guild, act)
    guild.replay(guild.newest("INTERACTION_CREATE"))
    await guild.journal.until(
        lambda: (
            [call.status for call in guild.journal.calls if "callback" in call.path] == [200, 400]
        )
    )

    assert len(guild.seen_by("ada", "general")) == 1


async def test_token_ends_after_fifteen_minutes(guild: Guild, bot: CommandBot) -> None:
    """A late result can't be put into the original response: 401, 50027."""
    await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    guild.age_interactions(16)
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.acts[0].edit_original_response(content="late")

    assert (refusal.value.status, refusal.value.code) == (401, 50027)


async def test_thread_grows_from_the_answer(guild: Guild, bot: CommandBot) -> None:
    """The slash command gets the same thread as a mention."""
    note = await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    message = await bot.acts[0].original_response()
    thread = await (await message.fetch()).create_thread(name="a cat")
    await thread.send("a task")

    assert thread.id == note.id
    assert [said.content for said in guild.seen_by("ada", thread.id)] == ["a task"]


async def test_followups_come_after_the_answer(guild: Guild, bot: CommandBot) -> None:
    """Later messages and files use the interaction's own webhook."""
    await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    sent = await bot.acts[0].followup.send("more", ephemeral=True, wait=True)
    await sent.edit(content="even more")

    assert [note.content for note in guild.seen_by("ada", "general")] == ["a cat", "even more"]
    assert [note.content for note in guild.seen_by("ben", "general")] == ["a cat"]


@pytest.mark.usefixtures("bot")
async def test_message_command_brings_the_whole_message(guild: Guild) -> None:
    """The menu command reads a message that the bot may not read otherwise."""
    said = await guild.say("ben", "general", "secret recipe")
    act = await guild.message_command("ada", said, "Use in Neocu")
    note = await answered(guild, act)

    assert note.content == "using secret recipe"
    assert note.seen_only_by is guild.person("ada")


@pytest.mark.usefixtures("bot")
async def test_button_changes_its_message(guild: Guild) -> None:
    """A press is answered in place."""
    note = await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    act = await guild.press("ben", note, "again")
    await guild.journal.until(lambda: act.answered)

    assert note.content == "again"


@pytest.mark.usefixtures("bot")
async def test_modal_with_files_is_filled_in(guild: Guild) -> None:
    """The edit button asks for a text and files."""
    note = await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    await guild.press("ada", note, "edit")
    modal = await guild.journal.until(lambda: guild.modal("ada"))
    values = {"prompt": "a dog", "files": [("dog.png", b"dog", "image/png")]}
    act = await guild.submit("ada", modal, values)
    said = await answered(guild, act)

    assert said.content == "a dog ['dog.png']"
    assert guild.modal("ada") is None


async def test_user_installed_app_works_where_it_is_no_member(
    guild: Guild, bot: CommandBot
) -> None:
    """A person takes the app along; without USE_EXTERNAL_APPS only they see the answer."""
    shared = await guild.command("ada", "elsewhere", "neocu", user_install=True, query="a cat")
    await answered(guild, shared)
    guild.deny("elsewhere", "use_external_apps", "ada")
    private = await guild.command("ada", "elsewhere", "neocu", user_install=True, query="a dog")
    await answered(guild, private)

    assert bot.acts[0].is_user_integration()
    assert not bot.acts[0].is_guild_integration()
    assert [note.content for note in guild.seen_by("ada", "elsewhere")] == ["a cat", "a dog"]
    assert [note.content for note in guild.seen_by("ben", "elsewhere")] == ["a cat"]


@pytest.mark.usefixtures("bot")
async def test_unregistered_command_can_not_be_typed(guild: Guild) -> None:
    """The client offers only what the bot has registered."""
    with pytest.raises(ValueError, match="no command"):
        await guild.command("ada", "general", "other")
    with pytest.raises(ValueError, match="missing"):
        await guild.command("ada", "general", "neocu")
