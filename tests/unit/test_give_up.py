"""What is ended because it fails again and again says what is true of its money."""

from collections.abc import Awaitable, Callable

import pytest
from ledgers import announced, column, generating, submitted, taken

from core import wording
from core.endings import Endings
from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.metrics import Metrics
from core.records import Entry, State
from core.wording.phrases import nothing_spent


@pytest.mark.parametrize(
    ("reach", "state", "free"),
    [
        (taken, State.REFUSED, True),
        (announced, State.REFUSED, True),
        (submitted, State.UNKNOWN, False),
        (generating, State.FAILED, False),
    ],
)
async def test_it_ends_as_what_is_known_of_it(
    ledger: Ledger,
    store: Store,
    reach: Callable[[Ledger], Awaitable[Entry]],
    state: State,
    free: bool,  # noqa: FBT001 (a parameter)
) -> None:
    """In `submitting` nobody knows whether it was taken: "nothing was spent" could be a lie."""
    entry = await reach(ledger)
    await Endings(ledger, Metrics()).give_up(entry)
    last_words = wording.broken(entry)

    assert await column(store, "SELECT state FROM requests") == [state]
    assert (nothing_spent() in last_words.text) == free
