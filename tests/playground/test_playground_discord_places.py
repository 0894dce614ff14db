"""Commands from places where the bot is not, may not write, or hears of too late."""

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from test_playground_discord import logged_in
from test_playground_discord_interactions import CommandBot, answered

from bots.playground.discord import Guild


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[CommandBot]:
    """A bot with commands."""
    async with logged_in(guild, CommandBot(guild)) as bot:
        yield bot


async def test_app_permissions_tell_that_the_bot_may_not_write(
    guild: Guild, bot: CommandBot
) -> None:
    """The command works and its answer too; a message by token would be refused."""
    guild.deny("general", "send_messages")
    act = await guild.command("ada", "general", "neocu", query="a cat")
    await answered(guild, act)
    told = bot.acts[0].app_permissions
    with pytest.raises(discord.Forbidden):
        await bot.get_partial_messageable(act.channel.id).send("done")

    assert (told.send_messages, told.view_channel, told.attach_files) == (False, True, True)
    assert guild.faults.invalid_requests == 1


async def test_app_permissions_of_an_unseen_channel_are_none(guild: Guild, bot: CommandBot) -> None:
    """Where the bot can't look it must not say that it can attach files."""
    guild.deny("general", "view_channel")
    await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))

    assert bot.acts[0].app_permissions.value == 0


async def test_installed_without_the_bot_scope(guild: Guild) -> None:
    """The commands are there, the bot is not: `get_guild` knows nothing, messages are refused."""
    guild.remove_bot()
    async with logged_in(guild, CommandBot(guild)) as bot:
        act = await guild.command("ada", "general", "neocu", query="a cat")
        await answered(guild, act)
        with pytest.raises(discord.Forbidden) as refusal:
            await bot.get_partial_messageable(act.channel.id).send("done")

        assert bot.get_guild(guild.guild_id) is None
        assert bot.acts[0].is_guild_integration()
        assert not bot.acts[0].app_permissions.send_messages
        assert refusal.value.code == 50001


async def test_bot_is_thrown_out_and_invited_again(guild: Guild, bot: CommandBot) -> None:
    """The gateway tells of both."""
    guild.remove_bot()
    await guild.journal.until(lambda: bot.get_guild(guild.guild_id) is None)
    guild.invite_bot()
    await guild.journal.until(lambda: bot.get_guild(guild.guild_id) is not None)
    await guild.say("ada", "general", "@neocu hello")
    await guild.journal.until(lambda: bot.heard)

    assert bot.heard[0].guild is bot.get_guild(guild.guild_id)


async def test_command_in_its_own_dm_is_no_visit(guild: Guild, bot: CommandBot) -> None:
    """Context 1, owner "0": no guild, yet nobody took the app along."""
    await answered(guild, await guild.command("ada", guild.dm("ada"), "neocu", query="a cat"))
    (act,) = bot.acts

    assert act.context.dm_channel
    assert not act.is_user_integration()
    assert not act.is_guild_integration()


async def test_command_in_a_group_is_a_visit(guild: Guild, bot: CommandBot) -> None:
    """Context 2: the bot is not there and can't speak but by the interaction's token."""
    group = guild.add_group("ada", "ben")
    act = await guild.command("ada", group, "neocu", user_install=True, query="a cat")
    note = await answered(guild, act)
    with pytest.raises(discord.Forbidden) as refusal:
        await bot.get_partial_messageable(group.id).send("done")

    assert bot.acts[0].context.private_channel
    assert refusal.value.code == 50001
    assert guild.seen_by("ben", group) == [note]
    assert guild.seen_by("cleo", group) == []


async def test_visitor_says_five_more_things(guild: Guild, bot: CommandBot) -> None:
    """Where only a person installed the app, the sixth follow-up is refused."""
    act = await guild.command("ada", "elsewhere", "neocu", user_install=True, query="a cat")
    await answered(guild, act)
    for number in range(5):
        await bot.acts[0].followup.send(str(number))
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.acts[0].followup.send("6")

    assert refusal.value.code == 40094


async def test_resume_brings_commands_that_are_too_old(guild: Guild, bot: CommandBot) -> None:
    """Discord has told the person already; the snowflake tells the bot that it is too late."""
    bot.answering = False
    guild.drop_gateway()
    act = await guild.command("ada", "general", "neocu", seconds_ago=10, query="a cat")
    await guild.journal.until(lambda: act.failed and bot.acts)
    (heard,) = bot.acts
    with pytest.raises(discord.NotFound) as refusal:
        await heard.response.defer()

    assert (discord.utils.utcnow() - heard.created_at).total_seconds() > 9
    assert refusal.value.code == 10062
    assert [note.failed for note in guild.seen_by("ada", "general")] == [True]


@pytest.mark.parametrize(("code", "status"), [(50027, 401), (10015, 404)])
async def test_expired_token_takes_nothing(
    guild: Guild, bot: CommandBot, code: int, status: int
) -> None:
    """After fifteen minutes neither edits, deletions nor follow-ups go through."""
    await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    guild.rules.expired_token_code = code
    guild.age_interactions(15.1)
    calls = (
        bot.acts[0].edit_original_response(content="late"),
        bot.acts[0].delete_original_response(),
        bot.acts[0].followup.send("late"),
    )
    for call in calls:
        with pytest.raises(discord.HTTPException) as refusal:
            await call
        assert (refusal.value.status, refusal.value.code) == (status, code)

    assert [note.content for note in guild.seen_by("ada", "general")] == ["a cat"]


async def test_said_by_token_is_edited_and_deleted_by_token(guild: Guild, bot: CommandBot) -> None:
    """An ephemeral message is out of reach of the bot's own token."""
    await answered(guild, await guild.command("ada", "general", "neocu", query="help"))
    (act,) = bot.acts
    original = await act.original_response()
    more = await act.followup.send("more", ephemeral=True, wait=True)
    await more.edit(content="even more")
    await more.delete()
    await act.edit_original_response(content="changed")
    with pytest.raises(discord.NotFound) as refusal:
        await bot.get_partial_messageable(act.channel_id or 0).fetch_message(original.id)

    assert refusal.value.code == 10008
    assert [note.content for note in guild.seen_by("ada", "general")] == ["changed"]
    assert [note.content for note in guild.inspection.deleted()] == ["even more"]


async def test_answers_by_token_have_no_nonce_and_wake_nobody(
    guild: Guild, bot: CommandBot
) -> None:
    """What fills a deferred response is an edit; a follow-up after it does notify."""
    ada = guild.person("ada")
    await answered(guild, await guild.command("ada", "general", "neocu", query=f"<@{ada.id}>"))
    allowed = discord.AllowedMentions(users=True)
    await bot.acts[0].edit_original_response(content=f"<@{ada.id}>", allowed_mentions=allowed)
    before = guild.inspection.notified(ada)
    sent = await bot.acts[0].followup.send(f"<@{ada.id}>", allowed_mentions=allowed, wait=True)

    assert (before, guild.inspection.nonces()) == ([], [])
    assert [note.id for note in guild.inspection.notified(ada)] == [sent.id]


async def test_file_limit_is_told_with_the_command(guild: Guild, bot: CommandBot) -> None:
    """Here it is the boosted guild's, in a direct message it is not."""
    guild.boost(2)
    await answered(guild, await guild.command("ada", "general", "neocu", query="a cat"))
    await answered(guild, await guild.command("ada", guild.dm("ada"), "neocu", query="a cat"))

    assert [act.filesize_limit // 1024**2 for act in bot.acts] == [50, 10]


async def test_command_in_a_deleted_thread_has_no_answer(guild: Guild, bot: CommandBot) -> None:
    """The token is of no use either when the place is gone."""
    thread = guild.add_thread("general", "ideas")
    await answered(guild, await guild.command("ada", thread, "neocu", query="a cat"))
    guild.delete_channel(thread)
    with pytest.raises(discord.NotFound) as refusal:
        await bot.acts[0].followup.send("done")

    assert refusal.value.code == 10003


async def test_a_second_server_has_an_owner_and_members_of_its_own(
    guild: Guild, bot: CommandBot
) -> None:
    """Who may do everything in one is nobody in the other, and no member of it at all."""
    guild.add_person("zoe")
    other = guild.add_guild(name="Neighbours", owner="zoe", members=["ada"])
    guild.add_channel("lobby", guild_id=other)
    await guild.journal.until(lambda: bot.get_guild(other) is not None)
    there = bot.get_guild(other)
    assert there is not None

    assert (there.name, there.owner_id) == ("Neighbours", guild.person("zoe").id)
    await there.fetch_member(guild.person("ada").id)
    with pytest.raises(discord.NotFound) as absent:
        await there.fetch_member(guild.owner.id)
    assert absent.value.code == 10007
    with pytest.raises(PermissionError):
        await guild.say("ben", "lobby", "let me in")


async def test_somebody_adds_the_bot_to_a_server_of_theirs(guild: Guild, bot: CommandBot) -> None:
    """By the page that the invite leads to; the gateway tells of it at once.

    https://docs.discord.com/developers/events/gateway-events#guild-create
    """
    guild.add_person("zoe")
    other = guild.add_guild(name="Neighbours", owner="zoe", members=[], with_bot=False)
    assert bot.get_guild(other) is None

    async with aiohttp.ClientSession() as browser:
        async with browser.get(guild.invite_url) as page:
            assert "Neighbours (as zoe)" in await page.text()
        chosen = {"guild": str(other), "scope": "bot applications.commands"}
        async with browser.post(guild.invite_url, data=chosen) as done:
            assert "Neocu is in Neighbours" in await done.text()

    await guild.journal.until(lambda: bot.get_guild(other) is not None)
