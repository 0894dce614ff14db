from collections.abc import AsyncIterator
from typing import Any

import pytest
from playground_slack_app import Heard, connected, error_of, over_http, sdk
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Message, Workspace


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace whose retries come at once."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = (0.0, 0.01, 0.02)
        yield workspace


@pytest.fixture
async def bolt(workspace: Workspace) -> AsyncIterator[tuple[AsyncApp, Heard]]:
    """A Bolt app, and the events that it heard of."""
    async with connected(workspace, over_http) as connection:
        yield connection


@pytest.fixture
def heard(bolt: tuple[AsyncApp, Heard]) -> Heard:
    """The events that the app heard of."""
    return bolt[1]


async def long_thread(workspace: Workspace) -> list[Message]:
    """Return a parent and nine replies."""
    parent = await workspace.say("ada", "general", "parent")
    return [
        parent,
        *[await workspace.say("ben", "general", str(n), thread_ts=parent.ts) for n in range(9)],
    ]


async def test_an_edit_that_mentions_the_bot_is_a_mention(
    workspace: Workspace, heard: Heard
) -> None:
    """With `edited` and the old ts, so that what was answered already is not answered again."""
    workspace.rules.events = {"app_mention"}
    message = await workspace.say("ada", "general", "a lighthouse")
    await workspace.edit("ada", message, "@neocu a lighthouse")
    await workspace.edit("ada", message, "@neocu two lighthouses")
    await workspace.journal.until(lambda: heard)

    assert [event["type"] for event in heard] == ["app_mention"]
    assert heard[0]["ts"] == message.ts
    assert heard[0]["edited"]["user"] == workspace.person("ada").id
    assert message.revisions[0].text == "a lighthouse"


async def test_a_labelled_link_keeps_its_address(workspace: Workspace, heard: Heard) -> None:
    """`<url|label>`: a prompt may mean either."""
    await workspace.say("ada", "general", "@neocu like [this one](https://a.example/b)")
    await workspace.journal.until(lambda: len(heard) == 2)

    assert heard[0]["text"].endswith("like <https://a.example/b|this one>")


async def test_a_thread_is_read_from_its_beginning(workspace: Workspace) -> None:
    """Oldest first, with the parent always there: the end is found with `oldest` only."""
    thread = await long_thread(workspace)
    where = {"channel": thread[0].channel, "ts": thread[0].ts}
    read = sdk(workspace).conversations_replies

    first = await read(**where, limit=2)
    last = await read(**where, oldest=thread[-2].ts)
    both = await read(**where, oldest=thread[-2].ts, inclusive=True)

    assert [m["text"] for m in first["messages"]] == ["parent", "0", "1"]
    assert first["has_more"]
    assert [m["text"] for m in last["messages"]] == ["parent", "8"]
    assert [m["text"] for m in both["messages"]] == ["parent", "7", "8"]


async def test_sold_apps_read_little(workspace: Workspace) -> None:
    """One call a minute, 15 messages at most, outside the Marketplace."""
    thread = await long_thread(workspace)
    workspace.rules.calls_per_minute = {"conversations.replies": 1}
    workspace.rules.history_page = 4
    where = {"channel": thread[0].channel, "ts": thread[0].ts}
    read = sdk(workspace).conversations_replies

    assert len((await read(**where, limit=200))["messages"]) == 5
    assert await error_of(read(**where)) == "ratelimited"


async def test_a_form_comes_too_late(workspace: Workspace, bolt: tuple[AsyncApp, Heard]) -> None:
    """A trigger lives for three seconds; the person has to be told to press again."""
    app, _ = bolt
    errors: list[str] = []
    workspace.rules.trigger_lifetime = -1

    @app.shortcut("use")
    async def on_shortcut(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        errors.append(await error_of(client.views_open(trigger_id=body["trigger_id"], view={})))

    message = await workspace.say("ada", "general", "a")
    await workspace.shortcut("ada", message, "use")

    assert await workspace.journal.until(lambda: errors) == ["expired_trigger_id"]
    assert workspace.modal("ada") is None
