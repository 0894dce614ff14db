"""Discord for a benchmark: a gateway that says what it is told to say, and a REST API that agrees.

https://docs.discord.com/developers/events/gateway
"""

import asyncio
import json
import zlib
from itertools import count
from typing import Any, Protocol

from aiohttp import WSMsgType, web

BOT, OWNER, APP = "100", "200", "100"
EVERYTHING = str((1 << 50) - 1)
JOINED = "2026-01-01T00:00:00.000000+00:00"
IDENTIFY, HEARTBEAT, HELLO, ACK = 2, 1, 10, 11
FIRST_GUILD, FIRST_CHANNEL, FIRST_MESSAGE = 10**17, 2 * 10**17, 10**18


class Seen(Protocol):
    """Who counts the calls."""

    port: int
    chat_seconds: float

    def seen(self, kind: str, name: str = "") -> None:
        """Count a call."""
        ...


def user(number: str, *, bot: bool = False) -> dict[str, Any]:
    """Return a user object."""
    return {
        "id": number,
        "username": f"user{number}",
        "global_name": f"User {number}",
        "discriminator": "0",
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
    }


def member(number: str) -> dict[str, Any]:
    """Return a member object, without its user."""
    return {
        "roles": [],
        "nick": f"Nick of {number}",
        "joined_at": JOINED,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def guild(number: int, channels: int, members: int) -> dict[str, Any]:
    """Return a guild as GUILD_CREATE brings it."""
    own = str(FIRST_GUILD + number)
    everyone = {
        "id": own,
        "name": "@everyone",
        "permissions": EVERYTHING,
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    people = [BOT, OWNER, *(str(FIRST_GUILD + number * 1000 + one) for one in range(members))]
    return {
        "id": own,
        "name": f"Guild {number}",
        "owner_id": OWNER,
        "roles": [everyone],
        "channels": [_channel(number, one, own) for one in range(channels)],
        "threads": [],
        "members": [member(one) | {"user": user(one, bot=one == BOT)} for one in people],
        "member_count": len(people),
        "joined_at": JOINED,
        "preferred_locale": "en-US",
        **_nothing("emojis", "stickers", "features", "voice_states", "presences"),
        **_nothing("stage_instances", "guild_scheduled_events", "soundboard_sounds"),
        **dict.fromkeys(("premium_tier", "verification_level", "nsfw_level", "mfa_level"), 0),
        **dict.fromkeys(("default_message_notifications", "explicit_content_filter"), 0),
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "large": False,
        "unavailable": False,
    }


def _nothing(*names: str) -> dict[str, list[Any]]:
    return {name: [] for name in names}


def _channel(of: int, number: int, guild_id: str) -> dict[str, Any]:
    return {
        "id": str(FIRST_CHANNEL + of * 1000 + number),
        "type": 0,
        "guild_id": guild_id,
        "name": f"channel-{number}",
        "position": number,
        "parent_id": None,
        "topic": f"What is said in channel {number}",
        "nsfw": False,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "flags": 0,
        "permission_overwrites": [],
    }


def _json(data: Any) -> web.Response:
    # discord.py takes it for JSON only if it is called exactly so.
    return web.Response(body=json.dumps(data).encode(), content_type="application/json")


class DiscordStub:
    """One application in as many guilds as it is told."""

    def __init__(self, world: Seen) -> None:
        self._world = world
        self._numbers = count(FIRST_MESSAGE)
        self._outbox: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._shape = (1, 5, 3)

    def control(self, wanted: dict[str, Any]) -> None:
        """Take what is meant for Discord out of what is wanted: guilds, and messages to send."""
        self._shape = tuple(wanted.pop("guilds", self._shape))
        for text in wanted.pop("messages", ()):
            self._outbox.put_nowait(("MESSAGE_CREATE", self.message(text)))

    def message(self, text: str) -> dict[str, Any]:
        """Return a message of somebody's in the first channel; of ours where it is no text."""
        number = next(self._numbers)
        author = str(FIRST_GUILD + number % 3)
        return {
            "id": str(number),
            "channel_id": str(FIRST_CHANNEL + number % self._shape[1]),
            "guild_id": str(FIRST_GUILD),
            "author": user(author),
            "member": member(author),
            "type": 0,
            "content": text,
            "timestamp": JOINED,
            "edited_timestamp": None,
            "mentions": [user(BOT, bot=True)] if f"<@{BOT}>" in text else [],
            **dict.fromkeys(("tts", "pinned", "mention_everyone"), False),
            **_nothing("mention_roles", "attachments", "embeds", "components"),
            "flags": 0,
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a call of the REST API, or serve the gateway."""
        if request.path.startswith("/gateway"):
            return await self._gateway(request)
        path = request.path.removeprefix("/discord")
        body = await request.read()
        if "/messages" in path or "/webhooks" in path:
            return await self._said(request.method, path)
        answers: dict[str, Any] = {
            "/users/@me": user(BOT, bot=True),
            "/oauth2/applications/@me": APPLICATION,
            "/applications/@me": APPLICATION,
            "/gateway/bot": {"url": f"ws://127.0.0.1:{self._world.port}/gateway", "shards": 1},
        }
        if path.endswith("/commands"):
            asked = json.loads(body or b"[]")
            return _json([COMMAND | one for one in asked] if asked else [])
        if path.endswith("/typing"):
            return web.Response(status=204)
        return _json(answers.get(path, {}))

    async def _said(self, method: str, path: str) -> web.Response:
        await asyncio.sleep(self._world.chat_seconds)
        if method == "DELETE":
            self._world.seen("discord.delete")
            return web.Response(status=204)
        if path.endswith("/threads"):
            parent, thread = path.split("/")[2], path.split("/")[4]
            return _json(
                _channel(0, 0, str(FIRST_GUILD)) | {"id": thread, "type": 11, "parent_id": parent}
            )
        self._world.seen(f"discord.{method.lower()}")
        return _json(
            self.message("") | {"channel_id": path.split("/")[2], "author": user(BOT, bot=True)}
        )

    async def _gateway(self, request: web.BaseRequest) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False, max_msg_size=0)
        await ws.prepare(request)
        self._outbox = asyncio.Queue()
        writer = asyncio.create_task(self._write(ws))
        try:
            async for got in ws:
                if got.type is not WSMsgType.TEXT:
                    continue
                op = json.loads(got.data)["op"]
                if op == HEARTBEAT:
                    self._outbox.put_nowait(("", ACK))
                elif op == IDENTIFY:
                    self._greet()
        finally:
            writer.cancel()
        return ws

    def _greet(self) -> None:
        guilds, channels, members = self._shape
        ready = {
            "v": 10,
            "user": user(BOT, bot=True),
            "guilds": [{"id": str(FIRST_GUILD + n), "unavailable": True} for n in range(guilds)],
            "session_id": "bench",
            "resume_gateway_url": f"ws://127.0.0.1:{self._world.port}/gateway",
            "application": {"id": APP, "flags": 0},
            "shard": [0, 1],
        }
        self._outbox.put_nowait(("READY", ready))
        for number in range(guilds):
            self._outbox.put_nowait(("GUILD_CREATE", (number, channels, members)))

    async def _write(self, ws: web.WebSocketResponse) -> None:
        """Send what is in the outbox. A guild is made when it is sent: all of them are large."""
        deflate = zlib.compressobj(1)

        async def send(**payload: Any) -> None:
            text = json.dumps({"s": None, "t": None, **payload}).encode()
            await ws.send_bytes(deflate.compress(text) + deflate.flush(zlib.Z_SYNC_FLUSH))

        await send(op=HELLO, d={"heartbeat_interval": 41250})
        for sequence in count(1):
            name, data = await self._outbox.get()
            if not name:
                await send(op=data, d=None)
            elif name == "GUILD_CREATE":
                await send(op=0, t=name, s=sequence, d=guild(*data))
            else:
                await send(op=0, t=name, s=sequence, d=data)


APPLICATION = {
    "id": APP,
    "name": "neocu",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "owner": user(OWNER),
    "team": None,
}
COMMAND = {"id": "300", "application_id": APP, "version": "1", "description": ""} | {
    "default_member_permissions": None,
    "dm_permission": True,
    "nsfw": False,
}
