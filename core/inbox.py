"""What the platforms' listeners need of the core: to hand in a request, and to look one up."""

import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from structlog.contextvars import bind_contextvars

from core.ledger import Ledger, LedgerError
from core.ledger.deadlines import ACK_DEADLINE_SECONDS, REFUSAL_DEADLINE_SECONDS, in_time
from core.metrics import Metrics
from core.recall import Recall
from core.records import Entry, State
from core.request import Attachment, Press, Request
from core.turns import Turns
from core.wording import phrases

log = logging.getLogger(__name__)

REFUSALS_LOGGED_SECONDS = 3600.0  # one line in so long, for each reason
MAX_REMEMBERED = 1000  # refused requests, so long as this process lives


@dataclass(frozen=True)
class Prefill:
    """What a form is filled with; `kind` is what is edited, as `labels.EDITS` has it.

    Of what was only `drafted`, a form, `attachments` are its files, and `in_private` says where it
    was opened.
    """

    query: str = ""
    files: tuple[str, ...] = ()
    kind: str = ""
    attachments: tuple[Attachment, ...] = ()
    drafted: bool = False
    in_private: bool = False


class Inbox:
    """Takes requests. Everything here is quick: it stands before an acknowledgement."""

    def __init__(
        self, ledger: Ledger, wake: Callable[[], None], metrics: Metrics | None = None
    ) -> None:
        self._ledger = ledger
        self._metrics = metrics or Metrics()
        self._wake = wake
        self.shards = ledger.shards  # for platforms that deal themselves out
        self._silent_until: dict[tuple[str, str], float] = {}
        self.recall = Recall(ledger)
        self._refused: deque[str] = deque(maxlen=MAX_REMEMBERED)
        self._turns = Turns()

    def count_refused(self, platform: str, why: str) -> None:
        """Count an HTTP request that is not let in: there may be thousands, so few are logged."""
        self._metrics.refused.labels(platform, why).inc()
        now = time.monotonic()
        if now >= self._silent_until.get((platform, why), 0.0):
            self._silent_until[platform, why] = now + REFUSALS_LOGGED_SECONDS
            log.warning(
                "A request to %s's address was refused (%s); more are counted", platform, why
            )

    async def accept(
        self, request: Request, after: float = 0.0, within: float = ACK_DEADLINE_SECONDS
    ) -> bool:
        """Note a request, to be worked on in `after` seconds; False if it was noted before.

        The note is on disk on return: now the request may be acknowledged. A second event of the
        same request (the same dedupe key) replaces the first, for it may bring files that the
        first lacked; one with `after` waits for such an event, and replaces nothing. Nor does a
        press: the one of the same key may be another person's, or the other choice.

        Raises LedgerError where the ledger is away for more than `within` seconds.
        """
        bind_contextvars(request=request.key)  # for what its listener logs, too
        if request.key in self._refused:
            return False
        began = time.monotonic()
        due = after or -self._turns.ahead(request.platform, request.workspace)
        new = await self._ledger.entries.note(request, due, within)
        self.recall.outdate(request)
        if new:
            self._metrics.note(request.platform, request.key, time.monotonic() - began)
        fuller = not new and not after and not isinstance(request.body, Press)
        if fuller:
            with suppress(LedgerError):  # it is noted, so nobody may hear that it is not
                left = within - (time.monotonic() - began)
                await self._ledger.entries.amend(request, max(0.0, left))
        log.info("The request is noted" if new else "The request was noted before")
        self._wake()
        return new

    async def refuse(self, request: Request) -> bool:
        """Shut out a request that could not be noted; True if it surely is never worked on.

        To be called before its person is told anything: the note may have reached the ledger all
        the same, so that the request is begun by now, or nobody can know.
        """
        try:
            async with in_time(REFUSAL_DEADLINE_SECONDS):
                request, _ = await self._unrefused(request)
                certain = await self._ledger.entries.refuse(request)
        except LedgerError:
            log.exception("%s may have been noted, or not", request.key)
            return False
        if certain:
            self._refused.append(request.key)
        return certain

    async def draft(self, request: Request) -> None:
        """Note what a form is opened with, for when it is sent. Raises LedgerError."""
        await self._ledger.entries.draft(request)

    async def press(self, request: Request) -> bool:
        """Note a press of a button; False if there is nothing to do: it has been pressed before.

        A button that counts once may be pressed again after a refusal: nothing was spent. Raises
        LedgerError.
        """
        async with in_time():
            return await self._press(request)

    async def _press(self, request: Request) -> bool:
        pressed, earlier = await self._unrefused(request)
        return earlier is None and await self.accept(pressed)

    async def _unrefused(self, request: Request) -> tuple[Request, Entry | None]:
        """Return a press under a key that was not refused yet, and the entry of that key.

        Each refused press has used up a key: "…", then "…:2", "…:3". A key that names one event
        keeps its refusal: the event may be told us once more.
        """
        if not request.is_once:
            return request, None
        tries, pressed = 1, request
        while (earlier := await self._ledger.queries.get(pressed.key)) is not None:
            if earlier.state is not State.REFUSED:
                break
            tries += 1
            pressed = replace(request, key=f"{request.key}:{tries}")
        return pressed, earlier

    async def prefill(self, request: Request) -> Prefill:
        """Return what to fill a form with, for an edit of a result.

        Where nothing came of a request, that is what it was asked with. Nothing where it is not of
        this workspace. Raises LedgerError.
        """
        async with in_time():
            source = await self._ledger.queries.get(request.source_key)
        if source is None or not source.request.same_workspace(request):
            return Prefill()
        if not source.assets:
            asked = source.files or getattr(source.request.body, "files", ())
            filled = Prefill(source.query or source.request.prompt, asked, "request")
            if source.state is not State.DRAFT:
                return filled
            return replace(
                filled,
                attachments=source.request.attachments,
                drafted=True,
                in_private=source.request.in_private,
            )
        number = getattr(request.body, "asset", 0)
        chosen = source.assets[number - 1 :][:1] if number else source.assets
        kind = phrases.kind(chosen[0]) if len(chosen) == 1 else "several"
        return Prefill(source.query, tuple(asset.id for asset in chosen if asset.id), kind)

    async def find_by_message(self, request: Request) -> str:
        """Return the key of the request whose result the message replied to is, "" for none.

        Raises LedgerError.
        """
        async with in_time():
            found = await self._ledger.queries.find_by_message(request)
        return found.key if found and found.assets else ""

    async def under_way(self, request: Request) -> list[str]:
        """Return the keys of what is under way in this request's thread. Raises LedgerError."""
        async with in_time():
            return await self._ledger.queries.under_way(request)

    async def follows(self, request: Request, *, default: bool) -> bool:
        """Whether words in a thread with results are taken without a mention, as is chosen there.

        Raises LedgerError.
        """
        async with in_time():
            found = await self._ledger.workspaces.get(request.platform, request.workspace)
        chosen = found.settings.thread_follow
        return default if chosen is None else chosen == "auto"

    async def has_results(self, request: Request) -> bool:
        """Whether something has been made in the thread of this request. Raises LedgerError."""
        async with in_time():
            return await self._ledger.queries.last_result(request) is not None
