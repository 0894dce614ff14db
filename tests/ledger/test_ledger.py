"""The ledger's promises about requests, which both stores keep."""

import asyncio
import time
from dataclasses import replace

import pytest
from ledgers import (
    ROOM,
    asked,
    column,
    expire,
    ripen,
    room,
    says,
    submitted,
    taken,
)

from core.conversation import Attachment
from core.inbox import Inbox
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.neocu.models import Asset
from core.records import Limit, State


async def test_a_key_is_noted_once(ledger: Ledger, other: Ledger) -> None:
    """A platform delivers an event several times, and to any replica: it is one request."""
    ledgers = [ledger, other] * 25
    new = await asyncio.gather(*(one.entries.note(asked()) for one in ledgers))

    assert sum(new) == 1


async def test_a_noted_request_is_leased_as_it_was_asked(ledger: Ledger) -> None:
    """What is worked on is what the person asked, to the letter."""
    request = asked(text='ünï "quoted"\n<!channel> \x00 🗼', about="x")
    before = time.time()
    entry = await taken(ledger, request)

    assert entry.request == request
    assert (entry.state, entry.fence, entry.tries) == (State.RECEIVED, 1, 0)
    assert before - 1 < entry.created <= entry.now < time.time() + 1


async def test_an_event_that_may_lack_files_takes_none_away(ledger: Ledger) -> None:
    """Slack tells a mention twice, once without its files, before or after."""
    inbox = Inbox(ledger, lambda: None)
    files = (Attachment(id="F1", name="sketch.png", url="", size=1),)
    await inbox.accept(replace(asked(), attachments=files))
    await inbox.accept(asked(), after=0.5)

    assert (await taken(ledger, asked())).request.attachments == files


async def test_a_late_word_amends_what_is_not_leased_yet(ledger: Ledger) -> None:
    """The second event of a mention brings the files that the first lacked, and ends the wait."""
    await ledger.entries.note(asked(text="first"), after=60)
    await ledger.entries.amend(asked(text="second"))
    [entry] = await ledger.entries.lease(10)
    await ledger.entries.amend(asked(text="third"))
    known = await ledger.queries.get(entry.key)

    assert entry.request.text == "second"
    assert known is not None
    assert known.request.text == "second"


async def test_room_is_kept_by_all_together(ledger: Ledger, other: Ledger) -> None:
    """Limits are counted across replicas, or two of them would exceed every limit."""
    both = [ledger, other] * 10
    await asyncio.gather(*(one.entries.note(asked(n)) for n, one in enumerate(both)))
    entries = await ledger.entries.lease(20)
    limits = room(person=3, workspace=10, overall=10)
    gone = await asyncio.gather(
        *(
            one.entries.submit(entry, Generate("query"), 1.0, limits, says("asked", "queued"))
            for one, entry in zip(both, entries, strict=True)
        )
    )

    assert sum(entry is not None for entry in gone) == 3


@pytest.mark.parametrize(
    ("limits", "goes"),
    [
        (room(person=1, workspace=9, overall=9), {"other person", "other workspace"}),
        (room(person=9, workspace=1, overall=9), {"other workspace"}),
        (room(person=9, workspace=9, overall=1), set()),
    ],
)
async def test_room_is_counted_for_each(
    ledger: Ledger, limits: tuple[Limit, ...], goes: set[str]
) -> None:
    """One busy person must not keep others waiting."""
    await submitted(ledger)
    others = {
        "same person": asked(2),
        "other person": asked(3, person="U2"),
        "other workspace": asked(4, workspace="T2"),
    }
    entries = {name: await taken(ledger, request) for name, request in others.items()}
    went = set()
    for name, entry in entries.items():
        if gone := await ledger.entries.submit(entry, Generate("query"), 1.0, limits):
            went.add(name)
            await ledger.entries.move(gone, State.REFUSED)

    assert went == goes


async def test_an_odd_query_is_no_obstacle(ledger: Ledger) -> None:
    """One character that a database can't hold must not leave a person without an answer."""
    entry = await ledger.entries.submit(await taken(ledger), Generate("a\0b 🗼"), 1.0, ROOM)

    assert entry is not None
    assert entry.query in ("a\0b 🗼", "a\N{REPLACEMENT CHARACTER}b 🗼")


async def test_submitting_again_is_the_same(ledger: Ledger) -> None:
    """A write whose outcome got lost is run again: it must not be told that there's no room."""
    entry = await taken(ledger)
    limits = room(person=1, workspace=1, overall=1)
    query = Generate("query", ("f1",))
    first = await ledger.entries.submit(entry, query, 1.0, limits, says("asked"))
    second = await ledger.entries.submit(entry, query, 1.0, limits, says("asked"))

    assert first is not None
    assert second is not None
    assert (second.state, second.query, second.files) == (State.SUBMITTING, "query", ("f1",))
    assert len(await ledger.outbox.lease(10)) == 1


async def test_a_stale_entry_can_do_nothing(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A process that was frozen while another took over must not ask, move, or speak."""
    stale = await taken(ledger)
    await expire(store)
    await other.entries.lease(1)

    assert await ledger.entries.submit(stale, Generate("query"), 1.0, ROOM, says("asked")) is None
    assert not await ledger.entries.move(stale, State.REFUSED, say=says("refused"))
    assert await column(store, "SELECT what FROM deliveries") == []
    assert await column(store, "SELECT state FROM requests") == ["received"]


async def test_a_task_id_is_noted_with_its_words(ledger: Ledger, store: Store) -> None:
    """The task ID is on disk, and looked at again, before anything else happens."""
    entry = await submitted(ledger)
    await ledger.entries.record_task_id(entry, "task-1", 60, says("started"))
    resting = await ledger.entries.lease(10)
    await ripen(store)
    [found] = await ledger.entries.lease(10)

    assert resting == []
    assert (found.state, found.task_id) == (State.GENERATING, "task-1")
    assert [delivery.what for delivery in await ledger.outbox.lease(10)] == ["started"]


async def test_a_late_task_id_counts(ledger: Ledger, other: Ledger, store: Store) -> None:
    """Told as unknown by a replica that took over, the request is known again: late, but true."""
    slow = await submitted(ledger)
    await expire(store)
    [seen] = await other.entries.lease(1)
    await other.entries.move(seen, State.UNKNOWN, say=says("unknown"))
    known = await ledger.entries.record_task_id(slow, "task-1", 60, says("started"))
    entry = await ledger.queries.get(slow.key)

    assert known
    assert entry is not None
    assert (entry.state, entry.task_id) == (State.GENERATING, "task-1")


async def test_a_task_id_is_noted_once(ledger: Ledger) -> None:
    """A write that is run again changes nothing any more."""
    entry = await submitted(ledger)
    first = await ledger.entries.record_task_id(entry, "task-1", 60, says("started"))
    second = await ledger.entries.record_task_id(entry, "task-1", 60, says("started"))

    assert (first, second) == (True, False)
    assert len(await ledger.outbox.lease(10)) == 1


async def test_an_end_is_final(ledger: Ledger, store: Store) -> None:
    """What has ended is never looked at again, and keeps what it made."""
    asset = Asset.model_validate({"_id": "a1", "url": "https://files.example/a1.png"})
    entry = await taken(ledger)
    moved = await ledger.entries.move(
        replace(entry, assets=(asset,)), State.COMPLETED, say=says("completed")
    )
    again = await ledger.entries.move(entry, State.FAILED, say=says("failed"))
    await ripen(store)
    found = await ledger.queries.get(entry.key)

    assert (moved, again) == (True, False)
    assert await ledger.entries.lease(10) == []
    assert found is not None
    assert found.assets == (asset,)
    assert await column(store, "SELECT ended > created - 1 FROM requests") in ([1], [True])


async def test_of_two_ends_one_counts(ledger: Ledger, store: Store) -> None:
    """A move and its words are one stroke: who comes second adds no words of their own."""
    entry = await taken(ledger)
    states = [State.COMPLETED, State.FAILED, State.REFUSED] * 5
    moved = await asyncio.gather(*(ledger.entries.move(entry, to, say=says(to)) for to in states))

    assert sum(moved) == 1
    assert await column(store, "SELECT what FROM deliveries") == await column(
        store, "SELECT state FROM requests"
    )


async def test_an_end_makes_room(ledger: Ledger) -> None:
    """Who waits for room goes as soon as there is some; who waits for files goes on waiting."""
    first, queued = await submitted(ledger), await taken(ledger, asked(2))
    await ledger.entries.move(queued, State.RECEIVED, after=60)
    await ledger.entries.note(asked(3), after=60)
    before = await ledger.entries.lease(10)
    await ledger.entries.move(first, State.FAILED)

    assert before == []
    assert [entry.key for entry in await ledger.entries.lease(10)] == [queued.key]


async def test_a_draft_is_kept_and_not_worked_on(ledger: Ledger) -> None:
    """A form that is open spends nothing."""
    await ledger.entries.draft(asked())
    await ledger.entries.draft(asked())
    found = await ledger.queries.get(asked().key)

    assert found is not None
    assert found.state == State.DRAFT
    assert await ledger.entries.lease(10) == []


async def test_a_poll_can_be_had_now(ledger: Ledger) -> None:
    """The button under a slow task."""
    entry = await submitted(ledger)
    await ledger.entries.record_task_id(entry, "task-1", 3600, ())
    await ledger.entries.poll_now(entry)

    assert [found.key for found in await ledger.entries.lease(10)] == [entry.key]


async def test_what_has_ended_is_not_polled(ledger: Ledger) -> None:
    """The button may be pressed after the end."""
    entry = await taken(ledger)
    await ledger.entries.move(entry, State.FAILED)
    await ledger.entries.poll_now(entry)

    assert await ledger.entries.lease(10) == []
