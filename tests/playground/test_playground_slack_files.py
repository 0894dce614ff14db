from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace

PICTURE = ("one.png", b"\x89PNG\r\n\x1a\n", "image/png")


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected: nothing it tells is heard."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = ()
        workspace.rules.ack_within = 0.1
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The real SDK with the bot's token."""
    return AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)


async def error_of(call: Any) -> str:
    """Return Slack's error code for a call that fails."""
    with pytest.raises(SlackApiError) as caught:
        await call

    return str(caught.value.response["error"])


async def test_an_upload_turns_up_in_the_thread(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A file's message comes a moment after the call that completed it."""
    question = await workspace.say("ada", "general", "a picture, please")
    answer = await client.files_upload_v2(
        channel=question.channel, thread_ts=question.ts, content=PICTURE[1], filename="one.png"
    )
    thread = lambda: workspace.seen_by("ben", "general", question.ts)[1:]  # noqa: E731 - a fact
    [message] = await workspace.journal.until(thread)
    info = await client.files_info(file=answer["file"]["id"])

    assert [file.id for file in message.files] == [answer["file"]["id"]]
    assert info["file"]["shares"]["public"][question.channel][0]["ts"] == message.ts


async def test_an_upload_is_completed_once(workspace: Workspace, client: AsyncWebClient) -> None:
    """A second call fails; a file that is never completed never was."""
    empty = client.files_getUploadURLExternal(filename="a", length=0)
    assert await error_of(empty) == "missing_argument"
    ticket = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    files = [{"id": ticket["file_id"]}]
    assert await error_of(client.files_completeUploadExternal(files=files)) == "file_not_found"
    url = ticket["upload_url"]
    async with aiohttp.ClientSession() as session, session.post(url, data=b"x") as answer:
        assert answer.status == 200

    assert await error_of(client.files_info(file=ticket["file_id"])) == "file_not_found"
    await client.files_completeUploadExternal(files=files)
    assert await error_of(client.files_completeUploadExternal(files=files)) == "file_not_found"
    assert workspace.seen_by("ada", "general") == []


async def test_a_file_without_the_token_is_a_login_page(workspace: Workspace) -> None:
    """Slack answers 200 with HTML: who trusts the status keeps a page for a picture."""
    message = await workspace.say("ada", "general", "look", files=[PICTURE])
    url = message.files[0].url
    bearer = {"Authorization": f"Bearer {workspace.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        async with session.get(url, headers=bearer) as answer:
            assert await answer.read() == PICTURE[1]
        workspace.scopes.discard("files:read")
        async with session.get(url, headers=bearer) as answer:
            assert answer.content_type == "text/html"


async def test_a_file_just_uploaded_cannot_be_shown_yet(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Slack looks at it for a while; an image block that comes too soon loses the message."""

    async def uploaded() -> tuple[str, dict[str, Any]]:
        answer = await client.files_upload_v2(content=PICTURE[1], filename="a.png")
        file_id = answer["file"]["id"]
        block = {"type": "image", "alt_text": "a", "slack_file": {"id": file_id}}
        return file_id, {"channel": "general", "text": "a", "blocks": [block]}

    workspace.rules.processing_time = 3600.0
    _, soon = await uploaded()
    workspace.rules.processing_time = 0.0
    file_id, late = await uploaded()
    await workspace.journal.until(lambda: workspace.files[file_id].ready)

    assert await error_of(client.chat_postMessage(**soon)) == "invalid_blocks"
    assert (await client.chat_postMessage(**late))["ok"]
