import struct
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace


def png() -> bytes:
    """Return a picture of one pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace() as workspace:
        workspace.rules.retry_after = ()
        workspace.rules.ack_within = 0.2
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)


async def error_of(call: object) -> str:
    """Return Slack's error code for a call that fails."""
    with pytest.raises(SlackApiError) as caught:
        await call  # type: ignore[misc]  # any of the SDK's awaitables

    return str(caught.value.response["error"])


async def test_auth_test_names_the_bot(workspace: Workspace, client: AsyncWebClient) -> None:
    """Bolt learns from it which messages are its own."""
    answer = await client.auth_test()

    assert answer["user_id"] == workspace.bot_user_id
    assert answer["bot_id"] == workspace.bot_id


async def test_a_posted_message_is_seen_and_read_back(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The first thing that a bot does."""
    general = workspace.channel("general")
    metadata = {"event_type": "task", "event_payload": {"task_id": "t1"}}
    parent = await client.chat_postMessage(channel=general.id, text="parent")
    reply = await client.chat_postMessage(
        channel=general.id, text="reply", thread_ts=parent["ts"], metadata=metadata
    )

    thread = await client.conversations_replies(
        channel=general.id, ts=parent["ts"], include_all_metadata=True
    )

    assert [m["text"] for m in thread["messages"]] == ["parent", "reply"]
    assert thread["messages"][0]["reply_count"] == 1
    assert thread["messages"][1]["metadata"] == metadata
    assert [m.text for m in workspace.seen_by("ada", "general")] == ["parent"]
    assert [m.ts for m in workspace.seen_by("ada", "general", parent["ts"])][1] == reply["ts"]


async def test_upload_shows_up_as_a_message_in_the_thread(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A file's message comes a moment after the call that completed it."""
    question = await workspace.say("ada", "general", "a picture, please")
    answer = await client.files_upload_v2(
        channel=question.channel, thread_ts=question.ts, content=png(), filename="one.png"
    )

    seen = lambda: workspace.seen_by("ben", "general", question.ts)[1:]  # noqa: E731 - a fact
    [shown] = await workspace.journal.until(seen)

    assert [file.id for file in shown.files] == [answer["file"]["id"]]
    info = await client.files_info(file=answer["file"]["id"])
    assert info["file"]["shares"]["public"][question.channel][0]["ts"] == shown.ts


async def test_a_file_without_the_token_is_a_login_page(workspace: Workspace) -> None:
    """Slack answers 200 with HTML: who trusts the status keeps a page for a picture."""
    message = await workspace.say("ada", "general", "look", files=[("a.png", png(), "image/png")])
    url = message.files[0].url
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/html"
        bearer = {"Authorization": f"Bearer {workspace.bot_token}"}
        async with session.get(url, headers=bearer) as answer:
            assert await answer.read() == png()
