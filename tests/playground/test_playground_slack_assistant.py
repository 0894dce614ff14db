from collections.abc import AsyncIterator

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
    """The real SDK with the bot's token."""
    return AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)


async def test_the_messages_tab_shows_suggestions(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Four at most, each with a title and what it says."""
    channel = await workspace.open_messages_tab("ada")
    prompt = {"title": "A lighthouse", "message": "a lighthouse at dusk"}
    suggest = client.assistant_threads_setSuggestedPrompts

    few, many = [prompt] * 4, [prompt] * 5
    await suggest(channel_id=channel.id, thread_ts="", prompts=few)
    assert channel.suggested_prompts == few
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await suggest(channel_id=channel.id, thread_ts="", prompts=many)


async def test_a_status_stands_until_the_answer(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The line under a thread that says that the bot is at work."""
    question = await workspace.say("ada", "general", "please")
    channel = workspace.channel("general")
    await client.assistant_threads_setStatus(
        channel_id=channel.id, thread_ts=question.ts, status="is drawing"
    )
    assert channel.statuses == {question.ts: "is drawing"}
    await client.chat_postMessage(channel=channel.id, thread_ts=question.ts, text="here")

    assert channel.statuses == {}


async def test_a_status_goes_away_by_itself(workspace: Workspace, client: AsyncWebClient) -> None:
    """After two minutes at Slack: a long task has to say again that it is at work."""
    workspace.rules.status_lifetime = 0.05
    question = await workspace.say("ada", "general", "please")
    channel = workspace.channel("general")
    await client.assistant_threads_setStatus(
        channel_id=channel.id, thread_ts=question.ts, status="is drawing"
    )
    await workspace.journal.until(lambda: not channel.statuses)

    assert workspace.seen_by("ada", "general") == [question]
