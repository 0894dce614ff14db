"""Load: people who type `/neocu …`, signed as Slack signs, all at once or at a steady pace."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from itertools import count
from urllib.parse import urlencode

import aiohttp

SECRET = "bench-signing-secret"
PEOPLE = 60
CHANNELS = 20


class Commands:
    """Sends commands to one server. Each latency is in seconds, until its acknowledgement."""

    def __init__(self, url: str, callback_url: str = "http://127.0.0.1:9/") -> None:
        self._url = f"{url}/slack/events"
        self._callback = callback_url
        self._numbers = count(1)
        self.sent: dict[str, float] = {}  # when each was sent, by its trigger_id

    async def burst(
        self, total: int, at_once: int, text: Callable[[int], str], channel: str = ""
    ) -> tuple[float, list[float]]:
        """Send so many, of which some are under way at a time; the seconds, and each latency."""
        left = iter(range(total))
        latencies: list[float] = []

        async def one_after_another(session: aiohttp.ClientSession) -> None:
            latencies.extend([await self._send(session, text, channel) for _ in left])

        async with self._session(at_once) as session:
            start = time.monotonic()
            await asyncio.gather(*(one_after_another(session) for _ in range(at_once)))
            return time.monotonic() - start, latencies

    async def steady(
        self, rate: float, seconds: float, text: Callable[[int], str], channel: str = ""
    ) -> list[float]:
        """Send so many a second, whether or not those before are done; each latency."""
        async with self._session(1000) as session:
            start, sent = time.monotonic(), []
            for number in range(round(rate * seconds)):
                await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
                sent.append(asyncio.create_task(self._send(session, text, channel)))
            return list(await asyncio.gather(*sent))

    @staticmethod
    def _session(connections: int) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=120),
        )

    async def _send(
        self, session: aiohttp.ClientSession, text: Callable[[int], str], channel: str
    ) -> float:
        number = next(self._numbers)
        trigger = f"{number}.{id(self)}"
        body = urlencode(
            {
                "token": "unused",
                "team_id": "T1",
                "team_domain": "bench",
                "channel_id": channel or f"C{number % CHANNELS}",
                "channel_name": "general",
                "user_id": f"U{number % PEOPLE}",
                "user_name": "ada",
                "command": "/neocu",
                "text": text(number),
                "api_app_id": "A1",
                "is_enterprise_install": "false",
                "response_url": f"{self._callback}response/{number}",
                "trigger_id": trigger,
            }
        ).encode()
        start = time.monotonic()
        self.sent[trigger] = start
        async with session.post(self._url, data=body, headers=signed(body)) as answer:
            await answer.read()
            assert answer.status == 200, f"{answer.status}"
        return time.monotonic() - start


def signed(body: bytes, at: float | None = None) -> dict[str, str]:
    """Sign as Slack does: https://docs.slack.dev/authentication/verifying-requests-from-slack/."""
    now = str(int(at or time.time()))
    mac = hmac.new(SECRET.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={mac.hexdigest()}",
    }
