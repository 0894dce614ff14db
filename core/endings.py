"""How requests end: their last words, and what is counted of them."""

from dataclasses import replace

from core import wording
from core.conversation import Reply
from core.intent import Generate
from core.ledger import Ledger
from core.metrics import Metrics
from core.records import Card, Entry, Part, Slot, State
from core.request import FormSent


class Endings:
    """Ends requests. One per process."""

    def __init__(self, ledger: Ledger, metrics: Metrics) -> None:
        self._ledger = ledger
        self._metrics = metrics

    async def end(self, entry: Entry, state: State, reply: Reply) -> None:
        """End a request with its last words; the progress goes when they have arrived."""
        if not entry.query and isinstance(entry.request.body, Generate | FormSent):
            entry = replace(entry, query=entry.request.prompt)  # `recent` lists it, too
        await self.end_with(entry, state, wording.ended(entry, state, reply))

    async def withhold(self, entry: Entry, reply: Reply) -> None:
        """End a request that may not be asked here: its words are not repeated."""
        await self.end_with(entry, State.REFUSED, wording.withheld(entry, reply))

    async def cancel(self, entry: Entry) -> bool:
        """End a request that a person does not want any more; False if Neocu has it, or it ended.

        Whoever works on it finds that it is over: nothing is spent.
        """
        card = wording.ended(entry, State.REFUSED, wording.cancelled(entry.key))
        cancelled = await self._ledger.withdrawals.cancel(entry, card)
        if cancelled:
            self._metrics.end(entry, State.REFUSED)
        return cancelled

    async def end_with(self, entry: Entry, state: State, card: Card, address: str = "") -> None:
        """End a request with a whole card, at another address where one is given."""
        if await self._ledger.entries.move(entry, state, card=card, address=address):
            self._metrics.end(entry, state)

    async def without_key(self, entry: Entry) -> None:
        """End a request for which nobody pays any more: the Neocu key has been removed."""
        match entry.state:
            case State.SUBMITTING:
                await self.end(entry, State.UNKNOWN, wording.unknown(entry.key))
            case State.GENERATING | State.STALE:
                await self.end(entry, State.FAILED, wording.key_removed(entry))
            case _:
                await self.end(entry, State.REFUSED, wording.no_key())

    async def give_up(self, entry: Entry) -> None:
        """End in words what fails again and again in a way that nobody thought of."""
        match entry.state:
            case State.SUBMITTING:
                state = State.UNKNOWN
            case State.GENERATING | State.STALE:
                state = State.FAILED
            case _:
                state = State.REFUSED
        # Without the question: its words may be what fails.
        card = {Part(Slot.PROGRESS): None, Part(Slot.RESULT): wording.broken(entry)}
        await self.end_with(entry, state, card)
