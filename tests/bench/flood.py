"""Bad requests come by the thousand while people ask: none of theirs is late, and nothing grows.

`flood.py 10000` sends so many: forged, stale and signed nonsense, oversized, half-open and slow
ones. It prints what it found, and exits 1 where a command was late, memory grew or much was logged.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
import click
from bench_load import signed
from bench_process import Bots
from bench_stage import Size, stage

COMMANDS_A_SECOND = 20
AT_ONCE = 200  # bad ones
BAD_A_SECOND = 100.0
LATE_SECONDS = 3.0  # https://docs.slack.dev/interactivity/implementing-slash-commands#responding_immediate_response
MAX_GROWTH_MIB = 20.0
MAX_LINES = 10
HOLD_SECONDS = 2.0  # a half-open connection, unless it is closed before
OVERSIZED = 2_000_000
CHUNK = 64 * 1024
REFUSED = "neocu_bots_refused_requests_total"
START = b"POST /slack/events HTTP/1.1\r\nHost: bots\r\n"
BODY = urlencode({"command": "/neocu", "text": "a boat", "team_id": "T1"}).encode()


@dataclass(frozen=True)
class Outcome:
    """What became of the commands meanwhile, and of the bots."""

    sent: Counter[str]
    latencies: list[float]
    growth: float  # MiB
    lines: int  # logged
    refused: int

    @property
    def late(self) -> int:
        """How many commands Slack would have given up."""
        return sum(seconds > LATE_SECONDS for seconds in self.latencies)

    @property
    def good(self) -> bool:
        """Whether the people noticed nothing, and neither did memory and disk."""
        return not self.late and self.growth <= MAX_GROWTH_MIB and self.lines <= MAX_LINES


class Flood:
    """Sends what nobody should, on connections of its own."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self.sent: Counter[str] = Counter()
        self._port = port
        self._chance = chance
        self._kinds: tuple[Callable[[], Awaitable[None]], ...] = (
            *(self.forged, self.stale, self.nonsense),
            *(self.oversized, self.endless, self.half_open, self.slow),
        )

    async def send(self, total: int, rate: float = BAD_A_SECOND) -> None:
        """Send so many of all kinds, at a steady rate, and not too many at once."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(kind: Callable[[], Awaitable[None]]) -> None:
            async with room:
                with suppress(OSError):
                    await kind()
                self.sent[kind.__name__] += 1

        start = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for number in range(total):
                await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
                async with room:
                    tasks.create_task(one(self._kinds[number % len(self._kinds)]))

    async def forged(self) -> None:
        """Send a command that nobody signed."""
        headers = signed(BODY) | {"X-Slack-Signature": f"v0={self._chance.randbytes(32).hex()}"}
        await self._post(BODY, headers)

    async def stale(self) -> None:
        """Send a command that was signed long ago."""
        await self._post(BODY, signed(BODY, at=time.time() - 3600))

    async def nonsense(self) -> None:
        """Send something signed that Slack never does."""
        junk = self._chance.randbytes(self._chance.randrange(2000))
        text = json.dumps({"type": self._chance.choice(("event_callback", None, 7)), "event": []})
        body = self._chance.choice((junk, text.encode(), b"payload=" + junk.hex().encode()))
        kind = self._chance.choice(("application/json", "application/x-www-form-urlencoded", "x"))
        await self._post(body, signed(body) | {"Content-Type": kind})

    async def oversized(self) -> None:
        """Send a body that is larger than any of Slack's."""
        reader, writer = await self._open(START + f"Content-Length: {OVERSIZED}\r\n\r\n".encode())
        try:
            for _ in range(OVERSIZED // CHUNK):
                writer.write(bytes(CHUNK))
                await writer.drain()
                if reader.at_eof() or writer.is_closing():
                    break
            await reader.read(1)
        finally:
            writer.close()

    async def endless(self) -> None:
        """Send a body that never says how large it will be."""
        reader, writer = await self._open(START + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(OVERSIZED // CHUNK):
                writer.write(f"{CHUNK:x}\r\n".encode() + bytes(CHUNK) + b"\r\n")
                await writer.drain()
                if reader.at_eof() or writer.is_closing():
                    break
        finally:
            writer.close()

    async def half_open(self) -> None:
        """Send half of the headers, and then nothing."""
        reader, writer = await self._open(START)
        await _closed(reader)
        writer.close()

    async def slow(self) -> None:
        """Send a body that comes letter by letter."""
        reader, writer = await self._open(START + b"Content-Length: 1000\r\n\r\n")
        try:
            for _ in range(10):
                writer.write(b"x")
                await asyncio.sleep(HOLD_SECONDS / 10)
                if reader.at_eof() or writer.is_closing():
                    break
        finally:
            writer.close()

    async def _post(self, body: bytes, headers: dict[str, str]) -> None:
        lines = headers | {"Content-Length": str(len(body)), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        reader, writer = await self._open(START + head.encode() + b"\r\n" + body)
        await reader.read()
        writer.close()

    async def _open(self, first: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(first)
        return reader, writer


async def _closed(reader: asyncio.StreamReader) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(HOLD_SECONDS):
            await reader.read()


async def flood(total: int, warm_up: int, rate: float = BAD_A_SECOND) -> Outcome:
    """Send so many bad requests beside people's commands; `warm_up` of them before that counts."""
    async with stage(Size()) as one:
        await one.reset()
        async with one.slack() as (bots, people):
            text = "a lighthouse, number {}".format
            bad = Flood(bots.port, random.Random(1))  # noqa: S311 (it can be repeated)
            await asyncio.gather(people.steady(COMMANDS_A_SECOND, 1, text), bad.send(warm_up, rate))
            before = bots.memory
            seconds = total / rate
            latencies, _ = await asyncio.gather(
                people.steady(COMMANDS_A_SECOND, seconds, text), bad.send(total, rate)
            )
            refused = await _refused(bots)
            return Outcome(
                bad.sent, latencies, bots.memory - before, len(bots.log.splitlines()), refused
            )


async def _refused(bots: Bots) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{bots.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return round(sum(float(line.split()[-1]) for line in lines if line.startswith(REFUSED)))


def main() -> bool:
    """Flood as the command line says; whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("total", type=int, nargs="?", default=10_000)
    total = parser.parse_args().total
    outcome = asyncio.run(flood(total, warm_up=total // 5))
    worst = max(outcome.latencies)
    click.echo(f"sent {dict(outcome.sent)}")
    click.echo(f"refused {outcome.refused}, lines logged {outcome.lines}")
    click.echo(f"commands {len(outcome.latencies)}: {outcome.late} late, slowest {worst:.3f} s")
    click.echo(f"memory {outcome.growth:+.1f} MiB")
    return outcome.good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
