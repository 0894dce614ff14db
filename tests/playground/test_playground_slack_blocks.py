from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.slack import Message, Workspace
from bots.playground.slack.blocks import problems
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.views import checked_view

Json = dict[str, Any]
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L"


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with no app connected."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = ()
        workspace.rules.ack_within = 0.1
        yield workspace


def mrkdwn(text: str) -> Json:
    """Return a text object."""
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    """Return a section."""
    return {"type": "section", "text": mrkdwn(text)}


def button(**more: Any) -> Json:
    """Return a row with one button."""
    element = {"type": "button", "action_id": "a", "text": plain("Go"), **more}
    return {"type": "actions", "elements": [element]}


def rich(*elements: Json) -> Json:
    """Return rich text of one paragraph."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


BUTTONS = [{"type": "button", "action_id": str(n), "text": plain("x")} for n in range(26)]
PICTURE = {"type": "image", "alt_text": "a", "image_url": "https://a.example/a.png"}
REFUSED: dict[str, tuple[list[Json], str]] = {
    "too many": ([section("a")] * 51, "no more than 50 items"),
    "unknown": ([{"type": "banner"}], "unsupported type: banner"),
    "long section": ([section("a" * 3001)], "less than 3001 characters"),
    "empty section": ([section("")], "more than 0 characters"),
    "long header": ([{"type": "header", "text": plain("a" * 151)}], "less than 151"),
    "mrkdwn header": ([{"type": "header", "text": mrkdwn("a")}], "unsupported type: mrkdwn"),
    "long markdown": ([{"type": "markdown", "text": "a" * 12_001}], "less than 12001"),
    "long context": ([{"type": "context", "elements": [mrkdwn("a")] * 11}], "no more than 10"),
    "long row": ([{"type": "actions", "elements": BUTTONS}], "no more than 25"),
    "long label": ([button(text=plain("a" * 76))], "less than 76"),
    "long value": ([button(value="a" * 2001)], "less than 2001"),
    "no alt text": ([{"type": "image", "image_url": "https://a.example"}], "alt_text"),
    "two sources": ([{**PICTURE, "slack_file": {"id": "F1"}}], "not both"),
    "odd rich text": ([rich({"type": "shout"})], "unsupported type: shout"),
    "empty rich text": ([rich({"type": "text", "text": ""})], "more than 0 characters"),
}


@pytest.mark.parametrize(("blocks", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_slack_refuses_blocks_over_its_limits(blocks: list[Json], words: str) -> None:
    """One block over a limit loses the whole message."""
    [problem] = problems(blocks)

    assert words in problem
    assert "json-pointer:/blocks" in problem


def test_blocks_at_the_limits_are_fine() -> None:
    """The limits are Slack's, not narrower."""
    blocks = [
        section("a" * 3000),
        {"type": "header", "text": plain("a" * 150)},
        {"type": "context", "elements": [mrkdwn("a")] * 10},
        {"type": "actions", "elements": BUTTONS[:25]},
        button(value="a" * 2000, text=plain("a" * 75)),
        rich({"type": "text", "text": "a", "style": {"bold": True}}),
        PICTURE,
        *[{"type": "divider"}] * 43,
    ]

    assert problems(blocks) == []


async def refusal(workspace: Workspace, **message: Any) -> tuple[str, str]:
    """Return (error, the first message) of a chat.postMessage that fails."""
    client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", **message)

    details = caught.value.response.get("response_metadata", {}).get("messages", [""])
    return caught.value.response["error"], details[0]


async def test_refusals_are_told_as_slack_tells_them(workspace: Workspace) -> None:
    """The codes by which a bot decides to send less."""
    sections = [section("a" * 2990)] * 5

    assert (await refusal(workspace, text="a", blocks=[section("")]))[0] == "invalid_blocks"
    assert (await refusal(workspace, text="a", blocks=sections))[0] == "msg_blocks_too_long"
    assert (await refusal(workspace, text="a" * 40_001))[0] == "msg_too_long"
    assert (await refusal(workspace, text="a", thread_ts="1.2"))[0] == "thread_not_found"


async def test_a_picture_that_cannot_be_fetched_loses_the_message(workspace: Workspace) -> None:
    """Slack fetches it while the bot waits, and takes no webp."""
    app = web.Application()
    for name, body in (("gif", GIF), ("webp", WEBP)):

        async def serve(_: web.Request, body: bytes = body) -> web.Response:
            return web.Response(body=body)

        app.router.add_get(f"/{name}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)

    for name in ("webp", "missing"):
        block = {**PICTURE, "image_url": f"{base}/{name}"}
        error, words = await refusal(workspace, text="a", blocks=[block])
        assert (error, "downloading image failed" in words) == ("invalid_blocks", True)
    good = {**PICTURE, "image_url": f"{base}/gif"}
    assert (await client.chat_postMessage(channel="general", text="a", blocks=[good]))["ok"]
    await runner.cleanup()


def test_a_view_has_limits_of_its_own() -> None:
    """A title over 24 characters, and the modal never opens."""
    view = {"type": "modal", "title": plain("a" * 25), "blocks": [section("a")] * 101}
    view |= {"private_metadata": "a" * 3001}
    with pytest.raises(SlackError, match="invalid_arguments") as caught:
        checked_view(view)

    pointers = [problem.rpartition(":")[2] for problem in caught.value.more["errors"]]
    assert pointers == ["/view/blocks]", "/view/title/text]", "/view/private_metadata]"]


def test_pings_are_found_wherever_slack_would_see_them() -> None:
    """So that a test can say that nobody was pinged."""
    blocks = [section("<!channel>"), rich({"type": "broadcast", "range": "here"})]
    message = Message("C1", "1.1", "U1", "<@U2> &lt;!everyone&gt;", blocks=blocks)

    assert message.pings == ["U2", "channel", "here"]
