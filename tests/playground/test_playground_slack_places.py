from collections.abc import AsyncIterator

import pytest
from playground_slack_app import error_of, sdk, unheard
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Workspace


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected."""
    async with unheard() as workspace:
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    """The real SDK with the bot's token."""
    return sdk(workspace)


def told(workspace: Workspace) -> list[tuple[str, str]]:
    """Return what the app was told: each event's type and channel type."""
    events = [delivery.payload["event"] for delivery in workspace.deliveries]
    return [(event["type"], event.get("channel_type", "")) for event in events]


async def test_an_archived_channel_takes_nothing(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A request made before has to end elsewhere; what was said can still be read."""
    where = {"channel": workspace.channel("general").id}
    posted = await client.chat_postMessage(**where, text="a")
    workspace.channel("general").is_archived = True
    workspace.scopes.add("channels:read")

    assert await error_of(client.chat_postMessage(**where, text="b")) == "is_archived"
    edit = client.chat_update(**where, ts=posted["ts"], text="b")
    assert await error_of(edit) == "is_inactive"
    assert (await client.conversations_history(**where))["messages"][0]["text"] == "a"
    assert (await client.conversations_info(**where))["channel"]["is_archived"]


@pytest.mark.parametrize(
    ("restricted", "top", "reply"),
    [
        ("restricted_action", "refused", "refused"),
        ("restricted_action_read_only_channel", "refused", "refused"),
        ("restricted_action_thread_only_channel", "refused", "ok"),
        ("restricted_action_non_threadable_channel", "ok", "refused"),
    ],
)
async def test_a_channel_can_be_restricted(
    workspace: Workspace, client: AsyncWebClient, restricted: str, top: str, reply: str
) -> None:
    """Some channels take replies only, some none, some nothing from a bot."""
    parent = await workspace.say("ada", "general", "a")
    workspace.channel("general").restricted = restricted
    for thread_ts, expected in ((None, top), (parent.ts, reply)):
        post = client.chat_postMessage(channel=parent.channel, text="b", thread_ts=thread_ts)
        if expected == "ok":
            assert (await post)["ok"]
        else:
            assert await error_of(post) == restricted


async def test_the_bot_can_join_what_is_public(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """With the scope for it; a private channel it doesn't even see."""
    random = workspace.channel("random").id
    secret = workspace.add_channel("secret", ["ada"], private=True)
    workspace.scopes.discard("channels:join")
    assert await error_of(client.conversations_join(channel=random)) == "missing_scope"
    workspace.scopes.add("channels:join")
    await client.conversations_join(channel=random)
    again = await client.conversations_join(channel=random)

    assert again["warning"] == "already_in_channel"
    assert (await client.chat_postMessage(channel=random, text="a"))["ok"]
    assert await error_of(client.conversations_join(channel=secret.id)) == "channel_not_found"
    assert await error_of(client.conversations_join(channel="C404")) == "channel_not_found"


async def test_joining_stops_at_archives_and_direct_messages(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Offering to join has to fail in words there."""
    workspace.scopes.add("channels:join")
    workspace.channel("random").is_archived = True
    direct = workspace.dm("ada").id
    archived = client.conversations_join(channel=workspace.channel("random").id)

    assert await error_of(archived) == "is_archived"
    refused = await error_of(client.conversations_join(channel=direct))
    assert refused == "method_not_supported_for_channel_type"


async def test_a_person_is_written_to_by_their_id(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The answer names the direct message as D…, which all other methods want."""
    ada = workspace.person("ada").id
    posted = await client.chat_postMessage(channel=ada, text="a")

    assert posted["channel"] == workspace.dm("ada").id
    by_person = client.chat_update(channel=ada, ts=posted["ts"], text="b")
    assert await error_of(by_person) == "channel_not_found"
    assert (await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="b"))["ok"]
    workspace.rules.messages_tab = False
    assert await error_of(client.chat_postMessage(channel=ada, text="a")) == "messages_tab_disabled"


async def test_other_peoples_direct_messages_are_closed(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A command can be typed there, but nothing can be posted, and nothing is heard."""
    theirs = workspace.dm_between("ada", "ben")
    await workspace.say("ada", theirs, f"<@{workspace.bot_user_id}> look")
    delivery = await workspace.command("ada", theirs, "/neocu", "a")

    assert delivery.payload["channel_name"] == "directmessage"
    assert [one.kind for one in workspace.deliveries] == ["slash_commands"]
    post = client.chat_postMessage(channel=theirs.id, text="a")
    assert await error_of(post) == "channel_not_found"
    assert workspace.seen_by("cleo", theirs) == []
    assert workspace.dm("ben").id != theirs.id


async def test_a_group_is_opened_for_several_people(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The same people always get the same group."""
    people = [workspace.person(name).id for name in ("ada", "ben")]
    workspace.scopes.add("im:write")
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_open(users=people)
    workspace.scopes.add("mpim:write")
    group = (await client.conversations_open(users=people, return_im=True))["channel"]

    assert refused.value.response["needed"] == "mpim:write"
    assert group["is_mpim"]
    assert workspace.group_dm("ada", "ben", "neocu").id == group["id"]


async def test_what_is_said_in_a_group_is_heard_with_the_scope(workspace: Workspace) -> None:
    """`message.mpim` with `mpim:history`; a mention comes as elsewhere."""
    workspace.scopes.discard("mpim:history")
    group = workspace.group_dm("ada", "ben", "neocu")
    await workspace.say("ada", group, "@neocu a")
    assert told(workspace) == [("app_mention", "")]
    workspace.scopes.add("mpim:history")
    workspace.rules.events.add("message.mpim")
    message = await workspace.say("ada", group, "b")

    assert told(workspace)[1:] == [("message", "mpim")]
    assert workspace.notified(message) == {"ben": "direct"}


async def test_an_ephemeral_message_needs_both_as_members(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """The bot, whatever its scopes, and the person who is to see it."""
    workspace.scopes.add("chat:write.public")
    workspace.add_person("dora")
    ada, dora = workspace.person("ada").id, workspace.person("dora").id
    general, random = workspace.channel("general").id, workspace.channel("random").id
    post = client.chat_postEphemeral

    assert await error_of(post(channel=random, user=ada, text="a")) == "not_in_channel"
    assert await error_of(post(channel=general, user=dora, text="a")) == "user_not_in_channel"
    assert (await post(channel=general, user=ada, text="a"))["ok"]
    assert workspace.notifications == []


async def test_what_is_deleted_is_kept_for_tests(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """A test wants to know what stood there, and how it was edited before."""
    where = {"channel": workspace.channel("general").id}
    posted = await client.chat_postMessage(**where, text="one")
    await client.chat_update(**where, ts=posted["ts"], text="two")
    await client.chat_delete(**where, ts=posted["ts"])
    [gone] = workspace.channel("general").deleted

    assert workspace.seen_by("ada", "general") == []
    assert [revision.text for revision in gone.revisions] == ["one"]
    assert gone.text == "two"


async def test_a_message_notifies_those_whom_it_concerns(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Whoever is mentioned, or takes part in its thread; an edit notifies nobody."""
    question = await workspace.say("ada", "general", "a")
    where = {"channel": question.channel, "thread_ts": question.ts}
    await workspace.say("ben", "general", "me too", thread_ts=question.ts)
    ben, cleo = workspace.person("ben").id, workspace.person("cleo").id
    await client.chat_postMessage(**where, text=f"for <@{ben}>")
    answer = workspace.seen_by("ada", "general", question.ts)[-1]
    await client.chat_update(channel=answer.channel, ts=answer.ts, text=f"<@{cleo}> look")

    assert workspace.notified(question) == {}
    assert workspace.notified(answer) == {"ada": "thread", "ben": "mention"}


async def test_edits_can_have_a_time_limit(workspace: Workspace, client: AsyncWebClient) -> None:
    """Some teams let messages be edited for a minute only."""
    posted = await client.chat_postMessage(channel="general", text="a")
    workspace.rules.edit_window = 0
    edit = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="b")

    assert await error_of(edit) == "edit_window_closed"
