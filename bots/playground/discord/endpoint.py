"""Posts interactions to the app's own address, signed, where it has set one.

https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
"""

import asyncio
import io
import json
import time
from http import HTTPStatus
from typing import Any, Self

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.playground.discord.state import Event, Json
from bots.playground.discord.world import World

PING, PONG = {"type": 1}, {"type": 1}


class Endpoint:
    """The address that interactions are posted to, "" while the gateway tells them.

    `statuses` are the answers to those that were posted.
    """

    def __init__(self, world: World) -> None:
        self.statuses: list[int] = []
        self._world = world
        self._key = Ed25519PrivateKey.generate()
        self._posting: set[asyncio.Task[None]] = set()
        world.public_key = self._key.public_key().public_bytes_raw().hex()
        world.listeners.append(self._on_event)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        await self._session.close()

    async def connect(self, url: str) -> None:
        """Post interactions there from now on, as the developer portal's Save does.

        Raises ValueError where a PING is not answered, or a wrong signature taken.
        """
        good, answer = await self.post(url, PING)
        bad, _ = await self.post(url, PING, signature="0" * 128)
        if good != HTTPStatus.OK or answer != PONG or bad != HTTPStatus.UNAUTHORIZED:
            raise ValueError("The specified interactions endpoint URL could not be verified.")
        self._world.interactions_url = url

    async def post(
        self, url: str, data: Json, *, signature: str = "", seconds_ago: float = 0.0
    ) -> tuple[int, Any]:
        """Post something, signed then; return the status and the JSON of the answer."""
        body = json.dumps(data).encode()
        timestamp = str(int(time.time() - seconds_ago))
        headers = {
            "Content-Type": "application/json",
            "X-Signature-Ed25519": signature or self._key.sign(timestamp.encode() + body).hex(),
            "X-Signature-Timestamp": timestamp,
        }
        async with self._session.post(url, data=io.BytesIO(body), headers=headers) as answer:
            text = await answer.text()
        return answer.status, json.loads(text) if text.startswith("{") else None

    def _on_event(self, event: Event) -> None:
        if event.name == "INTERACTION_CREATE" and self._world.interactions_url:
            task = asyncio.create_task(self._tell(event.data))
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)

    async def _tell(self, data: Json) -> None:
        try:
            status, _ = await self.post(self._world.interactions_url, data)
        except aiohttp.ClientError:
            status = 0
        self.statuses.append(status)
        self._world.journal.changed()
