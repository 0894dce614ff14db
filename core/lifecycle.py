"""What happens to a request, one small step a state.

received → submitting → generating → completed / failed
    └→ refused  └→ unknown   └→ stale → completed / failed

`submitting` is on disk before Neocu is asked, and the task ID before anything else is done with
it. A request that is found in `submitting` was interrupted there: nobody can know whether it was
taken, so it is told as unknown and never sent again by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from core import wording
from core.backoff import backoff
from core.compute.budget import Budget
from core.compute.monitor import Compute
from core.conversation import Reply
from core.intent import Generate, InputError
from core.ledger import Ledger, LedgerError
from core.neocu.client import NeocuClient
from core.neocu.errors import (
    ApiConnectionError,
    ApiError,
    InsufficientComputeError,
    NotFoundError,
    RateLimitError,
)
from core.neocu.models import Task
from core.neocu.polling import Pace
from core.neocu.uploads import UploadError
from core.questions import Answers, shown
from core.records import Entry, Say, State
from core.resolver import Asking
from core.settings import Settings

log = logging.getLogger(__name__)

# Words for a task under way, besides the documented "generating"; anything else is told.
UNDER_WAY = {"generating", "queued", "pending", "processing", "running", "in_progress", "started"}
ROOM_WAIT = 15.0  # seconds, unless somebody else's end makes room earlier
NOT_FOUND_TRIES = 5
NOTE_AGAIN = 1.0  # seconds


class Lifecycle:
    """Takes requests from state to state. One per process."""

    def __init__(
        self,
        settings: Settings,
        client: NeocuClient,
        ledger: Ledger,
        asking: Asking,
        answers: Answers,
        budget: Budget,
        compute: Compute,
    ) -> None:
        self._settings = settings
        self._client = client
        self._ledger = ledger
        self._asking = asking
        self._answers = answers
        self._budget = budget
        self._compute = compute
        self._pace = Pace(settings.neocu_poll_interval, ledger.queries.durations)
        self._steps: dict[State, Callable[[Entry], Awaitable[None]]] = {
            State.RECEIVED: self._received,
            State.SUBMITTING: self._interrupted,
            State.GENERATING: self._generating,
            State.STALE: self._generating,
        }

    async def advance(self, entry: Entry) -> None:
        """Take a request one step further. Raises LedgerError, and no ApiError."""
        await self._steps[entry.state](entry)

    async def _received(self, entry: Entry) -> None:
        """Find out what is wanted, and have it made or answer it."""
        try:
            wanted = await self._asking.wanted(entry)
        except InputError as error:
            await self._end(entry, State.REFUSED, wording.bad_input(error))
        except UploadError as error:
            await self._end(entry, State.REFUSED, wording.bad_attachment(error))
        else:
            if isinstance(wanted, Generate):
                await self._submit(entry, wanted)
            else:
                answer = await self._answers.answer(entry, wanted)
                say = [Say(f"answer {n}", reply) for n, reply in enumerate(answer, 1)]
                await self._ledger.entries.move(entry, State.COMPLETED, say=say)

    async def _submit(self, entry: Entry, wanted: Generate) -> None:
        """Ask Neocu, once it is on disk that it is asked."""
        if not self._budget.allows(entry.request):
            await self._end(entry, State.REFUSED, wording.not_allowed())
            return
        estimate = await self._budget.estimate(wanted.query)
        price = float(estimate.credits) if estimate else None
        if await self._compute.has_run_out(entry, price):
            await self._end(entry, State.REFUSED, wording.no_compute())
            return
        opening = self._opening(entry, wanted.query)
        if estimate and self._budget.asks_first(entry.request, estimate):
            ask = Say("confirm", wording.confirm(estimate, entry.key))
            await self._ledger.entries.hold_for_consent(entry, wanted, [*opening, ask])
            return
        credits = self._budget.counts_as(estimate)
        limits = self._budget.limits
        submitted = await self._ledger.entries.submit(entry, wanted, credits, limits, opening)
        if submitted is None:
            await self._no_room(entry, credits, opening)
            return
        try:
            task_id = await self._client.generate(wanted.query, wanted.files)
        except ApiError as error:
            await self._not_accepted(submitted, error)
        else:
            say = [Say("started", wording.started(task_id, wanted.files, estimate))]
            await self._noted(submitted, task_id, say)
        self._compute.look_soon()

    async def _noted(self, entry: Entry, task_id: str, say: list[Say]) -> None:
        """Note the task ID, however long the ledger is away: without it the result is lost."""
        while True:
            try:
                await self._ledger.entries.record_task_id(entry, task_id, self._pace.first(), say)
            except LedgerError:
                log.exception("Task %s of %s is still to be noted", task_id, entry.key)
                await asyncio.sleep(NOTE_AGAIN)
            else:
                return

    async def give_up(self, entry: Entry) -> None:
        """End in words what fails again and again in a way that nobody thought of."""
        state = State.FAILED if entry.task_id else State.REFUSED
        # Without the question: its words may be what fails.
        say = [Say(state, wording.broken(entry.task_id))]
        await self._ledger.entries.move(entry, state, say=say)

    async def _no_room(self, entry: Entry, credits: float, opening: list[Say]) -> None:
        """Refuse what a daily limit forbids; all else waits its turn."""
        if reached := await self._budget.reached(entry, credits):
            await self._end(entry, State.REFUSED, wording.limit_reached(*reached))
            return
        say = [*opening, Say("queued", wording.waiting_for_room())]
        await self._ledger.entries.move(
            entry, State.RECEIVED, after=ROOM_WAIT, tries=entry.tries, say=say
        )

    async def _not_accepted(self, entry: Entry, error: ApiError) -> None:
        """Try again later what surely was not taken and may be taken then; else end it in words."""
        log.warning("%s was not accepted: %s", entry.key, error)
        passing = isinstance(error, ApiConnectionError | RateLimitError)
        if isinstance(error, InsufficientComputeError):
            await self._compute.ran_out(entry)
        if error.maybe_accepted:
            await self._end(entry, State.UNKNOWN, wording.refused(error, entry.key))
        elif passing and entry.now - entry.created < self._settings.neocu_retry_for:
            pause = getattr(error, "retry_after", None) or backoff(entry.tries + 1)
            pause = min(pause, self._settings.neocu_retry_for)  # nobody waits for it longer
            say = [Say("waiting", wording.waiting_for_neocu())]
            await self._ledger.entries.move(
                entry, State.RECEIVED, after=pause, tries=entry.tries + 1, say=say
            )
        else:
            await self._end(entry, State.REFUSED, wording.refused(error, entry.key))

    async def _interrupted(self, entry: Entry) -> None:
        await self._end(entry, State.UNKNOWN, wording.unknown(entry.key))

    async def _generating(self, entry: Entry) -> None:
        """Look at the task."""
        try:
            task = await self._client.get_task(entry.task_id)
        except NotFoundError:
            if entry.tries >= NOT_FOUND_TRIES:
                await self._failed(entry, wording.gone(entry.task_id))
            else:
                await self._look_again(entry, tries=entry.tries + 1)
        except ApiError as error:
            log.warning("%s can't be looked at: %s", entry.key, error)
            await self._look_again(entry, tries=entry.tries)
        else:
            await self._seen(entry, task)

    async def _seen(self, entry: Entry, task: Task) -> None:
        match task.status.lower():
            case "completed":
                await self._completed(replace(entry, assets=task.assets))
            case "failed":
                await self._failed(entry, wording.failed(entry, task.messages))
            case status if status in UNDER_WAY:
                await self._look_again(entry, messages=task.messages)
            case status:
                say = Say(f"status {status[:40]}", wording.unknown_status(task.status))
                await self._look_again(entry, messages=task.messages, say=[say])

    async def _completed(self, entry: Entry) -> None:
        """Show every result in a delivery of its own, so that none can hold up another."""
        entry = replace(entry, cost=await self._compute.cost(entry))
        say = [Say(f"asset {number}", reply) for number, reply in shown(entry).items()]
        say = [
            Say("progress", wording.finished(entry), edits="started"),
            *say,
            Say("completed", wording.completed(entry)),
        ]
        await self._ledger.entries.move(entry, State.COMPLETED, say=say)

    async def _failed(self, entry: Entry, reply: Reply) -> None:
        """End a task that came to nothing, and its progress with it."""
        stopped = Say("progress", wording.stopped(entry), edits="started")
        say = [stopped, Say(State.FAILED, reply)]
        await self._ledger.entries.move(entry, State.FAILED, say=say)

    async def _look_again(
        self,
        entry: Entry,
        *,
        messages: Sequence[str] = (),
        tries: int = 0,
        say: Sequence[Say] = (),
    ) -> None:
        """Look again after a while, ever more rarely once the task has taken too long."""
        age = entry.now - entry.submitted
        expected = await self._pace.expected(entry.query)
        state = entry.state
        estimate = await self._budget.estimate(entry.query)
        progress = wording.progress(entry, expected, messages, estimate)
        say = [*say, Say("progress", progress, edits="started")]
        if age > self._settings.neocu_stale_after:
            state = State.STALE
            say.append(Say("stale", wording.stale(entry.task_id, entry.key)))
        elif age > self._settings.neocu_slow_after:
            say.append(Say("slow", wording.still_working()))
        after = self._pace.next(age, expected)
        await self._ledger.entries.move(entry, state, after=after, tries=tries, say=say)

    async def _end(self, entry: Entry, state: State, reply: Reply) -> None:
        """End a request with its last words."""
        say = [*self._opening(entry, entry.query or entry.request.text), Say(state, reply)]
        await self._ledger.entries.move(entry, state, say=say)

    @staticmethod
    def _opening(entry: Entry, query: str) -> list[Say]:
        """Return what shows the question, where the chat does not show it by itself."""
        if entry.request.shown:
            return []
        return [Say("asked", wording.asked(entry.request.person, query))]
