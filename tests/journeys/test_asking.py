"""Every way to ask, on both platforms, through the real SDKs."""

from pathlib import Path

import pytest
from house import (
    ASKED,
    DISCORD,
    DONE,
    HELP,
    HTTP,
    NO_SUCH_TASK,
    RECENT,
    House,
    both,
    bots_on,
    everywhere,
    said,
    told,
)

from bots.playground.neocu.media_files import Upload

SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")
QUESTIONS = {
    "help": HELP,
    "balance": "1,000.00 credits",
    "recent": "not asked Neocu for anything yet",
    "status": "Which task?",
    "status 65fabc": NO_SUCH_TASK,
}


@everywhere
async def test_a_command_is_echoed_and_answered_in_its_thread(chat: str, tmp_path: Path) -> None:
    """A slash command leaves no message to thread under, so the bot's echo is the parent."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        echo, *answers = await told(ada, ASKED, "Task", DONE)

        assert echo.deep == 0
        assert "@ada asked Neocu" in echo.text
        assert "a lighthouse at dusk" in echo.text
        assert all(answer.deep == 1 for answer in answers)
        [task] = house.sandbox.generated
        assert task.query == "a lighthouse at dusk"
        assert any(task.task_id in answer.text for answer in answers)


@everywhere
async def test_a_mention_is_answered_in_the_thread_of_its_message(
    chat: str, tmp_path: Path
) -> None:
    """Everybody sees what was asked already: no echo."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        answers = await told(ada, "Task", DONE)

        assert all(answer.deep == 1 for answer in answers)
        assert ASKED not in str(answers)
        assert [task.query for task in house.sandbox.generated] == ["a lighthouse at dusk"]


@everywhere
async def test_a_mention_in_a_thread_is_answered_there(chat: str, tmp_path: Path) -> None:
    """A thread within a thread is nowhere possible."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        [first, *_] = await told(ada, DONE)
        before = len(said(ben))
        await ben.type("@neocu a boat", thread=first.thread)
        await ben.journal.until(lambda: DONE in str(said(ben)[before:]))

        assert all(line.deep == 1 for line in said(ben))
        assert {str(line.thread) for line in said(ben)} == {str(first.thread)}
        assert [task.query for task in house.sandbox.generated] == [
            "a lighthouse at dusk",
            "a boat",
        ]


@everywhere
async def test_a_direct_message_needs_no_mention(chat: str, tmp_path: Path) -> None:
    """In private, whatever one says is meant for the bot."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada", "dm")
        await ada.type("a lighthouse at dusk")
        await told(ada, "Task", DONE)

        assert [task.query for task in house.sandbox.generated] == ["a lighthouse at dusk"]
        assert said(house.seat("ada", "general")) == []


@both
@pytest.mark.parametrize(
    "words",
    [
        "two lines\nof *a* _poem_ with `code` & ~more~",
        "1 < 2 & 3 > 2, &amp; as it stands",
        "like https://example.com/a?b=c&d=e this one",
        "ünïcödé 🌊 “quotes”\n\n\tand a tab",
    ],
)
async def test_neocu_gets_exactly_what_was_typed(chat: str, words: str, tmp_path: Path) -> None:
    """The prompt decides what is made, so the chat's own spelling must not be in it."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type(f"@neocu {words}")
        await ada.type(f"/neocu {words}")
        await house.sandbox.journal.until(lambda: len(house.sandbox.generated) == 2)

        assert [task.query for task in house.sandbox.generated] == [words, words]


# Files


@everywhere
async def test_an_attachment_becomes_a_file_id(chat: str, tmp_path: Path) -> None:
    """The attached bytes are what Neocu gets, by the ID that the upload gave."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu put this into the picture", files=[SKETCH])
        await told(ada, DONE)

        assert handed_over(house) == [SKETCH[1]]
        assert house.posts == 1


@both
async def test_an_attachment_of_a_direct_message_counts_too(chat: str, tmp_path: Path) -> None:
    """Files are shared with bots in private as well."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada", "dm")
        await ada.type("put this into the picture", files=[SKETCH])
        await told(ada, DONE)

        assert handed_over(house) == [SKETCH[1]]


@both
async def test_the_same_bytes_are_uploaded_once(chat: str, tmp_path: Path) -> None:
    """A sketch that is sent again is known by its hash."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat()
        await ada.type("@neocu put this into the picture", files=[SKETCH])
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        await ada.type("@neocu and this into another", files=[SKETCH])
        await house.sandbox.journal.until(lambda: len(house.sandbox.generated) == 2)
        first, second = house.sandbox.generated

        assert first.files == second.files
        assert sum(call.path == "/upload" for call in house.sandbox.journal.calls) == 1


@both
async def test_file_ids_can_be_named(chat: str, tmp_path: Path) -> None:
    """What is at Neocu already is used by its ID, which is no part of the prompt."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await told(ada, DONE)
        asset = house.sandbox.generated[0].assets[0].id
        await ada.type(f"/neocu make it night files: {asset}")
        await house.sandbox.journal.until(lambda: len(house.sandbox.generated) == 2)

        second = house.sandbox.generated[1]
        assert (second.query, second.files) == ("make it night", (asset,))


def handed_over(house: House) -> list[bytes]:
    """Return the bytes of the files that the first task uses."""
    files = [house.sandbox.files[one] for one in house.sandbox.generated[0].files]
    return [file.content for file in files if isinstance(file, Upload)]


# Questions about Neocu itself


@everywhere
async def test_questions_are_answered_to_their_asker_alone(chat: str, tmp_path: Path) -> None:
    """What one person wants to know is no news for the channel, and costs nothing."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        for words, answer in QUESTIONS.items():
            await ada.type(f"/neocu {words}")
            await told(ada, answer)

        assert len(said(ada)) == len(QUESTIONS)
        assert all(line.private for line in said(ada))
        assert ben.lines() == []
        assert house.posts == 0


@both
async def test_status_and_recent_tell_of_ones_own_tasks(chat: str, tmp_path: Path) -> None:
    """A task ID from the thread is enough to ask how it is doing."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await told(ada, DONE)
        [task] = house.sandbox.generated
        await ada.type(f"/neocu status {task.task_id}")
        await told(ada, "is completed")
        await ada.type("/neocu recent")

        await told(ada, RECENT)


async def test_another_workspaces_task_is_nobodys_business(tmp_path: Path) -> None:
    """Whoever guesses or overhears a task ID learns nothing by it."""
    async with bots_on(HTTP, DISCORD, folder=tmp_path) as house:
        ada, stranger = house.seat("ada"), house.seat("ada", chat=DISCORD)
        await ada.type("@neocu a secret lighthouse")
        await told(ada, DONE)
        [task] = house.sandbox.generated
        await stranger.type(f"/neocu status {task.task_id}")
        lines = await told(stranger, NO_SUCH_TASK)

        assert "lighthouse" not in str(lines)


async def test_a_guilds_task_is_not_told_in_private(tmp_path: Path) -> None:
    """Outside of guilds everybody is a workspace of their own."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben", "dm")
        await ada.type("@neocu a secret lighthouse")
        await told(ada, DONE)
        [task] = house.sandbox.generated
        await ben.type(f"status {task.task_id}")
        lines = await told(ben, NO_SUCH_TASK)

        assert "lighthouse" not in str(lines)
