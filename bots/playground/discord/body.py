"""A request body about a message: JSON, or multipart with files, and what Discord accepts of it.

https://docs.discord.com/developers/reference#uploading-files
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bots.playground.discord.components import check_components
from bots.playground.discord.error_codes import DiscordError, Form
from bots.playground.discord.state import COMPONENTS_V2, EPHEMERAL, Json

FILE_FIELD = re.compile(r"files\[(\d+)\]")
MAX_CONTENT_LENGTH, MAX_EMBEDS, MAX_EMBEDS_LENGTH, MAX_FILES, MAX_FIELDS = 2000, 10, 6000, 10, 25
# The whole request: https://docs.discord.com/developers/resources/message#create-message
MAX_REQUEST_BYTES = 25 * 1024 * 1024
MAX_NONCE_LENGTH = 25
EMBED_LIMITS = {"title": 256, "description": 4096, "footer.text": 2048, "author.name": 256}
FIELD_LIMITS = {"name": 256, "value": 1024}
# Suppressing embeds or notifications, marking as ephemeral, a voice message, components v2.
SETTABLE_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | 1 << 13 | COMPONENTS_V2


@dataclass(frozen=True)
class Upload:
    """A file as it came in the request."""

    filename: str
    content_type: str | None
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Body:
    """What a request asks for: its JSON, and its files by number."""

    data: Json
    files: dict[int, Upload] = field(default_factory=dict)

    def inner(self) -> "Body":
        """Return the message inside an interaction response."""
        return Body(self.data.get("data") or {}, self.files)

    @property
    def v2(self) -> bool:
        """Whether it asks for Components V2."""
        return bool(int(self.data.get("flags") or 0) & COMPONENTS_V2)


async def read_body(request: web.Request, file_limit: int = 0) -> Body:
    """Return the body of a request; DiscordError 50109 for broken JSON, 40005 if too large.

    The whole of it may be 25 MiB, or as large as one file may be where it goes.
    """
    if (request.content_length or 0) > max(MAX_REQUEST_BYTES, file_limit):
        await request.read()  # who is still sending does not hear an answer
        raise DiscordError(40005)
    if request.content_type != "multipart/form-data":
        return Body(_object(await request.text() or "{}"))
    form = await request.post()
    files: dict[int, Upload] = {}
    data: Json = {}
    for name, value in form.items():
        number = FILE_FIELD.fullmatch(name)
        if isinstance(value, web.FileField) and number:
            content = value.file.read()
            value.file.close()
            files[int(number[1])] = Upload(value.filename, value.content_type, content)
        elif name == "payload_json":
            data = _object(str(value))
    return Body(data, files)


def _object(text: str) -> Json:
    try:
        data = json.loads(text)
    except ValueError:
        raise DiscordError(50109) from None
    if not isinstance(data, dict):
        raise DiscordError(50109)
    for place in (data, data.get("data") or {}):
        if isinstance(place.get("components"), list):
            place["components"] = _without_nulls(place["components"])
    return data


def _without_nulls(value: Any) -> Any:
    # In components null is the same as nothing; in a message's fields it clears.
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value


def check_body(body: Body, form: Form, kept_files: list[str], *, file_limit: int, v2: bool) -> None:
    """Note every fault of a message's fields; DiscordError 40005 for a file over the limit.

    `kept_files`: what the message holds already and keeps; ten files are all that it takes.
    """
    if any(len(file.data) > file_limit for file in body.files.values()):
        raise DiscordError(40005)
    data = body.data
    form.count("attachments", [*kept_files, *body.files], MAX_FILES)
    if data.get("content") is not None:
        form.length("content", data["content"], MAX_CONTENT_LENGTH)
    if data.get("nonce") is not None:
        form.length("nonce", str(data["nonce"]), MAX_NONCE_LENGTH)
    if data.get("embeds"):
        _check_embeds(form, data["embeds"])
    if int(data.get("flags") or 0) & ~SETTABLE_FLAGS:
        form.wrong("flags", "BITFIELD_INVALID_FLAGS", "Invalid flags provided.")
    if v2:
        _check_v2(form, data)
    if data.get("components"):
        names = {*kept_files, *(file.filename for file in body.files.values())}
        check_components(form, data["components"], names, v2=v2)


def _check_v2(form: Form, data: Json) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if data.get(key):
            reason = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", reason)


def _check_embeds(form: Form, embeds: list[Json]) -> None:
    form.count("embeds", embeds, MAX_EMBEDS)
    written = 0
    for index, embed in enumerate(embeds):
        for key, maximum in EMBED_LIMITS.items():
            written += _measure(form, f"embeds.{index}.{key}", _at(embed, key), maximum)
        fields = embed.get("fields") or []
        form.count(f"embeds.{index}.fields", fields, MAX_FIELDS)
        for number, entry in enumerate(fields):
            for key, maximum in FIELD_LIMITS.items():
                path = f"embeds.{index}.fields.{number}.{key}"
                written += _measure(form, path, entry.get(key) or "", maximum, minimum=1)
    if written > MAX_EMBEDS_LENGTH:
        reason = f"Embed size exceeds maximum size of {MAX_EMBEDS_LENGTH}"
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", reason)


def _at(embed: Json, path: str) -> Any:
    value: Any = embed
    for key in path.split("."):
        value = (value or {}).get(key)
    return value or ""


def _measure(form: Form, path: str, text: str, maximum: int, minimum: int = 0) -> int:
    form.length(path, text, maximum, minimum)
    return len(text)
