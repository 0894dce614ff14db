import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playground_slack_app import connected, error_of, over_http, put, sdk, unheard
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


BUTTON = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
TEXT = {"type": "mrkdwn", "text": "Done."}
CARD = [
    {"type": "section", "text": TEXT},
    {"type": "divider"},
    {"type": "context", "elements": [TEXT]},
    {"type": "actions", "elements": [BUTTON]},
]


async def test_alternative_text_hides_whatever_is_no_image(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Slack says ok and never shows the film: the shares stay empty for ever."""
    general = workspace.channel("general").id
    film, picture = await put(client, "a.mp4", b"a", "a"), await put(client, "b.png", PNG, "b")
    for file_id in (film, picture):
        await client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=general)
    await workspace.journal.until(lambda: workspace.files[picture].shares)

    assert (await client.files_info(file=film))["file"]["shares"] == {}
    assert [file.id for file in last(workspace).files] == [picture]


async def test_a_share_can_come_late_or_never(workspace: Workspace, client: AsyncWebClient) -> None:
    """Whoever waits for it needs an end of waiting, and a way to tell the two apart: none."""
    general = workspace.channel("general").id
    workspace.faults.lose_share()
    workspace.faults.delay_share(0.1)
    lost, late = await put(client, "a.png", PNG), await put(client, "b.png", PNG)
    await client.files_completeUploadExternal(files=[{"id": lost}], channel_id=general)
    await workspace.journal.until(lambda: workspace.files[lost].processed)
    await client.files_completeUploadExternal(files=[{"id": late}], channel_id=general)
    await workspace.journal.until(lambda: workspace.files[late].processed)
    assert not workspace.files[late].shares
    await workspace.journal.until(lambda: workspace.files[late].shares)

    assert not workspace.files[lost].shares
    assert [file.id for file in last(workspace).files] == [late]


async def test_a_deleted_file_is_never_shown(workspace: Workspace, client: AsyncWebClient) -> None:
    """Not even by the message that was to show it, and that comes late."""
    general = workspace.channel("general").id
    workspace.faults.delay_share(0.1, times=2)
    gone, kept = await put(client, "a.png", PNG), await put(client, "b.png", PNG)
    await client.files_completeUploadExternal(files=[{"id": gone}], channel_id=general)
    await client.files_delete(file=gone)
    await client.files_completeUploadExternal(files=[{"id": kept}], channel_id=general)
    await workspace.journal.until(lambda: workspace.files[kept].shares)

    assert [[file.id for file in one.files] for one in workspace.channel("general").messages] == [
        [kept]
    ]


async def test_an_unprocessed_file_has_no_type(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The one sign by which an app knows that an image block would cost it the message."""
    workspace.rules.processing_time = 0.1
    file_id = await put(client, "a.png", PNG)
    await client.files_completeUploadExternal(files=[{"id": file_id}])

    assert (await client.files_info(file=file_id))["file"]["mimetype"] == ""
    post = {"channel": "general", "text": "a", "blocks": [image(file_id)]}
    assert await error_of(client.chat_postMessage(**post)) == "invalid_blocks"
    await workspace.journal.until(lambda: workspace.files[file_id].processed)
    assert (await client.files_info(file=file_id))["file"]["mimetype"] == "image/png"
    assert (await client.chat_postMessage(**post))["ok"]


@pytest.mark.parametrize("address", ["url_private", "url_private_download", "permalink"])
async def test_a_file_in_a_block_is_named_by_its_address_too(
    workspace: Workspace, client: AsyncWebClient, address: str
) -> None:
    """Whatever `files.info` tells of it will do."""
    info = await client.files_info(file=await private(workspace, client))
    block = {"type": "image", "alt_text": "a", "slack_file": {"url": info["file"][address]}}

    assert (await client.chat_postMessage(channel="general", text="a", blocks=[block]))["ok"]


async def test_only_pictures_that_the_bot_may_see_go_into_blocks(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """No WebP, and no file from where the bot is not."""
    webp = await put(client, "a.webp", b"RIFF....WEBP")
    await client.files_completeUploadExternal(files=[{"id": webp}])
    await workspace.journal.until(lambda: workspace.files[webp].processed)
    secret = workspace.add_channel("secret", ["ada"], private=True)
    theirs = await workspace.say("ada", secret, "a", files=[("a.png", PNG, "image/png")])

    for file_id in (webp, theirs.files[0].id, "F0000"):
        post = client.chat_postMessage(channel="general", text="a", blocks=[image(file_id)])
        assert await error_of(post) == "invalid_blocks"


async def test_several_files_are_one_message_with_blocks(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Text, buttons and files at once; the ts is told by `files.info` and nowhere else."""
    parent = await workspace.say("ada", "general", "two, please")
    ids = [await put(client, name, PNG) for name in ("a.png", "b.png")]
    answer = await client.files_completeUploadExternal(
        files=[{"id": file_id} for file_id in ids],
        channel_id=parent.channel,
        thread_ts=parent.ts,
        blocks=json.dumps(CARD),
    )
    await workspace.journal.until(lambda: workspace.files[ids[1]].shares)
    [message] = workspace.seen_by("ada", "general", parent.ts)[1:]
    info = await client.files_info(file=ids[0])

    assert "ts" not in answer.data
    assert [file.id for file in message.files] == ids
    assert [block["type"] for block in message.blocks] == [block["type"] for block in CARD]
    assert info["file"]["shares"]["public"][parent.channel][0]["ts"] == message.ts
    assert workspace.notified(message) == {"ada": "thread"}


async def test_a_button_beside_files_works(workspace: Workspace, client: AsyncWebClient) -> None:
    """It arrives as any other's, with the message that holds it and its files."""
    workspace.rules.ack_within = 3.0
    bodies = []
    async with connected(workspace, over_http) as (app, _):

        @app.action("again")
        async def on_again(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            bodies.append(body)

        file_id = await put(client, "a.png", PNG)
        await client.files_completeUploadExternal(
            files=[{"id": file_id}],
            channel_id=workspace.channel("general").id,
            blocks=json.dumps(CARD),
        )
        await workspace.journal.until(lambda: workspace.files[file_id].shares)
        assert (await workspace.press("ada", last(workspace), "again")).acknowledged

    assert bodies[0]["message"]["ts"] == last(workspace).ts
    assert bodies[0]["message"]["files"][0]["id"] == file_id


async def test_a_comment_stands_instead_of_blocks(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Whoever sends both loses the buttons and is not told."""
    general, file_id = workspace.channel("general").id, await put(client, "a.png", PNG)
    await client.files_completeUploadExternal(
        files=[{"id": file_id}],
        channel_id=general,
        initial_comment="here",
        blocks=json.dumps(CARD),
    )
    await workspace.journal.until(lambda: workspace.files[file_id].shares)

    assert (last(workspace).text, last(workspace).blocks) == ("here", [])


async def test_markdown_stands_beside_no_file(workspace: Workspace, client: AsyncWebClient) -> None:
    """The refusal leaves the upload as it was: it can be completed without."""
    file_id, markdown = await put(client, "a.png", PNG), [{"type": "markdown", "text": "**a**"}]
    share = {"files": [{"id": file_id}], "channel_id": workspace.channel("general").id}
    refused = client.files_completeUploadExternal(**share, blocks=json.dumps(markdown))

    assert await error_of(refused) == "invalid_blocks"
    assert (await client.files_completeUploadExternal(**share))["ok"]


async def test_files_go_only_where_the_bot_is_a_member(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """`chat:write.public` is no help, and a person's ID is no channel."""
    workspace.scopes.add("chat:write.public")
    files = [{"id": await put(client, "a.png", PNG)}]
    complete = client.files_completeUploadExternal

    random, ada = workspace.channel("random").id, workspace.person("ada").id
    assert await error_of(complete(files=files, channel_id=random)) == "not_in_channel"
    assert await error_of(complete(files=files, channel_id=ada)) == "invalid_arguments"
    opened = await client.chat_postMessage(channel=ada, text="a file comes")
    assert opened["channel"] == workspace.dm("ada").id
    assert (await complete(files=files, channel_id=opened["channel"]))["ok"]
