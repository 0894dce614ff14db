from collections.abc import AsyncIterator

import pytest
from playground_slack_app import error_of, sdk, unheard
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Message, Workspace


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected."""
    async with unheard() as workspace:
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The real SDK with the bot's token."""
    return sdk(workspace)


@pytest.fixture
async def question(workspace: Workspace) -> Message:
    """What ada asked in #general."""
    return await workspace.say("ada", "general", "a lighthouse")


async def test_sessions_are_for_agents(client: AsyncWebClient, question: Message) -> None:
    """An app has to do without where it is none, or the workspace has no such plan."""
    where = {"channel_id": question.channel, "thread_ts": question.ts}
    refused = client.agents_sessions_setStatus(**where, status="processing")

    assert await error_of(refused) == "not_allowed"


async def test_a_session_that_works_can_be_stopped(
    workspace: Workspace, client: AsyncWebClient, question: Message
) -> None:
    """The app is told, and has to move the status on by itself."""
    workspace.rules.agent = True
    workspace.rules.events.discard("agent_session_stopped")
    where = {"channel_id": question.channel, "thread_ts": question.ts}
    answer = await client.agents_sessions_setStatus(**where, status="processing", title="a")
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
    with pytest.raises(LookupError):
        workspace.stop("ada", "general", question.ts)
    workspace.rules.events = {"agent_session_stopped"}
    workspace.stop("ada", "general", question.ts)
    told = workspace.deliveries[-1].payload["event"]

    assert (told["type"], told["thread_ts"]) == ("agent_session_stopped", question.ts)
    assert workspace.channel("general").sessions[question.ts] == "processing"
    await client.agents_sessions_setStatus(**where, status="active")
    assert workspace.channel("general").sessions[question.ts] == "active"


async def test_a_status_stands_in_any_thread(
    workspace: Workspace, client: AsyncWebClient, question: Message
) -> None:
    """assistant.threads.setStatus needs no agent, only chat:write; the next message ends it."""
    workspace.scopes.discard("assistant:write")
    general = workspace.channel("general")
    where = {"channel_id": question.channel, "thread_ts": question.ts}
    await client.assistant_threads_setStatus(**where, status="is drawing …")
    assert general.statuses == {question.ts: "is drawing …"}
    await client.chat_postMessage(channel=general.id, thread_ts=question.ts, text="Done.")

    assert general.statuses == {}
