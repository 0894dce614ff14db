"""Between the note and the acknowledgement anything can happen; `make chaos` found these."""

from pathlib import Path

import pytest
from house import DISCORD, bots_on, is_question, result, said
from ledgers import asked

from core.inbox import Inbox
from core.ledger import Ledger, LedgerError
from core.ledger.entries import Entries
from core.ledger.stores.base import Store
from core.request import Request


class Interrupted(Entries):
    """Requests in a ledger that is away when a second event of one comes."""

    async def amend(self, request: Request, within: float = 0.0) -> None:  # noqa: ARG002 (as its base)
        """Fail."""
        raise LedgerError(request.key)


async def test_a_slow_acknowledgement_is_waited_for(tmp_path: Path) -> None:
    """An answer that overtakes it would stand in the channel, beside "thinking" for ever."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        house.guild.faults.slow("POST /interactions/*", seconds=0.5)
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        card = await result(ada)
        [question] = [line for line in said(ada) if is_question(line)]

        assert [line for line in ada.lines() if "thinking" in line.text] == []
        assert question.shown.interaction is not None
        assert card.deep == 1


async def test_what_was_told_not_to_be_taken_is_not_taken(store: Store) -> None:
    """Whoever was told so asks again, and would pay twice if it were taken after all."""
    ledger = Ledger(store, ["slack"])
    inbox = Inbox(ledger, lambda: None)
    certain = await inbox.refuse(asked())

    assert certain
    assert not await inbox.accept(asked())
    assert not await Inbox(ledger, lambda: None).accept(asked())


async def test_what_is_noted_is_not_refused(store: Store) -> None:
    """A second event may find the ledger away; the first was taken nevertheless."""
    ledger = Ledger(store, ["slack"])
    ledger.entries = Interrupted(store, ledger.leases)
    inbox = Inbox(ledger, lambda: None)
    await inbox.accept(asked())
    try:
        taken = await inbox.accept(asked())
    except LedgerError:
        pytest.fail("its person would be told that it was not taken")

    assert not taken
