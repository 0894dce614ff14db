import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace

Heard = list[dict[str, Any]]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace() as workspace:
        workspace.rules.retry_after = (0.0, 0.01, 0.02)
        workspace.rules.ack_within = 1.0
        yield workspace


def new_app(workspace: Workspace, session: aiohttp.ClientSession) -> AsyncApp:
    """Return a Bolt app that is installed in the workspace."""
    client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url, session=session)
    return AsyncApp(client=client, signing_secret=workspace.signing_secret)


@asynccontextmanager
async def over_http(workspace: Workspace, app: AsyncApp) -> AsyncIterator[None]:
    """Serve a Bolt app at the workspace's events_url."""
    server = AsyncSlackAppServer(0, "/slack/events", app)
    runner = web.AppRunner(server.web_app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    workspace.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield
    await runner.cleanup()


@asynccontextmanager
async def over_socket(workspace: Workspace, app: AsyncApp) -> AsyncIterator[None]:
    """Connect a Bolt app by Socket Mode."""
    handler = AsyncSocketModeHandler(app, workspace.app_token, ping_interval=0.5)
    await handler.connect_async()
    yield
    await handler.close_async()
    await handler.client.aiohttp_client_session.close()
    tasks = (handler.client.message_processor, handler.client.message_receiver)
    await asyncio.gather(*(t for t in tasks if t), return_exceptions=True)


Transport = Callable[[Workspace, AsyncApp], Any]


@pytest.fixture(params=[over_http, over_socket], ids=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> Transport:
    transport: Transport = request.param
    return transport


@pytest.fixture
async def heard(workspace: Workspace) -> Heard:
    return []


@pytest.fixture
async def app(workspace: Workspace, transport: Transport, heard: Heard) -> AsyncIterator[AsyncApp]:
    """A Bolt app that notes every event, connected over either transport."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        app = new_app(workspace, session)

        async def note(body: dict[str, Any], event: dict[str, Any]) -> None:
            heard.append({**event, "event_id": body["event_id"]})
            workspace.journal.changed()

        for name in ("app_mention", "message", "app_home_opened"):
            app.event(name)(note)
        await stack.enter_async_context(transport(workspace, app))
        yield app


@pytest.mark.usefixtures("app")
async def test_a_mention_arrives_twice(workspace: Workspace, heard: Heard) -> None:
    """As `app_mention` and as `message`, with the same ts: the bot has to make them one."""
    message = await workspace.say("ada", "general", "@neocu a <b> & https://a.example/?x=1&y=2")
    await workspace.journal.until(lambda: len(heard) == 2)

    assert {e["type"] for e in heard} == {"app_mention", "message"}
    assert {e["ts"] for e in heard} == {message.ts}
    assert message.text == (
        f"<@{workspace.bot_user_id}> a &lt;b&gt; &amp; <https://a.example/?x=1&amp;y=2>"
    )


async def test_a_command_is_acknowledged_and_answered(workspace: Workspace, app: AsyncApp) -> None:
    """The acknowledgement's words are for the asker; response_url works without membership."""

    @app.command("/neocu")
    async def on_command(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack(f"asked: {command['text']}")
        await respond("here", response_type="in_channel")

    delivery = await workspace.command("ada", "random", "/neocu", "a < b")
    seen = lambda: [m.text for m in workspace.seen_by("ada", "random")]  # noqa: E731 - a fact
    await workspace.journal.until(lambda: len(seen()) == 2)

    assert delivery.acknowledged
    assert set(seen()) == {"asked: a &lt; b", "here"}
    assert [m.text for m in workspace.seen_by("ben", "random")] == ["here"]


async def test_a_late_command_is_an_operation_timeout(workspace: Workspace, app: AsyncApp) -> None:
    """What a person sees when the bot acknowledges too late."""
    workspace.rules.ack_within = 0.1
    released = asyncio.Event()

    @app.command("/neocu")
    async def on_command(ack: Any) -> None:
        await released.wait()
        await ack()

    delivery = await workspace.command("ada", "general", "/neocu", "hello")
    released.set()

    assert not delivery.acknowledged
    [note] = workspace.seen_by("ada", "general")
    assert "operation_timeout" in note.text
    assert workspace.seen_by("ben", "general") == []


async def test_a_button_press_reaches_its_listener(workspace: Workspace, app: AsyncApp) -> None:
    """A press carries the message, the value and a response_url for the original."""

    @app.action("again")
    async def on_again(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await ack()
        await respond(f"again: {action['value']}", replace_original=True)

    button = {
        "type": "button",
        "action_id": "again",
        "value": "r1",
        "text": {"type": "plain_text", "text": "Again"},
    }
    await app.client.chat_postMessage(
        channel="#general", text="?", blocks=[{"type": "actions", "elements": [button]}]
    )
    [message] = workspace.seen_by("ada", "general")

    delivery = await workspace.press("ada", message, "again")
    await workspace.journal.until(lambda: message.text == "again: r1")

    assert delivery.acknowledged
    assert message.blocks == []
