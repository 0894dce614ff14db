"""The requests and their states: every change is a compare-and-set under a lease."""

from collections.abc import Collection, Sequence
from uuid import uuid4

from core.ledger import file_owners, samples, totals
from core.ledger.admission import RUNNING_STATES, within_limits
from core.ledger.codec import ASSETS, FILES, REQUEST, decode_all, decode_entry
from core.ledger.deadlines import ACK_DEADLINE_SECONDS, REFUSAL_DEADLINE_SECONDS
from core.ledger.leases import LEASE_SECONDS, SET_ASIDE_SECONDS, Leases
from core.ledger.outbox import enqueue
from core.ledger.room import wake_queued
from core.ledger.stores.base import LedgerError, Row, Statement, Store
from core.records import Card, Entry, Limit, Scope, State
from core.request import Request

# How long a write may take before an acknowledgement: Slack and Discord want theirs within 3 s.


class Entries:
    """The requests."""

    def __init__(self, store: Store, leases: Leases) -> None:
        self._store = store
        self._leases = leases
        self.unreadable = 0  # rows that were set aside since the start

    async def note(
        self, request: Request, after: float = 0.0, within: float = ACK_DEADLINE_SECONDS
    ) -> bool:
        """Store a request, due in `after` seconds. False if its key is known already.

        An unreachable database is retried for `within` seconds.
        """
        new = await self._insert(request, State.RECEIVED, after, within)
        self._store.notify_others()
        return new

    async def draft(self, request: Request) -> None:
        """Store a request that is never due: what a form was opened with."""
        await self._insert(request, State.DRAFT, None, ACK_DEADLINE_SECONDS)

    async def _insert(
        self, request: Request, state: State, after: float | None, deadline: float
    ) -> bool:
        # A write may be run again: by the owner, new for each call, it recognizes its own row.
        sql = """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                     thread, state, due, created, owner, in_private, ended)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock() + $10, clock(), $11, $12,
                     CASE $9 WHEN 'draft' THEN clock() END)
                 ON CONFLICT (key) DO UPDATE SET owner = excluded.owner
                     WHERE requests.owner = excluded.owner
                 RETURNING key"""
        args = (
            request.key,
            request.platform,
            request.workspace,
            request.channel,
            request.person,
            REQUEST.dump_json(request).decode(),
            request.address,
            request.thread,
            state,
            after,
            uuid4().hex,
            int(request.in_private),
        )
        return bool(await self._store.write(Statement(sql, args), deadline=deadline))

    async def amend(self, request: Request, within: float = ACK_DEADLINE_SECONDS) -> None:
        """Replace the stored request by a fuller event's, unless it has been leased already."""
        await self._store.write(
            Statement(
                """UPDATE requests SET body = $2, due = clock()
                   WHERE key = $1 AND fence = 0 AND state = 'received' RETURNING key""",
                (request.key, REQUEST.dump_json(request).decode()),
            ),
            deadline=within,
        )

    async def refuse(self, request: Request) -> bool:
        """Have a request never taken, by any process. False if one has begun with it.

        Its note may have failed in a way that leaves open whether it is there: it is void then.
        Raises LedgerError where that can't be written, and so can't be known.
        """
        sql = """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                     thread, state, created, ended)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'refused', clock(), clock())
                 ON CONFLICT (key) DO UPDATE SET state = 'refused', due = NULL, ended = clock()
                     WHERE requests.state = 'refused'
                     OR requests.state = 'received' AND requests.fence = 0
                 RETURNING key"""
        args = (
            request.key,
            request.platform,
            request.workspace,
            request.channel,
            request.person,
            REQUEST.dump_json(request).decode(),
            request.address,
            request.thread,
        )
        try:
            return bool(
                await self._store.write(Statement(sql, args), deadline=REFUSAL_DEADLINE_SECONDS)
            )
        except LedgerError:
            if self._store.shared:
                raise
            return True  # what can't be written to a file surely is not there

    async def lease(self, limit: int, states: Collection[State]) -> list[Entry]:
        """Lease up to `limit` requests of these states that are due, the longest due first."""
        among = ", ".join(f"'{state}'" for state in states)
        not_held, args = self._leases.not_held("key", 3)
        rows = await self._store.write(
            Statement(
                f"""WITH ready AS (
                        SELECT key FROM requests
                        WHERE {self._leases.own_platforms} AND state IN ({among})
                        AND due <= clock() AND (lease IS NULL OR lease < clock(){not_held})
                        ORDER BY due LIMIT $2 {self._leases.skip_locked})
                    UPDATE requests SET owner = $1, lease = clock() + {LEASE_SECONDS},
                        fence = fence + 1
                    WHERE key IN (SELECT key FROM ready)
                    RETURNING *, clock() AS now""",
                (self._leases.owner, limit, *args),
            )
        )
        rows.sort(key=lambda row: row["due"])
        entries, unreadable = decode_all(rows, decode_entry)
        for one in entries:
            self._leases.keep(one, "requests", "key = $1 AND fence = $2", one.key, one.fence)
        for row in unreadable:
            await self._set_aside(row)
        return entries

    async def _set_aside(self, row: Row) -> None:
        """Have a row that this version can't read looked at later: a newer one may run then."""
        self.unreadable += 1
        await self._store.write(
            Statement(
                f"""UPDATE requests SET due = clock() + {SET_ASIDE_SECONDS}, lease = NULL
                    WHERE key = $1 AND fence = $2 RETURNING 1""",
                (row["key"], row["fence"]),
            )
        )

    async def announce(self, entry: Entry, card: Card, within: float) -> bool:
        """Record what is to be made, and have the first message of its answer sent.

        When that has arrived the request is announced; if it has not `within` so many seconds,
        the request is due. False if another process has moved it on.
        """
        rows = await self._store.write(
            Statement(
                """UPDATE requests SET state = 'announcing', query = $3, files = $4, credits = $5,
                       due = clock() + $6, account = $7, parent = NULLIF($8, ''), tries = 0,
                       lease = NULL
                   WHERE key = $1 AND fence = $2 AND state = 'received' RETURNING key""",
                (
                    *(*self._row(entry), entry.query, _files(entry)),
                    *(entry.credits, within, entry.account, entry.parent),
                ),
            ),
            *enqueue(entry.key, card),
        )
        return bool(rows)

    async def submit(self, entry: Entry, limits: Sequence[Limit]) -> Entry | None:
        """Record, before Neocu is called, that it will be. None if a limit forbids it now."""
        allowed, limit_args = within_limits(limits, entry, first=3)
        rows = await self._store.write(
            Statement(
                f"""UPDATE requests SET state = 'submitting', submitted = clock(), due = clock()
                    WHERE key = $1 AND fence = $2
                    AND (state = 'submitting' OR state = 'announced'{allowed})
                    RETURNING *, clock() AS now""",
                (*self._row(entry), *limit_args),
            ),
            lock=_lock(entry, limits),
        )
        return decode_entry(rows[0]) if rows else None

    async def record_task_id(self, entry: Entry, after: float, card: Card) -> bool:
        """Record the task ID; the first poll is due in `after` seconds.

        It is recorded even if the request was ended as unknown meanwhile: late, but true.
        """
        rows = await self._store.write(
            Statement(
                """UPDATE requests
                   SET state = 'generating', task_id = $3, tries = 0, due = clock() + $4,
                       lease = NULL, ended = NULL,
                       answer = CASE state WHEN 'unknown' THEN answer + 1 ELSE answer END
                   WHERE key = $1 AND fence >= $2 AND state IN ('submitting', 'unknown')
                   RETURNING key""",
                (*self._row(entry), entry.task_id, after),
            ),
            *enqueue(entry.key, card),
        )
        return bool(rows)

    async def move(
        self,
        entry: Entry,
        to: State,
        *,
        after: float | None = None,
        card: Card | None = None,
        tries: int = 0,
        address: str = "",
    ) -> bool:
        """Change the state, and what should stand of the request, in one transaction.

        The request is due again in `after` seconds; None ends it. What is new is said at the
        `address`, where one is given. False if the fence or the state is no longer the entry's:
        another process has moved it on, and nothing is written.
        """
        changed = to != entry.state
        assets = ASSETS.dump_json(entry.assets, by_alias=False).decode()
        moved = await self._store.write(
            Statement(
                """UPDATE requests SET state = $3, due = clock() + $4, tries = $5, assets = $6,
                       cost = $7, address = COALESCE(NULLIF($8, ''), address),
                       query = NULLIF($9, ''), files = $10, account = $12,
                       parent = NULLIF($13, ''), lease = NULL, failing_since =
                           CASE WHEN CAST($5 AS BIGINT) > 0
                           THEN COALESCE(failing_since, clock()) END,
                       ended = CASE WHEN $4 IS NULL THEN clock() END
                   WHERE key = $1 AND fence = $2 AND state = $11 RETURNING key""",
                (
                    *self._row(entry),
                    *(to, after, tries, assets, entry.cost),
                    *(address, entry.query, _files(entry), entry.state, entry.account),
                    entry.parent,
                ),
            ),
            *enqueue(entry.key, card or {}),
            *(
                [wake_queued(self._leases.skip_locked)]
                if changed and entry.state in RUNNING_STATES
                else []
            ),
            *(samples.record(entry) if to is State.COMPLETED else []),
            *(file_owners.record(entry) if to is State.COMPLETED else []),
            *(totals.record(entry, to) if changed else []),
        )
        if changed:
            self._store.notify_others()
        return bool(moved)

    @staticmethod
    def _row(entry: Entry) -> tuple[object, ...]:
        return entry.key, entry.fence

    async def poll_now(self, entry: Entry) -> None:
        """Make a request due now, unless it has ended."""
        await self._store.write(
            Statement(
                """UPDATE requests SET due = clock()
                   WHERE key = $1 AND due IS NOT NULL RETURNING key""",
                (entry.key,),
            )
        )


def _files(entry: Entry) -> str:
    return FILES.dump_json(entry.files).decode()


def _lock(entry: Entry, limits: Sequence[Limit]) -> str:
    """Return which requests are checked one after another: those that share a limit."""
    if any(limit.scope is Scope.EVERYBODY for limit in limits):
        return "limits"
    return f"limits {entry.request.platform} {entry.request.workspace}"
