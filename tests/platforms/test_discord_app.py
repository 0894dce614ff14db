"""What only Discord does: commands, forms and presses of its own, a gateway that breaks."""

import asyncio
from pathlib import Path

import pytest
from discord_bots import QUICK, bots_on_discord, plain, until

from bots.discord.ladder import Channel, Thread
from bots.playground.discord import Guild
from bots.playground.discord.markdown import markup
from bots.playground.neocu import Sandbox
from bots.playground.neocu.media_files import Upload
from core import wording
from core.conversation import (
    Attempt,
    ConversationError,
    Reply,
    TryLaterError,
    UndeliverableError,
)

SKETCH = ("sketch.png", b"a small boat", "image/png")
PHOTO = ("photo.png", b"the real boat", "image/png")
QUERY = wording.labels.query()


def handed_over(sandbox: Sandbox) -> list[bytes]:
    """Return the bytes of the files that the newest task uses."""
    files = [sandbox.files[one] for one in sandbox.generated[-1].files]
    return [file.content for file in files if isinstance(file, Upload)]


# ---- Mentions ------------------------------------------------------------------------------------


async def test_the_thread_is_named_after_the_prompt(tmp_path: Path) -> None:
    """So that one finds it again in the list; a name has up to 100 characters."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse\nat dusk " + "and waves " * 20)
        result = await bots.result()

        assert result.channel.name.startswith("a lighthouse at dusk and waves")
        assert len(result.channel.name) <= 100


async def test_in_a_direct_message_it_replies(tmp_path: Path) -> None:
    """There are no threads in private."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat("ada", "dm").type("a lighthouse at dusk")
        result = await bots.result()

        assert result.reply_to is not None
        assert result.reply_to.content == "a lighthouse at dusk"


async def test_a_reply_that_pings_is_a_mention(tmp_path: Path) -> None:
    """One answers the bot as one answers people."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse at dusk")
        first = await bots.result()
        await bots.guild.say("ben", first.channel, "make it night", reply_to=first)
        await bots.result(2)

        assert bots.sandbox.generated[1].query == "make it night"
        assert bots.sandbox.generated[1].files


async def test_mentioned_people_keep_their_names(tmp_path: Path) -> None:
    """Neocu can do nothing with a number in angle brackets."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu @ben as a knight")
        await bots.sandbox.journal.until(lambda: bots.sandbox.generated)

        assert bots.sandbox.generated[0].query.casefold() == "@ben as a knight"


async def test_the_bots_role_is_not_the_bot(tmp_path: Path) -> None:
    """Its name is the same, but Discord hides what such a message says."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.guild.say("ada", "general", f"{bots.guild.bot_role} a lighthouse at dusk")
        told = await bots.told("mentioned my role")

        assert told.channel.name == "general"
        assert bots.posts == 0


async def test_a_reply_to_a_hidden_picture_is_told(tmp_path: Path) -> None:
    """Made without the picture it would be something else, and paid for."""
    async with bots_on_discord(tmp_path) as bots:
        picture = await bots.guild.say("ben", "general", "look", files=[PHOTO])
        await bots.guild.say("ada", "general", "@neocu make it night", reply_to=picture)
        told = await bots.told("doesn't show me the message")

        assert "Nothing was spent" in plain(told)
        assert bots.posts == 0


# ---- Commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["general", "dm"])
async def test_a_command_takes_ids_and_attachments(channel: str, tmp_path: Path) -> None:
    """As options of their own, in a guild and in private."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat("ada", channel).type("/neocu a lighthouse at dusk")
        await bots.result()
        asset = bots.sandbox.generated[0].assets[0].id
        where = bots.guild.dm("ada") if channel == "dm" else channel
        command = await bots.guild.command(
            "ada",
            where,
            "neocu",
            query="both in one",
            files=asset,
            attachment=SKETCH,
            attachment_2=PHOTO,
        )
        await bots.result(2)

        assert bots.sandbox.generated[1].query == "both in one"
        assert bots.sandbox.generated[1].files[0] == asset
        assert handed_over(bots.sandbox) == [SKETCH[1], PHOTO[1]]
        assert not command.failed


async def test_the_asker_of_a_command_is_notified_and_nobody_else(tmp_path: Path) -> None:
    """The thread is made of our message, so nobody is in it."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("/neocu @everyone and @ben at sea")
        result = await bots.result()

        assert bots.guild.inspection.notified(bots.guild.person("ada")) == [result]
        assert bots.guild.inspection.notified(bots.guild.person("ben")) == []


async def test_nothing_is_left_thinking(tmp_path: Path) -> None:
    """A deferred answer that is never filled in looks broken."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("/neocu a lighthouse at dusk")
        await ada.type("/neocu balance")
        await bots.told("credits left")
        await bots.result()

        assert not any(one.thinking for one in bots.guild.inspection.by_bot())


async def test_a_command_that_discord_has_given_up_is_not_run(tmp_path: Path) -> None:
    """The person has been told that it failed, and asks again: that would cost twice."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.guild.command("ada", "general", "neocu", query="a boat", seconds_ago=6)
        await bots.seat().type("/neocu a lighthouse at dusk")
        await bots.result()

        assert [task.query for task in bots.sandbox.generated] == ["a lighthouse at dusk"]


async def test_a_command_that_comes_twice_is_one_request(tmp_path: Path) -> None:
    """The gateway may tell an event again."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("/neocu a lighthouse at dusk")
        bots.guild.replay(bots.guild.newest("INTERACTION_CREATE"))
        await bots.result()
        await ada.type("/neocu help")
        await bots.told("opens a form")

        assert bots.posts == 1


async def test_the_help_tells_of_the_forms_own_command(tmp_path: Path) -> None:
    """On Discord `/neocu` alone can't be sent: its query is required."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("/neocu help")
        told = await bots.told("opens a form")
        [query] = [
            option
            for command in bots.guild.commands
            if command["name"] == "neocu"
            for option in command["options"]
            if option["name"] == "query"
        ]

        assert "/neocu-form" in plain(told)
        assert query["required"]


async def test_commands_are_told_to_discord_once(tmp_path: Path) -> None:
    """It takes 200 new ones a day, and reads some of it back in another way."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        async with bots_on_discord(tmp_path, guild, sandbox):
            pass
        async with bots_on_discord(tmp_path, guild, sandbox):
            pass

        assert guild.world.command_writes == 1


async def test_a_description_that_has_changed_is_told(tmp_path: Path) -> None:
    """Or people would read for ever what an older version did."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        async with bots_on_discord(tmp_path, guild, sandbox):
            pass
        [slash] = [one for one in guild.world.commands if one["name"] == "neocu"]
        slash["description"] = "What an older version did"
        async with bots_on_discord(tmp_path, guild, sandbox):
            described = [one["description"] for one in guild.world.commands]

        assert guild.world.command_writes == 2
        assert "What an older version did" not in described


async def test_without_commands_a_mention_is_answered(tmp_path: Path) -> None:
    """Discord may refuse them for a day: that is no reason to be away."""
    async with Sandbox(seconds=QUICK) as sandbox, Guild() as guild:
        guild.faults.block("PUT /applications/*/commands", times=9)
        async with bots_on_discord(tmp_path, guild, sandbox) as bots:
            await bots.seat().type("@neocu a lighthouse at dusk")
            await bots.result()


async def test_what_is_not_said_to_us_is_left_alone(tmp_path: Path) -> None:
    """People talk to one another."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("a lighthouse at dusk")
        await bots.seat("ben").type("/neocu help")
        await bots.told("opens a form")

        assert bots.posts == 0
        assert len(bots.said()) == 1


@pytest.mark.parametrize("expired", [False, True])
async def test_a_revoked_token_is_waited_for_and_an_expired_one_is_not(
    tmp_path: Path, *, expired: bool
) -> None:
    """An admin can mend the first; the second never comes back, and another way is taken."""
    async with bots_on_discord(tmp_path) as bots:
        route = "POST /channels/*/messages"
        if expired:
            bots.guild.faults.refuse(route, 50027)
        else:
            bots.guild.faults.fail(route, status=401)
        place = Channel(bots.guild.channel("general").id, bots.guild.guild_id)
        with pytest.raises(ConversationError) as error:
            await bots.at(place).post(Reply("Hello."), (), Attempt("hello"))

        assert isinstance(error.value, UndeliverableError if expired else TryLaterError)


async def test_a_server_that_the_bot_comes_to_is_greeted_once(tmp_path: Path) -> None:
    """Whoever has just invited it learns how it is asked, once, however often that is told."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.remove_bot()
        bots.guild.invite_bot()
        await bots.told("Hi, I'm Neocu.")
        bots.guild.replay(bots.guild.newest("GUILD_CREATE"))
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.result()

        assert sum("Hi, I'm Neocu." in plain(one) for one in bots.said()) == 1


async def test_where_the_bot_may_not_speak_it_comes_in_silence(tmp_path: Path) -> None:
    """A server without an open channel is no reason to fail."""
    async with bots_on_discord(tmp_path) as bots:
        for name in ("general", "random", "news"):
            bots.guild.deny(name, "send_messages")
        bots.guild.remove_bot()
        bots.guild.invite_bot()
        await bots.seat(channel="dm").type("a lighthouse at dusk")
        await bots.result()

        assert not any("Hi, I'm Neocu." in plain(one) for one in bots.said())


# ---- Menus, forms and presses --------------------------------------------------------------------


async def test_use_in_neocu_takes_a_messages_words_and_files(tmp_path: Path) -> None:
    """The form names the files that go with it, and exactly those are sent."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        message = await bots.guild.say("ben", "general", "the old boat", files=[PHOTO])
        await bots.guild.message_command("ada", message, "Use in Neocu")
        await bots.guild.journal.until(ada.form)
        modal = bots.guild.modal("ada")
        await ada.send({QUERY: "a new boat"})
        await bots.result()

        assert modal is not None
        assert PHOTO[0] in str(modal.components)
        assert handed_over(bots.sandbox) == [PHOTO[1]]


@pytest.mark.parametrize("forwarded", [False, True])
async def test_use_in_neocu_on_our_own_result_uses_its_asset(
    tmp_path: Path, *, forwarded: bool
) -> None:
    """Neocu has it already: nothing is uploaded again, also from a forward of it."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk")
        result = await bots.result()
        asset = bots.sandbox.generated[0].assets[0].id
        if forwarded:
            result = await bots.guild.forward("ada", result, "general")
        await bots.guild.message_command("ada", result, "Use in Neocu")
        await bots.guild.journal.until(ada.form)
        await ada.send({QUERY: "make it night"})
        await bots.result(2)

        assert bots.sandbox.generated[1].files == (asset,)


async def test_use_in_neocu_on_a_forward_takes_its_files(tmp_path: Path) -> None:
    """A forward has no words and files of its own, but a snapshot of another message."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        message = await bots.guild.say("ben", "general", "the old boat", files=[PHOTO])
        forward = await bots.guild.forward("ada", message, "general")
        await bots.guild.message_command("ada", forward, "Use in Neocu")
        await bots.guild.journal.until(ada.form)
        await ada.send({QUERY: "a new boat"})
        await bots.result()

        assert handed_over(bots.sandbox) == [PHOTO[1]]


async def test_a_form_sends_what_it_shows(tmp_path: Path) -> None:
    """Who takes the file's ID out of the form does not want the file."""
    async with bots_on_discord(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a lighthouse at dusk", files=[PHOTO])
        await bots.result()
        line = next(line for line in ada.lines() if line.files and line.who == "neocu")
        await ada.press(line, "Edit…")
        await bots.guild.journal.until(ada.form)
        await ada.send({QUERY: "a boat", "File IDs": ""})
        await bots.result(2)

        assert bots.sandbox.generated[1].files == ()


async def test_again_works_for_anybody_as_often_as_pressed(tmp_path: Path) -> None:
    """Each press is one request."""
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.result()
        for number, person in enumerate(("ada", "ben", "ben"), 2):
            seat = bots.seat(person)
            line = next(line for line in seat.lines() if line.files)
            await seat.press(line, "Again")
            await bots.result(number)

        assert bots.posts == 4


async def test_send_again_is_pressed_once_and_says_so(tmp_path: Path) -> None:
    """A second press could pay twice; a press that does nothing says why, to its person alone."""
    async with bots_on_discord(tmp_path) as bots:
        bots.sandbox.faults.next("generate", 500)
        await bots.seat().type("@neocu a lighthouse at dusk")
        card = await bots.told("can't tell whether it started")
        custom_id = card.components[0]["components"][0]["custom_id"]
        await bots.guild.press("ada", card, custom_id)
        second = await bots.guild.press("ben", card, custom_id)
        told = await bots.told("pressed already")
        await bots.result()

        assert told.seen_only_by is second.user
        assert bots.posts == 2
        await bots.guild.journal.until(lambda: not card.components)


async def test_a_card_is_never_unfurled_nor_marked_up_by_a_prompt(tmp_path: Path) -> None:
    """Words of people are shown as they were typed, whatever Discord would make of them."""
    loud = "<t:0:R> </neocu:1> [a](https://a.example) [b](https://b.example) https://c.example"
    async with bots_on_discord(tmp_path) as bots:
        await bots.seat().type(f"/neocu {loud}")
        await bots.result()
        question = await bots.told("asked for")

        assert loud in plain(question)
        assert markup(question.content) <= {"mention", "quote", "small"}
        assert all(not bots.guild.inspection.previews(one) for one in bots.said())


# ---- The connection ------------------------------------------------------------------------------


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_dropped_gateway_comes_back(tmp_path: Path, *, resumable: bool) -> None:
    """Discord closes every connection now and then."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.drop_gateway(resumable=resumable)
        await bots.guild.journal.until(lambda: not bots.discord.ready)
        if not resumable:
            await until(lambda: bots.discord.ready)
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.result()

        assert bots.posts == 1


@pytest.mark.parametrize("code", [4010, 4011, 4012, 4013, 4014])
async def test_a_fatal_close_turns_discord_off_and_nothing_else(
    code: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack goes on, and what Discord's people have asked before is still answered."""
    async with bots_on_discord(tmp_path) as bots:
        bots.hold()
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.holding()
        bots.guild.gateway.refuse(code)
        bots.guild.drop_gateway(resumable=False)
        await until(lambda: "Discord is off" in caplog.text)
        bots.finish()
        await bots.delivered()

        assert not bots.running.done()
        assert not bots.discord.ready


async def test_a_block_page_is_not_discords_last_word(tmp_path: Path) -> None:
    """What a proxy before Discord says is no JSON, and passes."""
    async with bots_on_discord(tmp_path) as bots:
        bots.guild.faults.block("POST /channels/*/messages", status=403)
        talk = bots.at(Thread(bots.guild.channel("general").id, bots.guild.guild_id))
        with pytest.raises(TryLaterError) as caught:
            await talk.post(Reply("drawn"), (), Attempt("key"))

        assert caught.value.outage
        assert not caught.value.maybe_sent


async def test_only_the_events_that_are_needed_are_asked_for(tmp_path: Path) -> None:
    """Typing, reactions and voices of every guild cost, and nobody reads them."""
    async with bots_on_discord(tmp_path) as bots:
        asked_for = {session.intents for session in bots.guild.gateway.sessions.values()}

        assert asked_for == {4609}


async def test_typing_is_shown_no_more_often_than_it_takes(tmp_path: Path) -> None:
    """It lasts ten seconds, whoever asks meanwhile."""
    async with bots_on_discord(tmp_path) as bots:
        channel = bots.guild.channel("general")
        talk = bots.at(Thread(channel.id, bots.guild.guild_id))
        for number in range(3):
            await talk.post(Reply("On it…", working=True), (), Attempt(f"key {number}"))

        assert len(bots.guild.inspection.typing_times(channel)) == 1


async def test_the_more_tasks_run_the_more_rarely_each_is_edited(tmp_path: Path) -> None:
    """Fifty requests a second are all that Discord takes, and results come first."""
    async with bots_on_discord(tmp_path) as bots:
        talk = bots.at(Thread(bots.guild.channel("general").id, bots.guild.guild_id))
        posted = await talk.post(Reply("On it…"), (), Attempt("key"))
        progress = Reply("Making it…", working=True)
        told = await asyncio.gather(
            *(talk.edit(posted.message_id, progress) for _ in range(60)), return_exceptions=True
        )
        await talk.edit(posted.message_id, Reply("Done"))
        waiting = [error for error in told if isinstance(error, TryLaterError)]

        assert len(waiting) > 30
        assert all(error.outage and error.seconds for error in waiting)
