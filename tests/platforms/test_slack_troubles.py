"""Slack fails in the middle of something: nothing is said twice for it, and nothing is lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rungs_slack import SlackStage, settings_for, thread
from slack_bots import bots_on_slack
from test_conversation_contract import PICTURES
from test_slack_people import shared

from bots.playground.slack import Workspace
from bots.slack import Slack
from bots.slack.ladder import DirectMessage
from core.conversation import Attempt, Reply, TryLaterError, UndeliverableError

POST, UPDATE, DELETE = "chat.postMessage", "chat.update", "chat.delete"
INFO = "files.info"
LOOK = "conversations.replies"
LONG = "A word of many. " * 1_000  # more than one message holds
SKETCH = ("sketch.png", b"a small boat", "image/png")


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    """A thread in #general, and the bots."""
    async with Workspace() as workspace, Slack(settings_for(workspace)) as slack:
        yield SlackStage(workspace, slack, await thread(workspace), POST)


async def test_what_was_shared_is_not_shared_again_because_nobody_tells_where(
    stage: SlackStage,
) -> None:
    """The files stand there: only where is asked once more."""
    stage.workspace.faults.refuse(INFO, "internal_error")
    with pytest.raises(TryLaterError) as later:
        await stage.at(stage.address).post(Reply("Ready."), PICTURES, Attempt("key"))
    again = Attempt("key", 2, maybe_sent=later.value.maybe_sent, memo=later.value.memo)
    posted = await stage.at(stage.address).post(Reply("Ready."), PICTURES, again)

    assert [seen.files for seen in stage.said()] == [("one.png", "two.png")]
    assert posted.message_id == stage.messages()[0].ts


async def test_where_it_stands_may_stay_unknown(stage: SlackStage) -> None:
    """A file that Slack tells nothing of was shared all the same."""
    stage.workspace.faults.refuse(INFO, "file_not_found")
    posted = await stage.at(stage.address).post(Reply("Ready."), PICTURES, Attempt("key"))
    await stage.workspace.journal.until(stage.said)

    assert [seen.files for seen in stage.said()] == [("one.png", "two.png")]
    assert posted.message_id == ""


async def test_half_of_a_long_text_is_not_said_again(stage: SlackStage) -> None:
    """Its first message stands: the next try has to look."""
    conversation = stage.at(stage.address)
    first = await conversation.post(Reply(LONG), (), Attempt("whole"))
    pieces = len(stage.messages())
    stage.workspace.faults.fail(POST)
    with pytest.raises(TryLaterError):
        await conversation.post(Reply(LONG), (), Attempt("key"))
    assert len(stage.messages()) == pieces  # not even the first of them

    stage.workspace.faults.slow(POST, seconds=0)
    stage.workspace.faults.refuse(POST, "ratelimited")
    with pytest.raises(TryLaterError) as later:
        await conversation.post(Reply(LONG), (), Attempt("key"))

    assert first.message_id
    assert later.value.maybe_sent
    assert len(stage.messages()) == pieces + 1


@pytest.mark.parametrize(("error", "sure"), [("missing_scope", True), ("internal_error", False)])
async def test_nothing_is_repeated_where_it_can_not_be_looked_for(
    stage: SlackStage, error: str, *, sure: bool
) -> None:
    """What is away for a moment is looked for later; where we may never look, it is said."""
    stage.workspace.faults.refuse(LOOK, error)
    again = Attempt("key", 2, maybe_sent=True)
    if sure:
        await stage.at(stage.address).post(Reply("Ready."), (), again)
    else:
        with pytest.raises(TryLaterError) as later:
            await stage.at(stage.address).post(Reply("Ready."), (), again)
        assert later.value.maybe_sent

    assert len(stage.said()) == sure


async def test_a_message_that_can_not_be_edited_stays(stage: SlackStage) -> None:
    """Somebody's rule forbids late edits: that is no reason to fail. Others are."""
    conversation = stage.at(stage.address)
    posted = await conversation.post(Reply("On it"), (), Attempt("key"))
    stage.workspace.faults.refuse(UPDATE, "edit_window_closed")
    await conversation.edit(posted.message_id, Reply("Done"))
    stage.workspace.faults.refuse(UPDATE, "is_archived")
    with pytest.raises(UndeliverableError):
        await conversation.edit(posted.message_id, Reply("Done"))

    assert [seen.text for seen in stage.said()] == ["On it"]


async def test_what_is_gone_is_taken_back(stage: SlackStage) -> None:
    """Somebody may have deleted it; what we may not delete stays, and is told."""
    conversation = stage.at(stage.address)
    posted = await conversation.post(Reply("On it"), (), Attempt("key"))
    stage.workspace.faults.refuse(DELETE, "message_not_found")
    await conversation.delete(posted.message_id)
    stage.workspace.faults.refuse(DELETE, "cant_delete_message")
    with pytest.raises(UndeliverableError):
        await conversation.delete(posted.message_id)


@pytest.mark.parametrize("status", [429, 503, 400])
async def test_an_upload_that_is_refused_is_tried_again_or_goes_another_way(
    stage: SlackStage, status: int
) -> None:
    """Nobody saw it: nothing can stand there twice."""
    stage.workspace.faults.fail("upload", status=status, times=2)
    attempt = Attempt("key")
    if status == 400:
        with pytest.raises(Exception, match="upload: status 400"):
            await stage.at(stage.address).post(Reply("Ready."), PICTURES, attempt)
    else:
        with pytest.raises(TryLaterError) as later:
            await stage.at(stage.address).post(Reply("Ready."), PICTURES, attempt)
        assert not later.value.maybe_sent

    assert stage.said() == []


@pytest.mark.parametrize("error", ["missing_scope", "internal_error"])
async def test_files_need_the_direct_messages_own_id(error: str) -> None:
    """Without the scope they are shown in blocks, which need no ID; an outage passes."""
    async with Workspace() as workspace, Slack(settings_for(workspace)) as slack:
        ada = DirectMessage(workspace.person("ada").id)
        stage = SlackStage(workspace, slack, ada, POST)
        workspace.faults.refuse("conversations.open", error)
        conversation = stage.at(stage.address)
        if error == "missing_scope":
            await conversation.post(Reply("Ready."), PICTURES, Attempt("key"))
            assert [seen.files for seen in stage.said()] == [("one.png", "two.png")]
        else:
            with pytest.raises(TryLaterError):
                await conversation.post(Reply("Ready."), PICTURES, Attempt("key"))
            assert stage.said() == []


@pytest.mark.parametrize(
    ("error", "words"), [("missing_scope", "reinstall"), ("file_deleted", "try again")]
)
async def test_a_file_that_can_not_be_looked_up_costs_nothing(
    tmp_path: Path, error: str, words: str
) -> None:
    """Of another company's file the event says the ID alone."""
    async with bots_on_slack(tmp_path, slack={"allow_external": True}) as bots:
        bots.workspace.faults.refuse(INFO, error, times=9)
        await bots.workspace.say("dora", shared(bots), "@neocu make it blue", files=[SKETCH])
        told = await bots.told("couldn't use")

        assert words in told.words
        assert bots.posts == 0
