"""What the ledger's reads find, and whom they show nothing."""

from dataclasses import replace

from ledgers import (
    RESULT,
    arrive,
    asked,
    card,
    column,
    generating,
    outbox,
    submitted,
)

from core.intent import Generate
from core.ledger import Ledger
from core.ledger.samples import MAX_SAMPLES
from core.ledger.stores.base import Store
from core.neocu.models import Asset
from core.records import Entry, State
from core.request import Request


async def test_a_task_is_found_in_its_own_workspace_only(ledger: Ledger) -> None:
    """Nobody sees what was asked elsewhere."""
    entry = await generating(ledger)
    here = await ledger.queries.find_by_task(asked(9), "task-1")

    assert here is not None
    assert here.key == entry.key
    assert await ledger.queries.find_by_task(asked(9, workspace="T2"), "task-1") is None
    assert await ledger.queries.find_by_task(asked(9, platform="discord"), "task-1") is None
    assert await ledger.queries.find_by_task(asked(9), "task-2") is None


async def test_an_unknown_key_is_nothing(ledger: Ledger) -> None:
    """A button may name a request that was deleted since."""
    assert await ledger.queries.get("slack:T1:C1:none") is None


async def test_recent_is_ones_own_newest_first(ledger: Ledger) -> None:
    """`recent` shows what the same person asked of Neocu, and nothing else."""
    for n in (1, 2, 3):
        await submitted(ledger, asked(n))
    await submitted(ledger, asked(4, person="U2"))
    await submitted(ledger, asked(5, workspace="T2"))
    await ledger.entries.note(asked(6))
    found = await ledger.queries.recent(asked(9), 2)

    older = await ledger.queries.recent(asked(9), 2, 2)

    assert [entry.key for entry in found] == [asked(3).key, asked(2).key]
    assert [entry.key for entry in older] == [asked(1).key]


async def test_recent_among_others_keeps_what_was_private(ledger: Ledger) -> None:
    """Somebody may look on; what a prompt says of itself counts for nothing."""
    await submitted(ledger, asked(1, in_private=True))
    claims = replace(asked(2), body=Generate('{"in_private":true}'))
    await submitted(ledger, claims)
    among_others = await ledger.queries.recent(asked(9), 5)
    alone = await ledger.queries.recent(asked(9, in_private=True), 5)

    assert [entry.key for entry in among_others] == [asked(2).key]
    assert [entry.key for entry in alone] == [asked(2).key, asked(1).key]


async def finished(ledger: Ledger, request: Request) -> Entry:
    """Have a request come to a good end."""
    entry = await submitted(ledger, request)
    asset = Asset.model_validate({"_id": request.key, "url": "https://files.example/a1.png"})
    assert await ledger.entries.move(
        replace(entry, assets=(asset,)), State.COMPLETED, card=card(RESULT)
    )
    return entry


async def test_a_follow_up_finds_the_last_result_of_its_thread(ledger: Ledger) -> None:
    """`Make it night` means the latest picture in this thread, not one of somebody else's."""
    for n in (1, 2):
        await finished(ledger, asked(n, thread="t1"))
    await finished(ledger, asked(3, thread="t2"))
    await finished(ledger, asked(4, thread="t1", workspace="T2"))
    found = await ledger.queries.last_result(asked(9, thread="t1"))

    assert found is not None
    assert found.key == asked(2).key
    assert await ledger.queries.last_result(asked(9, thread="t3")) is None


async def test_a_message_knows_its_request(ledger: Ledger) -> None:
    """A reply to one of our messages is about the request that it was said for."""
    entry = await finished(ledger, asked())
    await arrive(ledger, *await outbox(ledger))
    reply_to = f"m {entry.key}/result"
    found = await ledger.queries.find_by_message(asked(9, reply_to=reply_to))

    assert found is not None
    assert found.key == entry.key
    assert await ledger.queries.find_by_message(asked(9, reply_to=reply_to, workspace="T2")) is None


async def test_durations_are_those_of_finished_tasks(ledger: Ledger) -> None:
    """How long it may take is told from how long it took."""
    await finished(ledger, asked(1))
    await submitted(ledger, asked(2))
    [seconds] = await ledger.samples.durations(asked().prompt)

    assert 0 <= seconds < 5
    assert await ledger.samples.durations("a 5 s video") == []


async def test_figures_are_those_of_the_newest(ledger: Ledger, store: Store) -> None:
    """A Neocu that has become faster is believed, and the ledger does not grow by figures."""
    for n in range(MAX_SAMPLES + 10):
        entry = await submitted(ledger, asked(n), query="a 10 s video at 720p")
        await ledger.entries.move(replace(entry, cost=70.0 + n), State.COMPLETED)
    ratios = await ledger.samples.cost_ratios("a 5 s video at 720p")

    assert ratios == [(70.0 + n) / 70 for n in reversed(range(10, MAX_SAMPLES + 10))]
    assert await column(store, "SELECT count(*) FROM samples") == [2 * MAX_SAMPLES]


async def test_what_was_refused_teaches_nothing(ledger: Ledger) -> None:
    """A task that failed tells nothing of how long one takes."""
    await ledger.entries.move(await submitted(ledger), State.FAILED)

    assert await ledger.samples.durations(asked().prompt) == []


async def test_what_is_to_be_done_is_counted(ledger: Ledger) -> None:
    """The figures for /metrics: what waits, and what does not."""
    await submitted(ledger, asked(1))
    await ledger.entries.note(asked(2))
    await ledger.entries.note(asked(3))
    await finished(ledger, asked(4))
    backlog = await ledger.queries.backlog()

    assert backlog.requests == {"received": 2, "submitting": 1}
    assert backlog.deliveries == 1
    assert 0 <= backlog.oldest_seconds < 5
