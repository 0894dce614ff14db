"""What a bot can and can't read on the local Discord guild, and what it can ask about."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands
from test_playground_discord import Bot, logged_in
from test_playground_discord_interactions import CommandBot, answered

from bots.playground.discord import Guild

PICTURE = [("cat.png", b"cat", "image/png")]


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


async def test_bots_role_is_mentioned_instead_of_the_bot(guild: Guild, bot: Bot) -> None:
    """Both have one name; the role brings no content, but tells that the bot was meant."""
    await guild.say("ada", "general", f"{guild.bot_role} a cat")
    await guild.journal.until(lambda: bot.heard)
    (heard,) = bot.heard
    home = heard.guild
    assert home is not None

    assert home.self_role is not None
    assert home.self_role.name == "neocu"
    assert heard.role_mentions == [home.self_role]
    assert (heard.mentions, heard.content) == ([], "")


async def test_role_needs_a_permission_to_be_mentioned(guild: Guild, bot: Bot) -> None:
    """Where people may not mention every role it is only text."""
    guild.deny("general", "mention_everyone", "ada")
    await guild.say("ada", "general", f"{guild.bot_role} a cat")
    await guild.journal.until(lambda: bot.heard)

    assert bot.heard[0].role_mentions == []


async def test_replied_to_picture_is_hidden(guild: Guild, bot: Bot) -> None:
    """A mention shows itself, not what it replies to: that comes without text and files."""
    said = await guild.say("ben", "general", "my cat", files=PICTURE)
    await guild.say("ada", "general", "@neocu make it blue", reply_to=said)
    await guild.journal.until(lambda: len(bot.heard) == 2)
    referenced = bot.heard[1].reference
    assert referenced is not None
    replied = referenced.resolved
    assert isinstance(replied, discord.Message)
    fetched = await replied.fetch()

    assert "make it blue" in bot.heard[1].content
    assert (replied.id, replied.content, replied.attachments) == (said.id, "", [])
    assert (fetched.content, fetched.attachments) == ("", [])


async def test_forward_carries_a_snapshot(guild: Guild, bot: Bot) -> None:
    """In a direct message it can be read; its own content is empty."""
    said = await guild.say("ben", "general", "my cat", files=PICTURE)
    await guild.forward("ada", said, guild.dm("ada"))
    await guild.forward("ada", said, "random")
    await guild.journal.until(lambda: len(bot.heard) == 3)
    direct, hidden = (bot.heard[n].message_snapshots[0] for n in (1, 2))

    assert bot.heard[1].content == ""
    assert (direct.content, [one.filename for one in direct.attachments]) == ("my cat", ["cat.png"])
    assert (hidden.content, hidden.attachments) == ("", [])


async def test_adults_only_channel_is_known(guild: Guild, bot: Bot) -> None:
    """The flag comes with the channel."""
    guild.mark_nsfw("random")
    channel = await bot.fetch_channel(guild.channel("random").id)

    assert isinstance(channel, discord.TextChannel)
    assert channel.is_nsfw()


async def test_owner_or_team_is_told(guild: Guild, bot: Bot) -> None:
    """An app belongs to a person, or to a team whose members are told."""
    alone = await bot.application_info()
    guild.form_team("olga", "ada")
    team = (await bot.application_info()).team
    assert team is not None

    assert (alone.owner.name, alone.team) == ("olga", None)
    assert [member.name for member in team.members] == ["olga", "ada"]
    assert team.owner_id == guild.person("olga").id


async def test_membership_can_be_asked(guild: Guild, bot: Bot) -> None:
    """Without a privileged intent: whether somebody is in the guild, or not any more (10007)."""
    home = bot.get_guild(guild.guild_id)
    assert home is not None
    ada = await home.fetch_member(guild.person("ada").id)
    guild.leave("ada")
    with pytest.raises(discord.NotFound) as refusal:
        await home.fetch_member(ada.id)

    assert ada.name == "ada"
    assert refusal.value.code == 10007


async def test_commands_read_back_differ_from_those_sent(guild: Guild) -> None:
    """The server keeps all contexts, discord.py loses one: compared as they are, they differ.

    https://github.com/Rapptz/discord.py/issues/10525
    """
    async with logged_in(guild, CommandBot(guild)) as bot:
        slash = bot.tree.get_command("neocu")
        assert isinstance(slash, app_commands.Command)
        slash.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        )
        writes = guild.world.command_writes
        await bot.tree.sync()
        fetched = {command.name: command for command in await bot.tree.fetch_commands()}
        contexts = fetched["neocu"].allowed_contexts
        assert contexts is not None

        assert guild.commands[0]["contexts"] == [0, 1, 2]
        assert contexts.to_array() == [0, 1]
        assert fetched["Use in Neocu"].description == ""
        assert (guild.world.command_writes - writes, guild.world.command_creates) == (1, 2)


class Choosing(CommandBot):
    """A bot whose answer has a menu and a link."""

    def __init__(self, guild: Guild) -> None:
        super().__init__(guild)

        @self.tree.command(name="pick", description="Pick one")
        async def pick(act: discord.Interaction) -> None:
            await act.response.send_message("pick", view=Menu())


class Menu(discord.ui.View):
    """One select menu and one link button."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Docs", url="https://example.com/docs"))

    @discord.ui.select(
        custom_id="size",
        options=[discord.SelectOption(label="Small"), discord.SelectOption(label="Large")],
    )
    async def size(self, act: discord.Interaction, menu: discord.ui.Select["Menu"]) -> None:
        """Say what was chosen, or ask for more in a modal."""
        if menu.values == ["Small"]:
            await act.response.send_message(f"chose {menu.values}")
        else:
            await act.response.send_modal(Details())


class Details(discord.ui.Modal, title="More"):
    """A modal with a text to read and a menu."""

    note = discord.ui.TextDisplay("Choose **one**.")
    style = discord.ui.Label(
        text="Style",
        component=discord.ui.Select(
            custom_id="style", options=[discord.SelectOption(label="Oil", value="oil")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"style {self.style.component.values}")


async def test_option_is_picked_and_link_opened(guild: Guild) -> None:
    """Menus and links in messages work as buttons do; what is not offered can't be picked."""
    async with logged_in(guild, Choosing(guild)):
        asked = await guild.command("ada", "general", "pick")
        note = await answered(guild, asked)
        with pytest.raises(ValueError, match="offer"):
            await guild.choose("ada", note, "size", "Medium")
        said = await answered(guild, await guild.choose("ada", note, "size", "Small"))

        assert said.content == "chose ['Small']"
        assert guild.links(note) == {"Docs": "https://example.com/docs"}


async def test_menu_in_a_modal_is_picked(guild: Guild) -> None:
    """A form may have texts to read and menus beside its fields."""
    async with logged_in(guild, Choosing(guild)):
        note = await answered(guild, await guild.command("ada", "general", "pick"))
        await guild.choose("ada", note, "size", "Large")
        modal = await guild.journal.until(lambda: guild.modal("ada"))
        with pytest.raises(ValueError, match="offer"):
            await guild.submit("ada", modal, {"style": ["chalk"]})
        said = await answered(guild, await guild.submit("ada", modal, {"style": ["oil"]}))

        assert said.content == "style ['oil']"
