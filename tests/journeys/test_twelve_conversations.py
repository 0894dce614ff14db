"""The same twelve conversations on both platforms, through the real SDKs."""

from dataclasses import replace
from pathlib import Path

import pytest
from house import (
    DISCORD,
    ENTRY,
    HTTP,
    NEVER,
    NO_SUCH_TASK,
    RECENT,
    SLOW,
    STALE,
    House,
    actions,
    answers,
    both,
    bots_on,
    finish,
    house_for,
    is_question,
    made,
    only,
    plain,
    press,
    press_on,
    result,
    running,
    said,
    says,
    shows,
    told,
)

from bots.playground.neocu.media_files import Asset as MadeAsset
from bots.playground.neocu.tasks import FAILURE
from bots.playground.seats import Seat
from core import wording
from core.conversation import Reply
from core.neocu.errors import ServerError
from core.request import Action
from core.wording import phrases

QUERY, IDS, FILES = wording.labels.query(), wording.labels.file_ids(), wording.labels.files()
SKETCH = ("sketch.png", b"a small boat, left of the lighthouse", "image/png")
# What is asked for: the ending of the file that arrives, and whether a link stands with it.
MEDIA = {
    "a picture of a lighthouse": (".png", False),
    "a 1 second video at 640p of a boat": (".mp4", False),
    "a sound of waves, 1 second": (".wav", False),
    "a voice that says hello": (".wav", False),
    "a 3D model of a lighthouse": (".png", True),
    "a 360 scene of a beach": (".png", True),
}
UNKNOWN = wording.refused(ServerError(500, ""), "")


def limit_uploads(house: House, limit: int) -> None:
    """Let both platforms take no larger files."""
    house.guild.rules.upload_cap = limit
    house.workspace.rules.upload_limit = limit


# 1


@both
async def test_every_medium_arrives(chat: str, tmp_path: Path) -> None:
    """They came for the file: it is shown or played; what chats can't show is a picture and a link.

    All in one message, with what can be done with it.
    """
    async with bots_on(chat, folder=tmp_path, person_tasks=len(MEDIA)) as house:
        ada = house.seat("ada")
        for query in MEDIA:
            await ada.type(f"@neocu {query}")
        for query, (ending, linked) in MEDIA.items():
            card = await result(ada, under=query)
            task = next(task for task in house.sandbox.generated if task.query == query)

            assert answers(ada, query) == [card]
            assert card.files[0].endswith(ending)
            assert (address(task.assets[0]) in str(card.shown)) == linked
            assert task.task_id in card.text
            assert phrases.ai_label() in plain(card)
            assert actions(card)[:2] == [Action.AGAIN, Action.EDIT]
            assert Action.SHOW_IN_CHANNEL in actions(card)


# 2


@both
async def test_a_follow_up_in_the_thread_edits_the_last_result(chat: str, tmp_path: Path) -> None:
    """Who says "make it night" means the picture above; the bot says that it took it so."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        await ada.type("@neocu make it night", thread=card.thread)
        first, second = (await made(house, 1)), (await made(house, 2))
        below = await result(ada, 2)

        assert (second.query, second.files) == ("make it night", (first.assets[0].id,))
        assert "Made from" in plain(below)


# 3


@both
async def test_one_of_several_results_can_be_edited(chat: str, tmp_path: Path) -> None:
    """Each has a button of its own, with its number."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu 3 images of a lighthouse")
        card = await result(ada)
        first = await made(house, 1)
        await press(ada, Action.EDIT, asset=2)
        form = await ada.journal.until(ada.form)
        await ada.send({QUERY: "make it night"})
        second = await made(house, 2)

        assert shows(card) == 3
        assert form[IDS] == first.assets[1].id
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
            await result(ada)
            house.sandbox.faults.next("generate", 500)
            await ada.type("@neocu a boat")
            await told(ada, UNKNOWN)
            house.sandbox.seconds = NEVER
            await ada.type("@neocu a slow boat")
            await stands(ada, STALE)
            await ada.type("/neocu recent")
            await told(ada, RECENT)
            if not restarted:
                await _press_them_all(house, ada)
        if restarted:
            async with running(house, chat, folder=tmp_path, **changed):
                await _press_them_all(house, ada)


async def stands(seat: Seat, reply: Reply) -> None:
    """Wait until a message says this, whatever its numbers."""
    await seat.journal.until(lambda: any(says(one, reply, numbers=False) for one in said(seat)))


async def _press_them_all(house: House, ada: Seat) -> None:
    await press(ada, Action.CHECK_NOW)
    await told(ada, wording.checking())
    finish(house)
    await result(ada, under="a slow boat")
    house.sandbox.seconds = 0.0
    await press(ada, Action.SHOW)
    alone = house.seat("ada", "dm") if house.workspace.events_url else ada
    await told(alone, wording.shown_again(replace(ENTRY, assets=())))
    await press(ada, Action.SEND_AGAIN)

    assert (await made(house, 3)).query == "a boat"
    await result(ada, under="a boat")
    await press(ada, Action.AGAIN, under="a lighthouse at dusk")

    assert (await made(house, 4)).query == "a lighthouse at dusk"
    card = await result(ada, 1, under="a lighthouse at dusk")
    await press_on(ada, card, Action.EDIT)
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
        await result(ada)
        question, _ = said(ada)
        task = await made(house, 1)

        assert {QUERY, IDS, FILES} <= set(form)
        assert is_question(question)
        assert "put this into the picture" in plain(question)
        assert question.deep == 0
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
        await result(ada)
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
        card = await result(ada)
        [task] = house.sandbox.generated

        # Discord's limit is known before; what Slack refuses may be any of the files.
        assert [name[-4:] for name in card.files] == ([".png"] if chat == DISCORD else [])
        assert address(task.assets[0]) in str(card.shown)


# 8


@both
async def test_one_broken_file_costs_the_others_nothing(chat: str, tmp_path: Path) -> None:
    """The missing one is a line with a link, by the number of its button."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse, please break one")
        card = await result(ada)
        first, broken, third = house.sandbox.generated[0].assets

        assert said(ada) == [card]
        assert shows(card) == 2
        assert address(broken) in str(card.shown)
        assert not any(address(one) in card.text for one in (first, third))


def address(asset: MadeAsset) -> str:
    """Return where Neocu has a result, without its host."""
    return f"/files/{asset.id}/{asset.name}"


# 9


@both
async def test_a_failed_task_is_told_with_its_reason(chat: str, tmp_path: Path) -> None:
    """What happened, what to do, what was spent; and nothing looks as if it still ran."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse, please fail")
        line = await only(ada, Reply(wording.failed(ENTRY, [FAILURE]).text))

        assert actions(line) == [Action.AGAIN, Action.EDIT]
        assert house.sandbox.generated[0].task_id in line.text


# 10


@both
async def test_a_late_result_still_arrives_once(chat: str, tmp_path: Path) -> None:
    """The thread hears that it takes long, then that it takes too long, then gets its picture."""
    async with house_for(chat) as house:
        house.sandbox.seconds = NEVER
        ada = house.seat("ada")
        async with running(house, chat, folder=tmp_path, neocu_slow_after=0.01):
            await ada.type("@neocu a lighthouse at dusk")
            await stands(ada, SLOW)
        async with running(house, chat, folder=tmp_path, neocu_stale_after=0.01):
            await stands(ada, STALE)
            finish(house)
            card = await result(ada)

        assert said(ada) == [card]
        assert shows(card) == 1


# 11


@both
async def test_the_status_of_another_workspaces_task_is_refused(chat: str, tmp_path: Path) -> None:
    """Whoever overhears a task ID learns nothing by it."""
    other = DISCORD if chat == HTTP else HTTP
    async with bots_on(chat, other, folder=tmp_path) as house:
        house.workspace.events_url = f"{house.url}/slack/events"
        ada, stranger = house.seat("ada"), house.seat("ada", chat=other)
        await ada.type("@neocu a secret lighthouse")
        await result(ada)
        await stranger.type(f"/neocu status {house.sandbox.generated[0].task_id}")
        answer = await told(stranger, NO_SUCH_TASK)

        assert answer.private
        assert "lighthouse" not in answer.text


# 12


@both
async def test_two_people_in_one_thread_get_each_their_own(chat: str, tmp_path: Path) -> None:
    """And what they say to each other is nobody else's business."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        await ben.type("nice, but @ada likes it darker", thread=card.thread)
        await ada.type("do I?", thread=card.thread)
        await ben.type("@neocu make it night", thread=card.thread)
        await ada.type("@neocu a boat files: " + house.sandbox.generated[0].assets[0].id)
        await result(ada, 3)

        # Each gets their card, and nothing else is said.
        assert len(said(ada)) == 3
        assert {task.query for task in house.sandbox.generated} == {
            "a lighthouse at dusk",
            "make it night",
            "a boat",
        }
        cards = answers(ada, "a lighthouse")
        assert ["@ada" in cards[0].text, "@ben" in cards[1].text] == [True, True]
        assert house.posts == 3
