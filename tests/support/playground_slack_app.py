"""A real Bolt app, installed in the local workspace over either of Slack's transports."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace

Heard = list[dict[str, Any]]
Transport = Callable[[Workspace, AsyncApp], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def over_http(workspace: Workspace, app: AsyncApp) -> AsyncIterator[None]:
    """Serve a Bolt app at the workspace's events_url."""
    runner = web.AppRunner(AsyncSlackAppServer(0, "/slack/events", app).web_app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
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
    client = handler.client
    await client.aiohttp_client_session.close()
    tasks = [client.message_processor, client.message_receiver, client.current_session_monitor]
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)


@asynccontextmanager
async def connected(
    workspace: Workspace, transport: Transport
) -> AsyncIterator[tuple[AsyncApp, Heard]]:
    """Connect a Bolt app that notes every event it hears of."""
    heard: Heard = []

    async def note(body: dict[str, Any], event: dict[str, Any]) -> None:
        heard.append({**event, "event_id": body["event_id"]})
        workspace.journal.changed()

    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url, session=session)
        app = AsyncApp(client=client, signing_secret=workspace.signing_secret)
        for name in ("app_mention", "message", "app_home_opened"):
            app.event(name)(note)
        async with transport(workspace, app):
            yield app, heard


@asynccontextmanager
async def unheard() -> AsyncIterator[Workspace]:
    """A workspace with no app connected: nothing it tells is heard, and it gives up at once."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = ()
        workspace.rules.ack_within = 0.1
        yield workspace


def sdk(workspace: Workspace) -> AsyncWebClient:
    """Return the real SDK with the bot's token, sending nothing again by itself."""
    client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)
    client.retry_handlers.clear()
    return client


async def error_of(call: Awaitable[Any]) -> str:
    """Return Slack's error code for a call that has to fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def put(client: AsyncWebClient, name: str, data: bytes, alt_txt: str | None = None) -> str:
    """Upload some bytes and return the file's ID; it is not completed yet."""
    ticket = await client.files_getUploadURLExternal(
        filename=name, length=len(data), alt_txt=alt_txt
    )
    url = ticket["upload_url"]
    async with aiohttp.ClientSession() as session, session.post(url, data=data) as answer:
        answer.raise_for_status()
    return str(ticket["file_id"])
