from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Message, Workspace

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


async def shown(workspace: Workspace, text: str) -> Message:
    """Return a message of the bot's in #general."""
    await client_of(workspace).chat_postMessage(channel="general", text=text)
    return workspace.seen_by("ada", "general")[-1]


def client_of(workspace: Workspace, token: str | None = None) -> AsyncWebClient:
    """Return the SDK with another token."""
    return AsyncWebClient(token or workspace.bot_token, base_url=workspace.api_url)


async def error_of(call: Any) -> str:
    """Return Slack's error code for a call that fails."""
    with pytest.raises(SlackApiError) as caught:
        await call

    return str(caught.value.response["error"])


async def test_auth_test_names_the_bot(workspace: Workspace, client: AsyncWebClient) -> None:
    """Bolt learns from it which messages are its own."""
    answer = await client.auth_test()

    assert answer["user_id"] == workspace.bot_user_id
    assert answer["bot_id"] == workspace.bot_id


async def test_wrong_tokens_and_unknown_methods_are_refused(workspace: Workspace) -> None:
    """Each with Slack's own word, by which a start-up check tells what to do."""
    client = client_of(workspace)

    assert await error_of(client_of(workspace, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await error_of(AsyncWebClient(base_url=workspace.api_url).auth_test()) == "not_authed"
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"
    opened = client.apps_connections_open(app_token="xapp-wrong")
    assert await error_of(opened) == "invalid_auth"


async def test_a_missing_scope_is_named(workspace: Workspace, client: AsyncWebClient) -> None:
    """An admin has to learn which scope to add."""
    workspace.scopes.discard("chat:write")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="hello")

    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"


async def test_a_channel_has_to_be_known_and_joined(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A private channel without the bot looks as if it weren't there."""
    secret = workspace.add_channel("secret", ["ada"], private=True)
    random = workspace.channel("random")

    assert await error_of(client.chat_postMessage(channel=random.id, text="a")) == "not_in_channel"
    missing = client.chat_postMessage(channel=secret.id, text="a")
    assert await error_of(missing) == "channel_not_found"
    workspace.scopes.add("chat:write.public")
    assert (await client.chat_postMessage(channel=random.id, text="a"))["ok"]


async def test_a_posted_message_is_seen_and_read_back(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Metadata is how a bot finds after a crash what it had posted."""
    general = workspace.channel("general").id
    metadata = {"event_type": "task", "event_payload": {"task_id": "t1"}}
    parent = await client.chat_postMessage(channel=general, text="parent")
    reply = await client.chat_postMessage(
        channel=general, text="reply", thread_ts=parent["ts"], metadata=metadata
    )

    thread = await client.conversations_replies(
        channel=general, ts=parent["ts"], include_all_metadata=True
    )

    assert [message["text"] for message in thread["messages"]] == ["parent", "reply"]
    assert thread["messages"][0]["reply_count"] == 1
    assert thread["messages"][1]["metadata"] == metadata
    assert [m.text for m in workspace.seen_by("ada", "general")] == ["parent"]
    assert workspace.seen_by("ada", "general", parent["ts"])[1].ts == reply["ts"]


async def test_a_message_says_something(workspace: Workspace, client: AsyncWebClient) -> None:
    """In text, blocks or Markdown, but not in two ways that contradict each other."""
    post = {"channel": "general"}

    assert await error_of(client.api_call("chat.postMessage", json=post)) == "no_text"
    both = client.chat_postMessage(**post, text="a", markdown_text="*b*")
    assert await error_of(both) == "markdown_text_conflict"
    await client.chat_postMessage(**post, markdown_text="**b**")
    assert workspace.seen_by("ada", "general")[0].blocks[0]["text"] == "**b**"


async def test_long_threads_come_in_pages(workspace: Workspace, client: AsyncWebClient) -> None:
    """A lookup that reads the first page only misses what was said last."""
    parent = await workspace.say("ada", "general", "parent")
    for number in range(5):
        await workspace.say("ben", "general", str(number), thread_ts=parent.ts)
    where = {"channel": parent.channel, "ts": parent.ts}

    first = await client.conversations_replies(**where, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_replies(**where, limit=3, cursor=cursor)

    assert [m["text"] for m in first["messages"]] == ["parent", "0", "1", "2"]
    assert [m["text"] for m in second["messages"]] == ["3", "4"]
    assert not second["has_more"]


async def test_one_message_is_found_by_its_ts(workspace: Workspace, client: AsyncWebClient) -> None:
    """The documented way to fetch a single message: latest, inclusive, limit 1."""
    message = await workspace.say("ada", "general", "this", files=[PICTURE])
    await workspace.say("ada", "general", "that")

    found = await client.conversations_history(
        channel=message.channel, latest=message.ts, inclusive=True, limit=1
    )

    assert [m["text"] for m in found["messages"]] == ["this"]
    assert found["messages"][0]["files"][0]["name"] == "one.png"


async def test_an_update_without_blocks_removes_them(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A button on an edited message is gone unless it is sent again."""
    divider = [{"type": "divider"}]
    message = await shown(workspace, "before")
    where = {"channel": message.channel, "ts": message.ts}

    await client.chat_update(**where, text="with", blocks=divider)
    assert [block["type"] for block in message.blocks] == ["divider"]
    await client.chat_update(**where, text="after")

    assert (message.text, message.blocks) == ("after", [])


async def test_only_own_messages_can_be_changed(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Not a person's, and not one that is gone."""
    theirs = await workspace.say("ada", "general", "mine")
    own = await shown(workspace, "the bot's")
    update, delete = client.chat_update, client.chat_delete

    where = {"channel": theirs.channel, "ts": theirs.ts}
    assert await error_of(update(**where, text="x")) == "cant_update_message"
    assert await error_of(delete(**where)) == "cant_delete_message"
    await delete(channel=own.channel, ts=own.ts)
    assert await error_of(update(channel=own.channel, ts=own.ts, text="x")) == "message_not_found"


async def test_an_ephemeral_message_is_seen_by_one(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """And by no history."""
    ada, general = workspace.person("ada"), workspace.channel("general")
    await client.chat_postEphemeral(channel=general.id, user=ada.id, text="psst")

    assert [m.text for m in workspace.seen_by("ada", "general")] == ["psst"]
    assert workspace.seen_by("ben", "general") == []
    history = await client.conversations_history(channel=general.id)
    assert history["messages"] == []


async def test_people_and_channels_are_told_to_who_may_know(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Each look-up has a scope of its own, and none is among the least that a bot needs."""
    ada, general = workspace.person("ada"), workspace.channel("general")
    workspace.scopes.discard("users:read")

    assert await error_of(client.users_info(user=ada.id)) == "missing_scope"
    workspace.scopes |= {"users:read", "channels:read", "im:write", "reactions:write"}
    assert (await client.users_info(user=ada.id))["user"]["name"] == "ada"
    assert (await client.conversations_info(channel=general.id))["channel"]["is_member"]
    opened = await client.conversations_open(users=[ada.id])
    assert opened["channel"]["id"] == workspace.dm("ada").id
    message = await workspace.say("ada", "general", "nice")
    where = {"channel": general.id, "timestamp": message.ts, "name": "eyes"}
    await client.reactions_add(**where)
    assert await error_of(client.reactions_add(**where)) == "already_reacted"


async def test_a_permalink_finds_its_thread(workspace: Workspace, client: AsyncWebClient) -> None:
    """A link to a reply names the thread that it is in."""
    parent = await workspace.say("ada", "general", "a")
    reply = await workspace.say("ada", "general", "b", parent.ts)
    link = await client.chat_getPermalink(channel=reply.channel, message_ts=reply.ts)

    assert link["permalink"].endswith(f"?thread_ts={parent.ts}&cid={reply.channel}")
    missing = client.chat_getPermalink(channel=reply.channel, message_ts="1.2")
    assert await error_of(missing) == "message_not_found"
