from collections.abc import AsyncIterator
from typing import Any

import pytest
from playground_slack_app import Heard, connected, over_socket
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
