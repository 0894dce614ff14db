"""One message of every kind that a chat can draw, posted with the bot's own tokens."""

import io
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import aiohttp
from PIL import Image
from slack_sdk.web.async_client import AsyncWebClient

from bots.playground.stage import Stage

Json = dict[str, Any]
V2 = 1 << 15


def png(colour: str) -> bytes:
    """Return a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(file, "PNG")
    return file.getvalue()


def words(text: str) -> Json:
    """Return Slack's plain text object."""
    return {"type": "plain_text", "text": text}


def option(name: str) -> Json:
    """Return one of Slack's options."""
    return {"text": words(name), "value": name}


def cell(text: str, **style: bool) -> Json:
    """Return a section of Slack's rich text."""
    part: Json = {"type": "text", "text": text} | ({"style": style} if style else {})
    return {"type": "rich_text_section", "elements": [part]}


SURE = {
    "title": words("Delete it?"),
    "text": words("It can't be brought back."),
    "confirm": words("Delete"),
    "deny": words("Keep it"),
}
OVERFLOW = {
    "type": "overflow",
    "action_id": "sampler_more",
    "options": [option("Animate it"), option("Make it 3D"), option("Delete")],
}
SELECT = {
    "type": "static_select",
    "action_id": "sampler_kind",
    "placeholder": words("More…"),
    "options": [option("An image"), option("A sound")],
}
BUTTON = {"type": "button", "action_id": "sampler_again", "text": words("Again")}
DELETE = BUTTON | {"action_id": "sampler_delete", "text": words("Delete"), "confirm": SURE}


def blocks(picture: str) -> list[Json]:
    """Return Slack's blocks, with a file of its as their picture."""
    image = {"type": "image", "slack_file": {"id": picture}, "alt_text": "a green square"}
    text = {"type": "mrkdwn", "text": "*A boat* · 2 credits\nmade with AI"}
    lists = [
        {"type": "rich_text_list", "style": "ordered", "elements": [cell("one"), cell("two")]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [cell("in it")]},
        {"type": "rich_text_quote", "elements": cell("a quote", italic=True)["elements"]},
    ]
    return [
        {"type": "header", "text": words("Recent")},
        {"type": "section", "text": text, "accessory": image},
        {"type": "section", "text": text, "accessory": OVERFLOW},
        {"type": "context", "elements": [image, text]},
        {"type": "actions", "elements": [BUTTON, DELETE, SELECT]},
        {"type": "rich_text", "elements": [cell("Bold", bold=True), *lists]},
        image | {"title": words("boat.png")},
    ]


async def in_slack(stage: Stage) -> None:
    """Post Slack's sample in #general."""
    workspace = stage.workspace
    note = await workspace.say(
        "ada", "general", "a boat", files=[("b.png", png("green"), "image/png")]
    )
    client = AsyncWebClient(workspace.bot_token, base_url=workspace.api_url)
    channel = workspace.channel("general").id
    await client.chat_postMessage(
        channel=channel, text="sampler", blocks=blocks(note.files[0].id), unfurl_links=False
    )


def text(content: str) -> Json:
    """Return a text display of Discord's."""
    return {"type": 10, "content": content}


def media(name: str, **more: Any) -> Json:
    """Return an item that shows one of the message's own files."""
    return {"media": {"url": f"attachment://{name}"}, "description": name, **more}


PICK = {
    "type": 3,
    "custom_id": "sampler:pick",
    "placeholder": "More…",
    "options": [
        {
            "label": "Animate it",
            "value": "animate",
            "description": "about 10 credits",
            "emoji": {"name": "🎬"},
        },
        {"label": "Delete", "value": "delete"},
    ],
}
PRESS = {"type": 2, "style": 2, "custom_id": "sampler:again", "label": "Again"}
CONTAINER = {
    "type": 17,
    "accent_color": 0x5865F2,
    "components": [
        text("### Recent\n||a secret|| and **bold**"),
        {"type": 14, "divider": True, "spacing": 2},
        {
            "type": 9,
            "components": [text("**A boat** · 2 credits"), text("-# made with AI")],
            "accessory": {"type": 11, **media("a.png")},
        },
        {"type": 9, "components": [text("A harbour")], "accessory": PRESS},
        {"type": 14, "divider": False},
        {"type": 12, "items": [media("a.png"), media("b.png", spoiler=True)]},
        {"type": 13, "file": {"url": "attachment://c.txt"}},
        {"type": 1, "components": [PICK]},
    ],
}
EMBED = {
    "title": "A boat",
    "description": "Based on your last image.",
    "color": 0x57F287,
    "thumbnail": {"url": "attachment://a.png"},
    "fields": [{"name": "Cost", "value": "2 credits", "inline": True}],
    "footer": {"text": "made with AI"},
}


async def in_discord(stage: Stage) -> None:
    """Post Discord's samples in #general."""
    pictures = {"a.png": png("green"), "b.png": png("blue")}
    embed = {
        "content": "sampler",
        "embeds": [EMBED],
        "components": [{"type": 1, "components": [PRESS]}],
    }
    await post_in_discord(
        stage, "general", embed, {"a.png": pictures["a.png"], "SPOILER_s.png": pictures["b.png"]}
    )
    parts = {"flags": V2, "components": [CONTAINER]}
    await post_in_discord(stage, "general", parts, pictures | {"c.txt": b"a boat"})


async def post_in_discord(
    stage: Stage, channel: str, message: Json, files: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """Post a message of the bot's own, with files."""
    guild = stage.guild
    form = aiohttp.FormData({"payload_json": json.dumps(message)}, default_to_multipart=True)
    for number, (name, content) in enumerate(files.items()):
        form.add_field(f"files[{number}]", content, filename=name)
    url = f"{guild.api_url}/channels/{guild.channel(channel).id}/messages"
    headers = {"Authorization": f"Bot {guild.token}"}
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:
        await session.post(url, data=form)


POST = {"slack": in_slack, "discord": in_discord}
