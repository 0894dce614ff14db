import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from playground_slack_app import Heard, Transport, connected, over_http, over_socket
from slack_bolt.app.async_app import AsyncApp

from bots.playground.slack import Workspace
from bots.playground.slack.courier import FORM, JSON

Connection = tuple[AsyncApp, Heard]
PICTURE = ("one.png", b"\x89PNG\r\n\x1a\n", "image/png")


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace whose retries come at once."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = (0.0, 0.01, 0.02)
        workspace.rules.ack_within = 2.0
        yield workspace


@pytest.fixture(params=[over_http, over_socket], ids=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """Both of Slack's transports."""
    transport: Transport = request.param
    return transport


@pytest.fixture
async def connection(workspace: Workspace, transport: Transport) -> AsyncIterator[Connection]:
    """A Bolt app and the events that it heard of."""
    async with connected(workspace, transport) as connection:
        yield connection


@pytest.fixture
def app(connection: Connection) -> AsyncApp:
    """A Bolt app, connected over either transport."""
    return connection[0]


@pytest.fixture
def heard(connection: Connection) -> Heard:
    """The events that the app heard of."""
    return connection[1]


async def test_a_mention_arrives_twice(workspace: Workspace, heard: Heard) -> None:
    """As `app_mention` and as `message`, with the same ts: the bot has to make them one."""
    message = await workspace.say("ada", "general", "@neocu a <b> & https://a.example/?x=1&y=2")
    await workspace.journal.until(lambda: len(heard) == 2)

    assert {event["type"] for event in heard} == {"app_mention", "message"}
    assert {event["ts"] for event in heard} == {message.ts}
    assert message.text == (
        f"<@{workspace.bot_user_id}> a &lt;b&gt; &amp; <https://a.example/?x=1&amp;y=2>"
    )


async def test_a_direct_message_arrives_once(workspace: Workspace, heard: Heard) -> None:
    """There is no `app_mention` in a direct message, whatever is typed."""
    await workspace.say("ada", workspace.dm("ada"), "@neocu hello")
    await workspace.journal.until(lambda: all(d.over for d in workspace.deliveries) and heard)

    assert [(event["type"], event["channel_type"]) for event in heard] == [("message", "im")]


async def test_a_mention_with_a_file_may_come_as_message_only(
    workspace: Workspace, heard: Heard
) -> None:
    """slackapi/bolt-python#925: who listens to app_mention alone never hears of it."""
    workspace.rules.mention_with_file_as_message_only = True
    await workspace.say("ada", "general", "@neocu like this", files=[PICTURE])
    await workspace.journal.until(lambda: all(d.over for d in workspace.deliveries) and heard)

    [event] = heard
    assert (event["type"], event["subtype"]) == ("message", "file_share")
    assert event["files"][0]["url_private_download"].startswith(workspace.api_url[:-4])


async def test_an_edit_a_join_and_the_messages_tab_are_told(
    workspace: Workspace, heard: Heard
) -> None:
    """A bot has to leave edits and joins alone, so it must get some."""
    message = await workspace.say("ada", "general", "one")
    await workspace.edit("ada", message, "two")
    await workspace.join(workspace.add_person("dora"), "general")
    await workspace.open_messages_tab("ada")
    await workspace.journal.until(lambda: len(heard) == 4)

    kinds = {event.get("subtype", event["type"]) for event in heard}
    assert kinds == {"message", "message_changed", "channel_join", "app_home_opened"}


async def test_nothing_is_told_of_a_channel_without_the_bot(
    workspace: Workspace, heard: Heard
) -> None:
    """A bot that was kicked hears nothing until it is invited again."""
    workspace.kick("general")
    await workspace.say("ada", "general", "@neocu are you there?")
    workspace.invite("general")
    after = await workspace.say("ada", "general", "and now?")
    await workspace.journal.until(lambda: heard)

    assert [event["ts"] for event in heard] == [after.ts]


async def test_only_what_the_manifest_asks_for_is_told(workspace: Workspace, heard: Heard) -> None:
    """A bot that works here works with its own manifest, not with a wider one."""
    workspace.install(
        {
            "features": {},
            "oauth_config": {"scopes": {"bot": ["app_mentions:read", "chat:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_mention", "message.im"]}},
        }
    )
    await workspace.say("ada", workspace.dm("ada"), "subscribed to, but im:history is missing")
    await workspace.say("ada", "general", "not subscribed to")
    message = await workspace.say("ada", "general", "@neocu hello")
    await workspace.journal.until(lambda: heard)

    assert [(event["type"], event["ts"]) for event in heard] == [("app_mention", message.ts)]


async def test_redelivery_has_the_same_event_id(workspace: Workspace, heard: Heard) -> None:
    """Slack tells of the same event again when it thinks that it was not heard."""
    await workspace.say("ada", "general", "hello")
    await workspace.journal.until(lambda: len(heard) == 1)
    again = workspace.redeliver(workspace.deliveries[0])
    await workspace.journal.until(lambda: again.over and len(heard) == 2)

    assert heard[0]["event_id"] == heard[1]["event_id"]
    assert len(again.attempts) == 2  # the first is why it is sent again


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
    """What a person sees when the bot acknowledges too late; nobody else sees it."""
    workspace.rules.ack_within = 0.2
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


async def test_a_command_without_an_app_is_a_failed_dispatch(workspace: Workspace) -> None:
    """What a person sees while the bot is down."""
    workspace.rules.ack_within = 0.1
    await workspace.command("ada", "general", "/neocu", "hello")

    assert "dispatch_failed" in workspace.seen_by("ada", "general")[0].text


async def test_a_failed_event_is_retried_with_its_number(workspace: Workspace) -> None:
    """A bad address is tried four times, as Slack tries; then it gives up."""
    workspace.events_url = "http://127.0.0.1:9/slack/events"
    await workspace.say("ada", "general", "hello")
    [delivery] = workspace.deliveries
    await workspace.journal.until(lambda: delivery.over)

    assert [attempt.failure for attempt in delivery.attempts] == ["connection_failed"] * 4


async def test_retries_say_which_and_why(workspace: Workspace) -> None:
    """A slow app is asked again with the same event; one that says so is left alone."""
    workspace.rules.ack_within = 0.1
    asked: list[tuple[str | None, str | None, str]] = []

    async def listen(request: web.Request) -> web.Response:
        headers, event_id = request.headers, (await request.json())["event_id"]
        number, reason = headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")
        asked.append((number, reason, event_id))
        if len(asked) == 1:
            workspace.rules.ack_within = 30.0  # from the next attempt on
            await asyncio.Event().wait()
        stop = {"X-Slack-No-Retry": "1"} if len(asked) == 3 else None
        return web.Response(status=500, headers=stop)

    web_app = web.Application()
    web_app.router.add_post("/", listen)
    runner = web.AppRunner(web_app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    workspace.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await workspace.say("ada", "general", "hello")
    [delivery] = workspace.deliveries
    await workspace.journal.until(lambda: delivery.over)
    await runner.cleanup()

    told = [(number, reason) for number, reason, _ in asked]
    assert told == [(None, None), ("1", "http_timeout"), ("2", "http_error")]
    assert len({event_id for _, _, event_id in asked}) == 1


@pytest.mark.parametrize("transport", [over_http], indirect=True)
@pytest.mark.usefixtures("app")
async def test_forged_and_stale_requests_can_be_sent(workspace: Workspace) -> None:
    """Bolt refuses them with 401; whatever the bot puts around it has to as well."""
    good = workspace.signed(b'{"type":"event_callback"}')
    stale = {**good, "X-Slack-Request-Timestamp": "1000000000"}
    forged = {**good, "X-Slack-Signature": "v0=" + "0" * 64}
    form = workspace.signed(b"command=/neocu", FORM)

    assert await workspace.verify_events_url()
    assert await workspace.deliver_raw(b'{"type":"event_callback"}', stale) == 401
    assert await workspace.deliver_raw(b'{"type":"event_callback"}', forged) == 401
    assert await workspace.deliver_raw(b"command=/other", form) == 401
    assert good["Content-Type"] == JSON
