"""What people take back: decided by the row, whoever works on it at the same moment."""

import asyncio
from dataclasses import replace

import pytest
from ledgers import (
    PROGRESS,
    QUESTION,
    RESULT,
    ROOM,
    announced,
    announcing,
    arrive,
    asked,
    card,
    generating,
    outbox,
    parts,
    rest,
    submitted,
    taken,
    told,
)

from core.conversation import Reply
from core.ledger import Ledger
from core.neocu.models import Asset
from core.records import Notice, Part, Slot, State

CANCELLED = {PROGRESS: None} | card(RESULT, text="Cancelled.")


@pytest.mark.parametrize("step", [taken, announcing, announced])
async def test_what_neocu_does_not_have_is_cancelled(ledger: Ledger, step: object) -> None:
    """Whoever works on it finds that it is over: nothing is spent."""
    entry = await step(ledger)  # type: ignore[operator]  # one of the above

    assert await ledger.withdrawals.cancel(entry, CANCELLED)
    assert await ledger.entries.submit(entry, ROOM) is None
    assert not await ledger.entries.move(entry, entry.state, after=0, card=card(QUESTION))
    ended = await ledger.queries.get(entry.key)
    assert ended is not None
    assert ended.state is State.REFUSED
    assert ended.fence > entry.fence
    assert RESULT in parts(await told(ledger))


@pytest.mark.parametrize("step", [submitted, generating])
async def test_what_neocu_may_have_is_not_cancelled(ledger: Ledger, step: object) -> None:
    """To say that nothing was spent would not be true."""
    entry = await step(ledger)  # type: ignore[operator]  # one of the above

    assert not await ledger.withdrawals.cancel(entry, CANCELLED)
    now = await ledger.queries.get(entry.key)
    assert now is not None
    assert now.state is entry.state


async def test_of_asking_and_cancelling_one_is_first(ledger: Ledger, other: Ledger) -> None:
    """On two machines, in the same moment, as often as it is tried."""
    for number in range(1, 11):
        entry = await announced(ledger, asked(number))
        asking, cancelled = await asyncio.gather(
            ledger.entries.submit(entry, ROOM), other.withdrawals.cancel(entry, CANCELLED)
        )

        assert (asking is None) is cancelled


async def test_of_what_is_muted_only_the_question_changes(ledger: Ledger) -> None:
    """To edit it notifies nobody; and what else would stand is forgotten, not put off."""
    entry = await generating(ledger)
    await told(ledger)

    assert await ledger.withdrawals.mute(entry)
    assert [one.reply for one in await told(ledger)] == [None]  # the progress goes
    await rest(ledger, entry, {PROGRESS: None} | card(QUESTION, RESULT))
    assert parts(await told(ledger)) == [QUESTION]


async def test_a_result_on_its_way_is_deleted_when_it_has_arrived(ledger: Ledger) -> None:
    """Its file may take a minute, and nothing of what was taken back may stay."""
    entry = await generating(ledger)
    await told(ledger)
    made = replace(entry, assets=(Asset(id="a1", type="image"),))
    await ledger.entries.move(made, State.COMPLETED, card={PROGRESS: None} | card(RESULT))
    [on_its_way] = [one for one in await outbox(ledger) if one.part == RESULT]

    assert await ledger.withdrawals.delete_result(made, {})
    assert not await ledger.withdrawals.delete_result(made, {})
    await arrive(ledger, on_its_way)
    assert (RESULT, None) in [(one.part, one.reply) for one in await told(ledger)]
    left = await ledger.queries.get(entry.key)
    assert left is not None
    assert left.assets == ()


async def test_a_result_is_replaced_by_one_press(ledger: Ledger, other: Ledger) -> None:
    """Two at once would show it twice; the old one goes when the new one stands."""
    entry = await generating(ledger)
    await told(ledger)
    made = replace(entry, assets=(Asset(id="a1", type="image"),))
    await ledger.entries.move(made, State.COMPLETED, card={PROGRESS: None} | card(RESULT))
    await told(ledger)
    both = await asyncio.gather(
        *(one.withdrawals.replace_result(made, Reply("Hidden.")) for one in (ledger, other))
    )

    assert sorted(both) == [False, True]
    assert [(one.part, one.reply and one.reply.text) for one in await told(ledger)] == [
        (Part(Slot.RESULT, 2), "Hidden."),
        (RESULT, None),
    ]
    stands = await ledger.queries.where_result_stands(entry.key)
    assert stands is not None
    assert stands[1].endswith("result-2")


async def test_a_report_is_told_once_a_person(ledger: Ledger) -> None:
    """Who is angry presses more than once."""
    entry = await generating(ledger)
    await told(ledger)
    notice = Notice("slack", "", "C9", "C9", Reply("Somebody reported this."))

    assert await ledger.withdrawals.report(entry, "U2", notice)
    assert not await ledger.withdrawals.report(entry, "U2", notice)
    assert await ledger.withdrawals.report(entry, "U3", notice)
    assert [one.channel for one in await told(ledger)] == ["C9", "C9"]
