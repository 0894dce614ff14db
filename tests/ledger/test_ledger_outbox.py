"""The ledger's promises about what stands in the chats, which both stores keep."""

import asyncio

from ledgers import (
    PROGRESS,
    QUESTION,
    RESULT,
    announced,
    announcing,
    arrive,
    asked,
    card,
    column,
    expire,
    generating,
    outbox,
    parts,
    pass_time,
    rest,
    results,
    ripen,
    said,
    taken,
    told,
)

from core.conversation import Barrier, Button, Posted, Reply
from core.ledger import Ledger
from core.ledger.outbox import MAX_OF_CHANNEL, Sort
from core.ledger.stores.base import Store
from core.records import Card, Part, Slot, State
from core.request import Action

WHOLE = card(QUESTION, PROGRESS, RESULT)


# Order


async def test_a_card_comes_to_stand_in_its_order(ledger: Ledger) -> None:
    """The result must not stand above the question; other people's cards don't wait for it."""
    await said(ledger, WHOLE)
    await said(ledger, card(RESULT), request=asked(2))
    one = await outbox(ledger)
    held = await outbox(ledger)
    await arrive(ledger, *one)

    assert sorted((one.request, one.part.slot) for one in one) == [
        (asked(1).key, Slot.QUESTION),
        (asked(2).key, Slot.RESULT),
    ]
    assert held == []
    assert parts(await told(ledger)) == [PROGRESS, RESULT]


async def test_several_results_come_in_their_order(ledger: Ledger) -> None:
    """What is unknown at first, and known late, is told in that order."""
    await said(ledger, results("first", "second", "third"))

    assert [one.part.number for one in await told(ledger)] == [1, 2, 3]


async def test_progress_goes_when_the_result_stands(ledger: Ledger) -> None:
    """At no time does nothing stand there: a person would think that it was forgotten."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, {PROGRESS: None} | card(RESULT))
    [result] = await outbox(ledger)
    held = await outbox(ledger)
    await arrive(ledger, result)
    [progress] = await outbox(ledger)

    assert (result.part, held) == (RESULT, [])
    assert (progress.part, progress.reply) == (PROGRESS, None)
    assert progress.message_id == f"m {asked().key}/progress"


async def test_progress_goes_even_where_the_result_can_not_be_said(ledger: Ledger) -> None:
    """A place that takes no result is not told for ever that one is being made."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, {PROGRESS: None} | card(RESULT))
    [result] = await outbox(ledger)
    await ledger.outbox.drop(result, Barrier.GONE)

    assert [one.reply for one in await outbox(ledger)] == [None]


async def test_an_edit_waits_for_nothing_new(ledger: Ledger, store: Store) -> None:
    """A large file that takes long to post does not freeze the question above it."""
    entry = await said(ledger, card(QUESTION))
    await told(ledger)
    await pass_time(store, 10)
    await rest(ledger, entry, card(QUESTION, text="Done.") | card(RESULT))

    assert sorted(one.part.slot for one in await outbox(ledger)) == [Slot.QUESTION, Slot.RESULT]


async def test_what_is_dropped_holds_nobody_up(ledger: Ledger) -> None:
    """A message that can't be delivered is given up; the next one may be."""
    await said(ledger, WHOLE)
    await ledger.outbox.drop((await outbox(ledger))[0], Barrier.UNKNOWN)

    assert parts(await outbox(ledger)) == [PROGRESS]


async def test_what_was_dropped_is_not_said_later(ledger: Ledger) -> None:
    """A change of a message that was dropped must not become a message, again and again."""
    entry = await said(ledger, card(PROGRESS))
    await ledger.outbox.drop((await outbox(ledger))[0], Barrier.GONE)
    await rest(ledger, entry, card(PROGRESS, text="1 s"))
    await rest(ledger, entry, {PROGRESS: None})

    assert await outbox(ledger) == []


# What should stand may change at any time


async def test_the_same_card_again_is_nothing_to_do(ledger: Ledger) -> None:
    """Each poll draws the card anew; what stands as it should costs no call."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, card(PROGRESS))

    assert await outbox(ledger) == []


async def test_an_edit_knows_its_message(ledger: Ledger, store: Store) -> None:
    """What was said can be changed later, also by another process."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await pass_time(store, 10)
    await rest(ledger, entry, card(PROGRESS, text="4 s"))
    [edit] = await outbox(ledger)

    assert (edit.message_id, edit.reply) == (f"m {asked().key}/progress", Reply("4 s"))


async def test_edits_keep_apart(ledger: Ledger, store: Store) -> None:
    """Platforms count edits: a message that changes with each poll would silence the others."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, card(PROGRESS, text="1 s"))
    early = await outbox(ledger)
    await rest(ledger, entry, card(PROGRESS, text="2 s"))
    await pass_time(store, 3.1)

    assert early == []
    assert [one.reply for one in await outbox(ledger)] == [Reply("2 s")]


async def test_what_changed_before_it_was_sent_is_sent_once(ledger: Ledger) -> None:
    """A busy chat gets the latest words, not their history."""
    entry = await said(ledger, card(PROGRESS, text="queued"))
    await rest(ledger, entry, card(PROGRESS, text="1 s"))

    assert [one.reply for one in await told(ledger)] == [Reply("1 s")]


async def test_what_changed_while_it_was_sent_follows_at_once(ledger: Ledger, store: Store) -> None:
    """A newer version waits for no lease, only as long as edits keep apart."""
    entry = await said(ledger, card(PROGRESS, text="On it."))
    [first] = await outbox(ledger)
    await rest(ledger, entry, card(PROGRESS, text="1 s"))
    meanwhile = await outbox(ledger)
    await arrive(ledger, first)
    seconds = await ledger.seconds_until_due()
    await pass_time(store, 3.1)
    [edit] = await outbox(ledger)

    assert meanwhile == []
    assert seconds is not None
    assert 2 < seconds <= 3
    assert (edit.reply, edit.message_id) == (Reply("1 s"), f"m {asked().key}/progress")


async def test_a_newer_edit_waits_as_long_as_the_platform_said(ledger: Ledger) -> None:
    """Who is told to come back in a minute, and comes at once, is told so again."""
    entry = await said(ledger, card(PROGRESS))
    [first] = await outbox(ledger)
    await rest(ledger, entry, card(PROGRESS, text="1 s"))
    await ledger.outbox.retry_later(first, 60, maybe_sent=False, outage=True)
    await rest(ledger, entry, card(PROGRESS, text="4 s"))

    assert await outbox(ledger) == []


# Taken back


async def test_what_is_taken_back_before_it_was_sent_is_never_said(ledger: Ledger) -> None:
    """A quick answer needs no "On it" before it."""
    entry = await said(ledger, card(PROGRESS))
    await rest(ledger, entry, {PROGRESS: None} | card(RESULT))

    assert parts(await told(ledger)) == [RESULT]


async def test_what_is_taken_back_while_it_is_sent_goes_again(ledger: Ledger) -> None:
    """The result waits until the message above it stands, or it would stand below it."""
    entry = await said(ledger, card(PROGRESS))
    [progress] = await outbox(ledger)
    await rest(ledger, entry, {PROGRESS: None} | card(RESULT))
    held = await outbox(ledger)
    await arrive(ledger, progress)
    rest_of_it = await told(ledger)

    assert held == []
    assert [(one.part, one.reply is None) for one in rest_of_it] == [
        (RESULT, False),
        (PROGRESS, True),
    ]


async def test_what_was_not_sent_after_all_needs_no_taking_back(ledger: Ledger) -> None:
    """Sending failed for certain, and then it was no longer wanted."""
    entry = await said(ledger, card(PROGRESS))
    [progress] = await outbox(ledger)
    await rest(ledger, entry, {PROGRESS: None} | card(RESULT))
    await ledger.outbox.retry_later(progress, 0, maybe_sent=False)

    assert [(one.part, one.message_id) for one in await told(ledger)] == [
        (RESULT, None),
        (PROGRESS, None),
    ]


async def test_what_may_stand_is_found_before_it_is_taken_back(
    ledger: Ledger, other: Ledger, store: Store
) -> None:
    """A crash while "On it" was said leaves no "On it" above the result for ever."""
    entry = await said(ledger, card(PROGRESS))
    await outbox(ledger)
    await expire(store)
    await rest(ledger, entry, {PROGRESS: None} | card(RESULT))
    steps = await told(other)

    assert [(one.part, one.reply is None) for one in steps] == [
        (PROGRESS, False),
        (RESULT, False),
        (PROGRESS, True),
    ]
    assert (steps[0].attempt.maybe_sent, steps[2].message_id) == (True, f"m {asked().key}/progress")


async def test_after_taking_back_a_new_message_stands(ledger: Ledger) -> None:
    """A task that was told as unknown, and is known late, shows its progress anew."""
    entry = await said(ledger, card(PROGRESS))
    await rest(ledger, entry, {PROGRESS: None})
    await rest(ledger, entry, card(PROGRESS))
    before = await told(ledger)
    await rest(ledger, entry, {PROGRESS: None})
    gone = await told(ledger)
    await rest(ledger, entry, card(PROGRESS))
    [again] = await outbox(ledger)

    assert [one.message_id for one in (*before, *gone)] == [None, f"m {asked().key}/progress"]
    assert again.message_id is None
    # Discord would take the same nonce for the message that was deleted.
    assert again.key != before[0].key


async def test_what_is_wanted_again_while_it_is_taken_back_stands_again(ledger: Ledger) -> None:
    """The last card counts."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, {PROGRESS: None})
    [deletion] = await outbox(ledger)
    await rest(ledger, entry, card(PROGRESS, text="After all."))
    await arrive(ledger, deletion)
    [again] = await outbox(ledger)

    assert deletion.reply is None
    assert (again.message_id, again.reply) == (None, Reply("After all."))


async def test_what_is_wanted_again_before_it_was_taken_back_is_an_edit(
    ledger: Ledger, store: Store
) -> None:
    """The message still stands: another one would say it twice."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, {PROGRESS: None})
    await rest(ledger, entry, card(PROGRESS))
    await pass_time(store, 10)
    [edit] = await outbox(ledger)

    assert edit.message_id == f"m {asked().key}/progress"


# Who says it, and whether it was said


async def test_a_message_is_taken_by_one(ledger: Ledger, other: Ledger) -> None:
    """Two replicas that look at once must not say it twice."""
    for n in range(20):
        await said(ledger, card(QUESTION, RESULT), request=asked(n))
    boxes = await asyncio.gather(*(one.outbox.lease(3) for one in [ledger, other] * 10))
    keys = [delivery.key for box in boxes for delivery in box]

    assert len(keys) == len(set(keys)) == 20
    assert {delivery.part for box in boxes for delivery in box} == {QUESTION}


async def test_what_a_dead_process_was_saying_may_have_been_said(
    ledger: Ledger, other: Ledger, store: Store
) -> None:
    """It is looked up on the platform before it is said again."""
    await said(ledger, card(RESULT))
    [before] = await outbox(ledger)
    await expire(store)
    [after] = await outbox(other)

    assert (before.attempt.maybe_sent, before.attempt.number) == (False, 1)
    assert (after.attempt.maybe_sent, after.attempt.number) == (True, 2)
    assert before.key == after.key


async def test_a_restart_may_have_said_it(store: Store) -> None:
    """Alone at its store, a process needs no lease to run out; what it said stays in doubt."""
    await said(Ledger(store, ["slack"]), card(RESULT))
    await outbox(Ledger(store, ["slack"]))
    again = Ledger(store, ["slack"])
    await again.open()
    if store.shared:
        await expire(store)

    assert [one.attempt.maybe_sent for one in await outbox(again)] == [True]


async def test_a_stale_delivery_closes_nothing(ledger: Ledger, other: Ledger, store: Store) -> None:
    """Who was too slow must not end what another is saying."""
    await announcing(ledger)
    [slow] = await outbox(ledger)
    await expire(store)
    [quick] = await outbox(other)
    await ledger.outbox.sent(slow, Posted("m1", "elsewhere"))
    await ledger.outbox.drop(slow, Barrier.GONE)
    await ledger.outbox.retry_later(slow, 0, maybe_sent=False)

    assert await column(store, "SELECT message_id FROM deliveries") == [None]
    assert await column(store, "SELECT address FROM requests") == [quick.address]
    assert await column(store, "SELECT state FROM requests") == ["announcing"]


async def test_sending_keeps_its_lease(ledger: Ledger, other: Ledger, store: Store) -> None:
    """A large file takes longer than a lease lasts."""
    await said(ledger, card(RESULT))
    await outbox(ledger)
    await expire(store)
    await ledger.leases.renew()

    assert await outbox(other) == []


async def test_the_next_message_goes_where_the_first_one_led(ledger: Ledger) -> None:
    """The first post may be what makes the thread."""
    await said(ledger, card(QUESTION, RESULT))
    [first] = await outbox(ledger)
    await ledger.outbox.sent(first, Posted("m1", "C1/thread"))
    [second] = await outbox(ledger)

    assert second.address == "C1/thread"


async def test_an_edit_leads_nowhere_else(ledger: Ledger, store: Store) -> None:
    """An answer that had to be said in private stays there, whatever is edited in the channel."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await rest(ledger, entry, card(PROGRESS, text="4 s") | card(RESULT))
    [result] = await outbox(ledger)
    await ledger.outbox.sent(result, Posted("m2", "DM"))
    await pass_time(store, 10)
    [edit] = await outbox(ledger)
    await arrive(ledger, edit)

    assert edit.address == "C1/1"
    assert await column(store, "SELECT address FROM requests") == ["DM"]


async def test_what_could_not_be_sent_waits(ledger: Ledger, store: Store) -> None:
    """A platform that is away is tried again, with the later messages still behind."""
    await said(ledger, WHOLE)
    [delivery] = await outbox(ledger)
    await ledger.outbox.retry_later(delivery, 60, maybe_sent=False, memo="F1")
    resting = await outbox(ledger)
    await ripen(store)
    [again] = await outbox(ledger)

    assert resting == []
    assert (again.part, again.attempt.maybe_sent, again.attempt.number) == (QUESTION, False, 2)
    assert again.attempt.memo == "F1"


async def test_what_may_have_been_sent_is_looked_up(ledger: Ledger, store: Store) -> None:
    """A time-out says nothing about the message: it may stand there."""
    await said(ledger, card(RESULT))
    [delivery] = await outbox(ledger)
    await ledger.outbox.retry_later(delivery, 60, maybe_sent=True)
    await ripen(store)
    [again] = await outbox(ledger)

    assert again.attempt.maybe_sent


async def test_an_outage_is_no_try_and_takes_no_time(ledger: Ledger, store: Store) -> None:
    """After an hour without Slack, a picture is still posted as a picture."""
    await said(ledger, card(RESULT))
    [delivery] = await outbox(ledger)
    await ledger.outbox.retry_later(delivery, 3600, maybe_sent=False, outage=True)
    await pass_time(store, 3601)
    [again] = await outbox(ledger)

    assert again.attempt.number == 1
    assert again.age < 60


async def test_what_fails_for_long_knows_so(ledger: Ledger, store: Store) -> None:
    """After a while, words and links are better than files that never come."""
    await said(ledger, card(RESULT))
    for _ in range(2):
        [delivery] = await outbox(ledger)
        await ledger.outbox.retry_later(delivery, 70, maybe_sent=False)
        await pass_time(store, 71)
    [again] = await outbox(ledger)

    assert again.attempt.number == 3
    assert 140 < again.age < 200


async def test_a_message_of_another_platform_is_not_taken(store: Store, ledger: Ledger) -> None:
    """A process that runs Slack only can't speak in Discord."""
    await said(Ledger(store, ["discord"]), card(RESULT), request=asked(platform="discord"))

    assert await outbox(ledger) == []


async def test_an_answer_from_question_to_result(ledger: Ledger) -> None:
    """What stands there at each time is one message, and it is true."""
    entry = await announced(ledger, said=card(QUESTION, PROGRESS))
    first = await told(ledger)
    await ledger.entries.move(
        entry, State.COMPLETED, card=card(QUESTION, text="Done.") | {PROGRESS: None} | card(RESULT)
    )
    last = await told(ledger)

    assert parts(first) == [PROGRESS]  # the question made it announced
    assert parts(last)[:2] == [RESULT, PROGRESS]


# Buttons


def offer(*actions: Action) -> Card:
    """Return a result with buttons."""
    buttons = tuple(Button(one, one, asked().key) for one in actions)
    return {RESULT: Reply("Well?", buttons=buttons)}


async def buttons(ledger: Ledger, store: Store) -> list[Action]:
    """Deliver what is due, and return the buttons that stand under the result then."""
    await pass_time(store, 10)
    [last] = [one.reply for one in await told(ledger) if one.reply][-1:]
    return [button.action for button in last.buttons]


async def test_buttons_that_pay_again_go_once_they_are_pressed(
    ledger: Ledger, store: Store
) -> None:
    """Who comes later sees that it is done."""
    await said(ledger, offer(Action.SEND_AGAIN, Action.EDIT))
    before = await buttons(ledger, store)
    await ledger.outbox.retire_buttons(asked().key)

    assert before == [Action.SEND_AGAIN, Action.EDIT]
    assert await buttons(ledger, store) == [Action.EDIT]


async def test_other_buttons_stay(ledger: Ledger) -> None:
    """Again may be pressed as often as one likes."""
    await said(ledger, offer(Action.AGAIN, Action.EDIT))
    await told(ledger)
    await ledger.outbox.retire_buttons(asked().key)

    assert await outbox(ledger) == []


async def test_a_result_can_be_replaced(ledger: Ledger, store: Store) -> None:
    """A question that was answered asks no more."""
    await said(ledger, offer(Action.CONFIRM))
    await told(ledger)
    await ledger.outbox.replace_result(asked().key, Reply("Not made."))
    await pass_time(store, 10)

    assert [one.reply for one in await outbox(ledger)] == [Reply("Not made.")]


async def test_a_task_that_is_known_late_is_answered_below(ledger: Ledger) -> None:
    """What said that nobody can know stays where it stands, and the result comes below it."""
    entry = await generating(ledger)
    await told(ledger)
    await rest(ledger, entry, {Part(Slot.RESULT, 1): Reply("Unknown.")})
    await rest(ledger, entry, {Part(Slot.RESULT, 2): Reply("Here it is.")})

    assert [one.key for one in await told(ledger)] == [
        f"{asked().key}/result",
        f"{asked().key}/result-2",
    ]


async def test_a_request_that_is_unknown_says_nothing(ledger: Ledger) -> None:
    """A card belongs to a request."""
    await ledger.outbox.replace_result("slack:T1:C1:none", Reply("Hm."))
    await taken(ledger)

    assert await outbox(ledger) == []


# Fairness


async def test_a_channel_takes_a_few_places_only(ledger: Ledger) -> None:
    """What waits in a slow channel leaves room for all others, however many come before them."""
    for number in range(3 * MAX_OF_CHANNEL):
        await said(ledger, card(RESULT), request=asked(number))
    await said(ledger, card(RESULT), request=asked(99, channel="C2"))
    limit = 2 * MAX_OF_CHANNEL
    boxes = [await ledger.outbox.lease(limit, Sort.NEW) for _ in range(3)]
    done = boxes[0][0]
    await arrive(ledger, done)
    ledger.leases.release(done)
    [after] = await ledger.outbox.lease(limit, Sort.NEW)

    assert [[one.channel for one in box] for box in boxes] == [["C1"] * MAX_OF_CHANNEL, ["C2"], []]
    assert after.channel == "C1"


async def test_changes_take_no_place_of_what_is_new(ledger: Ledger, store: Store) -> None:
    """Progress that a platform limits must not hold up the first word of an answer."""
    entry = await said(ledger, card(PROGRESS))
    await told(ledger)
    await pass_time(store, 10)
    await rest(ledger, entry, card(PROGRESS, text="Still on it."))
    await said(ledger, card(PROGRESS), request=asked(2))
    new = await ledger.outbox.lease(100, Sort.NEW)
    changes = await ledger.outbox.lease(100, Sort.CHANGE)

    assert [one.request for one in new] == [asked(2).key]
    assert [one.request for one in changes] == [asked(1).key]
