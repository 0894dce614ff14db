"""A ledger of version 0.1 goes on: what has ended keeps its meaning, what is under way ends."""

import json
import time
from typing import Any

import pytest
from ledgers import PROGRESS, QUESTION, RESULT, arrive, card, column, lease, outbox

from core.conversation import Button, Media, Reply
from core.intent import Ask, Command, Generate
from core.ledger import Ledger
from core.ledger.codec import decode_reply, decode_request
from core.ledger.schema import MIGRATIONS
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement, Store
from core.records import Part, Scope, Slot, State
from core.request import Action, Attachment, Body, FormSent, Press

NOW = time.time()


def old_body(key: str = "slack:T1:C1:1", **changes: Any) -> dict[str, Any]:
    """Return a request as version 0.1 wrote it."""
    plain = {
        "key": key,
        "platform": "slack",
        "workspace": "T1",
        "channel": "C1",
        "person": "U1",
        "text": "a boat --file f1",
        "address": "C1/1",
        "attachments": [{"id": "F1", "name": "a.png", "url": "", "size": 1, "media_type": ""}],
        "shown": False,
        "action": None,
        "about": "",
        "asset": 0,
        "thread": "1",
        "reply_to": "",
        "roles": [],
    }
    return plain | changes


def old_reply(text: str, **changes: Any) -> str:
    """Return a reply as version 0.1 wrote it."""
    return json.dumps({"text": text, "media": None, "buttons": [], "working": False} | changes)


async def insert(store: Store, table: str, **values: object) -> None:
    """Add a row."""
    names, marks = ", ".join(values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING 1"  # noqa: S608 (our own words only)
    await store.write(Statement(sql, tuple(values.values())))


async def old_request(store: Store, number: int, state: str, **values: object) -> str:
    """Add a request of version 0.1, and return its key."""
    key = f"slack:T1:C1:{number}"
    row: dict[str, object] = {
        "key": key,
        "platform": "slack",
        "workspace": "T1",
        "channel": "C1",
        "person": "U1",
        "body": json.dumps(old_body(key)),
        "address": "C1/1",
        "thread": "1",
        "state": state,
        "created": NOW - 100 + number,
    }
    await insert(store, "requests", **row | values)
    return key


async def old_delivery(store: Store, key: str, what: str, position: int, **values: object) -> None:
    """Add a delivery of version 0.1."""
    row: dict[str, object] = {
        "request": key,
        "what": what,
        "position": position,
        "platform": "slack",
        "reply": old_reply(f"It is {what}."),
        "state": "sent",
        "message_id": f"m-{what}",
        "created": NOW,
    }
    await insert(store, "deliveries", **row | values)


async def fill(store: Store) -> None:
    """Write what version 0.1 may leave behind."""
    made = {"query": "a boat", "files": '["f1"]', "submitted": NOW - 50, "credits": 4.0}
    asset = '[{"id": "a1", "url": "https://files.example/a.png", "type": "image"}]'
    done = await old_request(
        store, 1, "completed", **made, assets=asset, task_id="t1", ended=NOW - 40
    )
    unknown = await old_request(store, 2, "unknown", **made, ended=NOW - 40)
    under_way = await old_request(store, 3, "generating", **made, task_id="t3", due=1.0)
    await old_request(store, 4, "submitting", **made, due=1.0)
    await old_request(store, 5, "received", due=1.0)
    for position, what in enumerate(("asked", "started"), 1):
        await old_delivery(store, done, what, position, sent=NOW - 30)
        await old_delivery(store, under_way, what, position, sent=NOW - 30)
    await old_delivery(store, done, "asset 1", 3)
    await old_delivery(store, done, "progress", 4, edits="started", message_id=None, state="sent")
    button = {"label": "Send again", "action": "send_again", "about": unknown, "asset": 0}
    await old_delivery(store, unknown, "unknown", 1, reply=old_reply("Hm.", buttons=[button]))
    await old_delivery(
        store, under_way, "slow", 3, state="pending", message_id=None, due=1.0, tries=2
    )
    await old_delivery(store, under_way, "gone", 4, state="dropped", message_id=None)


@pytest.fixture
async def ledger(database_url: str) -> Any:
    """A ledger that version 0.1 wrote, opened by this one."""
    async with store_for(database_url) as store:
        await store.migrate(MIGRATIONS[:1])
        await fill(store)
    async with store_for(database_url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        yield ledger, store


async def test_what_has_ended_keeps_its_meaning(ledger: tuple[Ledger, Store]) -> None:
    """Follow-ups, `recent`, `status` and limits go by what was asked before the update."""
    queries = ledger[0].queries
    done = await queries.find_by_task(decode_request(json.dumps(old_body())), "t1")
    assert done is not None
    recent = await queries.recent(done.request, 10)
    found = await queries.find_by_message(
        decode_request(json.dumps(old_body(reply_to="m-asset 1")))
    )

    assert (done.state, done.query, done.files) == (State.COMPLETED, "a boat", ("f1",))
    assert [asset.id for asset in done.assets] == ["a1"]
    assert [entry.state for entry in recent] == ["submitting", "generating", "unknown", "completed"]
    assert len(await queries.used_today(done.request, "", Scope.PERSON)) == 4
    assert found is not None
    assert found.key == done.key


async def test_what_was_under_way_goes_on(ledger: tuple[Ledger, Store]) -> None:
    """An update in the middle of a task costs its person nothing."""
    entries = {entry.state: entry for entry in await lease(ledger[0])}
    task = entries[State.GENERATING]
    end = card(QUESTION, text="Done.") | {PROGRESS: None} | card(RESULT)
    await ledger[0].entries.move(task, State.COMPLETED, card=end)
    told = []
    while box := await outbox(ledger[0]):
        await arrive(ledger[0], *box)
        told += [(one.part, one.message_id, one.reply and one.reply.text) for one in box]

    assert set(entries) == {State.GENERATING, State.SUBMITTING, State.RECEIVED}
    assert sorted(told[:2], key=str) == [
        (QUESTION, "m-asked", "Done."),
        (Part(Slot.RESULT, 1003), None, "It is slow."),
    ]
    assert told[2:] == [(RESULT, None, "It is result."), (PROGRESS, "m-started", None)]


async def test_what_was_said_is_said_no_more(ledger: tuple[Ledger, Store]) -> None:
    """Only what was still to be said is due."""
    due = "SELECT request FROM deliveries WHERE due IS NOT NULL"
    dropped = "SELECT number FROM deliveries WHERE dropped IS NOT NULL"
    edited = "SELECT reply FROM deliveries WHERE slot = 'progress' AND request = 'slack:T1:C1:1'"

    assert await column(ledger[1], due) == ["slack:T1:C1:3"]
    assert await column(ledger[1], dropped) == [1004]
    assert await column(ledger[1], edited) == [old_reply("It is progress.")]


async def test_a_button_of_then_is_taken_away(ledger: tuple[Ledger, Store]) -> None:
    """Who pressed Send again can't do so once more."""
    await ledger[0].outbox.retire_buttons("slack:T1:C1:2")
    [edit] = [one for one in await outbox(ledger[0]) if one.request == "slack:T1:C1:2"]

    assert edit.message_id == "m-unknown"
    assert edit.reply == Reply("Hm.")


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({}, Generate("a boat", ("f1",))),
        ({"text": "status t1"}, Ask(Command.STATUS, "t1")),
        ({"action": "again", "about": "k", "asset": 2}, Press(Action.AGAIN, "k", 2)),
        ({"action": "edit", "about": "k"}, FormSent("a boat", ("f1",), "k")),
        ({"about": "k"}, FormSent("a boat", ("f1",), "k")),
    ],
)
def test_a_request_of_then_is_read(changes: dict[str, Any], body: Body) -> None:
    """What was asked before the update means the same after it."""
    request = decode_request(json.dumps(old_body(**changes)))

    assert request.body == body
    assert request.attachments == (Attachment("F1", "a.png", "", 1),)
    assert (request.key, request.thread, request.prompt_visible) == ("slack:T1:C1:1", "1", False)


def test_a_reply_of_then_is_read() -> None:
    """With its file and its buttons."""
    media = {"url": "https://files.example/a.png", "name": "a.png", "description": "a boat"}
    button = {"label": "Again", "action": "again", "about": "k", "asset": 1}
    text = old_reply("Here.", media=media | {"thumbnail": ""}, buttons=[button])

    assert decode_reply(text) == Reply(
        "Here.",
        media=(Media("https://files.example/a.png", "a.png", "a boat"),),
        buttons=(Button("Again", Action.AGAIN, "k", 1),),
    )
