import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playground_slack_app import connected, over_http, over_socket
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bots.playground.slack import View, Workspace

PICTURE = ("one.png", b"\x89PNG\r\n\x1a\n", "image/png")


def plain(text: str) -> dict[str, Any]:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def field(name: str, element: dict[str, Any], *, optional: bool = False) -> dict[str, Any]:
    """Return an input block, named like its element."""
    named = {"action_id": name, **element}
    shown = {"label": plain(name), "element": named, "optional": optional}
    return {"type": "input", "block_id": f"{name}_block", **shown}


def modal(title: str = "Neocu") -> dict[str, Any]:
    """Return a modal with a prompt, a medium and files."""
    options = [{"text": plain(word), "value": word} for word in ("image", "video")]
    menu = {"type": "static_select", "options": options, "initial_option": options[0]}
    blocks = [
        field("prompt", {"type": "plain_text_input", "max_length": 20}),
        field("medium", menu),
        field("files", {"type": "file_input", "filetypes": ["png"]}, optional=True),
    ]
    content = {"type": "modal", "callback_id": "ask", "title": plain(title), "blocks": blocks}
    return content | {"submit": plain("Go"), "private_metadata": "m"}


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace that waits for acknowledgements as long as a slow test machine needs."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = ()
        yield workspace


@pytest.fixture(params=[over_http, over_socket], ids=["http", "socket"])
async def app(workspace: Workspace, request: pytest.FixtureRequest) -> AsyncIterator[AsyncApp]:
    """A Bolt app whose command opens a modal, connected over either transport."""
    async with connected(workspace, request.param) as (app, _):

        @app.command("/neocu")
        async def on_command(ack: Any, client: Any, command: dict[str, Any]) -> None:
            await client.views_open(trigger_id=command["trigger_id"], view=modal())
            await ack()

        @app.shortcut("take")
        async def on_take(ack: Any) -> None:
            await ack()

        yield app


async def opened(workspace: Workspace) -> View:
    """Return the modal that ada opened."""
    await workspace.command("ada", "general", "/neocu")
    return await workspace.journal.until(lambda: workspace.modal("ada"))


async def test_a_modal_is_filled_in_and_sent(workspace: Workspace, app: AsyncApp) -> None:
    """Text, menu and files arrive under block_id and action_id; then the modal is closed."""
    states = []

    @app.view("ask")
    async def on_submit(ack: Any, view: dict[str, Any]) -> None:
        states.append(view)
        await ack()

    view = await opened(workspace)
    await workspace.submit("ada", view, {"prompt": "a cat", "files": [PICTURE]})

    [sent] = states
    values = sent["state"]["values"]
    assert not view.open
    assert sent["private_metadata"] == "m"
    assert values["prompt_block"]["prompt"]["value"] == "a cat"
    assert values["medium_block"]["medium"]["selected_option"]["value"] == "image"
    [file] = values["files_block"]["files"]["files"]
    assert workspace.files[file["id"]].content == PICTURE[1]


async def test_the_app_can_refuse_or_replace_a_modal(workspace: Workspace, app: AsyncApp) -> None:
    """The words stand at the field; an update keeps the modal open."""
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"prompt_block": "Too short."}},
        {"response_action": "update", "view": modal("Second")},
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "clear"},
    ]

    @app.view("ask")
    async def on_submit(ack: Any) -> None:
        await ack(**answers.pop(0))

    view = await opened(workspace)
    send = {"prompt": "a"}
    assert (await workspace.submit("ada", view, send)).errors == {"prompt_block": "Too short."}
    assert (await workspace.submit("ada", view, send)).content["title"]["text"] == "Second"
    assert (await workspace.submit("ada", view, send)).trouble
    assert not (await workspace.submit("ada", view, send)).open


@pytest.mark.usefixtures("app")
async def test_slack_itself_refuses_what_a_field_forbids(workspace: Workspace) -> None:
    """The app never hears of it."""
    view = await opened(workspace)
    told = len(workspace.deliveries)
    files = [("a.exe", b"MZ", "application/x-msdownload")]

    assert set((await workspace.submit("ada", view, {})).errors) == {"prompt_block"}
    long = await workspace.submit("ada", view, {"prompt": "a" * 21, "files": files})
    assert set(long.errors) == {"prompt_block", "files_block"}
    assert len(workspace.deliveries) == told


async def test_a_late_answer_leaves_the_modal_open(workspace: Workspace, app: AsyncApp) -> None:
    """The person reads that there was trouble, and may send it again."""
    released = asyncio.Event()

    @app.view("ask")
    async def on_submit(ack: Any) -> None:
        await released.wait()
        await ack()

    view = await opened(workspace)
    workspace.rules.ack_within = 0.1
    await workspace.submit("ada", view, {"prompt": "a"})
    released.set()

    assert view.open
    assert view.trouble


async def test_a_trigger_opens_one_view_and_soon(workspace: Workspace, app: AsyncApp) -> None:
    """A bot that works first and opens the modal afterwards is too late."""
    delivery = await workspace.command("ada", "general", "/neocu")
    used = delivery.payload["trigger_id"]
    workspace.rules.trigger_lifetime = 0.0
    message = await workspace.say("ada", "general", "a")
    late = (await workspace.shortcut("ada", message, "take")).payload["trigger_id"]
    errors = []
    for trigger_id in (late, "none"):
        with pytest.raises(SlackApiError) as caught:
            await app.client.views_open(trigger_id=trigger_id, view=modal())
        errors.append(caught.value.response["error"])
    workspace.rules.trigger_lifetime = 60.0
    with pytest.raises(SlackApiError) as again:
        await app.client.views_open(trigger_id=used, view=modal())

    assert errors == ["expired_trigger_id", "invalid_trigger_id"]
    assert again.value.response["error"] == "exchanged_trigger_id"


async def test_a_view_is_updated_and_closed(workspace: Workspace, app: AsyncApp) -> None:
    """What the person sees is what was sent last."""
    view = await opened(workspace)
    await app.client.views_update(view_id=view.id, view=modal("Later"), hash=view.hash)
    assert view.content["title"]["text"] == "Later"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await app.client.views_update(view_id=view.id, view=modal(), hash="old")
    await workspace.close("ada", view)

    assert workspace.modal("ada") is None


async def test_closing_is_told_to_who_asked_for_it(workspace: Workspace, app: AsyncApp) -> None:
    """`notify_on_close` is off unless the view says so."""
    closed = []

    @app.view_closed("ask")
    async def on_close(ack: Any, view: dict[str, Any]) -> None:
        closed.append(view["id"])
        await ack()

    quiet = await opened(workspace)
    await workspace.close("ada", quiet)
    view = await opened(workspace)
    await app.client.views_update(view_id=view.id, view={**modal(), "notify_on_close": True})
    await workspace.close("ada", view)

    assert closed == [view.id]


async def test_a_shortcut_carries_the_whole_message(workspace: Workspace, app: AsyncApp) -> None:
    """Its text and files, also in a thread and where the bot is no member."""
    payloads = []

    @app.shortcut("use")
    async def on_shortcut(ack: Any, shortcut: dict[str, Any]) -> None:
        payloads.append(shortcut)
        await ack()

    parent = await workspace.say("ada", "random", "parent")
    reply = await workspace.say("ben", "random", "this", parent.ts, [PICTURE])
    assert (await workspace.shortcut("ada", reply, "use")).acknowledged

    [payload] = payloads
    assert payload["message"]["text"] == "this"
    assert payload["message"]["thread_ts"] == parent.ts
    assert payload["message"]["files"][0]["name"] == "one.png"


async def test_a_press_reaches_its_listener(workspace: Workspace, app: AsyncApp) -> None:
    """It carries the value; its response_url replaces the message that holds the button."""

    @app.action("again")
    async def on_again(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await ack()
        await respond(f"again: {action['value']}", replace_original=True)

    button = {"type": "button", "action_id": "again", "value": "r1", "text": plain("Again")}
    row = {"type": "actions", "elements": [button]}
    await app.client.chat_postMessage(channel="#general", text="?", blocks=[row])
    [message] = workspace.seen_by("ada", "general")
    delivery = await workspace.press("ada", message, "again", "r1")
    await workspace.journal.until(lambda: message.text == "again: r1")

    assert delivery.acknowledged
    assert message.blocks == []
    with pytest.raises(LookupError):
        await workspace.press("ada", message, "again")


@pytest.mark.usefixtures("app")
async def test_a_response_url_wears_out(workspace: Workspace) -> None:
    """Five answers within half an hour, which is too few and too short for a long task."""
    message = await workspace.say("ada", "random", "a")
    url = (await workspace.shortcut("ada", message, "take")).payload["response_url"]
    statuses = []
    async with aiohttp.ClientSession() as session:
        for _ in range(6):
            async with session.post(url, json={"text": "hello"}) as answer:
                statuses.append(answer.status)

    assert statuses == [200] * 5 + [404]
    assert len(workspace.seen_by("ada", "random")) == 6
    assert len(workspace.seen_by("ben", "random")) == 1
