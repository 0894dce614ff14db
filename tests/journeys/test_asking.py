"""Every way to ask, on both platforms, through the real SDKs."""

from dataclasses import replace
from pathlib import Path

import pytest
from house import (
    DISCORD,
    ENTRY,
    HELP,
    HTTP,
    NO_SUCH_TASK,
    RECENT,
    House,
    both,
    bots_on,
    everywhere,
    is_question,
    plain,
    progress,
    result,
    said,
    told,
)

from bots.playground.neocu.media_files import Upload
from core import wording
from core.conversation import Reply
from core.records import State

SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")
QUESTIONS = {
    "help": HELP,
    "balance": wording.balance(1000),
    "recent": wording.recent([]),
    "status": wording.which_task(),
    "status 65fabc": NO_SUCH_TASK,
}


@everywhere
async def test_a_command_is_answered_below_what_it_asked(chat: str, tmp_path: Path) -> None:
    """A slash command leaves no message to thread under, so the bot shows what was asked."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        card = await result(ada)
        question, *below = said(ada)
        [task] = house.sandbox.generated

        assert is_question(question)
        assert question.deep == 0
        assert "@ada" in question.text
        assert "a lighthouse at dusk" in plain(question)
        assert below == [card]
        assert card.deep == 1
        assert task.query == "a lighthouse at dusk"


@everywhere
async def test_a_mention_is_answered_in_the_thread_of_its_message(
    chat: str, tmp_path: Path
) -> None:
    """Everybody sees what was asked already: in the end, the card is all that is said."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        [task] = house.sandbox.generated

        assert said(ada) == [card]
        assert card.deep == 1
        assert task.query == "a lighthouse at dusk"
        assert task.task_id in card.text
        assert len(card.files) == 1


@everywhere
@pytest.mark.parametrize("words", ["/neocu a lighthouse", "@neocu a lighthouse"])
async def test_the_task_id_is_in_the_thread_from_the_beginning(
    chat: str, words: str, tmp_path: Path
) -> None:
    """Whoever has trouble with a task needs its name while it runs, too."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.sandbox.seconds = 1_000_000.0
        ada = house.seat("ada")
        await ada.type(words)
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        [task] = house.sandbox.generated

        assert (await progress(ada, task.task_id)).deep == 1


@everywhere
async def test_a_mention_in_a_thread_is_answered_there(chat: str, tmp_path: Path) -> None:
    """A thread within a thread is nowhere possible."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        first = await result(ada)
        await ben.type("@neocu a boat", thread=first.thread)
        second = await result(ben, 2)

        assert said(ben) == [first, second]
        assert (second.deep, str(second.thread)) == (1, str(first.thread))
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
        await result(ada)

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
        await result(ada)

        assert handed_over(house) == [SKETCH[1]]
        assert house.posts == 1


@both
async def test_an_attachment_of_a_direct_message_counts_too(chat: str, tmp_path: Path) -> None:
    """Files are shared with bots in private as well."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada", "dm")
        await ada.type("put this into the picture", files=[SKETCH])
        await result(ada)

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
        await result(ada)
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


@everywhere
async def test_questions_by_mention_are_answered_to_their_asker_alone(
    chat: str, tmp_path: Path
) -> None:
    """How somebody asks changes nothing about whose business the answer is."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben, alone = house.seat("ada"), house.seat("ben"), house.alone("ada")
        for words, answer in QUESTIONS.items():
            await ada.type(f"@neocu {words}")
            await told(alone, answer)

        assert len(said(alone)) == len(QUESTIONS)
        assert said(ben) == []
        assert house.posts == 0


@everywhere
async def test_questions_in_a_form_are_answered_to_their_asker_alone(
    chat: str, tmp_path: Path
) -> None:
    """A person's list of what they asked must not come up in the channel by way of the form."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        for number, (words, answer) in enumerate(QUESTIONS.items(), 1):
            await ada.type("/neocu")
            await ada.journal.until(ada.form)
            await ada.send({wording.labels.query(): words})
            await told(ada, answer)

            assert len(said(ada)) == number
        assert all(line.private for line in said(ada))
        assert ben.lines() == []
        assert house.posts == 0


@both
async def test_status_and_recent_tell_of_ones_own_tasks(chat: str, tmp_path: Path) -> None:
    """A task ID from the thread is enough to ask how it is doing."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await result(ada)
        [task] = house.sandbox.generated
        await ada.type(f"/neocu status {task.task_id}")
        done = wording.status(replace(ENTRY, state=State.COMPLETED), "")
        answer = await told(ada, Reply(done.text.splitlines()[0]))
        await ada.type("/neocu recent")
        await told(ada, RECENT)

        assert task.task_id in answer.text
        assert "a lighthouse at dusk" in plain(answer)


async def test_another_workspaces_task_is_nobodys_business(tmp_path: Path) -> None:
    """Whoever guesses or overhears a task ID learns nothing by it."""
    async with bots_on(HTTP, DISCORD, folder=tmp_path) as house:
        ada, stranger = house.seat("ada"), house.seat("ada", chat=DISCORD)
        await ada.type("@neocu a secret lighthouse")
        await result(ada)
        [task] = house.sandbox.generated
        await stranger.type(f"/neocu status {task.task_id}")
        line = await told(stranger, NO_SUCH_TASK)

        assert "lighthouse" not in line.text


@both
async def test_recent_in_a_channel_tells_nothing_of_what_was_private(
    chat: str, tmp_path: Path
) -> None:
    """The list is for one person alone, but others may look on."""
    async with bots_on(chat, folder=tmp_path) as house:
        alone, ada = house.seat("ada", "dm"), house.seat("ada")
        await alone.type("a surprise for ben")
        await result(alone)
        await ada.type("@neocu a boat")
        await result(ada)
        await ada.type("/neocu recent")
        answer = await told(ada, RECENT)

        assert "a boat" in answer.text
        assert "surprise" not in answer.text


async def test_a_guilds_task_is_not_told_in_private(tmp_path: Path) -> None:
    """Outside of guilds everybody is a workspace of their own."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben", "dm")
        await ada.type("@neocu a secret lighthouse")
        await result(ada)
        [task] = house.sandbox.generated
        await ben.type(f"status {task.task_id}")
        line = await told(ben, NO_SUCH_TASK)

        assert "lighthouse" not in line.text
