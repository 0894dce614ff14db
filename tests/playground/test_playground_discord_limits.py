"""The limits of a message on the local Discord guild, asked over plain HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from test_playground_discord_rules import Caller

from bots.playground.discord import Guild


def button(custom_id: str) -> dict[str, Any]:
    """Return a button."""
    return {"type": 2, "style": 1, "label": "Again", "custom_id": custom_id}


def row(*children: dict[str, Any]) -> dict[str, Any]:
    """Return an action row."""
    return {"type": 1, "components": list(children)}


def text(content: str) -> dict[str, Any]:
    """Return a Text Display."""
    return {"type": 10, "content": content}


V2 = 1 << 15
MEBIBYTE = 1024 * 1024
LONG = "x" * 2001

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "content": ({"content": LONG}, "content", "BASE_TYPE_MAX_LENGTH"),
    "embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_BAD_LENGTH"),
    "embed title": (
        {"embeds": [{"title": "x" * 257}]},
        "embeds.0.title",
        "BASE_TYPE_MAX_LENGTH",
    ),
    "embeds in all": (
        {"embeds": [{"description": "x" * 4000}] * 2},
        "embeds",
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    "rows": (
        {"components": [row(button(str(n))) for n in range(6)]},
        "components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "buttons": (
        {"components": [row(*(button(str(n)) for n in range(6)))]},
        "components.0.components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "same custom_id": (
        {"components": [row(button("a"), button("a"))]},
        "components",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    "long custom_id": (
        {"components": [row(button("x" * 101))]},
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "v2 without the flag": (
        {"components": [text("x")]},
        "components.0.type",
        "UNION_TYPE_CHOICES",
    ),
    "v2 with content": (
        {"content": "x", "flags": V2, "components": [text("x")]},
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "v2 too many": (
        {"flags": V2, "components": [text("x")] * 41},
        "components",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "v2 too long": (
        {"flags": V2, "components": [text("x" * 2001)] * 2},
        "components",
        "COMPONENT_MAX_TOTAL_TEXT_SIZE_EXCEEDED",
    ),
    "v2 empty gallery": (
        {"flags": V2, "components": [{"type": 12, "items": []}]},
        "components.0.items",
        "BASE_TYPE_BAD_LENGTH",
    ),
    "v2 file that was not sent": (
        {"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://a.glb"}}]},
        "components.0.file.url",
        "REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    "nonce": ({"content": "x", "nonce": "x" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    "reply to nothing": (
        {"content": "x", "message_reference": {"message_id": "1"}},
        "message_reference",
        "REPLIES_UNKNOWN_MESSAGE",
    ),
}


@pytest.fixture
async def guild() -> AsyncIterator[Guild]:
    """A guild."""
    async with Guild() as guild:
        yield guild


@pytest.fixture
async def bot(guild: Guild) -> AsyncIterator[Caller]:
    """Somebody who holds the bot's token."""
    async with aiohttp.ClientSession() as session:
        yield Caller(guild, session)


@pytest.mark.parametrize("name", REFUSED)
async def test_invalid_message_is_refused_field_by_field(bot: Caller, name: str) -> None:
    """The bot's limits are checked against Discord's, in Discord's words."""
    data, path, code = REFUSED[name]
    status, body = await bot.post(**data)
    place = body["errors"]
    for key in path.split("."):
        place = place[key]

    assert (status, body["code"], body["message"]) == (400, 50035, "Invalid Form Body")
    assert place["_errors"][0]["code"] == code


@pytest.mark.parametrize("data", [{}, {"content": " "}, {"content": None, "embeds": []}])
async def test_empty_message_is_refused(bot: Caller, data: dict[str, Any]) -> None:
    """An empty message is 50006, which has no fields."""
    status, body = await bot.post(**data)

    assert (status, body) == (400, {"message": "Cannot send an empty message", "code": 50006})


async def test_v2_message_shows_uploaded_files(guild: Guild, bot: Caller) -> None:
    """A gallery names uploads; everyone gets their real addresses."""
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://0.png"}}]}
    status, body = await bot.upload(b"png", flags=V2, components=[text("done"), gallery])
    (note,) = guild.seen_by("ada", "general")

    assert status == 200
    assert body["components"][1]["items"][0]["media"]["url"].startswith(guild.world.base_url)
    assert note.flags & V2


async def test_edit_takes_the_files_that_it_lists(guild: Guild, bot: Caller) -> None:
    """`attachments` names what is new too; without the field all uploads are added."""
    _, sent = await bot.upload(b"first")
    (first,) = sent["attachments"]
    await bot.upload(b"lost", edit=sent["id"], attachments=[{"id": first["id"]}])
    (note,) = guild.seen_by("ada", "general")
    unlisted = [file.data for file in note.attachments]
    await bot.upload(b"second", edit=sent["id"])

    assert unlisted == [b"first"]
    assert [file.data for file in note.attachments] == [b"first", b"second"]


async def test_files_have_a_limit(guild: Guild, bot: Caller) -> None:
    """An oversize result is refused as a whole: 413, 40005."""
    guild.rules.upload_cap = 10
    too_large = await bot.upload(b"x" * 11)
    guild.rules.upload_cap = MEBIBYTE * 10
    too_much = await bot.upload(*[b"x" * MEBIBYTE * 9] * 3)
    too_many = await bot.upload(*[b"x"] * 11)

    assert (too_large[0], too_large[1]["code"]) == (413, 40005)
    assert (too_much[0], too_much[1]["code"]) == (413, 40005)
    assert (too_many[0], too_many[1]["code"]) == (400, 50035)
    assert guild.seen_by("ada", "general") == []
