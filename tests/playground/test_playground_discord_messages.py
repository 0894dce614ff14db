"""What a message holds on the local Discord guild: files, edits, nonces, who was notified."""

import io
from collections.abc import AsyncIterator

import discord
import pytest
from test_playground_discord import Bot, logged_in

from bots.playground.discord import Guild, Message

MEBIBYTE = 1024 * 1024


def file(name: str, size: int = 3) -> discord.File:
    """Return a file to upload."""
    return discord.File(io.BytesIO(b"x" * size), name)


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


@pytest.fixture
def general(guild: Guild, bot: Bot) -> discord.PartialMessageable:
    """The channel to speak in."""
    return bot.get_partial_messageable(guild.channel("general").id)


def stored(guild: Guild, message: discord.Message) -> Message:
    """Return what the guild has of a message."""
    return guild.channel(message.channel.id).messages[message.id]


async def test_ten_files_are_one_message(guild: Guild, general: discord.PartialMessageable) -> None:
    """An edit that would make it eleven is refused as a whole."""
    sent = await general.send(files=[file(f"{n}.png") for n in range(9)])
    ten = await sent.add_files(file("9.png"))
    with pytest.raises(discord.HTTPException) as refusal:
        await ten.add_files(file("10.png"))

    assert refusal.value.code == 50035
    assert list(guild.inspection.files(stored(guild, sent))) == [f"{n}.png" for n in range(10)]


async def test_edit_lists_all_that_stays(guild: Guild, general: discord.PartialMessageable) -> None:
    """What an edit's `attachments` leave out is gone; without the field all stay."""
    sent = await general.send(files=[file("a.png"), file("b.png")])
    await sent.edit(content="all")
    both = list(guild.inspection.files(stored(guild, sent)))
    await sent.edit(attachments=[sent.attachments[1], file("c.png")])

    assert both == ["a.png", "b.png"]
    assert list(guild.inspection.files(stored(guild, sent))) == ["b.png", "c.png"]


@pytest.mark.parametrize(("tier", "mebibytes"), [(0, 10), (1, 10), (2, 50), (3, 100)])
async def test_boosts_let_larger_files_in(
    guild: Guild, bot: Bot, general: discord.PartialMessageable, tier: int, mebibytes: int
) -> None:
    """The bot learns of the limit by the guild's tier, and the server keeps to the same."""
    guild.boost(tier)
    home = bot.get_guild(guild.guild_id)
    assert home is not None
    await guild.journal.until(lambda: home.premium_tier == tier)

    assert home.filesize_limit == guild.world.file_limit(guild.channel("general"))
    assert home.filesize_limit == mebibytes * MEBIBYTE
    if tier in (0, 2):
        with pytest.raises(discord.HTTPException) as refusal:
            await general.send(file=file("large.mp4", mebibytes * MEBIBYTE + 1))
        assert (refusal.value.status, refusal.value.code) == (413, 40005)


async def test_request_has_a_limit_too(guild: Guild, general: discord.PartialMessageable) -> None:
    """Each file may be small enough and all of them too much: 25 MiB."""
    with pytest.raises(discord.HTTPException) as refusal:
        await general.send(files=[file(f"{n}.mp4", 9 * MEBIBYTE) for n in range(3)])

    assert (refusal.value.status, refusal.value.code) == (413, 40005)
    assert guild.inspection.by_bot() == []


async def test_previews_can_be_suppressed_and_shown(
    guild: Guild, general: discord.PartialMessageable
) -> None:
    """An address of a result unfurls unless the flag says no, or angle brackets do."""
    text = "see https://example.com/a.png and <https://example.com/b.png>"
    sent = await general.send(text, suppress_embeds=True)
    hidden = guild.inspection.previews(stored(guild, sent))
    await sent.edit(suppress=False)

    assert hidden == []
    assert guild.inspection.previews(stored(guild, sent)) == ["https://example.com/a.png"]


async def test_edit_notifies_nobody_and_is_remembered(
    guild: Guild, general: discord.PartialMessageable
) -> None:
    """So a result is a new message; `pinged` tells who heard of it."""
    ada = guild.person("ada")
    allowed = discord.AllowedMentions(users=True)
    sent = await general.send("On it …", nonce="card-1")
    await sent.edit(content=f"Ready, <@{ada.id}>.", allowed_mentions=allowed)
    edited = guild.inspection.notified(ada)
    result = await general.send(f"Ready, <@{ada.id}>.", allowed_mentions=allowed, nonce="card-2")
    await sent.delete()

    assert edited == []
    assert [note.id for note in guild.inspection.notified(ada)] == [result.id]
    assert guild.inspection.nonces() == ["card-2"]
    (gone,) = guild.inspection.deleted()
    assert guild.inspection.texts(gone) == ["On it …", f"Ready, <@{ada.id}>."]


async def test_direct_message_notifies_its_person(guild: Guild, bot: Bot) -> None:
    """An alert to the owner is heard without a mention."""
    user = await bot.fetch_user(guild.person("ben").id)
    sent = await user.send("low balance")

    assert [note.id for note in guild.inspection.notified(guild.person("ben"))] == [sent.id]
    assert list(guild.inspection.visible_to(guild.person("ben"))) == ["ben"]


async def test_typing_is_counted(guild: Guild, general: discord.PartialMessageable) -> None:
    """How often the bot shows that it types is seen, as its rate is limited."""
    for _ in range(2):
        async with general.typing():
            pass
    times = guild.inspection.typing_times(guild.channel("general"))

    assert len(times) == 2
    assert times == sorted(times)
