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
    said,
    says,
    submitted,
    taken,
)

from core.conversation import Attachment, Request
from core.inbox import Inbox
from core.intent import Generate
from core.ledger import Ledger, LedgerError
from core.ledger.schema import MIGRATIONS
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement, Store
from core.neocu.models import Asset
from core.records import Entry, Limit, State


async def test_a_key_is_claimed_once(ledger: Ledger, other: Ledger) -> None:
    """A platform delivers an event several times, and to any replica: it is one request."""
    ledgers = [ledger, other] * 25
    new = await asyncio.gather(*(one.entries.note(asked()) for one in ledgers))

    assert sum(new) == 1


async def test_a_claimed_request_is_leased_as_it_was_asked(ledger: Ledger) -> None:
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


async def test_a_row_is_leased_by_one(ledger: Ledger, other: Ledger) -> None:
    """Two replicas that look at once must not ask Neocu twice."""
    await asyncio.gather(*(ledger.entries.note(asked(n)) for n in range(100)))
    leases = await asyncio.gather(*(one.entries.lease(7) for one in [ledger, other] * 20))
    keys = [entry.key for lease in leases for entry in lease]

    assert len(keys) == len(set(keys)) == 100
    assert max(len(lease) for lease in leases) <= 7


async def test_the_longest_due_is_leased_first(ledger: Ledger, store: Store) -> None:
    """Nobody starves under load."""
    for n in (1, 2, 3):
        await ledger.entries.note(asked(n))
    await store.write(Statement("UPDATE requests SET due = 1 WHERE key = $1", (asked(3).key,)))

    assert [entry.key for entry in await ledger.entries.lease(1)] == [asked(3).key]


async def test_what_is_not_due_is_left_alone(ledger: Ledger, store: Store) -> None:
    """A request can wait a moment for the event that brings its files."""
    await ledger.entries.note(asked(), after=60)
    early = await ledger.entries.lease(10)
    await ripen(store)

    assert early == []
    assert len(await ledger.entries.lease(10)) == 1


async def test_a_lease_runs_out(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A dead process's work is taken over."""
    await taken(ledger)
    held = await other.entries.lease(10)
    await expire(store)
    found = await other.entries.lease(10)

    assert held == []
    assert [entry.fence for entry in found] == [2]


async def test_renewing_keeps_a_lease(ledger: Ledger, other: Ledger, store: Store) -> None:
    """What takes long is not taken over while its process lives."""
    await taken(ledger)
    await expire(store)
    await ledger.leases.renew()

    assert await other.entries.lease(10) == []


async def test_what_was_let_go_comes_back(ledger: Ledger, store: Store) -> None:
    """A step that failed is done again, though its process goes on renewing the rest."""
    entry = await taken(ledger)
    ledger.leases.release(entry)
    await expire(store)
    await ledger.leases.renew()

    assert [again.key for again in await ledger.entries.lease(10)] == [entry.key]


async def test_a_lease_of_another_platform_is_not_taken(ledger: Ledger) -> None:
    """A process that runs Slack only can't answer in Discord."""
    await ledger.entries.note(asked(platform="discord"))

    assert await ledger.entries.lease(10) == []


async def test_a_late_word_amends_what_nobody_looked_at(ledger: Ledger) -> None:
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


async def test_idle_tells_when_to_look(ledger: Ledger) -> None:
    """Nobody polls: the ledger knows when the next row falls due."""
    await ledger.entries.note(asked(), after=3)
    waiting = await ledger.seconds_until_due()
    await ledger.entries.note(asked(2))
    due = await ledger.seconds_until_due()

    assert waiting is not None
    assert 2 < waiting <= 3
    assert due is not None
    assert due <= 0


async def test_idle_knows_what_is_to_be_said(ledger: Ledger) -> None:
    """A reply that waits for its platform wakes the worker in time."""
    await said(ledger, "first", "second")
    [delivery] = await ledger.outbox.lease(10)
    await ledger.outbox.retry_later(delivery, 2, ambiguous=False)
    seconds = await ledger.seconds_until_due()

    assert seconds is not None
    assert 1 < seconds <= 2


async def test_nothing_to_do_is_no_work(ledger: Ledger, store: Store) -> None:
    """With others about, one looks now and then: they may have died before they could ring."""
    seconds = await ledger.seconds_until_due()

    assert seconds == (5 if store.shared else None)


async def test_a_task_is_found_in_its_own_workspace_only(ledger: Ledger) -> None:
    """Nobody sees what was asked elsewhere."""
    entry = await submitted(ledger)
    await ledger.entries.record_task_id(entry, "task-1", 60, ())
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

    assert [entry.key for entry in found] == [asked(3).key, asked(2).key]


async def finished(ledger: Ledger, request: Request) -> Entry:
    """Have a request come to a good end."""
    entry = await submitted(ledger, request)
    asset = Asset.model_validate({"_id": request.key, "url": "https://files.example/a1.png"})
    assert await ledger.entries.move(
        replace(entry, assets=(asset,)), State.COMPLETED, say=says("completed")
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
    [delivery] = await ledger.outbox.lease(10)
    await ledger.outbox.sent(delivery, "m1", delivery.address)
    found = await ledger.queries.find_by_message(asked(9, reply_to="m1"))

    assert found is not None
    assert (found[0].key, found[1]) == (entry.key, "completed")
    assert await ledger.queries.find_by_message(asked(9, reply_to="m1", workspace="T2")) is None


async def test_durations_are_those_of_finished_tasks(ledger: Ledger) -> None:
    """How long it may take is told from how long it took."""
    await finished(ledger, asked())
    await submitted(ledger, asked(2))
    [(query, seconds)] = await ledger.queries.durations()

    assert query == asked().text
    assert 0 <= seconds < 5


async def test_a_draft_is_kept_and_not_worked_on(ledger: Ledger) -> None:
    """A form that is open spends nothing."""
    await ledger.entries.draft(asked())
    await ledger.entries.draft(asked())
    found = await ledger.queries.get(asked().key)

    assert found is not None
    assert found.state == State.DRAFT
    assert await ledger.entries.lease(10) == []


async def test_requests_are_counted_by_state(ledger: Ledger) -> None:
    """The figures for /metrics."""
    await submitted(ledger, asked(1))
    await ledger.entries.note(asked(2))
    await ledger.entries.note(asked(3))

    assert await ledger.queries.counts() == {"received": 2, "submitting": 1}


async def test_a_look_can_be_had_now(ledger: Ledger) -> None:
    """The button under a slow task."""
    entry = await submitted(ledger)
    await ledger.entries.record_task_id(entry, "task-1", 3600, ())
    await ledger.entries.poll_now(entry)

    assert [found.key for found in await ledger.entries.lease(10)] == [entry.key]


async def test_what_has_ended_is_not_looked_at(ledger: Ledger) -> None:
    """The button may be pressed after the end."""
    entry = await taken(ledger)
    await ledger.entries.move(entry, State.FAILED)
    await ledger.entries.poll_now(entry)

    assert await ledger.entries.lease(10) == []


async def test_a_write_takes_effect_whole_or_not_at_all(ledger: Ledger, store: Store) -> None:
    """A state without its words would be a person who never hears."""
    await ledger.entries.note(asked())
    bad = (
        Statement("UPDATE requests SET state = 'failed' RETURNING key"),
        Statement("INSERT INTO requests (key) VALUES ('incomplete')"),
    )
    outcomes = await asyncio.gather(
        store.write(*bad), ledger.entries.note(asked(2)), return_exceptions=True
    )

    assert isinstance(outcomes[0], LedgerError)
    assert outcomes[1] is True
    assert await ledger.queries.counts() == {"received": 2}


async def test_a_write_without_its_condition_does_nothing(store: Store) -> None:
    """The compare-and-set on which everything rests."""
    rows = await store.write(
        Statement("UPDATE requests SET state = 'failed' WHERE key = 'none' RETURNING key"),
        Statement(
            "INSERT INTO deliveries (request, what, position, platform, reply, state, created)"
            " VALUES ('none', 'failed', 1, 'slack', '{}', 'pending', clock())"
        ),
    )

    assert rows == []
    assert await column(store, "SELECT count(*) FROM deliveries") == [0]


async def test_a_newer_schema_is_refused(store: Store) -> None:
    """An older program must not write what it doesn't understand."""
    await store.migrate((*MIGRATIONS, "CREATE TABLE tomorrow (day TEXT)"))

    with pytest.raises(LedgerError, match="newer version of neocu-bots: update"):
        await Ledger(store, ["slack"]).open()


async def test_the_ledger_survives_a_restart(database_url: str) -> None:
    """What is noted stays, and opening twice changes nothing."""
    for new in (True, False):
        async with store_for(database_url) as store:
            ledger = Ledger(store, ["slack"])
            await ledger.open()
            assert await ledger.entries.note(asked()) is new
