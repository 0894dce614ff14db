"""Files into and out of Slack: shown whatever Slack does with them, fetched from its hosts only."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from rungs_slack import SlackStage, settings_for, thread
from slack_bots import Bots, bots_on_slack, files
from test_conversation_contract import PICTURES

from bots.playground.slack import Workspace
from bots.slack import Slack, Timing
from bots.slack.history import LOOK_BACK_SECONDS
from core.conversation import Attempt, File, FilesRefusedError, Media, Posted, Reply, TryLaterError

SOUND = File("waves.mp3", b"ID3" + b"\0" * 100, "audio/mpeg", "waves on a beach")
SKETCH = ("sketch.png", b"a small boat", "image/png")
POST = "chat.postMessage"


async def post_until(stage: SlackStage, files: list[File]) -> tuple[Posted, int]:
    """Post as the core does, again and again; return what came of it and how often it took."""
    memo, maybe = "", False
    for number in range(1, 50):
        attempt = Attempt("key", number, maybe_sent=maybe, memo=memo)
        try:
            return await stage.at(stage.address).post(Reply("Ready."), files, attempt), number
        except TryLaterError as error:
            if not error.outage:  # Slack's slowness is no fault of the message
                raise
            memo, maybe = error.memo, maybe or error.maybe_sent
            await asyncio.sleep(0.05)
    raise AssertionError("it never came")


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    """A thread in #general, and bots that wait for seconds instead of a minute."""
    timing = Timing(processing=2.0, stalled=2.5)
    async with Workspace() as workspace, Slack(settings_for(workspace), timing) as slack:
        yield SlackStage(workspace, slack, await thread(workspace), POST)


async def test_a_sound_is_shown(stage: SlackStage) -> None:
    """With an alternative text Slack says ok and shows nothing."""
    await stage.at(stage.address).post(Reply("Ready."), [SOUND], Attempt("key"))

    assert [seen.files for seen in stage.said()] == [("waves.mp3",)]


async def test_a_share_that_comes_late_is_waited_for(stage: SlackStage) -> None:
    """Not in its slot, and not said twice."""
    stage.workspace.faults.delay_share(0.9)
    _, tries = await post_until(stage, PICTURES)

    assert tries > 1
    assert [seen.files for seen in stage.said()] == [("one.png", "two.png")]


async def test_a_share_that_never_comes_is_sent_another_way(stage: SlackStage) -> None:
    """Pictures stand in a message's blocks then."""
    stage.workspace.faults.lose_share()
    posted, _ = await post_until(stage, PICTURES)
    [seen] = stage.said()

    assert seen.files == ("one.png", "two.png")
    assert posted.message_id == stage.messages()[0].ts


async def test_a_share_that_comes_after_all_shows_nothing(stage: SlackStage) -> None:
    """Its files are sent another way, and deleted before: nothing stands there twice."""
    stage.workspace.faults.delay_share(60)
    await post_until(stage, PICTURES)
    [seen] = stage.said()

    assert seen.files == ("one.png", "two.png")
    assert len(stage.workspace.files) == 2


async def test_what_was_in_vain_is_not_tried_again(stage: SlackStage) -> None:
    """The share never came, and Slack still works on what stands in its place."""
    stage.workspace.faults.lose_share()
    stage.workspace.rules.processing_time = 1.0
    await post_until(stage, PICTURES)

    assert [seen.files for seen in stage.said()] == [("one.png", "two.png")]
    assert len(stage.workspace.files) == 2


async def test_pictures_are_shown_though_a_sound_is_not(stage: SlackStage) -> None:
    """Each file as well as it can be: the sound is a link, by the number of its buttons."""
    stage.workspace.faults.refuse("files.completeUploadExternal", "file_type_not_allowed")
    files = [replace(PICTURES[0], number=1), replace(SOUND, number=2)]
    media = tuple(Media(f"https://files.example/{f.name}", f.name, "", "", f.number) for f in files)
    await stage.at(stage.address).post(Reply("Ready.", media=media), files, Attempt("key"))
    [seen] = stage.said()
    [message] = stage.messages()

    assert seen.files == ("one.png",)
    assert "2. waves.mp3 " in seen.text
    assert "https://files.example/waves.mp3" in str(message.blocks)


async def test_a_sound_that_is_never_shown_goes_as_a_link(stage: SlackStage) -> None:
    """Only pictures can stand in blocks: the core hears it, and says the words."""
    stage.workspace.faults.lose_share()
    with pytest.raises(FilesRefusedError):
        await post_until(stage, [SOUND])


async def test_a_picture_that_slack_still_works_on_is_waited_for(stage: SlackStage) -> None:
    """The whole message would be refused: invalid_blocks."""
    stage.workspace.rules.processing_time = 0.3
    stage.workspace.faults.refuse("files.completeUploadExternal", "invalid_blocks")
    await post_until(stage, PICTURES)

    assert [seen.files for seen in stage.said()] == [("one.png", "two.png")]


async def test_a_slow_line_is_no_failure(stage: SlackStage) -> None:
    """An upload may take as long as it likes, while bytes move."""
    stage.workspace.rules.bytes_per_second = 6_000_000
    large = File("long.mp4", bytes(24_000_000), "video/mp4", "")
    await stage.at(stage.address).post(Reply("Ready."), [large], Attempt("key"))

    assert [seen.files for seen in stage.said()] == [("long.mp4",)]


async def test_a_stalled_upload_is_given_up(stage: SlackStage) -> None:
    """It counts as a try: the words must not wait for ever."""
    stage.workspace.faults.stall("upload")
    with pytest.raises(TryLaterError) as caught:
        await stage.at(stage.address).post(Reply("Ready."), PICTURES, Attempt("key"))
    stage.workspace.faults.clear()

    assert not caught.value.outage
    assert not caught.value.maybe_sent


async def test_shared_without_a_word_is_found_by_its_mark(stage: SlackStage) -> None:
    """The connection broke when Slack had taken the files."""
    stage.workspace.faults.drop("files.completeUploadExternal", after=True)
    with pytest.raises(TryLaterError) as caught:
        await stage.at(stage.address).post(Reply("Ready."), PICTURES, Attempt("key"))
    await stage.workspace.journal.until(stage.said)
    again = Attempt("key", 2, maybe_sent=caught.value.maybe_sent, memo=caught.value.memo)
    await stage.at(stage.address).post(Reply("Ready."), PICTURES, again)

    assert len(stage.said()) == 1


async def test_where_the_looking_is_limited_nobody_waits_for_it(stage: SlackStage) -> None:
    """Once a minute, for some apps: an answer is said rather than held up."""
    stage.workspace.faults.rate_limit("conversations.replies", retry_after=60)
    again = Attempt("key", 2, maybe_sent=True)
    await stage.at(stage.address).post(Reply("Ready."), (), again)

    assert [seen.text for seen in stage.said()] == ["Ready."]


async def test_the_end_of_a_long_thread_is_looked_at(stage: SlackStage) -> None:
    """Slack gives the oldest first, and sometimes few at a time."""
    await stage.at(stage.address).post(Reply("long ago"), (), Attempt("other key"))
    stage.messages()[0].ts = f"{time.time() - 2 * LOOK_BACK_SECONDS:.6f}"
    await stage.at(stage.address).post(Reply("Ready."), (), Attempt("key"))
    stage.workspace.rules.history_page = 1
    again = Attempt("key", 2, maybe_sent=True)
    await stage.at(stage.address).post(Reply("Ready."), (), again)

    assert [seen.text for seen in stage.said()] == ["long ago", "Ready."]


# Whole answers


async def test_a_task_of_several_files_is_one_message(tmp_path: Path) -> None:
    """One card, with all of them."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu two images of boats")
        result = await bots.result()

        assert len(files(result)) == 2
        assert bots.said() == [result]


async def test_without_files_write_the_words_come_with_links(tmp_path: Path) -> None:
    """What a workspace does not allow costs nobody the answer."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.scopes.discard("files:write")
        await bots.seat().type("@neocu a boat")
        said = await bots.told("ready")

        assert any(e.get("type") == "link" for e in said.blocks[0]["elements"][0]["elements"])


# What people attach


async def handed_over(bots: Bots) -> list[bytes]:
    """Return the bytes of the files that the only task uses."""
    await bots.seat().type("@neocu put it into the picture", files=[SKETCH])
    await bots.sandbox.journal.until(lambda: bots.sandbox.generated)
    [task] = bots.sandbox.generated
    return [bots.sandbox.files[one].content for one in task.files]  # type: ignore[union-attr]


async def test_a_file_on_grids_second_host_is_fetched(tmp_path: Path) -> None:
    """files.slack.com sends us to files-origin.slack.com."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.grid_file_host = True

        assert await handed_over(bots) == [SKETCH[1]]


@pytest.mark.parametrize("redirects", [True, False])
async def test_the_login_page_says_what_to_do(redirects: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter)
    """The token may not read files: the app has to be reinstalled. It is shown to no other page."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.login_redirect = redirects
        bots.workspace.rules.scopes.discard("files:read")
        await bots.seat().type("@neocu put it into the picture", files=[SKETCH])
        await bots.told("reinstall")

        assert bots.posts == 0
        assert bots.workspace.desk.team.logins == 0
