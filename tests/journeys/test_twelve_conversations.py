"""The same twelve conversations on both platforms, through the real SDKs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from house import (
    DISCORD,
    DONE,
    FINISHED,
    GENERATING,
    HTTP,
    NO_SUCH_TASK,
    RECENT,
    SLOW,
    STALE,
    STOPPED,
    House,
    answers,
    both,
    bots_on,
    house_for,
    plain,
    running,
    said,
    told,
)

from bots.playground.seats import DiscordSeat, Line, Seat

QUERY, IDS, FILES = "What shall Neocu make?", "File IDs", "Files"
SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")
# What is asked for: the ending of the file that arrives, the words beside it, and what is counted.
MEDIA = {
    "a picture of a lighthouse": (".png", "", "1 image for @ada"),
    "a 1 second video at 640p of a boat": (".mp4", "", "1 video for @ada"),
    "a sound of waves, 1 second": (".wav", "", "1 sound for @ada"),
    "a voice that says hello": (".wav", "", "1 voice recording for @ada"),
    "a 3D model of a lighthouse": (".png", "3D model: ", "1 3D model for @ada"),
    "a 360 scene of a beach": (".png", "360° picture: ", "1 360° picture for @ada"),
}
NEVER = 1_000_000.0  # seconds


def with_button(seat: Seat, label: str) -> Line | None:
    """Return the newest message that has this button."""
    return next((line for line in reversed(seat.lines()) if label in line.buttons), None)


async def press(seat: Seat, label: str) -> None:
    """Press the newest button of this name, as soon as there is one."""
    line = await seat.journal.until(lambda: with_button(seat, label))
    await seat.press(line, label)


async def made(house: House, number: int) -> Any:
    """Return the task of this number, from 1, as soon as it is asked for."""
    await house.sandbox.journal.until(lambda: len(house.sandbox.generated) >= number)
    return house.sandbox.generated[number - 1]


def finish(house: House) -> None:
    """Let every task be finished now."""
    for id_, task in house.sandbox.tasks.items():
        house.sandbox.tasks[id_] = replace(task, seconds=0.0)


def with_files(seat: Seat) -> list[Line]:
    """Return the bot's messages that show a file."""
    return [line for line in seat.lines() if line.who == "neocu" and line.files]


def limit_uploads(house: House, limit: int) -> None:
    """Let both platforms take no larger files."""
    house.guild.rules.upload_cap = limit
    house.workspace.rules.upload_limit = limit


# 1


@both
async def test_every_medium_arrives(chat: str, tmp_path: Path) -> None:
    """They came for the file: it is shown or played; what chats can't show is a picture and a link.

    The thread tells how long it took, how many there are, and what can be done with them.
    """
    async with bots_on(chat, folder=tmp_path, person_tasks=len(MEDIA)) as house:
        ada = house.seat("ada")
        for query in MEDIA:
            await ada.type(f"@neocu {query}")
        await told(ada, *(counted for _, _, counted in MEDIA.values()))

        for query, (ending, words, counted) in MEDIA.items():
            lines = answers(ada, query)
            [shown] = [line for line in lines if line.files]
            assert shown.files[0].endswith(ending)
            assert plain(shown).startswith(words)
            assert bool(shown.text) == bool(words)
            assert FINISHED in lines[0].text
            assert counted in plain(lines[-1])
            assert lines[-1].buttons == ("Again", "Edit …")


# 2


@both
async def test_a_follow_up_in_the_thread_edits_the_last_result(chat: str, tmp_path: Path) -> None:
    """Who says "make it night" means the picture above; the bot says that it took it so."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        [*_, last] = await told(ada, DONE)
        await ada.type("@neocu make it night", thread=last.thread)
        first, second = (await made(house, 1)), (await made(house, 2))
        await told(ada, "Working from", first.assets[0].id)

        assert (second.query, second.files) == ("make it night", (first.assets[0].id,))


# 3


@both
async def test_one_of_several_results_can_be_edited(chat: str, tmp_path: Path) -> None:
    """A reply to it on Discord, its own button on Slack: that one only."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu 3 images of a lighthouse")
        await told(ada, "Done: 3 images")
        first = await made(house, 1)
        if isinstance(ada, DiscordSeat):
            await ada.reply(with_files(ada)[1], "make it night")
        else:
            await press(ada, "Edit 2 …")
            await ada.send({QUERY: "make it night"})
        second = await made(house, 2)

        assert (second.query, second.files) == ("make it night", (first.assets[1].id,))


# 4


@both
@pytest.mark.parametrize("restarted", [False, True], ids=["at once", "after a restart"])
async def test_buttons_never_die(chat: str, restarted: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter of the test)
    """All that they need is in the ledger."""
    async with house_for(chat) as house:
        ada = house.seat("ada")
        changed = {"neocu_stale_after": 0.01, "neocu_reuse_results": False}
        async with running(house, chat, folder=tmp_path, **changed):
            await ada.type("@neocu a lighthouse at dusk")
            await told(ada, DONE)
            house.sandbox.faults.next("generate", 500)
            await ada.type("@neocu a boat")
            await told(ada, "may have been spent")
            house.sandbox.seconds = NEVER
            await ada.type("@neocu a slow boat")
            await told(ada, STALE)
            await ada.type("/neocu recent")
            await told(ada, RECENT)
            if not restarted:
                await _press_them_all(house, ada)
        if restarted:
            async with running(house, chat, folder=tmp_path, **changed):
                await _press_them_all(house, ada)


async def _press_them_all(house: House, ada: Seat) -> None:
    files = len(with_files(ada))
    finish(house)
    await press(ada, "Check now")
    await ada.journal.until(lambda: len(with_files(ada)) == files + 1)
    house.sandbox.seconds = 0.0
    [again] = [line for line in ada.lines() if any("again" in label for label in line.buttons)][-1:]
    await ada.press(again, next(label for label in again.buttons if label.startswith("Show")))
    await ada.journal.until(lambda: len(with_files(ada)) == files + 2)
    await press(ada, "Send again")

    assert (await made(house, 3)).query == "a boat"
    await told(ada, "@ada asked Neocu:")
    before = answers(ada, "a lighthouse at dusk")
    again = next(line for line in before if "Again" in line.buttons)
    await ada.press(again, "Again")

    assert (await made(house, 4)).query == "a lighthouse at dusk"
    await ada.press(again, "Edit …")
    form = await ada.journal.until(ada.form)

    assert form[QUERY] == "a lighthouse at dusk"
    assert form[IDS] == house.sandbox.generated[0].assets[0].id
    await ada.send({QUERY: "a lighthouse at night"})
    edited = await made(house, 5)

    assert (edited.query, edited.files) == ("a lighthouse at night", (form[IDS],))


# 5


@both
async def test_the_command_alone_opens_a_form_that_takes_a_file(chat: str, tmp_path: Path) -> None:
    """Slack's commands can carry no file, and not everybody knows what to type."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("/neocu")
        form = await ada.journal.until(ada.form)
        await ada.send({QUERY: "put this into the picture", FILES: [SKETCH]})
        lines = await told(ada, "@ada asked Neocu", "put this into the picture", DONE)
        task = await made(house, 1)

        assert list(form) == [QUERY, IDS, FILES]
        assert lines[0].deep == 0
        assert [house.sandbox.files[id_].content for id_ in task.files] == [SKETCH[1]]


# 6


@both
async def test_a_messages_menu_takes_its_words_and_files(chat: str, tmp_path: Path) -> None:
    """What somebody posted for people can be used without posting it again."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ben.type("a small boat at sea", files=[SKETCH])
        [message] = ada.lines()
        await ada.use(message)
        form = await ada.journal.until(ada.form)
        await ada.send({})
        await told(ada, "@ada asked Neocu", DONE)
        task = await made(house, 1)

        assert form[QUERY] == task.query == "a small boat at sea"
        assert [house.sandbox.files[id_].content for id_ in task.files] == [SKETCH[1]]


# 7


@both
async def test_a_result_over_the_limit_is_a_thumbnail_and_a_link(chat: str, tmp_path: Path) -> None:
    """A video may be larger than the guild's limit; it is paid for all the same."""
    async with bots_on(chat, folder=tmp_path) as house:
        limit_uploads(house, 200_000)
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse, please be huge")
        await told(ada, "is too large to show here", DONE)
        [shown] = with_files(ada)

        assert shown.files[0].endswith(".png")
        assert house.sandbox.generated[0].assets[0].id in str(shown.shown)


# 8


@both
async def test_one_broken_file_costs_the_others_nothing(chat: str, tmp_path: Path) -> None:
    """Each result is delivered on its own, and the missing one is told of."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse, please break one")
        lines = await told(ada, "could not be fetched", "Done: 3 images")

        assert len(with_files(ada)) == 2
        assert sum("could not be fetched" in line.text for line in lines) == 1


# 9


@both
async def test_a_failed_task_is_told_with_its_reason(chat: str, tmp_path: Path) -> None:
    """What happened, what to do, what was spent; and nothing looks as if it still ran."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse, please fail")
        lines = await told(ada, "failed", "Please word it differently", STOPPED)

        assert lines[-1].buttons == ("Try again",)
        assert "may have been spent" in lines[-1].text
        assert GENERATING not in str([line.text for line in lines])


# 10


@both
async def test_a_late_result_still_arrives_once(chat: str, tmp_path: Path) -> None:
    """The thread hears that it takes long, then that it takes too long, then gets its picture."""
    async with house_for(chat) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        async with running(house, chat, folder=tmp_path, neocu_slow_after=0.01):
            await ada.type("@neocu a lighthouse at dusk")
            await told(ada, SLOW)
        async with running(house, chat, folder=tmp_path, neocu_stale_after=0.01):
            await told(ada, STALE)
            finish(house)
            lines = await told(ada, DONE)

        assert len(with_files(ada)) == 1
        for words in ("Still working", STALE, DONE):
            assert sum(words in line.text for line in lines) == 1


# 11


@both
async def test_the_status_of_another_workspaces_task_is_refused(chat: str, tmp_path: Path) -> None:
    """Whoever overhears a task ID learns nothing by it."""
    other = DISCORD if chat == HTTP else HTTP
    async with bots_on(chat, other, folder=tmp_path) as house:
        house.workspace.events_url = f"{house.url}/slack/events"
        ada, stranger = house.seat("ada"), house.seat("ada", chat=other)
        await ada.type("@neocu a secret lighthouse")
        await told(ada, DONE)
        await stranger.type(f"/neocu status {house.sandbox.generated[0].task_id}")
        [answer] = await told(stranger, NO_SUCH_TASK)

        assert answer.private
        assert "lighthouse" not in answer.text


# 12


@both
async def test_two_people_in_one_thread_get_each_their_own(chat: str, tmp_path: Path) -> None:
    """And what they say to each other is nobody else's business."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        [*_, last] = await told(ada, "Done: 1 image for @ada")
        await ben.type("nice, but @ada likes it darker", thread=last.thread)
        await ada.type("do I?", thread=last.thread)
        await ben.type("@neocu make it night", thread=last.thread)
        await ada.type("@neocu a boat files: " + house.sandbox.generated[0].assets[0].id)
        await told(ada, "Done: 1 image for @ben")
        await ada.journal.until(lambda: sum(DONE in line.text for line in said(ada)) == 3)

        # Each hears that it is made, gets it, and hears that it is done: nothing else is said.
        assert len(said(ada)) == 9
        assert {task.query for task in house.sandbox.generated} == {
            "a lighthouse at dusk",
            "make it night",
            "a boat",
        }
        assert len([line for line in answers(ada, "a lighthouse") if DONE in line.text]) == 2
        assert house.posts == 3
