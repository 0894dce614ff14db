"""The way in over HTTP: interactions that Discord signed reach discord.py, and nothing else.

https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
It is imported only where DISCORD_PUBLIC_KEY is set: others need no cryptography in memory.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]

PING, PONG = 1, {"type": 1}
# As long as Slack's; what Discord sends is worth nothing after three seconds.
STALE_SECONDS = 300.0
MAX_REMEMBERED = 10_000  # interactions, each for as long as it is not stale


class SignedRequests:
    """Hands signed interactions on, each of them once, as soon as the bots are `ready`."""

    def __init__(
        self,
        public_key: str,
        ready: Callable[[], bool],
        take: Callable[[Json], Awaitable[None]],
        refused: Callable[[str], None],
    ) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        self._ready = ready
        self._take = take
        self._refused = refused
        self._seen: dict[str, float] = {}  # by interaction, oldest first

    async def receive(self, request: web.Request) -> web.Response:
        """Let in only what Discord signed lately, and what has not been here before.

        It sends wrong signatures on purpose, and forgets an address that takes one.
        """
        body = await request.read()
        if why := self._fault(request.headers, body):
            return self._refuse(why, 401)
        data = _parse(body)
        if data is None:
            return self._refuse("unreadable", 400)
        if data.get("type") == PING:
            return web.json_response(PONG)
        if not self._ready():
            return web.Response(status=503, headers={"Retry-After": "1"})
        if not self._is_new(str(data.get("id"))):
            return self._refuse("replayed", 401)
        await self._take(data)
        # It is answered by a call, as one of the gateway is; Discord wants this then:
        # https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
        return web.Response(status=202)

    def _refuse(self, why: str, status: int) -> web.Response:
        self._refused(why)
        return web.Response(status=status)

    def _fault(self, headers: Mapping[str, str], body: bytes) -> str:
        timestamp = headers.get("X-Signature-Timestamp", "")
        if not self._signed(headers.get("X-Signature-Ed25519", ""), timestamp, body):
            return "signature"
        return "" if _is_fresh(timestamp) else "stale"

    def _signed(self, signature: str, timestamp: str, body: bytes) -> bool:
        try:
            self._key.verify(bytes.fromhex(signature), timestamp.encode() + body)
        except (InvalidSignature, ValueError):  # ValueError: no hexadecimal
            return False
        return True

    def _is_new(self, interaction: str) -> bool:
        now = time.monotonic()
        while self._seen:
            oldest, at = next(iter(self._seen.items()))
            if now - at < 2 * STALE_SECONDS and len(self._seen) < MAX_REMEMBERED:
                break
            del self._seen[oldest]
        if interaction in self._seen:
            return False
        self._seen[interaction] = now
        return True


def _is_fresh(timestamp: str) -> bool:
    return timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= STALE_SECONDS


def _parse(body: bytes) -> Json | None:
    """Return the interaction, None where it is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and isinstance(data.get("type"), int) else None
