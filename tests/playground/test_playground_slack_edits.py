from collections.abc import AsyncIterator

import pytest
from playground_slack_app import put, sdk, unheard
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Message, Workspace

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected."""
    async with unheard() as workspace:
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The real SDK with the bot's token."""
    return sdk(workspace)


def last(workspace: Workspace) -> Message:
    """Return what ada sees last in #general."""
    return workspace.seen_by("ada", "general")[-1]


async def private(workspace: Workspace, client: AsyncWebClient, name: str = "a.png") -> str:
    """Return the ID of a picture that is uploaded, processed and shown nowhere."""
    file_id = await put(client, name, PNG)
    await client.files_completeUploadExternal(files=[{"id": file_id}])
    await workspace.journal.until(lambda: workspace.files[file_id].processed)
    return file_id


def image(file_id: str) -> dict[str, object]:
    """Return an image block that shows a file."""
    return {"type": "image", "alt_text": "a", "slack_file": {"id": file_id}}


async def test_a_picture_put_into_a_standing_message_is_broken(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The call says ok; people see a broken image, but for pictures that stood there before."""
    old, new = await private(workspace, client), await private(workspace, client, "b.png")
    where = {"channel": workspace.channel("general").id}
    posted = await client.chat_postMessage(**where, text="a", blocks=[image(old)])
    assert last(workspace).broken_images == set()
    blocks = [image(old), image(new)]
    assert (await client.chat_update(**where, ts=posted["ts"], text="b", blocks=blocks))["ok"]
    assert last(workspace).broken_images == {new}
    await client.chat_update(**where, ts=posted["ts"], text="c", blocks=blocks)
    assert last(workspace).broken_images == {new}
    await client.chat_update(**where, ts=posted["ts"], text="d", blocks=[image(old)])

    assert last(workspace).broken_images == set()


async def test_an_edit_takes_files_away_and_adds_none(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """As far as is known, `file_ids` only says which of a message's files stay."""
    general, new = workspace.channel("general").id, await private(workspace, client, "c.png")
    ids = [await put(client, name, PNG) for name in ("a.png", "b.png")]
    await client.files_completeUploadExternal(
        files=[{"id": file_id} for file_id in ids], channel_id=general
    )
    await workspace.journal.until(lambda: workspace.files[ids[0]].shares)
    message = last(workspace)
    where = {"channel": general, "ts": message.ts}
    await client.chat_update(**where, text="one", file_ids=[ids[1], new])

    assert [file.id for file in message.files] == [ids[1]]
    assert message.revisions[0].files == ids


async def test_a_reply_can_be_shown_in_the_channel(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """When it is posted, or later by an edit, which notifies nobody."""
    parent = await workspace.say("ada", "general", "a")
    where = {"channel": parent.channel, "thread_ts": parent.ts}
    await client.chat_postMessage(**where, text="now", reply_broadcast=True)
    later = await client.chat_postMessage(
        **where, text="later", metadata={"event_type": "task", "event_payload": {"id": "1"}}
    )
    await client.chat_update(
        channel=parent.channel, ts=later["ts"], text="later", reply_broadcast=True
    )
    shown = workspace.seen_by("ben", "general")

    assert [(m.text, m.is_broadcast) for m in shown[1:]] == [("now", True), ("later", True)]
    assert shown[2].metadata is not None
    assert [note.reason for note in workspace.notifications] == ["thread", "thread"]
