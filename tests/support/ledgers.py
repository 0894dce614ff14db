"""What the ledger's tests ask it, and how they let time pass."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.conversation import Reply, Request
from core.intent import Generate
from core.ledger import Ledger
from core.ledger.stores.base import Statement, Store
from core.records import Delivery, Entry, Kind, Limit, Say, Scope


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

PERSON = Request(
    key="slack:T1:C1:1",
    platform="slack",
    workspace="T1",
    channel="C1",
    person="U1",
    text="a lighthouse at dusk",
    address="C1/1",
)


def asked(number: int = 1, **changes: str) -> Request:
    """Return a request, another one for each number."""
    return replace(PERSON, **({"key": f"slack:T1:C1:{number}"} | changes))


def says(*whats: str) -> list[Say]:
    """Return something to say under each name."""
    return [Say(what, Reply(f"It is {what}.")) for what in whats]


async def taken(ledger: Ledger, request: Request = PERSON) -> Entry:
    """Have a request noted and leased."""
    await ledger.entries.note(request)
    entries = await ledger.entries.lease(100)
    return next(entry for entry in entries if entry.key == request.key)


async def submitted(
    ledger: Ledger, request: Request = PERSON, limits: Sequence[Limit] = ROOM
) -> Entry:
    """Have a request noted, leased, and about to be asked of Neocu."""
    entry = await taken(ledger, request)
    submitted = await ledger.entries.submit(entry, Generate(request.text), 1.0, limits)
    assert submitted is not None
    return submitted


async def said(ledger: Ledger, *whats: str, request: Request = PERSON) -> Entry:
    """Have a request with something to say under each name."""
    entry = await taken(ledger, request)
    assert await ledger.entries.move(entry, entry.state, after=3600, say=says(*whats))
    return entry


async def sent(ledger: Ledger, *deliveries: Delivery) -> None:
    """Have deliveries arrive."""
    for delivery in deliveries:
        await ledger.outbox.sent(delivery, f"m-{delivery.what}", delivery.address)


async def expire(store: Store) -> None:
    """Let all leases run out, as if the holders had died a while ago."""
    await store.write(Statement("UPDATE requests SET lease = 1 WHERE lease > 1 RETURNING 1"))
    await store.write(Statement("UPDATE deliveries SET lease = 1 WHERE lease > 1 RETURNING 1"))


async def ripen(store: Store) -> None:
    """Let everything that waits be due."""
    await store.write(Statement("UPDATE requests SET due = 1 WHERE due > 1 RETURNING 1"))
    await store.write(Statement("UPDATE deliveries SET due = 1 WHERE due > 1 RETURNING 1"))


async def pass_time(store: Store, seconds: float) -> None:
    """Let so many seconds have passed since all that is noted."""
    times = {
        "requests": ("created", "submitted", "ended", "due", "lease"),
        "deliveries": ("created", "sent", "due", "lease"),
        "readings": ("at",),
    }
    for table, names in times.items():
        changes = ", ".join(f"{name} = {name} - $1" for name in names)
        sql = f"UPDATE {table} SET {changes} RETURNING 1"  # noqa: S608 (our own words only)
        await store.write(Statement(sql, (seconds,)))


async def column(store: Store, sql: str, *args: object) -> list[object]:
    """Return the first column of what the SQL reads."""
    return [next(iter(row.values())) for row in await store.read(Statement(sql, args))]
