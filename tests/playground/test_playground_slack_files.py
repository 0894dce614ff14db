import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

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
    workspace.rules.processing_time = 0.2
    answer = await client.files_upload_v2(content=PICTURE[1], filename="a.png")
    file_id = answer["file"]["id"]
    block = {"type": "image", "alt_text": "a", "slack_file": {"id": file_id}}
    post = {"channel": "general", "text": "a", "blocks": [block]}

    assert await error_of(client.chat_postMessage(**post)) == "invalid_blocks"
    await workspace.journal.until(lambda: workspace.files[file_id].processed)
    assert (await client.chat_postMessage(**post))["ok"]


async def test_grid_serves_files_from_a_second_host(workspace: Workspace) -> None:
    """It wants the token again, which clients drop on the way to another host."""
    workspace.rules.grid_file_host = True
    message = await workspace.say("ada", "general", "look", files=[PICTURE])
    url, bearer = message.files[0].url, {"Authorization": f"Bearer {workspace.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(url, headers=bearer, allow_redirects=False) as answer:
            assert answer.status == 302
            there = URL(answer.headers["Location"])
        async with session.get(there, headers=bearer) as answer:
            assert await answer.read() == PICTURE[1]
        async with session.get(url, headers=bearer) as answer:  # follows without the token
            assert answer.content_type == "text/html"

    assert there.host != URL(url).host


async def test_without_files_read_one_is_sent_to_log_in(workspace: Workspace) -> None:
    """The address says what is wrong: `?redir=` is the way to the login page."""
    workspace.rules.login_redirect = True
    message = await workspace.say("ada", "general", "look", files=[PICTURE])
    url, bearer = message.files[0].url, {"Authorization": f"Bearer {workspace.bot_token}"}
    workspace.scopes.discard("files:read")
    async with aiohttp.ClientSession(headers=bearer) as session:
        async with session.get(url, allow_redirects=False) as answer:
            there = URL(answer.headers["Location"])
        async with session.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")

    assert there.host != URL(url).host
    assert there.query["redir"] == URL(url).path


async def test_a_file_has_one_gigabyte_at_most(client: AsyncWebClient) -> None:
    """Said before a byte is sent."""
    gigabyte = 1024**3
    assert (await client.files_getUploadURLExternal(filename="a", length=gigabyte))["ok"]
    larger = client.files_getUploadURLExternal(filename="a", length=gigabyte + 1)
    assert await error_of(larger) == "file_upload_size_restricted"


async def test_an_upload_can_stall(workspace: Workspace, client: AsyncWebClient) -> None:
    """Slack takes the connection and reads nothing: only a time-out ends it."""
    workspace.faults.stall("upload")
    url = (await client.files_getUploadURLExternal(filename="a", length=1))["upload_url"]
    patience = aiohttp.ClientTimeout(total=0.1)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(TimeoutError):
            await session.post(url, data=b"x", timeout=patience)
        async with session.post(url, data=b"x") as answer:
            assert answer.status == 200


async def test_a_line_can_be_slow(workspace: Workspace, client: AsyncWebClient) -> None:
    """Slow but alive, in both directions: bytes keep coming, so giving up would be wrong."""
    workspace.rules.bytes_per_second = 1024 * 1024
    data = b"x" * 256 * 1024
    url = (await client.files_getUploadURLExternal(filename="a", length=len(data)))["upload_url"]
    message = await workspace.say("ada", "general", "a", files=[("a", data, "text/plain")])
    bearer, start = {"Authorization": f"Bearer {workspace.bot_token}"}, time.monotonic()
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=data) as answer:
            assert answer.status == 200
        middle = time.monotonic()
        async with session.get(message.files[0].url, headers=bearer) as answer:
            assert await answer.read() == data

    assert middle - start >= 0.25
    assert time.monotonic() - middle >= 0.25


async def test_files_can_be_closed_where_the_bot_is_not(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """What a shortcut shows of a message there may be all that the app gets."""
    workspace.rules.files_need_membership = True
    message = await workspace.say("ada", "random", "look", files=[PICTURE])
    bearer, file = {"Authorization": f"Bearer {workspace.bot_token}"}, message.files[0]
    async with aiohttp.ClientSession(headers=bearer) as session:
        async with session.get(file.url) as answer:
            assert answer.content_type == "text/html"
        assert await error_of(client.files_info(file=file.id)) == "file_not_found"
        workspace.invite("random")
        async with session.get(file.url) as answer:
            assert await answer.read() == PICTURE[1]
