import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playground_slack_app import Heard, connected, error_of, over_socket, sdk
from slack_bolt.app.async_app import AsyncApp

from bots.playground.slack import Workspace

Connection = tuple[AsyncApp, Heard]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace whose retries come at once."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = (0.0, 0.01, 0.02)
        yield workspace


@pytest.fixture
async def connection(workspace: Workspace) -> AsyncIterator[Connection]:
    """A Bolt app on a socket, and the events that it heard of."""
    async with connected(workspace, over_socket) as connection:
        yield connection


@pytest.fixture
def app(connection: Connection) -> AsyncApp:
    """A Bolt app on a socket."""
    return connection[0]


@pytest.fixture
def heard(connection: Connection) -> Heard:
    """The events that the app heard of."""
    return connection[1]


@pytest.mark.parametrize("warn", [True, False], ids=["told", "cut"])
async def test_sockets_come_back_after_a_drop(
    workspace: Workspace, heard: Heard, *, warn: bool
) -> None:
    """Slack closes sockets every few hours; what happens meanwhile is told afterwards."""
    await workspace.drop_sockets(warn=warn)
    await workspace.say("ada", "general", "hello")
    await workspace.journal.until(lambda: heard)

    assert [event["text"] for event in heard] == ["hello"]


async def test_an_outage_closes_the_sockets(workspace: Workspace, heard: Heard) -> None:
    """What people say meanwhile is told once Slack is back."""
    workspace.faults.outage = True
    await workspace.journal.until(lambda: not workspace.desk.sockets.connections)
    await workspace.say("ada", "general", "hello")
    workspace.faults.outage = False
    await workspace.journal.until(lambda: heard)

    assert [event["text"] for event in heard] == ["hello"]


async def test_an_envelope_moves_to_another_socket(workspace: Workspace, app: AsyncApp) -> None:
    """What was not acknowledged when its socket went away is delivered again."""
    texts = []

    @app.command("/neocu")
    async def on_command(ack: Any, command: dict[str, Any]) -> None:
        texts.append(command["text"])
        if len(texts) == 1:
            await workspace.drop_sockets()
        else:
            await ack()

    delivery = await workspace.command("ada", "general", "/neocu", "hello")

    assert delivery.acknowledged
    assert texts == ["hello", "hello"]


async def test_a_used_ticket_opens_nothing(workspace: Workspace) -> None:
    """A refused handshake uses its address up: whoever keeps it knocks in vain for ever."""
    client = sdk(workspace)
    workspace.faults.refuse_handshake()
    async with aiohttp.ClientSession() as session:
        opened = await client.apps_connections_open(app_token=workspace.app_token)
        for _ in range(2):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(opened["url"])
        again = await client.apps_connections_open(app_token=workspace.app_token)
        async with session.ws_connect(again["url"]) as ws:
            assert (await ws.receive_json())["type"] == "hello"


async def test_a_wrong_app_token_is_refused_at_once(workspace: Workspace) -> None:
    """One call at start tells, before a client tries for ever."""
    client = sdk(workspace)

    opened = client.apps_connections_open(app_token="xapp-1-wrong")
    assert await error_of(opened) == "invalid_auth"
    opened = client.apps_connections_open(app_token=workspace.bot_token)
    assert await error_of(opened) == "not_allowed_token_type"


async def test_a_silent_link_looks_connected(workspace: Workspace, heard: Heard) -> None:
    """Pings are answered and nothing else comes, until a new link is made."""
    workspace.rules.ack_within = 0.2
    workspace.silence_sockets()
    await workspace.say("ada", "general", "hello")
    [delivery] = workspace.deliveries
    await workspace.journal.until(lambda: len(delivery.attempts) == 2)
    assert not heard
    [link] = workspace.desk.sockets.connections
    assert not link.ws.closed
    await workspace.drop_sockets("warning")
    workspace.rules.ack_within = 3.0
    await workspace.say("ada", "general", "again")
    await workspace.journal.until(lambda: "again" in [event["text"] for event in heard])


async def test_a_dead_link_answers_no_pings(workspace: Workspace) -> None:
    """What the SDK itself notices, and comes again."""
    async with connected(workspace, over_socket) as (_, heard):
        [dead] = workspace.desk.sockets.connections
        workspace.silence_sockets(answer_pings=False)
        links = workspace.desk.sockets.connections
        await workspace.journal.until(lambda: [link for link in links if link is not dead])
        await workspace.say("ada", "general", "hello")
        await workspace.journal.until(lambda: heard)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_disconnect_says_why(workspace: Workspace, reason: str) -> None:
    """The app has a moment to come again before the link is cut."""
    opened = await sdk(workspace).apps_connections_open(app_token=workspace.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as ws:
        await ws.receive_json()
        dropping = asyncio.create_task(workspace.drop_sockets(reason))
        told = await ws.receive_json()
        await ws.close()
        await dropping

    assert (told["type"], told["reason"]) == ("disconnect", reason)
