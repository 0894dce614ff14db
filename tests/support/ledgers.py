"""What the ledger's tests ask it, and how they let time pass."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from core.conversation import Posted, Reply
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores.base import Statement, Store
from core.records import Card, Delivery, Entry, Kind, Limit, Part, Scope, Slot, State
from core.request import Request


def room(person: int = 100, workspace: int = 100, overall: int = 100) -> tuple[Limit, ...]:
    """Return limits to what runs at once."""
    return (
        Limit(Scope.PERSON, Kind.RUNNING, person),
        Limit(Scope.WORKSPACE, Kind.RUNNING, workspace),
        Limit(Scope.EVERYBODY, Kind.RUNNING, overall),
    )


ROOM = room()

# For what is the same on both stores, tested on both where it rests on them.
in_a_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Every state that a lane works on.
UNDER_WAY = (
    State.RECEIVED,
    State.ANNOUNCING,
    State.ANNOUNCED,
    State.SUBMITTING,
    State.GENERATING,
    State.STALE,
)

QUESTION, PROGRESS, RESULT = Part(Slot.QUESTION), Part(Slot.PROGRESS), Part(Slot.RESULT)

PERSON = Request(
    key="slack:T1:C1:1",
    platform="slack",
    workspace="T1",
    channel="C1",
    person="U1",
    body=Generate("a lighthouse at dusk"),
    address="C1/1",
)


def asked(number: int = 1, **changes: Any) -> Request:
    """Return a request, another one for each number."""
    return replace(PERSON, **({"key": f"slack:T1:C1:{number}"} | changes))


def card(*parts: Part, text: str = "It is {0}.") -> Card:
    """Return a card on which something stands in each part."""
    return {part: Reply(text.format(part.slot)) for part in parts}


def results(*texts: str) -> Card:
    """Return a card of several messages, one after the other."""
    return {Part(Slot.RESULT, number): Reply(text) for number, text in enumerate(texts, 1)}


async def lease(ledger: Ledger, limit: int = 100) -> list[Entry]:
    """Lease what is due, whatever its state."""
    return await ledger.entries.lease(limit, UNDER_WAY)


async def taken(ledger: Ledger, request: Request = PERSON) -> Entry:
    """Have a request noted and leased."""
    await ledger.entries.note(request)
    return next(entry for entry in await lease(ledger) if entry.key == request.key)


async def announcing(
    ledger: Ledger,
    request: Request = PERSON,
    said: Card | None = None,
    query: str = "",
    credits: float = 1.0,
) -> Entry:
    """Have a request settled, and the first message of its answer on its way."""
    entry = await taken(ledger, request)
    entry = replace(entry, query=query or request.prompt, credits=credits)
    assert await ledger.entries.announce(entry, said or card(PROGRESS), 900)
    return entry


async def announced(
    ledger: Ledger,
    request: Request = PERSON,
    said: Card | None = None,
    query: str = "",
    credits: float = 1.0,
) -> Entry:
    """Have a request whose place has taken the first message, leased."""
    await announcing(ledger, request, said, query, credits)
    await arrive(ledger, *[one for one in await outbox(ledger) if one.request == request.key])
    return next(entry for entry in await lease(ledger) if entry.key == request.key)


async def submitted(
    ledger: Ledger,
    request: Request = PERSON,
    limits: Sequence[Limit] = ROOM,
    query: str = "",
    credits: float = 1.0,
) -> Entry:
    """Have a request about to be asked of Neocu."""
    entry = await announced(ledger, request, query=query, credits=credits)
    submitted = await ledger.entries.submit(entry, limits)
    assert submitted is not None
    return submitted


async def generating(ledger: Ledger, request: Request = PERSON, task_id: str = "task-1") -> Entry:
    """Have a request that Neocu has taken, leased again."""
    entry = replace(await submitted(ledger, request), task_id=task_id)
    assert await ledger.entries.record_task_id(entry, 0, card(PROGRESS, text="Making it."))
    return next(one for one in await lease(ledger) if one.key == request.key)


async def said(ledger: Ledger, said: Card, request: Request = PERSON) -> Entry:
    """Have a request of which this is to stand."""
    entry = await taken(ledger, request)
    assert await ledger.entries.move(entry, entry.state, after=3600, card=said)
    return entry


async def outbox(ledger: Ledger) -> list[Delivery]:
    """Lease the deliveries that are due."""
    return await ledger.outbox.lease(100)


def parts(deliveries: Sequence[Delivery]) -> list[Part]:
    """Return which messages they are."""
    return [delivery.part for delivery in deliveries]


async def arrive(ledger: Ledger, *deliveries: Delivery) -> None:
    """Have deliveries arrive."""
    for one in deliveries:
        stands = one.message_id or f"m {one.key}"
        await ledger.outbox.sent(one, Posted(stands, one.address))


async def rest(ledger: Ledger, entry: Entry, said: Card) -> None:
    """Have another card for a request, which then waits for long."""
    assert await ledger.entries.move(entry, entry.state, after=3600, card=said)


async def told(ledger: Ledger) -> list[Delivery]:
    """Have all that is due arrive, one after the other, and return it in its order."""
    all_told: list[Delivery] = []
    while box := await outbox(ledger):
        await arrive(ledger, *box)
        all_told += box
    return all_told


async def expire(store: Store) -> None:
    """Let all leases run out, as if the holders had died a while ago."""
    await store.write(Statement("UPDATE requests SET lease = 1 WHERE lease > 1 RETURNING 1"))
    await store.write(Statement("UPDATE deliveries SET lease = 1 WHERE lease > 1 RETURNING 1"))


async def ripen(store: Store, but: str = "") -> None:
    """Let everything that waits be due, `but` requests in a state."""
    sql = "UPDATE requests SET due = 1 WHERE due > 1 AND state <> $1 RETURNING 1"
    await store.write(Statement(sql, (but,)))
    await store.write(Statement("UPDATE deliveries SET due = 1 WHERE due > 1 RETURNING 1"))


async def forget(store: Store) -> None:
    """Begin anew, with nothing noted."""
    await store.write(Statement("DELETE FROM deliveries RETURNING 1"))
    await store.write(Statement("DELETE FROM requests RETURNING 1"))
    await store.write(Statement("DELETE FROM samples RETURNING 1"))


async def pass_time(store: Store, seconds: float) -> None:
    """Let so many seconds have passed since all that is noted."""
    times = {
        "requests": ("created", "submitted", "ended", "due", "lease"),
        "deliveries": ("created", "sent", "since", "due", "lease"),
        "readings": ("at",),
        "shards": ("lease",),
        "listeners": ("seen",),
        "logins": ("at",),
    }
    for table, names in times.items():
        changes = ", ".join(f"{name} = {name} - $1" for name in names)
        sql = f"UPDATE {table} SET {changes} RETURNING 1"  # noqa: S608 (our own words only)
        await store.write(Statement(sql, (seconds,)))


async def column(store: Store, sql: str, *args: object) -> list[object]:
    """Return the first column of what the SQL reads."""
    return [next(iter(row.values())) for row in await store.read(Statement(sql, args))]


async def counts(store: Store) -> dict[str, int]:
    """Return how many requests there are in each state."""
    sql = "SELECT state, count(*) AS n FROM requests GROUP BY state ORDER BY state"
    return {row["state"]: row["n"] for row in await store.read(Statement(sql))}
