"""What goes over the wire: small things by name, and which of them are new, changed or gone."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bots.playground.journal import Journal

Json: TypeAlias = dict[str, Any]
Things: TypeAlias = dict[str, Any]  # by name, such as `slack/message/C1/17.2`
File: TypeAlias = tuple[str, bytes, str]  # name, bytes, media type

TICK_SECONDS = 1.0  # some things change by time alone
DEBOUNCE_SECONDS = 0.04  # what changes within goes out together


@dataclass
class Told:
    """What one browser has been told, so that it is told changes only."""

    known: dict[str, str] = field(default_factory=dict)

    def news(self, things: Things, links: dict[str, str]) -> str | None:
        """Return what is new as JSON, None if nothing is; `links` says what to put for what."""
        now = {name: _encode(thing, links) for name, thing in things.items()}
        fresh = [name for name, text in now.items() if self.known.get(name) != text]
        gone = [name for name in self.known if name not in now]
        self.known = now
        if not fresh and not gone:
            return None
        pairs = ",".join(f"{json.dumps(name)}:{now[name]}" for name in fresh)
        return f'{{"now":{{{pairs}}},"gone":{json.dumps(gone)}}}'


def _encode(thing: Any, links: dict[str, str]) -> str:
    text = json.dumps(thing)
    for address, ours in links.items():
        text = text.replace(address, ours)
    return text


async def ticks(journals: Iterable[Journal]) -> AsyncIterator[None]:
    """Yield at once, after each change in a journal, and every TICK_SECONDS."""
    changed = asyncio.Event()

    async def listen(journal: Journal) -> None:
        async for _ in journal.changes():
            changed.set()

    listeners = [asyncio.create_task(listen(journal)) for journal in journals]
    try:
        while True:
            changed.clear()
            yield
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await changed.wait()
            await asyncio.sleep(DEBOUNCE_SECONDS)
    finally:
        for listener in listeners:
            listener.cancel()
