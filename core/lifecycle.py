"""What happens to a request, one small step a state.

received → announcing → announced → submitting → generating → completed / failed
   └→ refused   └→ refused  └→ refused  └→ unknown   └→ stale → completed / failed

Nothing is spent before the place where the answer will go has taken a first message: `announced`.
`submitting` is on disk before Neocu is asked, and the task ID before anything else is done with
it. A request that is found in `submitting` was interrupted there: nobody can know whether it was
taken, so it is told as unknown and never sent again by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

from core import wording
from core.backoff import backoff
from core.conversation import Conversation, Reply, TryLaterError
from core.endings import Endings
from core.intent import InputError
from core.ledger import Ledger, LedgerError
from core.metrics import Metrics
from core.neocu.errors import ApiError, InsufficientComputeError
from core.neocu.uploads import UploadError
from core.policy import PromptPolicy
from core.questions import Questions
from core.records import Entry, Part, Slot, State
from core.request import Action, Door, Joined, Press, Refusal, Request
from core.resolver import Resolver
from core.settings import Settings
from core.tracking import Tracking
from core.voice import speaking
from core.workspaces.account import NoKeyError
from core.workspaces.secrets import LostKeyError
from core.workspaces.tenants import Tenant, Tenants
from core.workspaces.workspace import Presence

log = logging.getLogger(__name__)

# Somebody's end makes room and wakes who waits for it; only what nobody told of is found so.
ROOM_POLL_SECONDS = 300.0
NOTE_RETRY_SECONDS = 1.0
LOST_KEY_SECONDS = 60.0  # until whoever runs the bots may have found the encryption key again


class Places(Protocol):
    """What the lifecycle asks of a platform about a person and a place."""

    async def refusal(self, request: Request, door: Door) -> Refusal | None:
        """Return why this person may not ask here, None where they may.

        Raises TryLaterError where that can't be told now.
        """
        ...

    async def language(self, request: Request, /) -> str:
        """Return the language of ours that a person reads, "" where the platform doesn't tell."""
        ...

    def conversation(self, address: str) -> Conversation:
        """Return the conversation at an address that the platform gave out earlier."""
        ...

    def aside(self, address: str, person: str) -> str:
        """Return the address where this person alone reads what is said, "" where there is none."""
        ...


class Lifecycle:
    """Takes requests from state to state. One per process."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        tenants: Tenants,
        resolver: Resolver,
        questions: Questions,
        policy: PromptPolicy,
        platforms: Mapping[str, Places],
        metrics: Metrics | None = None,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._tenants = tenants
        self._resolver = resolver
        self._questions = questions
        self._policy = policy
        self._platforms = platforms
        self._endings = Endings(ledger, metrics or Metrics())
        self._tracking = Tracking(settings, ledger, self._endings, platforms)
        self._steps: dict[State, Callable[[Entry, Tenant], Awaitable[None]]] = {
            State.RECEIVED: self._received,
            State.ANNOUNCING: self._not_announced,
            State.ANNOUNCED: self._submit,
            State.SUBMITTING: self._interrupted,
            State.GENERATING: self._tracking.poll,
            State.STALE: self._tracking.poll,
        }

    async def advance(self, entry: Entry) -> None:
        """Take a request one step further. Raises LedgerError, and no ApiError."""
        with speaking(await self._language(entry.request)):
            try:
                tenant = await self._tenants.of(entry)
            except NoKeyError:
                await self._endings.without_key(entry)
            except LostKeyError as error:
                log.error("%s has to wait: %s", entry.key, error)  # noqa: TRY400 (its text says which key is lost; a traceback tells no more)
                await self._ledger.entries.move(entry, entry.state, after=LOST_KEY_SECONDS)
            else:
                await self._steps[entry.state](entry, tenant)

    async def _language(self, request: Request) -> str:
        """Return the language of the request's person, else their workspace's."""
        known = request.language
        if not known:
            known = await self._platforms[request.platform].language(request)
        return known or (await self._tenants.terms_of(request)).language

    # ---- Before anything is spent ----------------------------------------------------------------

    async def _received(self, entry: Entry, tenant: Tenant) -> None:
        """Answer a question; settle and announce what is to be made; or say why not."""
        entry = replace(entry, account=tenant.account.id)
        try:
            if no := await self._outsider(entry.request, tenant):
                await self._endings.end(entry, State.REFUSED, no)
                return
            source = await self._resolver.source(entry.request)
            if answer := await self._questions.answer(entry, source, tenant):
                card = {Part(Slot.RESULT, n): reply for n, reply in enumerate(answer, 1)}
                await self._endings.end_with(entry, State.COMPLETED, card)
                return
            if not tenant.budget.allows(entry.request):
                await self._endings.end(entry, State.REFUSED, wording.not_allowed())
                return
            wanted = await self._resolver.resolve(entry.request, source, tenant)
        except InputError as error:
            await self._endings.end(entry, State.REFUSED, wording.bad_input(error, entry.key))
        except UploadError as error:
            await self._endings.end(entry, State.REFUSED, wording.bad_attachment(error))
        except TryLaterError as error:
            log.info("Whether %s may be asked can't be told now: %s", entry.key, error)
            pause = backoff(entry.tries + 1) if error.seconds is None else error.seconds
            await self._ledger.entries.move(
                entry, State.RECEIVED, after=pause, tries=entry.tries + 1
            )
        else:
            entry = replace(entry, query=wanted.query, files=wanted.files, parent=wanted.parent)
            if word := self._policy.blocked_word(entry.query, tenant.terms.blocked_words):
                await self._endings.withhold(entry, wording.blocked(word, entry.key))
            else:
                await self._announce(entry, source, tenant)

    async def _outsider(self, request: Request, tenant: Tenant) -> Reply | None:
        """Return why a person may not even ask a question here, None where they may."""
        if tenant.workspace.presence is Presence.PAUSED:
            return wording.paused()
        why = await self._platforms[request.platform].refusal(request, tenant.terms.door)
        if why is Refusal.UNKNOWN_WORKSPACE and isinstance(request.body, Joined):
            return wording.greeting_where_closed()
        return wording.refused_person(why) if why else None

    async def _announce(self, entry: Entry, source: Entry | None, tenant: Tenant) -> None:
        """Say that it is begun, if nothing stands against it: what is said is what is asked next.

        The outbox moves the request on when its place has taken the first message.
        """
        budget = tenant.budget
        estimate = await budget.estimate(entry.query)
        entry = replace(entry, credits=budget.counts_as(estimate))
        price = float(estimate.credits) if estimate else None
        if await tenant.account.compute.has_run_out(entry, price):
            await self._endings.end(entry, State.REFUSED, wording.no_compute(entry.key))
        elif reached := await budget.reached(entry, entry.credits):
            limit = wording.limit_reached(*reached, entry.key)
            await self._endings.end(entry, State.REFUSED, limit)
        elif estimate and budget.asks_first(entry.request, estimate):
            await self._endings.end(entry, State.CONFIRMING, wording.confirm(estimate, entry.key))
        else:
            card = wording.beginning(entry)
            await self._ledger.entries.announce(entry, card, self._settings.announce_within)
            await self._retire(entry.request, source)

    async def _retire(self, request: Request, source: Entry | None) -> None:
        """Take away the buttons that must not be pressed twice."""
        match request.body:
            case Press(action=Action.SEND_AGAIN | Action.CONFIRM) if source:
                await self._ledger.outbox.retire_buttons(source.key)

    async def _not_announced(self, entry: Entry, _: Tenant) -> None:
        """End a request whose place refused its first message, or could not take it in time."""
        request, barrier = entry.request, entry.barrier
        if barrier is None:
            await self._endings.end(entry, State.REFUSED, wording.not_announced(entry.key))
            return
        aside = self._platforms[request.platform].aside(entry.address, request.person)
        log.info("%s can't be answered in its place: %s", entry.key, barrier)
        card = {Part(Slot.RESULT): wording.cannot_speak(barrier, entry.key)} if aside else {}
        await self._endings.end_with(entry, State.REFUSED, card, aside)

    # ---- Asking Neocu ----------------------------------------------------------------------------

    async def _submit(self, entry: Entry, tenant: Tenant) -> None:
        """Ask Neocu, once the operator's hook allows it and it is on disk that it is asked."""
        verdict = await self._policy.judge(entry)
        if not verdict.allowed:
            await self._endings.withhold(entry, wording.not_permitted(verdict, entry.key))
            return
        submitted = await self._ledger.entries.submit(entry, tenant.budget.limits)
        if submitted is None:
            await self._no_room(entry, tenant)
            return
        try:
            task_id = await tenant.account.client.generate(entry.query, entry.files)
        except ApiError as error:
            await self._not_accepted(submitted, error, tenant)
        else:
            await self._record(replace(submitted, task_id=task_id), tenant)
        tenant.account.compute.check_soon()

    async def _record(self, entry: Entry, tenant: Tenant) -> None:
        """Record the task ID, however long the ledger is away: without it the result is lost."""
        entry = replace(entry, state=State.GENERATING)
        card = wording.making(entry, await tenant.budget.estimate(entry.query))
        first_poll = tenant.account.polling.first(entry.query)
        while True:
            try:
                noted = await self._ledger.entries.record_task_id(entry, first_poll, card)
            except LedgerError:
                log.exception("Task %s of %s is still to be noted", entry.task_id, entry.key)
                await asyncio.sleep(NOTE_RETRY_SECONDS)
            else:
                if not noted:
                    log.error("Task %s of %s came too late to be noted", entry.task_id, entry.key)
                return

    async def _no_room(self, entry: Entry, tenant: Tenant) -> None:
        """Refuse what a daily limit forbids; all else waits its turn."""
        if reached := await tenant.budget.reached(entry, entry.credits):
            limit = wording.limit_reached(*reached, entry.key)
            await self._endings.end(entry, State.REFUSED, limit)
            return
        position = await self._ledger.queries.queue_position(entry)
        await self._ledger.entries.move(
            entry,
            State.ANNOUNCED,
            after=ROOM_POLL_SECONDS,
            card=wording.queued(entry, position),
        )
        # What ended while we were looking could not wake what did not wait yet.
        if await self._ledger.queries.has_room(entry, tenant.budget.limits):
            await self._ledger.entries.poll_now(entry)

    async def _not_accepted(self, entry: Entry, error: ApiError, tenant: Tenant) -> None:
        """Try again later what surely was not taken and may be taken then; else end it in words."""
        log.info("%s was not accepted: %s", entry.key, error)
        if isinstance(error, InsufficientComputeError):
            await tenant.account.compute.ran_out(entry)
        if error.maybe_accepted:
            await self._endings.end(entry, State.UNKNOWN, wording.refused(error, entry.key))
        elif error.transient and entry.failing_seconds < self._settings.neocu_retry_for:
            pause = getattr(error, "retry_after", None) or backoff(entry.tries + 1)
            await self._ledger.entries.move(
                entry,
                State.ANNOUNCED,
                after=min(pause, self._settings.neocu_retry_for),  # nobody waits for it longer
                tries=entry.tries + 1,
                card=wording.waiting(entry),
            )
        else:
            await self._endings.end(entry, State.REFUSED, wording.refused(error, entry.key))

    async def _interrupted(self, entry: Entry, _: Tenant) -> None:
        await self._endings.end(entry, State.UNKNOWN, wording.unknown(entry.key))

    async def give_up(self, entry: Entry) -> None:
        """End in words what fails again and again in a way that nobody thought of."""
        with speaking(entry.request.language):
            await self._endings.give_up(entry)
