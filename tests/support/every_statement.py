"""Every statement of the ledger, as it is run: a store that writes them down, and a drive."""

import inspect
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledgers import (
    PROGRESS,
    QUESTION,
    RESULT,
    announced,
    arrive,
    asked,
    card,
    generating,
    lease,
    outbox,
    results,
    submitted,
    taken,
)

from core.conversation import Barrier, Button, Reply
from core.ledger import Ledger
from core.ledger.outbox import Sort
from core.ledger.stores.base import Row, Statement, Store
from core.records import Kind, Level, Limit, Notice, SavedPrompt, Scope, State
from core.request import Action
from core.workspaces.secrets import Sealed
from core.workspaces.workspace import Presence, Workspace

LIMITS = [
    Limit(Scope.EVERYBODY, Kind.RUNNING, 1000),
    *(
        Limit(scope, kind, 1000)
        for scope in (Scope.PERSON, Scope.CHANNEL, Scope.WORKSPACE)
        for kind in (Kind.REQUESTS, Kind.CREDITS, Kind.RUNNING)
    ),
]


class RecordingStore:
    """A store that keeps one of each statement, with the arguments it was last run with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.statements: dict[str, Statement] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, *statements: Statement, **options: Any) -> list[Row]:
        """Write the statements down, and run them."""
        self.statements |= {one.sql: one for one in statements}
        return await self._store.write(*statements, **options)

    async def read(self, statement: Statement) -> list[Row]:
        """Write the statement down, and run it."""
        self.statements[statement.sql] = statement
        return await self._store.read(statement)


class Called:
    """A part of the ledger that knows which of its methods were called."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self.called: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self._part, name)

    @property
    def never_called(self) -> set[str]:
        """The public coroutines of the part that were not called."""
        public = inspect.getmembers(type(self._part), inspect.iscoroutinefunction)
        return {name for name, _ in public if not name.startswith("_")} - self.called


async def statements(store: Store, pass_time: Callable[[], Any]) -> list[Statement]:
    """Have the ledger do everything that it can do, and return what it ran."""
    recording = RecordingStore(store)
    ledger = Ledger(recording, ["slack"])  # type: ignore[arg-type]  # it passes the rest on
    parts = [Called(getattr(ledger, name)) for name in PARTS]
    for name, part in zip(PARTS, parts, strict=True):
        setattr(ledger, name, part)
    await _drive(ledger, pass_time)
    assert [part.never_called for part in parts] == [set()] * len(PARTS)
    return list(recording.statements.values())


PARTS = (
    "entries",
    "outbox",
    "queries",
    "prompts",
    "samples",
    "totals",
    "levels",
    "leases",
    "shards",
    "workspaces",
    "vault",
    "overview",
    "file_owners",
    "withdrawals",
)


async def _drive(ledger: Ledger, pass_time: Callable[[], Any]) -> None:
    await _one_request(ledger)
    await _other_ends(ledger)
    await _outbox(ledger, pass_time)
    await _levels(ledger)
    await _queries(ledger)
    await _prompts(ledger)
    await _workspaces(ledger)
    await _withdrawals(ledger)
    await ledger.outbox.lease(100, Sort.NEW)
    await ledger.outbox.lease(100, Sort.CHANGE)
    await ledger.seconds_until_due()
    await _shards(ledger)
    await ledger.leases.renew()
    await ledger.leases.expire_all()
    await ledger.delete_ended(365 * 24 * 3600)
    await ledger.delete_ended(365 * 24 * 3600, "slack", "T1")
    await ledger.totals.delete_old()


async def _shards(ledger: Ledger) -> None:
    shards = ledger.shards
    await shards.expire_all()
    await shards.join("discord", 4)
    await shards.check_in("discord")
    taken = await shards.take("discord", 4, range(4), 2)
    await shards.renew("discord", 4, {one.number: "heard" for one in taken})
    await shards.release("discord", 4, {one.number: "heard" for one in taken})
    await shards.may_log_in("discord", 0, 5.0)
    await shards.leave("discord")


async def _one_request(ledger: Ledger) -> None:
    entry = replace(await submitted(ledger, limits=LIMITS), task_id="t")
    await ledger.entries.record_task_id(entry, 0, card(PROGRESS, text="Making it."))
    entry = next(one for one in await lease(ledger) if one.key == entry.key)
    await ledger.entries.move(entry, State.GENERATING, after=0, card=card(PROGRESS, text="4 s"))
    entry = next(one for one in await lease(ledger) if one.key == entry.key)
    await ledger.leases.still_held(entry)
    end = {PROGRESS: None} | card(QUESTION, RESULT)
    entry = replace(entry, query="a 10 s video at 720p", cost=70.0)
    await ledger.entries.move(entry, State.COMPLETED, card=end)
    await arrive(ledger, *await outbox(ledger))


async def _other_ends(ledger: Ledger) -> None:
    await ledger.entries.amend(asked(2))
    await ledger.entries.move(await taken(ledger, asked(2)), State.REFUSED, card=results("No."))
    await ledger.entries.draft(asked(3))
    await ledger.entries.refuse(asked(3))
    await ledger.entries.poll_now(await generating(ledger, asked(4)))
    waiting = await announced(ledger, asked(5))
    await ledger.queries.queue_position(waiting)
    await ledger.queries.has_room(waiting, LIMITS)


async def _outbox(ledger: Ledger, pass_time: Callable[[], Any]) -> None:
    button = Button("Send again", Action.SEND_AGAIN, "k")
    entry = await taken(ledger, asked(6))
    said = card(PROGRESS) | {RESULT: Reply("Hm.", buttons=(button,))}
    await ledger.entries.move(entry, entry.state, after=3600, card=said)
    for one in await outbox(ledger):
        await ledger.outbox.retry_later(one, 0, maybe_sent=True)
    for one in await outbox(ledger):
        await ledger.outbox.drop(one, Barrier.GONE)
    await arrive(ledger, *await outbox(ledger))
    await ledger.outbox.retire_buttons(entry.key)
    await ledger.outbox.replace_result(entry.key, Reply("Oh."))
    await pass_time()
    await arrive(ledger, *await outbox(ledger))


async def _levels(ledger: Ledger) -> None:
    levels = ledger.levels
    notice = Notice("slack", "T1", "C1", "C1", Reply("Low."))
    await levels.record_reading(100.0)
    await levels.readings()
    await levels.last_reading()
    await levels.channels_asked_in(3600)
    await levels.ran_alone_since("k", time.time() - 60)
    state = await levels.compute_state()
    await levels.record_crossing(state, Level.LOW, 0.0, [notice], Reply("Empty."))
    await levels.notify(await levels.compute_state(), replace(notice, channel="C2"))
    await arrive(ledger, *await outbox(ledger))
    await levels.record_recovery(
        await levels.compute_state(), Level.OK, Reply("Go ahead."), lambda reply: reply
    )


async def _withdrawals(ledger: Ledger) -> None:
    withdrawals, entry = ledger.withdrawals, await announced(ledger, asked(7))
    await withdrawals.mute(entry)
    await withdrawals.cancel(entry, {PROGRESS: None} | card(RESULT))
    await withdrawals.standing_result(entry)
    await withdrawals.replace_result(entry, Reply("Hidden."))
    await withdrawals.report(entry, "U2", Notice("slack", "T1", "C9", "C9", Reply("Reported.")))
    await withdrawals.delete_result(entry, card(QUESTION))


async def _prompts(ledger: Ledger) -> None:
    who = asked(9)
    await ledger.prompts.save(who, SavedPrompt("dusk", "a lighthouse at dusk"))
    await ledger.prompts.find(who, "dusk")
    await ledger.prompts.all(who)
    await ledger.prompts.delete(who, "dusk", shared=False)
    await ledger.prompts.delete_shared("slack", "T1")


async def _queries(ledger: Ledger) -> None:
    queries, who = ledger.queries, asked(9, thread="t", reply_to="m")
    await queries.get("k")
    await queries.under_way(who)
    await queries.where_result_stands("k")
    await queries.find_by_task(who, "t")
    await queries.last_result(who)
    await queries.find_by_message(who)
    await queries.recent(who, 10)
    await queries.ping()
    await queries.backlog()
    await queries.latest(10)
    for scope in (Scope.PERSON, Scope.CHANNEL, Scope.WORKSPACE):
        await queries.usage(who, "", scope)
        await queries.used_today(who, "", scope)
        await ledger.totals.by_day(who, scope)
        await ledger.totals.most(who, scope, 5)
    await ledger.samples.durations("a boat")
    await ledger.samples.cost_ratios("a 5 s video at 720p")


async def _workspaces(ledger: Ledger) -> None:
    workspaces, vault = ledger.workspaces, ledger.vault
    await ledger.overview.workspaces(100)
    await ledger.file_owners.note(asked(), ["f1"])
    await ledger.file_owners.are_foreign(asked(), ["f1"])
    await ledger.file_owners.delete_old(60)
    await ledger.overview.credits_by_day()
    await workspaces.save(Workspace("slack", "T1"), "U1", {"language": (None, "fr")})
    await workspaces.mark("slack", "T1", Presence.PAUSED)
    await workspaces.get("slack", "T1")
    await workspaces.page("slack")
    await workspaces.paid_by("")
    await workspaces.log("slack", "T1", 10)
    await vault.keep_credentials("slack", "T1", Sealed("s", "k"))
    await vault.keep_account("a", "last", Sealed("s", "k"))
    await vault.credentials("slack", "T1")
    await vault.account("a")
    await vault.key_ids()
    for table, name, sealed in await vault.sealed_under_others("k2"):
        await vault.reseal(table, name, sealed, Sealed("s", "k2"))
    await vault.forget_credentials("slack", "T1")
    await vault.issue("token", 60)
    await vault.use("token")
    await workspaces.with_own_retention()
    await workspaces.left_for(60)
    await vault.delete_unused_accounts()
    await workspaces.forget("slack", "T1")
    await workspaces.delete("slack", "T1")
