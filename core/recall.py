"""What people asked lately, from memory: for suggestions while they type, which can't wait."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.ledger import Ledger, LedgerError
from core.records import Entry
from core.request import Request

log = logging.getLogger(__name__)

WITHIN_SECONDS = 0.08  # a first answer waits so long for the ledger, and no longer
FRESH_SECONDS = 30.0
MAX_PEOPLE = 1_000
MAX_REQUESTS = 20


@dataclass(frozen=True)
class Remembered:
    """What somebody asked lately, newest first, and the names of what they can ask with."""

    requests: Sequence[Entry] = ()
    names: Sequence[str] = ()


class Recall:
    """Remembers. One per process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: OrderedDict[tuple[str, ...], tuple[float, Remembered]] = OrderedDict()
        self._reading: dict[tuple[str, ...], asyncio.Task[None]] = {}
        self._outdated: set[tuple[str, ...]] = set()  # while they are read

    async def of(self, request: Request) -> Remembered:
        """Return what is remembered of a person here, at once: it is read anew behind their back.

        Where the ledger is away that is what was known before, or nothing.
        """
        who = _who(request)
        until, known = self._known.get(who, (0.0, None))
        if known is None or asyncio.get_running_loop().time() > until:
            reading = self._reading.get(who) or self._read_anew(who, request)
            if known is None:
                await asyncio.wait([reading], timeout=WITHIN_SECONDS)
                known = self._known.get(who, (0.0, None))[1]
        return _shown(known or Remembered(), request)

    def outdate(self, request: Request) -> None:
        """Have a person's requests read anew: there is another one."""
        who = _who(request)
        if who in self._reading:  # what comes of that may be old already
            self._outdated.add(who)
        if (found := self._known.get(who)) is not None:
            self._known[who] = 0.0, found[1]

    def _read_anew(self, who: tuple[str, ...], request: Request) -> asyncio.Task[None]:
        task = asyncio.create_task(self._read(who, request))
        self._reading[who] = task
        task.add_done_callback(lambda _: self._done(who))
        return task

    def _done(self, who: tuple[str, ...]) -> None:
        self._reading.pop(who, None)
        self._outdated.discard(who)

    async def _read(self, who: tuple[str, ...], request: Request) -> None:
        try:
            found = await self._ledger.queries.recent(request, MAX_REQUESTS)
            saved = await self._ledger.prompts.all(request)
        except LedgerError as error:
            log.info("What somebody asked can't be read now: %s", error)
            return
        names = sorted({prompt.name for prompt in saved})
        fresh_until = asyncio.get_running_loop().time() + FRESH_SECONDS
        self._known[who] = 0.0 if who in self._outdated else fresh_until, Remembered(found, names)
        self._known.move_to_end(who)
        if len(self._known) > MAX_PEOPLE:
            self._known.popitem(last=False)


def _who(request: Request) -> tuple[str, ...]:
    return request.platform, request.workspace, request.person, str(request.in_private)


def _shown(known: Remembered, request: Request) -> Remembered:
    """Return what is remembered without what was asked among adults, unless that is here."""
    if request.age_restricted:
        return known
    shown = tuple(one for one in known.requests if not one.request.age_restricted)
    return replace(known, requests=shown)
