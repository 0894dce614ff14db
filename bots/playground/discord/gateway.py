"""The gateway: who is let in, and the events that each session gets.

https://docs.discord.com/developers/events/gateway
"""

import asyncio
import json
import time
from collections import deque

from aiohttp import WSMsgType, web

from bots.playground.discord import greeting, payloads
from bots.playground.discord.gateway_session import DISPATCH, Session, Socket, shard_for
from bots.playground.discord.permissions import Permission, may
from bots.playground.discord.state import Event, Json
from bots.playground.discord.visibility import redacted
from bots.playground.discord.world import World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
NORMAL, GOING_AWAY = 1000, 1001
UNKNOWN_ERROR, NOT_AUTHENTICATED, BAD_TOKEN = 4000, 4003, 4004
BAD_SEQUENCE, TIMED_OUT = 4007, 4009
# After these a bot must not come again before somebody has mended something.
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
INVALID_SHARD, SHARDING_REQUIRED, INVALID_VERSION = 4010, 4011, 4012
INVALID_INTENTS, DISALLOWED_INTENTS = 4013, 4014
FATAL = {
    BAD_TOKEN,
    INVALID_SHARD,
    SHARDING_REQUIRED,
    INVALID_VERSION,
    INVALID_INTENTS,
    DISALLOWED_INTENTS,
}
# Every intent that there is: https://docs.discord.com/developers/events/gateway#list-of-intents
KNOWN_INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25
GUILDS = 1 << 0
# Members, presences, message content.
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
# The intent that an event needs: in the guild, in a direct message.
INTENTS = {
    "GUILD": (1 << 0, 1 << 0),
    "CHANNEL": (1 << 0, 1 << 0),
    "THREAD": (1 << 0, 1 << 0),
    "MESSAGE": (1 << 9, 1 << 12),
    "TYPING": (1 << 11, 1 << 14),
}


class Gateway:
    """The WebSocket endpoint, and what tests do to it."""

    def __init__(self, world: World) -> None:
        self.closed = False
        self.refusal: int | None = None
        self.sessions: dict[str, Session] = {}
        self.heard_twice: list[Event] = []  # by two logins at once
        self.too_fast = 0  # logins
        self._starts: dict[int, deque[float]] = {}
        self._world = world
        self._sockets: set[Socket] = set()
        world.listeners.append(self.dispatch)

    @property
    def connected(self) -> bool:
        """Whether a bot is logged in and listens."""
        return any(session.socket for session in self.sessions.values())

    def dispatch(self, event: Event) -> None:
        """Send an event to every session that may have it."""
        told = [one for one in self.sessions.values() if self._receives(one, event)]
        if sum(one.socket is not None and not one.resumed for one in told) > 1:
            self.heard_twice.append(event)
        for session in told:
            data = event.data
            if event.message:
                data = redacted(self._world, event.message, data, session.intents)
            session.dispatch(event.name, data)

    def drop(self, *, resumable: bool = True) -> None:
        """Cut every connection; if not resumable the sessions are forgotten too."""
        if not resumable:
            self.sessions.clear()
        self._close(UNKNOWN_ERROR if resumable else TIMED_OUT)

    def refuse(self, code: int) -> None:
        """Close every connection, and from now on each login, with a code such as 4011."""
        self.refusal = code
        self.sessions.clear()
        self._close(code)

    def ask_reconnect(self) -> None:
        """Ask every bot to come again (op 7), as Discord does now and then."""
        for socket in self._sockets:
            socket.send(RECONNECT, None)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every bot that its session is invalid (op 9)."""
        if not resumable:
            self.sessions.clear()
        for socket in self._sockets:
            socket.send(INVALID_SESSION, resumable)

    def shut(self) -> None:
        """Close every connection for good and let nobody in."""
        self.closed = True
        self._close(GOING_AWAY)

    def open(self) -> None:
        """Let bots in again."""
        self.closed, self.refusal = False, None

    def _close(self, code: int) -> None:
        for socket in self._sockets:
            socket.close(code)
        for session in self.sessions.values():
            session.socket = None

    def _receives(self, session: Session, event: Event) -> bool:
        if not session.is_for(_guild_of(event)):
            return False
        if event.name == "INTERACTION_CREATE" and self._world.interactions_url:
            return False
        kinds = INTENTS.get(event.name.partition("_")[0])
        channel = event.channel
        if kinds and not session.intents & kinds[channel is not None and channel.is_dm]:
            return False
        if channel is None or event.name == "INTERACTION_CREATE":
            return True
        return may(self._world, self._world.bot, channel, Permission.VIEW_CHANNEL)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until either side closes it."""
        if self.closed:
            raise web.HTTPServiceUnavailable
        ws = web.WebSocketResponse(compress=False, max_msg_size=0)
        await ws.prepare(request)
        socket = Socket(ws, request.query.get("compress") == "zlib-stream")
        self._sockets.add(socket)
        writer = asyncio.create_task(socket.write())
        session: Session | None = None
        interval = self._world.rules.heartbeat_interval
        socket.send(HELLO, {"heartbeat_interval": round(interval * 1000)})
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    session = self._receive(socket, session, json.loads(message.data))
        finally:
            self._sockets.discard(socket)
            self._leave(session, socket)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._world.journal.changed()
        return ws

    def _receive(self, socket: Socket, session: Session | None, payload: Json) -> Session | None:
        op, data = payload.get("op"), payload.get("d")
        if op == HEARTBEAT:
            socket.send(ACK, None)
        elif op == IDENTIFY and data:
            return self._identify(socket, data)
        elif op == RESUME and data:
            return self._resume(socket, data)
        elif session is None:
            socket.close(NOT_AUTHENTICATED)
        return session

    def _leave(self, session: Session | None, socket: Socket) -> None:
        if session is None or session.socket is not socket:
            return
        session.socket = None
        # A bot that says goodbye with 1000 or 1001 ends its session.
        if not socket.ended and socket.ws.close_code in (NORMAL, GOING_AWAY):
            self.sessions.pop(session.id, None)

    def _fault(self, data: Json) -> int | None:
        """Return the code that a login is closed with, if it is refused."""
        rules, intents = self._world.rules, int(data.get("intents", 0))
        shard, shards = _shard_of(data)
        refusals = {
            BAD_TOKEN: data.get("token") != self._world.token,
            INVALID_SHARD: not 0 <= shard < shards,
            SHARDING_REQUIRED: len(self._homes(shard, shards)) > rules.guilds_a_shard,
            INVALID_INTENTS: intents & ~KNOWN_INTENTS,
            DISALLOWED_INTENTS: intents & PRIVILEGED & ~rules.approved_intents,
        }
        return self.refusal or next((code for code, wrong in refusals.items() if wrong), None)

    def _spent(self) -> bool:
        """Count a login; one too many ends every session and resets the token.

        https://docs.discord.com/developers/events/gateway#identifying
        """
        self._world.identifies += 1
        if self._world.identifies <= self._world.rules.session_starts:
            return False
        self._world.reset_token()
        self.sessions.clear()
        self._close(BAD_TOKEN)
        return True

    def _too_fast(self, shard: int) -> bool:
        """Count a start in its bucket; whether it is one too many for these seconds.

        https://docs.discord.com/developers/events/gateway#rate-limiting
        """
        rules, now = self._world.rules, time.monotonic()
        starts = self._starts.setdefault(shard % rules.max_concurrency, deque(maxlen=1))
        if starts and now - starts[0] < rules.identify_seconds:
            return True
        starts.append(now)
        return False

    def _identify(self, socket: Socket, data: Json) -> Session | None:
        world, intents = self._world, int(data.get("intents", 0))
        shard, shards = _shard_of(data)
        if fault := self._fault(data):
            socket.close(fault)
            return None
        if self._spent():
            return None
        if self._too_fast(shard):
            self.too_fast += 1
            socket.send(INVALID_SESSION, data=False)
            return None
        homes = self._homes(shard, shards)
        session = Session(intents, socket, shard, shards)
        self.sessions[session.id] = session
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.user(world.bot),
                "guilds": [{"id": str(one), "unavailable": True} for one in homes],
                "session_id": session.id,
                "resume_gateway_url": f"{world.base_url.replace('http', 'ws', 1)}/gateway",
                "application": {"id": str(world.bot.id), "flags": 0},
                "shard": [shard, shards],
            },
        )
        for one in homes if intents & GUILDS else ():
            session.dispatch("GUILD_CREATE", greeting.guild(world, one))
        world.journal.changed()
        return session

    def _homes(self, shard: int, shards: int) -> list[int]:
        """Return the IDs of a shard's guilds. Where only the commands are, the bot is not."""
        return [one for one in self._world.homes if shard_for(one, shards) == shard]

    def _resume(self, socket: Socket, data: Json) -> Session | None:
        if self.refusal:
            socket.close(self.refusal)
            return None
        session = self.sessions.get(str(data.get("session_id")))
        if session is None or data.get("token") != self._world.token:
            socket.send(INVALID_SESSION, data=False)
            return None
        seen = data.get("seq") or 0
        if seen > session.sequence:
            socket.close(BAD_SEQUENCE)
            return None
        for sequence, name, missed in [*session.sent]:
            if sequence > seen:
                socket.send(DISPATCH, missed, s=sequence, t=name)
        session.socket, session.resumed = socket, True
        session.dispatch("RESUMED", {})
        self._world.journal.changed()
        return session


def _shard_of(data: Json) -> tuple[int, int]:
    shard, shards = data.get("shard") or (0, 1)
    return shard, shards


def _guild_of(event: Event) -> int:
    """Return the ID of the guild that an event is of, 0 for a direct message."""
    if event.channel is not None:
        return event.channel.guild_id or 0
    return int(event.data["id"]) if event.name.startswith("GUILD_") else 0
