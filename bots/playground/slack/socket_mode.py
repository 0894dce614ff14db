"""Socket Mode: envelopes over WebSockets (https://docs.slack.dev/apis/events-api/using-socket-mode/)."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from bots.playground.journal import Journal
from bots.playground.slack.faults import Faults
from bots.playground.slack.registration import App
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Json

MAX_CONNECTIONS = 10
HEARTBEAT_SECONDS = 30.0
TICKET = "ticket"
CONNECTION_SECONDS = 18_060
# Slack waits ten seconds; the SDK is gone in a few milliseconds.
GRACE_SECONDS = 1.0


@dataclass(eq=False)
class Connection:
    """One WebSocket of the app; a `silent` one stays open, but nothing comes over it any more.

    https://github.com/slackapi/python-slack-sdk/issues/1701
    """

    ws: web.WebSocketResponse
    gone: "asyncio.Future[None]"
    silent: bool = False
    answers_pings: bool = True


class Sockets:
    """The app's open WebSockets; each envelope goes to one of them, in turn.

    They serve every workspace that has installed the app.
    """

    def __init__(self, app: App, journal: Journal, faults: Faults) -> None:
        self.connections: list[Connection] = []
        self._app = app
        self._journal = journal
        self._faults = faults
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Json]] = {}

    def address(self) -> str:
        """Return a WebSocket address, good for one connection."""
        if len(self.connections) >= MAX_CONNECTIONS:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_urlsafe()
        self._tickets.add(ticket)
        return f"{self._app.base_url.replace('http', 'ws', 1)}link/?ticket={ticket}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Talk to one WebSocket until it goes."""
        if (ticket := request.query.get("ticket", "")) not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)
        if self._faults.take(TICKET):
            raise web.HTTPForbidden
        ws = web.WebSocketResponse(
            timeout=GRACE_SECONDS, heartbeat=HEARTBEAT_SECONDS, autoping=False
        )
        await ws.prepare(request)
        connection = Connection(ws, asyncio.get_running_loop().create_future())
        self.connections.append(connection)
        await ws.send_json(self._hello())
        self._journal.changed()
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.json())
                elif message.type is WSMsgType.PING and connection.answers_pings:
                    await ws.pong(message.data)
        finally:
            self._retire(connection)
        return ws

    async def send(self, kind: str, payload: Json, retry: Json, within: float) -> Json:
        """Return the app's answer to an envelope.

        An envelope whose socket went away before the answer is sent again on another.
        TimeoutError if no answer came `within` so many seconds, ConnectionError if no socket was
        there to ask.
        """
        envelope_id = str(uuid4())
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope |= {"accepts_response_payload": kind != "events_api"} | retry
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        try:
            async with asyncio.timeout(within):
                while not ack.done():
                    await self._offer(envelope, ack, within)
        except TimeoutError:
            if not self.connections:
                raise ConnectionError("no socket is connected") from None
            raise
        finally:
            del self._acks[envelope_id]
        return ack.result()

    async def drop(self, reason: str = "refresh_requested", *, warn: bool = True) -> None:
        """Close every socket, as Slack does now and then.

        `warn` sends `disconnect` first and gives the app a moment to come again.
        """
        dropped, self.connections[:] = list(self.connections), []
        for connection in dropped:
            if warn and not connection.ws.closed:
                await connection.ws.send_json({"type": "disconnect", "reason": reason})
                await asyncio.wait({connection.gone}, timeout=GRACE_SECONDS)
            await connection.ws.close()

    def silence(self, *, answer_pings: bool) -> None:
        """Let nothing come over the open sockets any more, but perhaps answers to pings."""
        for connection in self.connections:
            connection.silent, connection.answers_pings = True, answer_pings

    async def _offer(self, envelope: Json, ack: "asyncio.Future[Json]", within: float) -> None:
        """Send an envelope over one socket; return once it was taken or the socket has gone."""
        connections = self.connections
        await self._journal.until(lambda: connections, within=within)
        connection = connections.pop(0)
        connections.append(connection)
        try:
            if not connection.silent:
                await connection.ws.send_json(envelope)
        except ConnectionError:
            self._retire(connection)
            return
        either: list[asyncio.Future[Any]] = [ack, connection.gone]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)

    def _retire(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        if not connection.gone.done():
            connection.gone.set_result(None)
        self._journal.changed()

    def _acknowledged(self, answer: Json) -> None:
        ack = self._acks.get(answer.get("envelope_id", ""))
        if ack and not ack.done():
            ack.set_result(answer.get("payload") or {})

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "playground", "approximate_connection_time": CONNECTION_SECONDS},
            "connection_info": {"app_id": self._app.id},
        }
