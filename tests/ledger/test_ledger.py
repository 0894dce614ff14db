"""The ledger's promises about requests, which both stores keep."""

import asyncio
import time
from dataclasses import replace

import pytest
from ledgers import (
    PROGRESS,
    ROOM,
    announced,
    announcing,
    arrive,
    asked,
    card,
    column,
    expire,
    generating,
    lease,
    outbox,
    parts,
    results,
    ripen,
    room,
    submitted,
    taken,
)

from core.conversation import Barrier, Posted, Reply
from core.inbox import Inbox
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.room import MAX_WOKEN
from core.ledger.stores.base import Statement, Store
from core.neocu.models import Asset
from core.records import Limit, Part, Slot, State
from core.request import Action, Attachment, FormSent, Press


async def test_a_key_is_noted_once(ledger: Ledger, other: Ledger) -> None:
    """A platform delivers an event several times, and to any replica: it is one request."""
    ledgers = [ledger, other] * 25
    new = await asyncio.gather(*(one.entries.note(asked()) for one in ledgers))

    assert sum(new) == 1


async def test_a_noted_request_is_leased_as_it_was_asked(ledger: Ledger) -> None:
    """What is worked on is what the person asked, to the letter."""
    request = asked(body=FormSent('ünï "quoted"\n<!channel> \x00 🗼', ("f1",), "x"))
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
    await ledger.entries.note(asked(body=Generate("first")), after=60)
    await ledger.entries.amend(asked(body=Generate("second")))
    [entry] = await lease(ledger)
    await ledger.entries.amend(asked(body=Generate("third")))
    known = await ledger.queries.get(entry.key)

    assert entry.request.prompt == "second"
    assert known is not None
    assert known.request.prompt == "second"


async def test_a_lane_leases_its_own_states(ledger: Ledger) -> None:
    """A Neocu that is slow to take requests holds up nobody's first sign of life."""
    await announcing(ledger)
    await arrive(ledger, *await outbox(ledger))
    await ledger.entries.note(asked(2))

    assert [one.key for one in await ledger.entries.lease(10, [State.RECEIVED])] == [asked(2).key]
    assert [one.key for one in await ledger.entries.lease(10, [State.ANNOUNCED])] == [asked().key]


# Heard before paid


async def test_nothing_is_asked_before_the_place_has_taken_a_message(ledger: Ledger) -> None:
    """Whoever can't be told must not pay."""
    entry = await announcing(ledger)
    nothing_due = await lease(ledger)
    early = await ledger.entries.submit(entry, ROOM)
    [first] = await outbox(ledger)
    await ledger.outbox.sent(first, Posted("m1", "C1/thread", "thread"))
    [heard] = await lease(ledger)

    assert (nothing_due, early) == ([], None)
    assert (heard.state, heard.query, heard.address) == (
        State.ANNOUNCED,
        asked().prompt,
        "C1/thread",
    )
    assert await ledger.entries.submit(heard, ROOM) is not None


async def test_a_place_that_refuses_for_good_is_heard_of_at_once(ledger: Ledger) -> None:
    """The person hears why, and nothing else is said where it may not be."""
    await announcing(ledger, said=card(Part(Slot.QUESTION), PROGRESS))
    [question] = await outbox(ledger)
    await ledger.outbox.drop(question, Barrier.NOT_A_MEMBER)
    [entry] = await lease(ledger)

    assert (entry.state, entry.barrier) == (State.ANNOUNCING, Barrier.NOT_A_MEMBER)
    assert await outbox(ledger) == []


async def test_a_place_that_takes_nothing_for_long_ends_the_request(
    ledger: Ledger, store: Store
) -> None:
    """An outage is waited for, but not for ever."""
    await announcing(ledger)
    await ripen(store)
    [entry] = await lease(ledger)

    assert (entry.state, entry.barrier) == (State.ANNOUNCING, None)


async def test_a_place_that_takes_it_late_after_all_is_not_ended(
    ledger: Ledger, store: Store
) -> None:
    """Of "it was heard" and "it was given up" one counts, and the other does nothing."""
    await announcing(ledger)
    [first] = await outbox(ledger)
    await ripen(store)
    [given_up] = await lease(ledger)
    await arrive(ledger, first)

    assert not await ledger.entries.move(given_up, State.REFUSED, card=results("No."))
    assert [entry.state for entry in await lease(ledger)] == [State.ANNOUNCED]


async def test_an_announcement_may_be_written_twice(ledger: Ledger) -> None:
    """A write whose outcome got lost is run again: it is said once."""
    entry = await announcing(ledger)
    again = await ledger.entries.announce(entry, card(PROGRESS), 900)

    assert not again
    assert parts(await outbox(ledger)) == [PROGRESS]


# Limits


async def test_room_is_kept_by_all_together(ledger: Ledger, other: Ledger) -> None:
    """Limits are counted across replicas, or two of them would exceed every limit."""
    both = [ledger, other] * 10
    entries = [await announced(one, asked(n)) for n, one in enumerate(both)]
    limits = room(person=3, workspace=10, overall=10)
    gone = await asyncio.gather(
        *(one.entries.submit(entry, limits) for one, entry in zip(both, entries, strict=True))
    )

    assert sum(entry is not None for entry in gone) == 3


@pytest.mark.parametrize(
    ("limits", "goes"),
    [
        (room(person=1, workspace=9, overall=9), {"other person"}),
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
    entries = {name: await announced(ledger, request) for name, request in others.items()}
    went = set()
    for name, entry in entries.items():
        if gone := await ledger.entries.submit(entry, limits):
            went.add(name)
            await ledger.entries.move(gone, State.REFUSED)

    assert went == goes


# Asking


async def test_an_odd_query_is_no_obstacle(ledger: Ledger) -> None:
    """One character that a database can't hold must not leave a person without an answer."""
    entry = await submitted(ledger, query="a\0b 🗼")

    assert entry.query in ("a\0b 🗼", "a\N{REPLACEMENT CHARACTER}b 🗼")


async def test_submitting_again_is_the_same(ledger: Ledger) -> None:
    """A write whose outcome got lost is run again: it must not be told that there's no room."""
    entry = await announced(ledger, query="query")
    limits = room(person=1, workspace=1, overall=1)
    first = await ledger.entries.submit(entry, limits)
    second = await ledger.entries.submit(entry, limits)

    assert first is not None
    assert second is not None
    assert (second.state, second.query) == (State.SUBMITTING, "query")


async def test_a_stale_entry_can_do_nothing(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A process that was frozen while another took over must not ask, move, or speak."""
    stale = await taken(ledger)
    await expire(store)
    await lease(other, 1)

    assert not await ledger.entries.announce(stale, card(PROGRESS), 900)
    assert not await ledger.entries.move(stale, State.REFUSED, card=results("No."))
    assert await column(store, "SELECT slot FROM deliveries") == []
    assert await column(store, "SELECT state FROM requests") == ["received"]


async def test_who_comes_late_asks_nothing(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A process that was frozen while another took over must not have it paid twice."""
    stale = await announced(ledger)
    await expire(store)
    await lease(other, 1)

    assert await ledger.entries.submit(stale, ROOM) is None


async def test_a_task_id_is_noted_with_its_card(ledger: Ledger, store: Store) -> None:
    """The task ID is on disk, and polled, before anything else happens."""
    entry = replace(await submitted(ledger), task_id="task-1")
    await ledger.entries.record_task_id(entry, 60, results("started"))
    resting = await lease(ledger)
    await ripen(store)
    [found] = await lease(ledger)

    assert resting == []
    assert (found.state, found.task_id) == (State.GENERATING, "task-1")
    assert [one.reply for one in await outbox(ledger)] == [Reply("started")]


async def test_a_late_task_id_counts(ledger: Ledger, other: Ledger, store: Store) -> None:
    """Told as unknown by a replica that took over, the request is known again: late, but true."""
    slow = replace(await submitted(ledger), task_id="task-1")
    await expire(store)
    [seen] = await lease(other, 1)
    await other.entries.move(seen, State.UNKNOWN, card=results("unknown"))
    known = await ledger.entries.record_task_id(slow, 60, card(PROGRESS))
    entry = await ledger.queries.get(slow.key)

    assert known
    assert entry is not None
    assert (entry.state, entry.task_id, entry.answer) == (State.GENERATING, "task-1", 2)


async def test_a_task_id_is_noted_once(ledger: Ledger) -> None:
    """A write that is run again changes nothing any more."""
    entry = replace(await submitted(ledger), task_id="task-1")
    first = await ledger.entries.record_task_id(entry, 60, results("started"))
    second = await ledger.entries.record_task_id(entry, 60, results("started"))

    assert (first, second) == (True, False)
    assert len(await outbox(ledger)) == 1


async def test_an_end_is_final(ledger: Ledger, store: Store) -> None:
    """What has ended is never looked at again, and keeps what it made."""
    asset = Asset.model_validate({"_id": "a1", "url": "https://files.example/a1.png"})
    entry = await taken(ledger)
    moved = await ledger.entries.move(
        replace(entry, assets=(asset,)), State.COMPLETED, card=results("completed")
    )
    again = await ledger.entries.move(entry, State.FAILED, card=results("failed"))
    await ripen(store)
    found = await ledger.queries.get(entry.key)

    assert (moved, again) == (True, False)
    assert await lease(ledger) == []
    assert found is not None
    assert found.assets == (asset,)
    assert await column(store, "SELECT ended > created - 1 FROM requests") in ([1], [True])


async def test_of_two_ends_one_counts(ledger: Ledger, store: Store) -> None:
    """A move and its card are one stroke: who comes second adds no words of their own."""
    entry = await taken(ledger)
    states = [State.COMPLETED, State.FAILED, State.REFUSED] * 5
    moved = await asyncio.gather(
        *(ledger.entries.move(entry, to, card=results(to)) for to in states)
    )
    [told] = await outbox(ledger)

    assert sum(moved) == 1
    assert told.reply is not None
    assert [told.reply.text] == await column(store, "SELECT state FROM requests")


async def test_a_step_forgets_no_new_address(ledger: Ledger) -> None:
    """A thread that was made while a step was under way is where the result goes."""
    entry = await announced(ledger, said=card(Part(Slot.QUESTION), PROGRESS))
    [progress] = await outbox(ledger)
    await ledger.outbox.sent(progress, Posted("m2", "C1/new thread"))
    await ledger.entries.move(entry, State.FAILED, card={PROGRESS: None} | results("failed"))
    [result] = await outbox(ledger)

    assert (result.part.slot, result.address) == (Slot.RESULT, "C1/new thread")


async def test_an_end_may_be_told_elsewhere(ledger: Ledger) -> None:
    """Where the bot may not speak, its person hears it in private."""
    entry = await taken(ledger)
    await ledger.entries.move(entry, State.REFUSED, card=results("No."), address="DM")

    assert [one.address for one in await outbox(ledger)] == ["DM"]


async def test_an_end_makes_room(ledger: Ledger) -> None:
    """Who waits for room goes as soon as there is some; who waits for files goes on waiting."""
    first, queued = await submitted(ledger), await announced(ledger, asked(2))
    await ledger.entries.move(queued, State.ANNOUNCED, after=60)
    await ledger.entries.note(asked(3), after=60)
    before = await lease(ledger)
    await ledger.entries.move(first, State.FAILED)

    assert before == []
    assert [entry.key for entry in await lease(ledger)] == [queued.key]


async def test_who_waits_for_room_is_looked_at_when_there_is_some(ledger: Ledger) -> None:
    """However many wait, they cost nothing until something ends that took room."""
    first, queued = await submitted(ledger), await announced(ledger, asked(2))
    await ledger.entries.move(queued, State.ANNOUNCED, after=60)
    answered = await taken(ledger, asked(3))
    await ledger.entries.move(answered, State.COMPLETED, card=results("Help."))
    after_an_answer = await lease(ledger)
    full = await ledger.queries.has_room(queued, room(overall=1))
    await ledger.entries.move(first, State.COMPLETED)

    assert after_an_answer == []
    assert not full
    assert await ledger.queries.has_room(queued, room(overall=1))
    assert [entry.key for entry in await lease(ledger)] == [queued.key]


async def test_whoever_asked_for_much_keeps_nobody_waiting(ledger: Ledger) -> None:
    """Those who have least are woken first: a place is not lost on those who may take none."""
    first = await submitted(ledger)
    for n in range(2, MAX_WOKEN + 4):
        entry = await announced(ledger, asked(n))
        await ledger.entries.move(entry, State.ANNOUNCED, after=60)
    other = await announced(ledger, asked(99, person="U2"))
    await ledger.entries.move(other, State.ANNOUNCED, after=60)
    await ledger.entries.move(first, State.COMPLETED)
    woken = [entry.key for entry in await lease(ledger)]

    assert len(woken) == MAX_WOKEN
    assert other.key in woken


async def test_who_waits_knows_their_place(ledger: Ledger) -> None:
    """Waiting is easier when one sees the line move."""
    places = []
    for n in (1, 2, 3):
        entry = await announced(ledger, asked(n))
        places.append(await ledger.queries.queue_position(entry))

    assert places == [1, 2, 3]


async def test_a_draft_is_kept_and_not_worked_on(ledger: Ledger) -> None:
    """A form that is open spends nothing."""
    await ledger.entries.draft(asked())
    await ledger.entries.draft(asked())
    found = await ledger.queries.get(asked().key)

    assert found is not None
    assert found.state == State.DRAFT
    assert await lease(ledger) == []


async def test_a_poll_can_be_had_now(ledger: Ledger) -> None:
    """The button under a slow task."""
    entry = await generating(ledger)
    await ledger.entries.move(entry, State.STALE, after=3600)
    await ledger.entries.poll_now(entry)

    assert [found.key for found in await lease(ledger)] == [entry.key]


async def test_what_has_ended_is_not_polled(ledger: Ledger) -> None:
    """The button may be pressed after the end."""
    entry = await taken(ledger)
    await ledger.entries.move(entry, State.FAILED)
    await ledger.entries.poll_now(entry)

    assert await lease(ledger) == []


# Not taken


async def test_what_is_refused_is_never_taken(ledger: Ledger, other: Ledger) -> None:
    """Whoever heard "not taken" asks again: if it were taken after all, they would pay twice."""
    certain = [await ledger.entries.refuse(asked()) for _ in range(2)]

    assert certain == [True, True]
    assert not await other.entries.note(asked())
    assert await lease(other) == []


async def test_a_note_is_void_once_it_is_refused(ledger: Ledger, other: Ledger) -> None:
    """The note had arrived, though nobody heard that it had."""
    await ledger.entries.note(asked())

    assert await ledger.entries.refuse(asked())
    assert await lease(other) == []


async def test_what_has_begun_is_not_refused(ledger: Ledger, other: Ledger) -> None:
    """Then it must not be said that it was not taken."""
    await ledger.entries.note(asked())
    [entry] = await lease(other)

    assert not await ledger.entries.refuse(asked())
    assert await other.entries.announce(entry, card(PROGRESS), 900)


async def test_a_press_that_was_refused_may_be_pressed_again(ledger: Ledger) -> None:
    """A button that pays is pressed once, but what was not taken was no press."""
    inbox = Inbox(ledger, lambda: None)
    press = asked(key="slack:T1:send_again:k", body=Press(Action.SEND_AGAIN, "k"))
    refused = [await inbox.refuse(press), await inbox.press(press), await inbox.press(press)]

    assert refused == [True, True, False]


async def test_a_press_that_was_told_again_stays_refused(ledger: Ledger) -> None:
    """Its person heard that it was not taken: the same event must not be paid later."""
    press = asked(body=Press(Action.AGAIN, "k"))
    refused = await Inbox(ledger, lambda: None).refuse(press)

    assert refused
    assert not await Inbox(ledger, lambda: None).press(press)


# Rows that this version can't read


async def test_a_row_of_a_newer_version_is_set_aside(
    ledger: Ledger, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """After a rollback, one row that nobody can read stops nothing else, and is told."""
    for n in (1, 2, 3):
        await ledger.entries.note(asked(n, body=Generate("a secret wish")))
    body = '{"kind": "tomorrow\'s", "query": "a secret wish"}'
    sql = "UPDATE requests SET body = $1 WHERE key = $2 RETURNING 1"
    await store.write(Statement(sql, (body, asked(2).key)))
    entries = await lease(ledger)
    seconds = await ledger.seconds_until_due()

    assert [entry.key for entry in entries] == [asked(1).key, asked(3).key]
    assert ledger.unreadable == 1
    assert seconds is not None
    assert seconds > 0
    assert "can't be read by this version" in caplog.text
    assert "secret" not in caplog.text
    assert await ledger.queries.get(asked(2).key) is None


async def test_a_state_of_a_newer_version_is_no_work(ledger: Ledger, store: Store) -> None:
    """A worker that woke for it would find nothing, and wake again at once, for ever."""
    await ledger.entries.note(asked())
    await store.write(Statement("UPDATE requests SET state = 'dreaming' RETURNING 1"))

    assert await lease(ledger) == []
    assert await ledger.seconds_until_due() == (5 if store.shared else None)


async def test_a_message_that_can_not_be_read_stops_no_other(ledger: Ledger, store: Store) -> None:
    """It is one message of one answer."""
    for n in (1, 2):
        await ledger.entries.move(await taken(ledger, asked(n)), State.FAILED, card=results("No."))
    sql = "UPDATE deliveries SET reply = '{}' WHERE request = $1 RETURNING 1"
    await store.write(Statement(sql, (asked(1).key,)))

    assert [one.request for one in await outbox(ledger)] == [asked(2).key]
    assert await outbox(ledger) == []
    assert ledger.unreadable == 1
