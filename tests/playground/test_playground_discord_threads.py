"""Where a bot may speak on the local Discord guild: threads that are limited, locked or gone."""

from collections.abc import AsyncIterator

import discord
import pytest
from test_playground_discord import Bot, logged_in

from bots.playground.discord import Channel, Guild


class HastyBot(Bot):
    """A bot that waits half a minute at most for a rate limit."""

    def __init__(self, guild: Guild) -> None:
        super().__init__(guild)
        self.http.max_ratelimit_timeout = 30.0


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[Bot]:
    """A bot that is logged in to it."""
    async with logged_in(guild, HastyBot(guild)) as bot:
        yield bot


async def mentioned(guild: Guild, bot: Bot) -> discord.Message:
    """Return a new mention as the bot heard it."""
    said = await guild.say("ada", "general", "@neocu a cat")
    return await guild.journal.until(
        lambda: next((one for one in bot.heard if one.id == said.id), None)
    )


def in_thread(bot: Bot, thread: Channel) -> discord.PartialMessageable:
    """Return the thread to speak in."""
    return bot.get_partial_messageable(thread.id)


async def test_making_threads_is_limited_for_minutes(guild: Guild, bot: Bot) -> None:
    """discord.py raises RateLimited, which is no HTTPException; a reply still goes through."""
    heard = await mentioned(guild, bot)
    guild.faults.limit_threads(retry_after=250)
    with pytest.raises(discord.RateLimited) as refusal:
        await heard.create_thread(name="a cat")
    await heard.reply("Here, then.")

    assert refusal.value.retry_after == 250
    assert not isinstance(refusal.value, discord.HTTPException)
    assert guild.faults.invalid_requests == 0


async def test_limit_on_threads_ends(guild: Guild, bot: Bot) -> None:
    """After it threads are made as before."""
    heard = await mentioned(guild, bot)
    guild.faults.limit_threads()
    guild.faults.clear()
    thread = await heard.create_thread(name="a cat")

    assert thread.id == heard.id


async def test_only_so_many_threads_are_active(guild: Guild, bot: Bot) -> None:
    """160006 in a busy server, until one is archived."""
    heard = await mentioned(guild, bot)
    other = guild.add_thread("general", "other")
    guild.rules.max_active_threads = 1
    with pytest.raises(discord.HTTPException) as refusal:
        await heard.create_thread(name="a cat")
    guild.archive(other)
    await heard.create_thread(name="a cat")

    assert refusal.value.code == 160006


async def test_reply_needs_read_message_history(guild: Guild, bot: Bot) -> None:
    """160002, though a message that is no reply is taken."""
    heard = await mentioned(guild, bot)
    guild.deny("general", "read_message_history")
    with pytest.raises(discord.HTTPException) as refusal:
        await heard.reply("no")
    await heard.channel.send("yes")

    assert refusal.value.code == 160002
    assert [note.content for note in guild.inspection.by_bot()] == ["yes"]


@pytest.mark.parametrize(("archived", "code"), [(False, 160005), (True, 50083)])
async def test_locked_thread_is_for_its_managers(
    guild: Guild, bot: Bot, *, archived: bool, code: int
) -> None:
    """A moderator may lock a thread while a request runs; with Manage Threads it stays open."""
    thread = guild.add_thread("general", "ideas")
    if archived:
        guild.archive(thread, locked=True)
    else:
        guild.lock(thread)
    with pytest.raises(discord.HTTPException) as refusal:
        await in_thread(bot, thread).send("done")
    guild.allow("general", "manage_threads")
    await in_thread(bot, thread).send("done")

    assert refusal.value.code == code
    assert not thread.archived


async def test_edit_in_archived_thread_is_refused(guild: Guild, bot: Bot) -> None:
    """A message opens the thread again, an edit or a deletion does not: 50083."""
    thread = guild.add_thread("general", "ideas")
    sent = await in_thread(bot, thread).send("working")
    guild.archive(thread)
    for call in (sent.edit(content="done"), sent.delete()):
        with pytest.raises(discord.HTTPException) as refusal:
            await call
        assert refusal.value.code == 50083
    await in_thread(bot, thread).send("done")
    await sent.delete()

    assert [note.content for note in guild.inspection.by_bot()] == ["done"]


async def test_deleted_thread_leaves_its_parent(guild: Guild, bot: Bot) -> None:
    """10003 in the thread, while the message it grew from and its channel take a reply."""
    heard = await mentioned(guild, bot)
    thread = await heard.create_thread(name="a cat")
    sent = await thread.send("working")
    guild.delete_channel(thread.id)
    for call in (thread.send("done"), sent.edit(content="done")):
        with pytest.raises(discord.NotFound) as refusal:
            await call
        assert refusal.value.code == 10003
    reply = await heard.reply("done")

    assert guild.seen_by("ada", "general")[-1].id == reply.id


async def test_deleted_channel_takes_its_threads_along(guild: Guild, bot: Bot) -> None:
    """Nothing is left there to answer in."""
    thread = guild.add_thread("random", "ideas")
    guild.delete_channel("random")
    await guild.journal.until(lambda: bot.get_channel(thread.id) is None)
    with pytest.raises(discord.NotFound) as refusal:
        await in_thread(bot, thread).send("done")

    assert refusal.value.code == 10003


async def test_asker_is_in_the_thread_of_their_own_message_only(guild: Guild, bot: Bot) -> None:
    """Who is no member does not hear of the result; the bot can add them."""
    heard = await mentioned(guild, bot)
    asked = await heard.create_thread(name="asked")
    answer = await heard.channel.send("On it …")
    answered = await answer.create_thread(name="answered")
    before = guild.inspection.thread_members(guild.channel(answered.id))
    await answered.add_user(discord.Object(heard.author.id))
    after = guild.inspection.thread_members(guild.channel(answered.id))

    assert guild.inspection.thread_members(guild.channel(asked.id)) == {"ada", "neocu"}
    assert (before, after) == ({"neocu"}, {"ada", "neocu"})
    assert guild.channel(answered.id).added == {heard.author.id}


async def test_new_thread_begins_with_a_copy_of_the_mention(guild: Guild, bot: Bot) -> None:
    """A second MESSAGE_CREATE of the same ID and author, which is not to be answered again."""
    heard = await mentioned(guild, bot)
    thread = await heard.create_thread(name="a cat")
    starter = await guild.journal.until(lambda: bot.heard[1] if bot.heard[1:] else None)

    assert starter.type is discord.MessageType.thread_starter_message
    assert (starter.id, starter.author) == (heard.id, heard.author)
    assert (starter.channel.id, starter.content, starter.mentions) == (thread.id, "", [])
    assert guild.seen_by("ada", thread.id) == []


async def test_mention_makes_a_thread_member(guild: Guild, bot: Bot) -> None:
    """The other way to let the asker hear of it: one allowed mention."""
    thread = guild.add_thread("general", "ideas")
    ada = guild.person("ada")
    quiet = await in_thread(bot, thread).send(f"for <@{ada.id}>")
    before = guild.inspection.notified(ada)
    loud = await in_thread(bot, thread).send(
        f"for <@{ada.id}>", allowed_mentions=discord.AllowedMentions(users=[discord.Object(ada.id)])
    )

    assert (quiet.id, before) == (thread.messages[quiet.id].id, [])
    assert [note.id for note in guild.inspection.notified(ada)] == [loud.id]
    assert guild.inspection.thread_members(thread) == {"ada", "neocu"}


async def test_mention_in_an_edit_lets_in_quietly(guild: Guild, bot: Bot) -> None:
    """The asker is a member then, and hears of what comes later."""
    thread = guild.add_thread("general", "ideas")
    ada = guild.person("ada")
    sent = await in_thread(bot, thread).send("working")
    allowed = discord.AllowedMentions(users=True)
    await sent.edit(content=f"for <@{ada.id}>", allowed_mentions=allowed)

    assert guild.inspection.thread_members(thread) == {"ada", "neocu"}
    assert guild.inspection.notified(ada) == []


@pytest.mark.parametrize(("permission", "code"), [("view_channel", 50001), ("attach_files", 50013)])
async def test_edit_needs_permissions_too(
    guild: Guild, bot: Bot, permission: str, code: int
) -> None:
    """What was allowed when the request came may be taken away before the result is there."""
    channel = bot.get_partial_messageable(guild.channel("general").id)
    sent = await channel.send("working")
    guild.deny("general", permission)
    with pytest.raises(discord.Forbidden) as refusal:
        await sent.edit(content="done", attachments=[discord.File(__file__, "a.txt")])

    assert refusal.value.code == code
