"""What was used by day: counted once, kept when requests are deleted, seen by whom it concerns."""

from dataclasses import replace

from ledgers import asked, column, lease, submitted, taken

from core.ledger import Ledger
from core.ledger.schema import MIGRATIONS, TOTALS
from core.ledger.stores import store_for
from core.ledger.stores.base import Statement, Store
from core.neocu.models import Asset
from core.records import USED_DAYS, Day, Scope, State, Used
from core.request import Request

TODAY = USED_DAYS - 1
SCOPES = (Scope.WORKSPACE, Scope.CHANNEL, Scope.PERSON)


async def end(
    ledger: Ledger, request: Request, state: State = State.COMPLETED, cost: float | None = 2.0
) -> None:
    """Have a request ended that was estimated at one credit."""
    entry = replace(await submitted(ledger, request), cost=cost)
    assert await ledger.entries.move(entry, state)


async def used(ledger: Ledger, request: Request, scope: Scope) -> list[tuple[str, int, float]]:
    """Return what was used today."""
    days = await ledger.totals.by_day(request, scope)
    assert {one.day for one in days} <= {TODAY}
    return [(one.medium, one.requests, one.credits) for one in days]


async def test_what_ends_is_counted_where_it_was_asked(ledger: Ledger) -> None:
    """By its real cost where that is known, else by its estimate; what was refused cost nothing."""
    await end(ledger, asked(1))
    await end(ledger, asked(2), State.FAILED, cost=None)
    await end(ledger, asked(3), State.REFUSED)
    await end(ledger, asked(4, person="U2"))
    await end(ledger, asked(5, channel="C2"))
    await end(ledger, asked(6, workspace="T2"))
    await ledger.entries.move(await taken(ledger, asked(7)), State.COMPLETED)  # a question
    found = [await used(ledger, asked(), scope) for scope in SCOPES]

    assert found == [[("file", 4, 7.0)], [("file", 3, 5.0)], [("file", 3, 5.0)]]


async def test_what_was_asked_in_private_is_seen_in_private_by_its_person(ledger: Ledger) -> None:
    """No admin, and nobody who reads along, learns of it."""
    mine = asked(1, in_private=True)
    await end(ledger, mine)
    await end(ledger, asked(2))
    among_others = [await used(ledger, asked(), scope) for scope in SCOPES]

    assert among_others == [[("file", 1, 2.0)]] * 3
    assert await used(ledger, mine, Scope.PERSON) == [("file", 2, 4.0)]
    assert await ledger.totals.most(mine, Scope.PERSON, 5) == [Used("U1", 1, 2.0)]


async def test_what_turns_out_to_have_run_is_counted_once(ledger: Ledger) -> None:
    """A request that was told as unknown has been counted then, by its estimate."""
    entry = replace(await submitted(ledger), task_id="t")
    await ledger.entries.move(entry, State.UNKNOWN)
    before = await used(ledger, asked(), Scope.PERSON)
    await ledger.entries.record_task_id(entry, 0, {})
    [late] = await lease(ledger)
    picture = Asset.model_validate({"_id": "a", "type": "image"})
    await ledger.entries.move(replace(late, cost=3.0, assets=(picture,)), State.COMPLETED)
    after = await used(ledger, asked(), Scope.PERSON)

    assert before == [("file", 1, 1.0)]
    assert after == [("file", 1, 1.0), ("image", 0, 2.0)]
    assert await ledger.totals.most(asked(), Scope.PERSON, 5) == [Used("U1", 1, 3.0)]


async def test_retention_leaves_the_totals_right(ledger: Ledger, store: Store) -> None:
    """Requests may be deleted after a day; what they cost is known for thirty."""
    await end(ledger, asked(1))
    await store.write(Statement("UPDATE requests SET ended = 1"))
    await ledger.delete_ended(1)
    await ledger.totals.delete_old()

    assert await column(store, "SELECT count(*) FROM requests") == [0]
    assert await used(ledger, asked(), Scope.WORKSPACE) == [("file", 1, 2.0)]


async def test_days_go_when_they_are_old(ledger: Ledger, store: Store) -> None:
    """And what is told of people and channels goes with them, whatever else they used since."""
    await end(ledger, asked(1))
    await end(ledger, asked(2, person="U2"))
    await store.write(Statement("UPDATE daily_totals SET day = day - $1", (USED_DAYS,)))
    await end(ledger, asked(3))
    old = [await used(ledger, asked(), scope) for scope in SCOPES]
    await ledger.totals.delete_old()

    assert old == [[("file", 1, 2.0)]] * 3
    assert await column(store, "SELECT count(*) FROM daily_totals") == [3]
    assert await ledger.totals.most(asked(), Scope.PERSON, 5) == [Used("U1", 1, 2.0)]
    assert await ledger.totals.most(asked(), Scope.CHANNEL, 5) == [Used("C1", 1, 2.0)]


async def test_a_ledger_of_before_has_its_days(database_url: str) -> None:
    """The first `usage` after an update is no empty picture."""
    row = """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                 thread, state, assets, credits, created, submitted, ended, in_private)
             SELECT $1, 'slack', 'T1', 'C1', 'U1', '', '', '', $2, '[{"type":"image"}]', 4,
                 clock(), clock(), clock(), CAST($3 AS BIGINT) RETURNING 1"""
    async with store_for(database_url) as store:
        await store.migrate(MIGRATIONS[: MIGRATIONS.index(TOTALS)])
        for key, state, private in (("1", "completed", 0), ("2", "refused", 0), ("3", "failed", 1)):
            await store.write(Statement(row, (key, state, private)))
    async with store_for(database_url) as store:
        ledger = Ledger(store, ["slack"])
        await ledger.open()
        [day] = await ledger.totals.by_day(asked(), Scope.WORKSPACE)
        [both] = await ledger.totals.by_day(asked(in_private=True), Scope.PERSON)

    assert day in {Day(TODAY, "image", 1, 4.0), Day(TODAY - 1, "image", 1, 4.0)}  # about midnight
    assert (both.requests, both.credits) == (2, 8.0)
