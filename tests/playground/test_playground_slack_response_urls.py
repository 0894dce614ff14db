from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playground_slack_app import sdk, unheard
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bots.playground.slack import Message, Workspace

BUTTON = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
ROW = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected."""
    async with unheard() as workspace:
        yield workspace


async def ephemeral(workspace: Workspace) -> Message:
    """Return a message of the bot's with a button that only ada sees."""
    where = {"channel": workspace.channel("general").id, "user": workspace.person("ada").id}
    await sdk(workspace).chat_postEphemeral(**where, text="psst", blocks=ROW)
    return workspace.seen_by("ada", "general")[-1]


async def pressed(workspace: Workspace, message: Message) -> AsyncWebhookClient:
    """Return the SDK's client for the response_url of ada's press."""
    press = await workspace.press("ada", message, "again")
    return AsyncWebhookClient(press.payload["response_url"])


def texts(workspace: Workspace, person: str) -> list[str]:
    """Return what a person reads in #general."""
    return [message.text for message in workspace.seen_by(person, "general")]


async def test_an_ephemeral_message_is_replaced_by_its_press(workspace: Workspace) -> None:
    """The only way to change one: chat.update knows no ephemeral message."""
    message = await ephemeral(workspace)
    url = await pressed(workspace, message)
    answer = await url.send(text="Making it.", replace_original=True)

    assert answer.status_code == 200
    assert texts(workspace, "ada") == ["Making it."]
    assert message.blocks == []
    assert texts(workspace, "ben") == []


async def test_an_ephemeral_message_is_deleted_by_its_press(workspace: Workspace) -> None:
    """Used up, a question disappears; a second time does no harm."""
    url = await pressed(workspace, await ephemeral(workspace))
    for _ in range(2):
        assert (await url.send(delete_original=True)).status_code == 200

    assert texts(workspace, "ada") == []
    assert len(workspace.channel("general").deleted) == 1


async def test_a_press_can_be_answered_for_all_to_see(workspace: Workspace) -> None:
    """`in_channel` posts for everybody, the default for the presser alone."""
    url = await pressed(workspace, await ephemeral(workspace))
    await url.send(text="for all", response_type="in_channel")
    await url.send(text="for ada")

    assert texts(workspace, "ada") == ["psst", "for all", "for ada"]
    assert texts(workspace, "ben") == ["for all"]


@pytest.mark.parametrize("body", [{"text": "a"}, {"delete_original": True}], ids=str)
async def test_after_half_an_hour_nothing_is_taken(workspace: Workspace, body: Any) -> None:
    """Not even what would take the message away."""
    message = await ephemeral(workspace)
    url = (await pressed(workspace, message)).url
    workspace.rules.response_url_lifetime = -1
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "expired_url")

    assert workspace.seen_by("ada", "general") == [message]


async def test_replacing_counts_among_the_five(workspace: Workspace) -> None:
    """Progress that is written over and over uses the address up."""
    url = await pressed(workspace, await ephemeral(workspace))
    codes = [(await url.send(text=str(n), replace_original=True)).status_code for n in range(6)]

    assert codes == [200] * 5 + [404]
    assert texts(workspace, "ada") == ["4"]
