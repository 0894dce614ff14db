"""Where the bot may speak in Slack, and where it says so instead, before anything is spent."""

import asyncio
from pathlib import Path

import pytest
from slack_bots import Bots, bots_on_slack, files

from bots.playground.slack import Message

ASIDE = "I can't answer where you asked"


async def asked_in_random(bots: Bots, prompt: str = "a ship") -> Message:
    """Have ada ask where the bot is no member; return what she hears."""
    await bots.seat("ada", "random").type(f"/neocu {prompt}")
    return await bots.told(ASIDE, "ada")


async def test_where_the_bot_is_no_member_nothing_is_spent(tmp_path: Path) -> None:
    """The person alone hears it, with two ways on; the channel sees nothing."""
    async with bots_on_slack(tmp_path) as bots:
        heard = await asked_in_random(bots)

        assert [e["text"]["text"] for e, _ in heard.elements] == [
            "Invite me",
            "Make it anyway, send it to me",
        ]
        assert "/invite" in heard.text
        assert bots.posts == 0
        assert bots.said() == [heard]


async def test_invited_it_comes_and_answers(tmp_path: Path) -> None:
    """Public channels can be joined with one press, and what was asked is made."""
    async with bots_on_slack(tmp_path) as bots:
        heard = await asked_in_random(bots)
        await bots.press(heard, "Invite me")
        result = await bots.result()

        assert result.channel == bots.workspace.channel("random").id
        assert result.thread_ts
        assert any("a ship" in one.text for one in bots.said() if not one.only_for)
        assert bots.posts == 1


async def test_what_cannot_be_joined_says_how_to_invite(tmp_path: Path) -> None:
    """A private channel, or an app without channels:join."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.scopes.discard("channels:join")
        heard = await asked_in_random(bots)
        await bots.press(heard, "Invite me")
        await bots.workspace.journal.until(lambda: len(bots.said()) > 1)

        assert "/invite" in bots.said()[-1].text
        assert bots.said()[-1].only_for == bots.workspace.person("ada").id
        assert bots.posts == 0


async def test_made_anyway_it_comes_by_direct_message(tmp_path: Path) -> None:
    """With its question, and the files."""
    async with bots_on_slack(tmp_path) as bots:
        heard = await asked_in_random(bots)
        await bots.press(heard, "Make it anyway, send it to me")
        result = await bots.result()

        assert result.channel == bots.workspace.dm("ada").id
        assert bots.posts == 1


async def test_made_anyway_twice_is_made_once(tmp_path: Path) -> None:
    """The button stays there: an ephemeral can't be edited."""
    async with bots_on_slack(tmp_path) as bots:
        heard = await asked_in_random(bots)
        await bots.press(heard, "Make it anyway, send it to me")
        await bots.press(heard, "Make it anyway, send it to me")
        await bots.told("pressed already", "ada")
        await bots.result()

        assert bots.posts == 1


async def test_an_invitation_that_was_in_vain_can_be_pressed_again(tmp_path: Path) -> None:
    """Somebody has given the app the scope meanwhile."""
    async with bots_on_slack(tmp_path, without=["channels:join"]) as bots:
        heard = await asked_in_random(bots)
        await bots.press(heard, "Invite me")
        await bots.workspace.journal.until(lambda: len(bots.said()) > 1)
        bots.workspace.rules.scopes.add("channels:join")
        await bots.press(heard, "Invite me")
        result = await bots.result()

        assert result.channel == bots.workspace.channel("random").id


async def test_between_two_people_there_is_nobody_to_invite(tmp_path: Path) -> None:
    """An app can't be let into a direct message of others."""
    async with bots_on_slack(tmp_path) as bots:
        between = bots.workspace.dm_between("ada", "ben")
        await bots.workspace.command("ada", between, "/neocu", "a ship")
        heard = await bots.told(ASIDE, "ada")

        assert [e["text"]["text"] for e, _ in heard.elements] == ["Make it anyway, send it to me"]
        assert bots.posts == 0


@pytest.mark.parametrize("label", ["Again", "Show in channel"])
async def test_a_press_where_the_bot_was_put_out_spends_nothing(label: str, tmp_path: Path) -> None:
    """The message with the button is still there; the bot is not."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu a boat")
        result = await bots.result()
        bots.workspace.kick("general")
        await bots.press(result, label, "ben")
        journal = bots.workspace.journal
        await journal.until(lambda: any(one.only_for for one in bots.said()))

        assert bots.posts == 1


@pytest.mark.parametrize("reason", ["restricted_action", "restricted_action_read_only_channel"])
async def test_a_restricted_channel_is_told_before_it_is_paid(reason: str, tmp_path: Path) -> None:
    """A mention has no response_url: the person hears it by direct message."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.channel("general").restricted = reason
        await bots.seat().type("@neocu a boat")
        heard = await bots.told(ASIDE)

        assert heard.channel == bots.workspace.dm("ada").id
        assert bots.posts == 0


async def test_an_archived_channel_is_told_before_it_is_paid(tmp_path: Path) -> None:
    """Its buttons can still be pressed."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu a boat")
        result = await bots.result()
        bots.workspace.channel("general").is_archived = True
        await bots.press(result, "Again")
        heard = await bots.told(ASIDE)

        assert heard.only_for == bots.workspace.person("ada").id
        assert bots.posts == 1


async def test_a_result_that_its_channel_refuses_comes_to_its_person(tmp_path: Path) -> None:
    """It is paid for: nobody may lose it."""
    async with bots_on_slack(tmp_path) as bots:
        bots.sandbox.seconds = 0.5
        await bots.seat().type("@neocu a boat")
        await bots.sandbox.journal.until(lambda: bots.posts)
        bots.workspace.kick("general")
        dm = bots.workspace.dm("ada").id
        await bots.workspace.journal.until(
            lambda: [one for one in bots.said() if one.channel == dm and files(one)]
        )

        assert bots.posts == 1


async def test_in_a_direct_message_every_answer_is_an_ordinary_reply(tmp_path: Path) -> None:
    """Nobody else reads there, and an ephemeral would be gone after a reload."""
    async with bots_on_slack(tmp_path) as bots:
        dm = bots.seat("ada", "dm")
        await dm.type("balance")
        await dm.type("/neocu help")
        balance = await bots.told("credits")
        help_ = await bots.told("/neocu")

        assert (balance.only_for, help_.only_for) == (None, None)
        assert balance.thread_ts


async def test_in_a_group_direct_message_it_is_mentioned(tmp_path: Path) -> None:
    """Apps are in those, too."""
    async with bots_on_slack(tmp_path) as bots:
        group = bots.workspace.group_dm("ada", "ben", bots.workspace.bot_user_id)
        await bots.workspace.say("ada", group, "@neocu a boat")
        result = await bots.result()

        assert result.channel == group.id
        assert bots.posts == 1


async def test_a_private_list_is_shown_again_in_private(tmp_path: Path) -> None:
    """What was made elsewhere is nobody's business here; a direct message shows the files."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu a boat")
        await bots.result()
        await bots.seat("ada", "general").type("/neocu recent")
        heard = await bots.told("a boat", "ada")
        label = heard.elements[0][0]["text"]["text"]
        await bots.press(heard, label)
        again = await bots.result(2)

        assert again.channel == bots.workspace.dm("ada").id


async def test_a_question_by_mention_is_answered_to_its_person(tmp_path: Path) -> None:
    """A list of what somebody made is their own."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu recent")
        await bots.workspace.journal.until(bots.said)
        [heard] = bots.said()

        assert heard.only_for == bots.workspace.person("ada").id


async def test_a_question_typed_into_the_form_is_answered_to_its_person(tmp_path: Path) -> None:
    """It was shown to the channel."""
    async with bots_on_slack(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("/neocu")
        await ada.send({next(iter(ada.form())): "recent"})
        await bots.workspace.journal.until(bots.said)
        [heard] = bots.said()

        assert heard.only_for == bots.workspace.person("ada").id


async def test_a_result_is_shown_in_the_channel(tmp_path: Path) -> None:
    """With its pictures, and the way to its thread."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("/neocu a boat")
        result = await bots.result()
        await bots.press(result, "Show in channel", "ben")
        shown = await bots.result(2)

        assert (shown.channel, shown.thread_ts) == (result.channel, None)
        assert "/archives/" in shown.blocks[0]["text"]["text"]


async def test_a_form_that_cannot_be_opened_tells_the_person(tmp_path: Path) -> None:
    """Nothing happens otherwise, and nobody knows why."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu a boat")
        result = await bots.result()
        bots.workspace.faults.refuse("views.open", "expired_trigger_id", times=2)
        await bots.press(result, "Edit…")
        await bots.told("couldn't open the form", "ada")
        await bots.seat("ben").type("/neocu")

        await bots.told("couldn't open the form", "ben")


async def test_a_second_press_says_that_once_is_enough(tmp_path: Path) -> None:
    """Privately, and nothing is made twice."""
    async with bots_on_slack(tmp_path, confirm_above=0.1) as bots:
        await bots.seat().type("@neocu an image of a boat")
        asked = await bots.told("Go ahead?")
        await asyncio.gather(bots.press(asked, "Make it"), bots.press(asked, "Make it", "ben"))
        heard = await bots.told("pressed already")
        await bots.result()
        await bots.workspace.journal.until(lambda: not asked.elements)

        assert heard.only_for
        assert bots.posts == 1


async def test_a_response_url_is_not_used_up(tmp_path: Path) -> None:
    """Five posts, and the sixth was lost: the rest comes another way."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.response_url_uses = 0
        await bots.seat("ada", "random").type("/neocu balance")
        heard = await bots.told("credits")

        assert heard.channel == bots.workspace.dm("ada").id
