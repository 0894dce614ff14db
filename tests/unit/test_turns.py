"""A workspace that floods waits for itself alone."""

from ledgers import asked, in_a_file, lease

from core.inbox import Inbox
from core.ledger import Ledger
from core.turns import MAX_AHEAD


@in_a_file
async def test_a_flood_holds_up_no_other_workspace(ledger: Ledger) -> None:
    """However much of one has been noted before, another's first request is worked on at once."""
    inbox = Inbox(ledger, lambda: None)
    for number in range(100):
        await inbox.accept(asked(number))
    await inbox.accept(asked(900, workspace="T2"))
    await inbox.accept(asked(901, workspace="T3"))
    first = await lease(ledger, MAX_AHEAD + 2)

    assert {"T2", "T3"} < {one.request.workspace for one in first}
    mine = [one.key for one in [*first, *await lease(ledger)] if one.request.workspace == "T1"]
    assert mine == [asked(number).key for number in range(100)]  # still in their order
