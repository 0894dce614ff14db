"""A bot's login to the gateway, which outlives its sockets.

https://docs.discord.com/developers/events/gateway#resuming
"""

import asyncio
import json
import secrets
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bots.playground.discord.state import TIMESTAMP_SHIFT, Json
from bots.playground.discord.world import MAX_EVENTS

DISPATCH = 0


def shard_for(guild_id: int, shards: int) -> int:
    """Return the shard that hears of a guild, and of direct messages (0).

    https://docs.discord.com/developers/events/gateway#sharding
    """
    return (guild_id >> TIMESTAMP_SHIFT) % shards


@dataclass(eq=False)
class Socket:
    """One connection. `outbox` is sent in order; a number in it closes with that code."""

    ws: web.WebSocketResponse
    compressed: bool
    outbox: asyncio.Queue[str | int] = field(default_factory=asyncio.Queue)
    ended: bool = False

    def send(self, op: int, data: Any, **more: Any) -> None:
        """Queue one payload."""
        self.outbox.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None} | more))

    def close(self, code: int) -> None:
        """Close once everything queued is sent; the session lives on."""
        self.ended = True
        self.outbox.put_nowait(code)

    async def write(self) -> None:
        """Send what is queued until a close code comes; never returns before."""
        deflate = zlib.compressobj()
        while isinstance(item := await self.outbox.get(), str):
            if self.compressed:
                packed = deflate.compress(item.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.ws.send_bytes(packed)
            else:
                await self.ws.send_str(item)
        await self.ws.close(code=item)


@dataclass(eq=False)
class Session:
    """A bot's login. It goes on without a socket, and keeps what was missed for a RESUME."""

    intents: int
    socket: Socket | None
    shard: int = 0
    shards: int = 1
    resumed: bool = False
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    sent: deque[tuple[int, str, Json]] = field(default_factory=lambda: deque(maxlen=MAX_EVENTS))

    def is_for(self, guild_id: int) -> bool:
        """Whether it hears of a guild, or of direct messages (0)."""
        return shard_for(guild_id, self.shards) == self.shard

    def dispatch(self, name: str, data: Json) -> None:
        """Number an event, keep it, and send it if somebody listens."""
        self.sequence += 1
        self.sent.append((self.sequence, name, data))
        if self.socket:
            self.socket.send(DISPATCH, data, s=self.sequence, t=name)
