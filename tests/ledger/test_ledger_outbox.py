"""The ledger's promises about what is said, which both stores keep."""

import asyncio

from ledgers import ROOM, asked, column, expire, ripen, said, says, sent, taken

from core.conversation import Reply
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores.base import Store
from core.records import Say, State


async def test_replies_of_a_request_go_in_order(ledger: Ledger) -> None:
    """The result must not stand above the task ID; other people's replies don't wait for it."""
    await said(ledger, "first", "second")
    await said(ledger, "third", request=asked(2))
    one = await ledger.outbox.lease(10)
    held = await ledger.outbox.lease(10)
    await sent(ledger, *one)
    two = await ledger.outbox.lease(10)

    assert {delivery.what for delivery in one} == {"first", "third"}
    assert held == []
    assert [delivery.what for delivery in two] == ["second"]


async def test_a_reply_is_said_once_whoever_says_it(ledger: Ledger) -> None:
    """The same words under the same name are one message."""
    entry = await said(ledger, "queued")
    await ledger.entries.move(entry, entry.state, after=60, say=says("queued", "queued"))
    await sent(ledger, *await ledger.outbox.lease(10))

    assert await ledger.outbox.lease(10) == []


async def test_a_reply_is_taken_by_one(ledger: Ledger, other: Ledger) -> None:
    """Two replicas that look at once must not say it twice."""
    for n in range(20):
        await said(ledger, "first", "second", request=asked(n))
    boxes = await asyncio.gather(*(one.outbox.lease(3) for one in [ledger, other] * 10))
    keys = [delivery.key for box in boxes for delivery in box]

    assert len(keys) == len(set(keys)) == 20
    assert {delivery.what for box in boxes for delivery in box} == {"first"}


async def test_what_a_dead_process_was_saying_may_have_been_said(
    ledger: Ledger, other: Ledger, store: Store
) -> None:
    """Found in `sending`, a reply is looked up on the platform before it is said again."""
    await said(ledger, "first")
    [before] = await ledger.outbox.lease(10)
    await expire(store)
    [after] = await other.outbox.lease(10)

    assert (before.again, before.tries) == (False, 1)
    assert (after.again, after.tries) == (True, 2)
    assert before.key == after.key


async def test_a_stale_delivery_closes_nothing(ledger: Ledger, other: Ledger, store: Store) -> None:
    """Who was too slow must not end what another is saying."""
    await said(ledger, "first")
    [slow] = await ledger.outbox.lease(10)
    await expire(store)
    [quick] = await other.outbox.lease(10)
    await ledger.outbox.sent(slow, "m1", "elsewhere")
    await ledger.outbox.drop(slow)
    await ledger.outbox.retry_later(slow, 0, ambiguous=False)

    assert await column(store, "SELECT state FROM deliveries") == ["again"]
    assert await column(store, "SELECT address FROM requests") == [quick.address]


async def test_sending_keeps_its_lease(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A large file takes longer than a lease lasts."""
    await said(ledger, "first")
    await ledger.outbox.lease(10)
    await expire(store)
    await ledger.leases.renew()

    assert await other.outbox.lease(10) == []


async def test_the_next_reply_goes_where_the_first_one_led(ledger: Ledger) -> None:
    """The first post may be what makes the thread."""
    await said(ledger, "first", "second")
    [first] = await ledger.outbox.lease(10)
    await ledger.outbox.sent(first, "m1", "C1/thread")
    [second] = await ledger.outbox.lease(10)

    assert second.address == "C1/thread"


async def test_an_edit_knows_the_message(ledger: Ledger) -> None:
    """What was said can be changed later, also by another process."""
    entry = await said(ledger, "queued")
    await sent(ledger, *await ledger.outbox.lease(10))
    await ledger.entries.move(
        entry, State.REFUSED, say=[Say("refused", Reply("No.", buttons=()), edits="queued")]
    )
    [edit] = await ledger.outbox.lease(10)

    assert (edit.edited, edit.reply) == ("m-queued", Reply("No."))


async def test_where_nothing_was_said_there_is_nothing_to_edit(ledger: Ledger) -> None:
    """A change of a message that was dropped must not become a message, again and again."""
    entry = await said(ledger, "started")
    [first] = await ledger.outbox.lease(10)
    await ledger.outbox.drop(first)
    await ledger.entries.move(
        entry, entry.state, after=60, say=[Say("progress", Reply("1 s"), edits="started")]
    )
    [edit] = await ledger.outbox.lease(10)

    assert edit.edited == ""


async def test_a_newer_change_waits_as_long_as_the_platform_said(ledger: Ledger) -> None:
    """Who is told to come back in a minute, and comes at once, is told so again."""
    entry = await said(ledger, "started")
    await sent(ledger, *await ledger.outbox.lease(10))
    for text in ("1 s", "4 s"):
        say = [Say("progress", Reply(text), edits="started")]
        await ledger.entries.move(entry, entry.state, after=60, say=say)
        for edit in await ledger.outbox.lease(10):
            await ledger.outbox.retry_later(edit, 60, ambiguous=False)

    assert edit.reply == Reply("1 s")


async def test_what_could_not_be_sent_waits(ledger: Ledger, store: Store) -> None:
    """A platform that is away is tried again, with the later replies still behind."""
    await said(ledger, "first", "second")
    [delivery] = await ledger.outbox.lease(10)
    await ledger.outbox.retry_later(delivery, 60, ambiguous=False)
    resting = await ledger.outbox.lease(10)
    await ripen(store)
    [again] = await ledger.outbox.lease(10)

    assert resting == []
    assert (again.what, again.again, again.tries) == ("first", False, 2)


async def test_what_may_have_been_sent_is_looked_up(ledger: Ledger, store: Store) -> None:
    """A time-out says nothing about the message: it may stand there."""
    await said(ledger, "first")
    [delivery] = await ledger.outbox.lease(10)
    await ledger.outbox.retry_later(delivery, 60, ambiguous=True)
    await ripen(store)
    [again] = await ledger.outbox.lease(10)

    assert again.again


async def test_what_is_dropped_holds_nobody_up(ledger: Ledger) -> None:
    """A reply that can't be delivered is given up; the next one may be."""
    await said(ledger, "first", "second")
    await ledger.outbox.drop((await ledger.outbox.lease(10))[0])

    assert [delivery.what for delivery in await ledger.outbox.lease(10)] == ["second"]


async def test_a_reply_of_another_platform_is_not_taken(store: Store, ledger: Ledger) -> None:
    """A process that runs Slack only can't speak in Discord."""
    await said(Ledger(store, ["discord"]), "first", request=asked(platform="discord"))

    assert await ledger.outbox.lease(10) == []


async def test_words_go_with_their_states(ledger: Ledger) -> None:
    """From question to result in the order that it happened."""
    entry = await taken(ledger)
    submit = await ledger.entries.submit(entry, Generate("query"), 1.0, ROOM, says("asked"))
    assert submit is not None
    await ledger.entries.record_task_id(submit, "task-1", 0, says("started"))
    [looked] = await ledger.entries.lease(1)
    await ledger.entries.move(looked, State.COMPLETED, say=says("completed"))
    order = []
    while box := await ledger.outbox.lease(10):
        order += [delivery.what for delivery in box]
        await sent(ledger, *box)

    assert order == ["asked", "started", "completed"]
