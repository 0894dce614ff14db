"""Where Discord lets the bot speak, and where an answer goes instead: each rung of the ladder."""

from pathlib import Path

import pytest
from discord.utils import time_snowflake, utcnow
from discord_bots import Bots, bots_on_discord, plain

from bots.discord.calls import RefusedError
from bots.discord.ladder import Channel, Token
from bots.discord.tokens import TOKEN_LIFETIME, Call
from bots.playground.discord.state import Message
from core import wording
from core.conversation import Attempt, Barrier, File, Reply

PICTURES = [File("one.png", b"a boat", "image/png", "a boat")]


def forbidden(bots: Bots) -> int:
    """Return how many calls count against the bot; 10,000 of them shut it out."""
    return bots.guild.faults.invalid_requests


def in_channel(bots: Bots, name: str = "general") -> list[Message]:
    """Return what the bot has said in a channel itself."""
    return [message for message in bots.said() if message.channel.name == name]


# ---- The thread, the reply, the channel ----------------------------------------------------------


async def test_a_mention_gets_one_card_in_a_thread(tmp_path: Path) -> None:
    """Progress is shown, and taken back when the result has arrived: one message is left."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse at dusk")
        result = await bots.result()

        assert bots.said() == [result]
        assert result.channel.name == "a lighthouse at dusk"
        assert [plain(one) for one in bots.guild.inspection.deleted()] != []


async def test_when_threads_are_limited_the_channel_hears_it_at_once(tmp_path: Path) -> None:
    """Discord limits making threads for minutes; nobody waits that long for a reply."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.faults.limit_threads()
        await bots.seat().type("@neocu a lighthouse at dusk")
        result = await bots.result()

        assert result.channel.name == "general"
        assert result.reply_to is not None


async def test_a_command_is_answered_in_the_channel_when_threads_are_limited(
    tmp_path: Path,
) -> None:
    """The question stands there already; the result is a reply to it."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.faults.limit_threads()
        await bots.seat().type("/neocu a lighthouse at dusk")
        result = await bots.result()

        assert result.channel.name == "general"
        assert result.reply_to in bots.said()


async def test_where_threads_are_forbidden_none_is_tried(tmp_path: Path) -> None:
    """What Discord has told us of our rights need not be asked for again."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "create_public_threads")
        await bots.seat().type("@neocu a lighthouse at dusk")
        result = await bots.result()

        assert result.channel.name == "general"
        assert forbidden(bots) == 0


async def test_without_read_message_history_no_reply_is_tried(tmp_path: Path) -> None:
    """A reply needs it; a message does not."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "create_public_threads")
        bots.guild.deny("general", "read_message_history")
        await bots.seat().type("@neocu a lighthouse at dusk")
        result = await bots.result()

        assert (result.channel.name, result.reply_to) == ("general", None)
        assert all(call.status < 400 for call in bots.guild.journal.calls)


@pytest.mark.parametrize("how", ["locked", "deleted"])
async def test_a_thread_that_closes_in_flight_gives_way_to_its_channel(
    how: str, tmp_path: Path
) -> None:
    """It was paid for: it arrives below the message that the thread was made of."""
    async with bots_on_discord(tmp_path) as bots:
        bots.hold()
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk")
        progress = await bots.holding()
        if how == "locked":
            bots.guild.archive(progress.channel, locked=True)
        else:
            bots.guild.delete_channel(progress.channel)
        bots.finish()
        result = await bots.delivered()

        assert result.channel.name == "general"


async def test_a_locked_thread_says_why_the_answer_is_elsewhere(tmp_path: Path) -> None:
    """Who looks for it in the thread has to know."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk")
        first = await bots.result()
        bots.guild.lock(first.channel)
        await bots.guild.press("ada", first, first.components[0]["components"][0]["custom_id"])
        second = await bots.result(2)

        assert second.channel.name == "general"
        assert "closed to new messages" in plain(second)


async def test_an_archived_thread_opens_again(tmp_path: Path) -> None:
    """A thread archives itself after a day; a late result arrives all the same."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk")
        first = await bots.result()
        bots.guild.archive(first.channel)
        await bots.guild.press("ada", first, first.components[0]["components"][0]["custom_id"])
        second = await bots.result(2)

        assert second.channel is first.channel


async def test_progress_in_an_archived_thread_goes_on(tmp_path: Path) -> None:
    """An edit opens no thread; without one, "Making it" would stand there for ever."""
    async with bots_on_discord(tmp_path) as bots:
        bots.hold()
        await bots.seat().type("@neocu a lighthouse at dusk")
        progress = await bots.holding()
        bots.guild.archive(progress.channel)
        await bots.guild.journal.until(lambda: not progress.channel.archived)
        bots.finish()
        result = await bots.result()

        assert bots.said() == [result]
        assert result.channel is progress.channel


async def test_where_the_bot_may_not_speak_nothing_is_spent(tmp_path: Path) -> None:
    """The person hears it by direct message, with a way on."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "send_messages")
        bots.guild.deny("general", "send_messages_in_threads")
        await bots.seat().type("@neocu a lighthouse at dusk")
        told = await bots.told("can't answer where you asked")

        assert told.channel is bots.guild.dm("ada")
        assert bots.posts == 0
        assert forbidden(bots) == 0


async def test_it_can_be_made_anyway_for_the_person_alone(tmp_path: Path) -> None:
    """The button stands in a direct message, which tells nothing of the guild."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "send_messages")
        bots.guild.deny("general", "send_messages_in_threads")
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.told("can't answer where you asked")
        dm = bots.seat("ada", "dm")
        [line] = [line for line in dm.lines() if line.buttons]
        await dm.press(line, "Make it anyway, send it to me")
        result = await bots.result()
        again = next(line for line in dm.lines() if line.files)
        await dm.press(again, "Again")
        second = await bots.result(2)

        assert result.channel is second.channel is bots.guild.dm("ada")
        assert bots.posts == 2


async def test_files_that_a_channel_does_not_take_are_links(tmp_path: Path) -> None:
    """The words arrive, and say why."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "attach_files")
        await bots.seat().type("@neocu a lighthouse at dusk")
        told = await bots.told("can't be shown here")

        assert told.channel.name == "a lighthouse at dusk"
        assert not told.attachments


async def test_a_result_is_said_once_though_its_nonce_is_forgotten(tmp_path: Path) -> None:
    """Discord remembers it for minutes; a crash and an outage may last longer."""
    async with bots_on_discord(tmp_path) as bots:
        place = Channel(bots.guild.channel("general").id, bots.guild.guild_id)
        reply = Reply("Your image is ready.", small="2 s · task `64a9250a`")
        first = await bots.at(place).post(reply, PICTURES, Attempt("key"))
        bots.guild.world.nonces.clear()
        again = Attempt("key", 2, maybe_sent=True)
        second = await bots.at(place).post(reply, PICTURES, again)

        assert first == second
        assert len(bots.said()) == 1


# ---- Only a token --------------------------------------------------------------------------------


async def test_a_command_where_the_bot_cannot_write_goes_by_token(tmp_path: Path) -> None:
    """Known before anything is spent; no call is refused, and the picture arrives whole."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "send_messages")
        bots.guild.deny("general", "send_messages_in_threads")
        await bots.seat().type("/neocu a lighthouse at dusk")
        result = await bots.result()
        texts = [text for one in bots.said() for text in bots.guild.inspection.texts(one)]

        assert result.channel.name == "general"
        assert result.attachments[0].data.startswith(b"\x89PNG")
        assert any("15 minutes" in text for text in texts)
        assert forbidden(bots) == 0


async def test_where_only_the_commands_were_installed_all_goes_by_token(tmp_path: Path) -> None:
    """Without the `bot` scope the channel answers every call with 403."""
    async with bots_on_discord(tmp_path, allowed_workspaces="*") as bots:
        bots.guild.remove_bot()
        await bots.seat().type("/neocu a lighthouse at dusk")
        result = await bots.result()

        assert result.channel.name == "general"
        assert forbidden(bots) == 0


async def test_after_fifteen_minutes_a_token_is_not_used(tmp_path: Path) -> None:
    """The result comes by direct message, and says why."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.deny("general", "send_messages")
        bots.guild.deny("general", "send_messages_in_threads")
        bots.hold()
        await bots.seat().type("/neocu a lighthouse at dusk")
        await bots.holding()
        bots.guild.age_interactions(16)
        bots.finish()
        result = await bots.delivered()

        assert result.channel is bots.guild.dm("ada")
        assert "longer than I may answer there" in plain(result)


async def test_a_token_that_has_expired_costs_no_call(tmp_path: Path) -> None:
    """Its age is known by its ID; refusals add up, and shut the bot out in the end."""
    async with bots_on_discord(tmp_path) as bots:
        old = Call(time_snowflake(utcnow() - TOKEN_LIFETIME), "a token")
        where = Token(old, bots.guild.channel("general").id)
        with pytest.raises(RefusedError) as caught:
            await bots.at(where).post(Reply("late"), (), Attempt("key"))

        assert caught.value.barrier is Barrier.EXPIRED
        assert caught.value.code == 0  # Discord was not asked


async def test_a_command_in_the_bots_own_direct_messages_is_no_visit(tmp_path: Path) -> None:
    """Nothing has to hurry there: no 15 minutes are told, and a reply finds the result."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.guild.command(
            "ada", bots.guild.dm("ada"), "neocu", user_install=True, query="a boat"
        )
        result = await bots.result()

        assert result.channel is bots.guild.dm("ada")
        assert not any("15 minutes" in plain(one) for one in bots.said())


async def test_what_was_said_by_token_is_edited_by_it_and_later_by_the_channel(
    tmp_path: Path,
) -> None:
    """The question says in the end that it is done, also after the token's end."""
    async with bots_on_discord(tmp_path) as bots:
        bots.hold()
        await bots.seat().type("/neocu a lighthouse at dusk")
        await bots.holding()
        bots.guild.age_interactions(16)
        bots.finish()
        await bots.result()
        question = await bots.told("Done")

        assert question.channel.name == "general"


# ---- In private ----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["recent", "balance", "help", "status x"])
async def test_a_mention_that_asks_a_question_is_answered_in_private(
    question: str, tmp_path: Path
) -> None:
    """A person's list is nobody else's business."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type(f"@neocu {question}")
        await bots.guild.journal.until(bots.said)
        [told] = bots.said()

        assert told.channel is bots.guild.dm("ada")


async def test_whose_direct_messages_are_closed_is_told_another_way(tmp_path: Path) -> None:
    """The list itself is never shown to the channel."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.close_dms("ada")
        await bots.seat().type("@neocu recent")
        told = await bots.told("direct messages are closed")

        assert told.channel.name == "general"
        assert len(bots.said()) == 1


async def test_a_question_typed_into_the_form_is_answered_in_private(tmp_path: Path) -> None:
    """The same words, the same answer, to the same one person."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("/neocu")
        await bots.guild.journal.until(ada.form)
        await ada.send({wording.labels.query(): "recent"})
        told = await bots.told(wording.recent([]).text.split(".")[0])

        assert told.seen_only_by is bots.guild.person("ada")


async def test_show_in_channel_stands_in_the_parent_channel(tmp_path: Path) -> None:
    """With its picture, for those who don't read threads."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk")
        await bots.result()
        line = next(line for line in ada.lines() if line.files)
        await ada.press(line, "Show in channel")
        await bots.result(2)

        assert any(one.attachments for one in in_channel(bots))


async def test_a_result_from_a_private_list_stays_private(tmp_path: Path) -> None:
    """Who looks at their own list does not show it to the channel."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk")
        await bots.result()
        await ada.type("/neocu recent")
        await bots.told("Your latest requests")
        await ada.press(next(line for line in ada.lines() if "latest" in line.text), "Repost")
        again = await bots.result(2)

        assert again.seen_only_by is bots.guild.person("ada")


async def test_what_is_made_again_in_private_is_nobody_elses_business(tmp_path: Path) -> None:
    """Whoever learns of the task hears nothing of it: what was asked in private stays there."""
    async with bots_on_discord(tmp_path) as bots:
        ada, ben = bots.seat(), bots.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        await bots.result()
        await ada.type("/neocu recent")
        await bots.told("Your latest requests")
        await ada.press(next(line for line in ada.lines() if "latest" in line.text), "Repost")
        await bots.result(2)
        shown = [line for line in ada.lines() if "again" in line.text]
        await ada.press(shown[-1], "Again")
        again = await bots.result(3)
        task = bots.sandbox.generated[-1]
        await ben.type(f"/neocu status {task.task_id}")
        await bots.told("no such task")

        assert again.seen_only_by is bots.guild.person("ada")


async def test_a_list_in_a_direct_message_still_works_for_its_guild(tmp_path: Path) -> None:
    """A direct message is of no guild, so the button has to name it."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.result()
        await bots.seat().type("@neocu recent")
        await bots.told("Your latest requests")
        dm = bots.seat("ada", "dm")
        await dm.press(next(line for line in dm.lines() if "latest" in line.text), "Repost")
        again = await bots.result(2)

        assert again.channel is bots.guild.dm("ada")


async def test_where_only_a_person_brought_us_a_card_fits_into_the_token(tmp_path: Path) -> None:
    """In a chat of others there are five follow-ups, and no channel to write in."""
    async with bots_on_discord(tmp_path) as bots:
        group = bots.guild.add_group("ada", "ben")
        await bots.guild.command("ada", group, "neocu", user_install=True, query="a boat")
        result = await bots.result()

        assert result.channel is group
        assert len(bots.said()) == 2
        assert forbidden(bots) == 0


async def test_after_five_follow_ups_more_is_added_to_the_answer(tmp_path: Path) -> None:
    """Discord takes no sixth, but an answer can be edited as often as one likes."""
    async with bots_on_discord(tmp_path) as bots:
        group = bots.guild.add_group("ada", "ben")
        interaction = await bots.guild.command(
            "ada", group, "neocu", user_install=True, query="help"
        )
        await bots.told("opens a form")
        place = Token(Call(interaction.id, interaction.token), group.id, answered=True)
        for number in range(6):
            reply = Reply(f"word {number}")
            await bots.at(place).post(reply, PICTURES[: number // 5], Attempt(f"key {number}"))
        [answer] = [one for one in bots.said() if "word 5" in one.content]

        assert "opens a form" in plain(answer)
        assert [file.filename for file in answer.attachments] == ["one.png"]
