from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected: nothing it tells is heard."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = ()
        workspace.rules.ack_within = 0.1
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The real SDK with the bot's token, sending nothing again by itself."""
    client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)
    client.retry_handlers.clear()
    return client


async def test_faults_come_as_ordered(workspace: Workspace, client: AsyncWebClient) -> None:
    """Rate limit, refusal, outage: each looks as it does at Slack."""
    workspace.faults.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="a")
    workspace.faults.refuse("chat.postMessage", "fatal_error")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel="general", text="a")
    workspace.faults.outage = True
    with pytest.raises(SlackApiError) as down:
        await client.chat_postMessage(channel="general", text="a")
    workspace.faults.outage = False

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert down.value.response.status_code == 503
    assert (await client.chat_postMessage(channel="general", text="a"))["ok"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_an_answer_can_be_lost(
    workspace: Workspace, client: AsyncWebClient, *, after: bool
) -> None:
    """Lost after the effect, the message stands there though the caller saw a failure."""
    workspace.faults.drop("chat.postMessage", after=after)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="general", text="a")

    assert len(workspace.seen_by("ada", "general")) == int(after)
    [call] = [call for call in workspace.journal.calls if "chat.postMessage" in call.path]
    assert call.status == 0


async def test_a_failure_can_hide_an_effect(workspace: Workspace, client: AsyncWebClient) -> None:
    """A 5xx says nothing about whether the message was posted."""
    workspace.faults.fail("chat.postMessage", status=502, after=True)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="general", text="a")

    assert [message.text for message in workspace.seen_by("ada", "general")] == ["a"]


async def test_uploads_and_downloads_can_fail_too(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """They are no methods of the Web API, and no retry of the SDK covers them."""
    message = await workspace.say("ada", "general", "a", files=[("a.txt", b"a", "text/plain")])
    workspace.faults.fail("download")
    workspace.faults.fail("upload", status=504)
    bearer = {"Authorization": f"Bearer {workspace.bot_token}"}
    url = (await client.files_getUploadURLExternal(filename="a", length=1))["upload_url"]
    async with aiohttp.ClientSession(headers=bearer) as session:
        for expected in (503, 200):
            async with session.get(message.files[0].url) as answer:
                assert answer.status == expected
        for expected in (504, 200):
            async with session.post(url, data=b"x") as answer:
                assert answer.status == expected
