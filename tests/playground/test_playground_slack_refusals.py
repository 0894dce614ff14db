from collections.abc import AsyncIterator

import pytest
from playground_slack_app import error_of, sdk, unheard
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace
from bots.playground.slack.rules import TIERS

# https://docs.slack.dev/reference/methods/chat.postMessage#errors
ERRORS = [
    "accesslimited",
    "cant_update_message",
    "channel_not_found",
    "edit_window_closed",
    "ekm_access_denied",
    "is_archived",
    "message_not_found",
    "missing_scope",
    "msg_too_long",
    "not_in_channel",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "restricted_action",
    "restricted_action_read_only_channel",
    "team_added_to_org",
    "two_factor_setup_required",
]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected."""
    async with unheard() as workspace:
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The real SDK with the bot's token."""
    return sdk(workspace)


@pytest.mark.parametrize("error", ERRORS)
async def test_every_error_can_be_provoked(
    workspace: Workspace, client: AsyncWebClient, error: str
) -> None:
    """By method, so that the first message is refused and the next is not, or the edit alone."""
    posted = await client.chat_postMessage(channel="general", text="a")
    workspace.faults.refuse("chat.postMessage", error)
    workspace.faults.refuse("chat.update", error)
    edit = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="b")

    assert await error_of(client.chat_postMessage(channel="general", text="b")) == error
    assert (await client.chat_postMessage(channel="general", text="c"))["ok"]
    assert await error_of(edit) == error
    assert [m.text for m in workspace.seen_by("ada", "general")] == ["a", "c"]


async def test_a_refusal_can_say_more(workspace: Workspace, client: AsyncWebClient) -> None:
    """Slack names what is missing."""
    workspace.faults.refuse("chat.update", "missing_scope", needed="chat:write", provided="a,b")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(channel="C1", ts="1.2", text="a")

    assert caught.value.response["needed"] == "chat:write"
    assert caught.value.response["provided"] == "a,b"


async def test_texts_have_an_end(client: AsyncWebClient) -> None:
    """New ones and edited ones alike."""
    posted = await client.chat_postMessage(channel="general", text="a")
    edit = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="b" * 40_001)

    assert await error_of(edit) == "msg_too_long"
    assert await error_of(client.chat_postMessage(channel="general", text="b" * 40_001)) == (
        "msg_too_long"
    )


async def test_calls_are_counted_by_method(workspace: Workspace, client: AsyncWebClient) -> None:
    """Edits of all channels together: tier 3 is used up while posts still go through."""
    workspace.rules.calls_per_minute = {"chat.update": 2}
    post = await client.chat_postMessage(channel="general", text="a")
    where = {"channel": post["channel"], "ts": post["ts"]}
    for text in "bc":
        await client.chat_update(**where, text=text)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(**where, text="d")

    assert caught.value.response.status_code == 429
    assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60
    assert (await client.chat_postMessage(channel="general", text="a"))["ok"]


async def test_posts_are_counted_by_channel(workspace: Workspace, client: AsyncWebClient) -> None:
    """About one a second, after a short burst; another channel is not held up."""
    workspace.rules.limit_calls()
    workspace.rules.post_burst = 3
    for text in "abc":
        await client.chat_postMessage(channel="general", text=text)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="d")

    assert caught.value.response.headers["Retry-After"] == "1"
    assert (await client.chat_postMessage(channel=workspace.dm("ada").id, text="d"))["ok"]


def test_the_tiers_are_slacks() -> None:
    """An edit is tier 3: 50 tasks that are edited once a minute use it up."""
    assert TIERS["chat.update"] == 50
