"""What people take back: a result, before a stranger's or a moderator's eyes, or what is told."""

from dataclasses import replace
from pathlib import Path

from house import (
    ANYTHING,
    DISCORD,
    ENTRY,
    HTTP,
    House,
    actions,
    both,
    bots_on,
    finish,
    house_for,
    plain,
    press,
    press_on,
    progress,
    result,
    running,
    said,
    sent,
    told,
)
from sentences import LINK, sample

from bots.playground.discord.state import Message as DiscordMessage
from bots.playground.neocu.api_faults import Fault
from bots.playground.seats import Line, Seat
from core import wording
from core.conversation import Reply
from core.intent import GoneError
from core.records import Entry, State
from core.request import Action
from core.wording.card import ENDINGS

MADE: Entry = replace(sample(Entry), state=State.COMPLETED)
MAKING: Entry = replace(MADE, state=State.GENERATING)
ASKING: Entry = replace(MADE, state=State.SUBMITTING)


async def hears(seat: Seat, reply: Reply, times: int = 1) -> Line:
    """Wait until a person hears this alone."""
    line = await told(seat, reply, times=times)
    assert line.private
    return line


async def gone(seat: Seat, card: Line) -> None:
    """Wait until a message stands no more."""
    await seat.journal.until(lambda: sent(card) not in [sent(line) for line in said(seat)])


def files_kept(house: House, chat: str) -> int:
    """Return how many files of the bot's the chat still has."""
    if chat == DISCORD:
        standing = (one for one in house.guild.inspection.by_bot() if not one.deleted)
        return sum(len(one.attachments) for one in standing)
    return sum(file.user == house.workspace.bot_user_id for file in house.workspace.files.values())


# ---- A result ------------------------------------------------------------------------------------


@both
async def test_delete_takes_the_result_down_and_tells_what_stays_paid(
    chat: str, tmp_path: Path
) -> None:
    """The message, its files, and what a follow-up would work on; a second press says so."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        await press_on(ada, card, Action.SEND_TO_ME)
        alone = house.seat("ada", "dm")
        copy = await result(alone)
        await press_on(ada, card, Action.DELETE)
        await hears(ada, wording.deleted(MADE))
        await gone(ada, card)

        assert files_kept(house, chat) == 1  # the copy's
        await press_on(alone, copy, Action.PRESET)
        await told(alone, wording.bad_input(GoneError()))
        await press_on(alone, copy, Action.ORIGINAL)
        await told(alone, wording.nothing_to_show())
        assert house.posts == 1


@both
async def test_a_result_is_deleted_once(chat: str, tmp_path: Path) -> None:
    """Who presses twice, or at the same time as a moderator, hears that it is gone."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        house.workspace.faults.fail("chat.delete", times=2)
        house.guild.faults.fail("DELETE /channels/*/messages/*", times=2)
        await press_on(ada, card, Action.DELETE)
        await hears(ada, wording.deleted(MADE))
        await press_on(ada, card, Action.DELETE)
        await hears(ada, wording.deleted_before())
        await gone(ada, card)


@both
async def test_a_stranger_deletes_nothing_and_a_moderator_does(chat: str, tmp_path: Path) -> None:
    """Slack's admins, and on Discord who may manage messages there."""
    async with house_for(chat) as house:
        house.workspace.rules.scopes |= {"users:read"}
        ada, ben = house.seat("ada"), house.seat("ben")
        async with running(house, chat, folder=tmp_path):
            await ada.type("@neocu a lighthouse at dusk")
            card = await result(ada)
            await press_on(ben, card, Action.DELETE)
            await hears(ben, wording.not_yours())
            assert (await result(ada)).shown is card.shown

        house.workspace.person("ben").is_admin = True
        house.guild.allow("general", "manage_messages", "ben")
        async with running(house, chat, folder=tmp_path):
            await press_on(ben, card, Action.DELETE)
            await gone(ada, card)


@both
async def test_what_another_made_of_a_result_is_theirs(chat: str, tmp_path: Path) -> None:
    """They pay for it: whose result it was made from can't take it down."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        await press_on(ben, await result(ada), Action.AGAIN)
        made_by_ben = await result(ada, 2)
        await press_on(ada, made_by_ben, Action.DELETE)
        await hears(ada, wording.not_yours())


@both
async def test_a_result_is_deleted_while_its_file_is_on_its_way(chat: str, tmp_path: Path) -> None:
    """It stands in the chat before we know that it does: what was taken back must not stay."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        house.workspace.faults.refuse("files.info", "internal_error", times=6)
        house.guild.faults.slow("POST /channels/*/messages", seconds=0)
        await ada.type("@neocu a lighthouse at dusk, please")
        card = await ada.journal.until(lambda: next((one for one in said(ada) if one.files), None))
        await press_on(ada, card, Action.DELETE)
        await hears(ada, wording.deleted(MADE))
        await gone(ada, card)

        assert files_kept(house, chat) == 0


@both
async def test_what_was_shown_in_the_channel_can_be_taken_down(chat: str, tmp_path: Path) -> None:
    """By the one who showed it; the result in the thread stays."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        await press(ben, Action.SHOW_IN_CHANNEL)

        def shown() -> Line | None:
            lines = (line for line in said(ada) if line.files and not line.deep)
            return next((line for line in lines if actions(line) == [Action.DELETE]), None)

        copy = await ada.journal.until(shown)
        await press_on(ben, copy, Action.DELETE)
        await gone(ada, copy)

        assert (await result(ada)).files


async def test_a_spoiler_is_posted_anew_and_hidden(tmp_path: Path) -> None:
    """Discord hides a file by its name alone, which no edit changes."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        await press_on(ben, card, Action.SPOILER)
        await hears(ben, wording.not_yours())
        await press_on(ada, card, Action.SPOILER)
        await hears(ada, wording.hidden())
        await gone(ada, card)
        hidden = await result(ada)
        await press_on(ben, hidden, Action.SEND_TO_ME)
        copy = await result(house.seat("ben", "dm"))

        assert hidden.files[0].startswith("SPOILER_")
        assert copy.files[0].startswith("SPOILER_")
        assert Action.SPOILER not in actions(hidden)
        assert len([line for line in said(ada) if line.files]) == 1


async def test_slack_offers_no_spoiler(tmp_path: Path) -> None:
    """It could not keep the promise."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")

        assert Action.SPOILER not in actions(await result(ada))


@both
async def test_a_report_reaches_those_who_run_the_bot(chat: str, tmp_path: Path) -> None:
    """Once a person; where they have named no channel, the person hears that."""
    async with house_for(chat) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        async with running(house, chat, folder=tmp_path):
            await ada.type("@neocu a lighthouse at dusk")
            card = await result(ada)
            await press_on(ben, card, Action.REPORT)
            await hears(ben, wording.nowhere_to_report())

        house.workspace.desk.team.add_channel("alerts", {house.workspace.person("cleo").id})
        house.workspace.invite("alerts")
        house.guild.add_channel("alerts")
        house.alert_channels = {
            HTTP: house.workspace.channel("alerts").id,
            DISCORD: str(house.guild.channel("alerts").id),
        }
        async with running(house, chat, folder=tmp_path):
            await press_on(ben, card, Action.REPORT)
            await hears(ben, wording.reported())
            alert = await told(house.seat("cleo", "alerts"), wording.report(ENTRY, ANYTHING, LINK))
            await press_on(ben, card, Action.REPORT)
            await hears(ben, wording.reported_before())

            assert "a lighthouse at dusk" in alert.text
            assert "@ben" in alert.text


# ---- A request -----------------------------------------------------------------------------------


@both
async def test_what_waits_its_turn_is_cancelled_for_free(chat: str, tmp_path: Path) -> None:
    """By whoever asked, not by anybody else; and it can be asked again."""
    async with bots_on(chat, folder=tmp_path, person_tasks=1) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a cloud, please never finish")
        await progress(ada)
        await ada.type("@neocu a red boat")
        under = "a red boat"
        await press(ben, Action.CANCEL, under)
        await hears(ben, wording.not_yours())
        queued = await press(ada, Action.CANCEL, under)
        await told(ada, wording.cancelled(""), under)
        await gone(ada, queued)
        assert house.posts == 1
        await press(ada, Action.TRY_AGAIN, under)
        await press(ada, Action.CANCEL, under)
        await told(ada, wording.cancelled(""), under, times=2)

        assert house.posts == 1


@both
async def test_a_cancel_in_the_moment_of_asking_is_told_truly(chat: str, tmp_path: Path) -> None:
    """Neocu may have it by then; what is left is to hear no more."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        house.sandbox.faults.next("generate", Fault.HANG)
        await ada.type("@neocu a lighthouse at dusk")
        await house.sandbox.journal.until(lambda: house.sandbox.faults.hanging)
        await press(ada, Action.CANCEL)
        late = await hears(ada, wording.too_late(ASKING))
        await press_on(ada, late, Action.MUTE)
        await hears(ada, wording.muted())

        assert house.sandbox.faults.hanging == 1


@both
async def test_who_wants_to_hear_no_more_finds_the_result_later(chat: str, tmp_path: Path) -> None:
    """It is paid, so it is kept; nothing more is said in the thread."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        house.sandbox.seconds = 3600.0
        await ada.type("/neocu a lighthouse at dusk")
        card = await progress(ada)
        await press_on(ada, card, Action.MUTE)
        await hears(ada, wording.muted())
        await gone(ada, card)
        finish(house)
        done = ENDINGS[State.COMPLETED]
        await ada.journal.until(lambda: any(done in plain(line) for line in said(ada)))
        await ada.type("/neocu recent")
        await press(ada, Action.SHOW)

        assert house.posts == 1
        assert not [line for line in said(ada) if line.deep and not line.private]


@both
async def test_a_result_leads_to_what_it_was_made_from(chat: str, tmp_path: Path) -> None:
    """So that a chain of changes can be walked back."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        first = await result(ada)
        await press_on(ada, first, Action.PRESET)
        second = await result(ada, 2)
        await ada.type("@neocu and now at night", thread=first.thread)
        third = await result(ada, 3)

        def links_to(line: Line) -> bool:
            shown = line.shown
            name = shown.id if isinstance(shown, DiscordMessage) else shown.ts.replace(".", "")
            return str(name) in str(third.shown if line is second else second.shown)

        assert links_to(first)
        assert links_to(second)
