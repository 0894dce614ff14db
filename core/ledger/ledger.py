"""The durable truth: what was asked, how far it is, and what was said about it.

Every change is a compare-and-set under a lease: it takes effect only if the row is still as its
reader knew it (`fence` counts the leases). So it does no harm when two look at the same row.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import uuid4

from core.conversation import Request
from core.ledger.history import History
from core.ledger.rows import ASSETS, FILES, REPLY, REQUEST, Delivery, Entry, Say, State
from core.ledger.schema import MIGRATIONS
from core.ledger.store import Row, Statement, Store
from core.models import Asset

# Seconds that a lease lasts without being renewed: a dead process's work is taken over then.
LEASE = 10.0
# Seconds that a note may take: Slack and Discord want their answer after 3.
BEFORE_ANSWER = 2.0
# Seconds to the next look where others may have added work, and died before they could say so.
UNTOLD = 5.0

_SKIP_LOCKED = "FOR UPDATE SKIP LOCKED"
# What is new is said in order; a change waits only for what it changes.
_FIRST_IN_LINE = """d.due IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM deliveries AS e
    WHERE e.request = d.request AND e.due IS NOT NULL AND (e.what = d.edits
        OR d.edits IS NULL AND e.edits IS NULL AND e.position < d.position))"""


@dataclass(frozen=True)
class Room:
    """How many tasks may run at once: of a person, of a workspace, and overall."""

    person: int
    workspace: int
    overall: int


class Ledger(History):
    """The ledger as one process sees it: it takes the work of its own platforms only."""

    def __init__(self, store: Store, platforms: Iterable[str]) -> None:
        super().__init__(store)
        # Unlike any other process's, also unlike its own of before a restart.
        self._owner = uuid4().hex
        names = ", ".join(f"'{name}'" for name in platforms)
        self._ours = f"platform IN ({names})"
        self._held: dict[tuple[str, int], Statement] = {}

    async def open(self) -> None:
        """Bring the schema up to date; where nobody else can be, end the leases of the dead."""
        await self._store.migrate(MIGRATIONS)
        if not self._store.shared:
            for table in ("requests", "deliveries"):
                await self._write(
                    f"UPDATE {table} SET lease = NULL WHERE lease IS NOT NULL RETURNING 1"
                )

    def on_wake(self, callback: Callable[[], None]) -> None:
        """Call back when another process has added work."""
        self._store.on_wake(callback)

    # What was asked

    async def claim(self, request: Request, after: float = 0.0) -> bool:
        """Note a request, to be looked at in `after` seconds. False if its key is known."""
        new = await self._write(  # run again, it knows its own row by the owner
            """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                   thread, state, due, created, owner)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'received', clock() + $9, clock(), $10)
               ON CONFLICT (key) DO UPDATE SET owner = excluded.owner
                   WHERE requests.owner = excluded.owner
               RETURNING key""",
            request.key,
            request.platform,
            request.workspace,
            request.channel,
            request.person,
            REQUEST.dump_json(request).decode(),
            request.address,
            request.thread,
            after,
            uuid4().hex,
            patience=BEFORE_ANSWER,
        )
        self._store.wake_others()
        return bool(new)

    async def draft(self, request: Request) -> None:
        """Note a request that is not to be worked on: what a form was opened with."""
        await self._write(
            """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                   thread, state, created)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', clock())
               ON CONFLICT (key) DO NOTHING RETURNING key""",
            request.key,
            request.platform,
            request.workspace,
            request.channel,
            request.person,
            REQUEST.dump_json(request).decode(),
            request.address,
            request.thread,
            patience=BEFORE_ANSWER,
        )

    async def amend(self, request: Request) -> None:
        """Take a request as it is told now, unless somebody has looked at it."""
        await self._write(
            """UPDATE requests SET body = $2, due = clock()
               WHERE key = $1 AND fence = 0 AND state = 'received' RETURNING key""",
            request.key,
            REQUEST.dump_json(request).decode(),
            patience=BEFORE_ANSWER,
        )

    async def lease(self, limit: int) -> list[Entry]:
        """Take up to `limit` requests that are due, the longest due first."""
        rows = await self._write(
            f"""WITH ripe AS (
                    SELECT key FROM requests
                    WHERE {self._ours} AND due <= clock() AND (lease IS NULL OR lease < clock())
                    ORDER BY due LIMIT $2 {self._skip_locked})
                UPDATE requests SET owner = $1, lease = clock() + {LEASE}, fence = fence + 1
                WHERE key IN (SELECT key FROM ripe)
                RETURNING *, clock() AS now""",
            self._owner,
            limit,
        )
        entries = [Entry.of(row) for row in rows]
        for entry in entries:
            self._hold(entry, "requests", "key = $1 AND fence = $2", entry.key, entry.fence)
        return entries

    async def submit(
        self,
        entry: Entry,
        query: str,
        files: tuple[str, ...],
        room: Room,
        say: Iterable[Say] = (),
    ) -> Entry | None:
        """Note, before Neocu is asked, that it will be. None if there is no room for it now."""
        running = "SELECT count(*) FROM requests WHERE state IN ('submitting', 'generating')"
        who = entry.request
        rows = await self._write(
            f"""UPDATE requests
                SET state = 'submitting', query = $3, files = $4, submitted = clock(), due = clock()
                WHERE key = $1 AND fence = $2 AND (state = 'submitting' OR state = 'received'
                  AND ({running}) < $5
                  AND ({running} AND platform = $6 AND workspace = $7) < $8
                  AND ({running} AND platform = $6 AND workspace = $7 AND person = $9) < $10)
                RETURNING *, clock() AS now""",
            entry.key,
            entry.fence,
            query,
            FILES.dump_json(files).decode(),
            room.overall,
            who.platform,
            who.workspace,
            room.workspace,
            who.person,
            room.person,
            then=self._sayings(entry.key, say),
            lock="room",
        )
        return Entry.of(rows[0]) if rows else None

    async def accepted(self, entry: Entry, task_id: str, after: float, say: Iterable[Say]) -> bool:
        """Note the task ID, to be looked at in `after` seconds.

        It is noted also where the request was given up as unknown meanwhile: late, but true.
        """
        return bool(
            await self._write(
                """UPDATE requests
                   SET state = 'generating', task_id = $3, tries = 0, due = clock() + $4,
                       lease = NULL, ended = NULL
                   WHERE key = $1 AND fence >= $2 AND state IN ('submitting', 'unknown')
                   RETURNING key""",
                entry.key,
                entry.fence,
                task_id,
                after,
                then=self._sayings(entry.key, say),
            )
        )

    async def move(
        self,
        entry: Entry,
        to: State,
        *,
        after: float | None = None,
        say: Iterable[Say] = (),
        tries: int = 0,
        assets: tuple[Asset, ...] = (),
    ) -> bool:
        """Note how far the request is, and what is to be said about it, in one stroke.

        It is looked at again in `after` seconds; None ends it. False if it has moved on without us.
        """
        room = Statement(  # who waits for room, having been looked at, may try now
            f"""WITH waiting AS (
                    SELECT key FROM requests WHERE state = 'received' AND tries = 0
                    AND fence > 0 AND due > clock() ORDER BY created LIMIT 20 {self._skip_locked})
                UPDATE requests SET due = clock() WHERE key IN (SELECT key FROM waiting)"""
        )
        moved = await self._write(
            """UPDATE requests SET state = $3, due = clock() + $4, tries = $5, assets = $6,
                   lease = NULL, ended = CASE WHEN $4 IS NULL THEN clock() END
               WHERE key = $1 AND fence = $2 AND state = $7 RETURNING key""",
            entry.key,
            entry.fence,
            to,
            after,
            tries,
            ASSETS.dump_json(assets or entry.assets, by_alias=False).decode(),
            entry.state,
            then=[*self._sayings(entry.key, say), *([room] if to != entry.state else [])],
        )
        if to != entry.state:
            self._store.wake_others()
        return bool(moved)

    # What is said

    async def outbox(self, limit: int) -> list[Delivery]:
        """Take up to `limit` replies that are due; of each request, only the first in line."""
        rows = await self._write(
            f"""WITH ripe AS (
                    SELECT d.request, d.what FROM deliveries AS d
                    WHERE {self._ours} AND d.due <= clock()
                    AND (d.lease IS NULL OR d.lease < clock()) AND {_FIRST_IN_LINE}
                    ORDER BY d.due LIMIT $2 {self._skip_locked})
                UPDATE deliveries SET owner = $1, lease = clock() + {LEASE}, fence = fence + 1,
                    tries = tries + 1,
                    state = CASE state WHEN 'pending' THEN 'sending' ELSE 'again' END
                WHERE (request, what) IN (SELECT request, what FROM ripe)
                RETURNING *,
                    (SELECT address FROM requests WHERE key = deliveries.request) AS address,
                    (SELECT m.message_id FROM deliveries AS m WHERE m.request = deliveries.request
                     AND m.what = deliveries.edits) AS edited""",
            self._owner,
            limit,
        )
        deliveries = [Delivery.of(row) for row in rows]
        for one in deliveries:
            where = "request = $1 AND what = $2 AND fence = $3"
            self._hold(one, "deliveries", where, one.request, one.what, one.fence)
        return deliveries

    async def sent(
        self, delivery: Delivery, message_id: str, address: str = "", thread: str = ""
    ) -> None:
        """Note that a reply has arrived, and where the next one goes."""
        moved = Statement(
            """UPDATE requests SET address = COALESCE(NULLIF($2, ''), address),
                   thread = COALESCE(NULLIF($3, ''), thread) WHERE key = $1""",
            (delivery.request, address, thread),
        )
        await self._close(delivery, "sent", None, message_id, then=[moved])

    async def not_sent(self, delivery: Delivery, after: float, *, maybe: bool) -> None:
        """Note that a reply is to be tried again in `after` seconds; `maybe` it has arrived."""
        await self._close(delivery, "again" if maybe else "pending", after)

    async def dropped(self, delivery: Delivery) -> None:
        """Note that a reply can't be delivered, now or later."""
        await self._close(delivery, "dropped", None)

    # Who looks, and when

    async def renew(self) -> None:
        """Keep what this process is at from being taken over."""
        await asyncio.gather(*(self._store.write(held) for held in self._held.values()))

    def let_go(self, one: Entry | Delivery) -> None:
        """Renew a lease no longer: its step has ended, well or badly."""
        self._held.pop((one.key, one.fence), None)

    async def idle(self) -> float | None:
        """Return the seconds until something is due (0 or less: now), None if nothing is."""
        later = "CASE WHEN lease > due THEN lease ELSE due END"
        rows = await self._store.read(
            Statement(
                f"""SELECT min(at) - clock() AS seconds FROM (
                        SELECT min({later}) AS at FROM requests
                        WHERE {self._ours} AND due IS NOT NULL
                        UNION ALL
                        SELECT min({later}) AS at FROM deliveries AS d
                        WHERE {self._ours} AND {_FIRST_IN_LINE}
                    ) AS soonest"""
            )
        )
        seconds: float | None = rows[0]["seconds"]
        if self._store.shared:
            return UNTOLD if seconds is None else min(UNTOLD, seconds)
        return seconds

    async def look_now(self, entry: Entry) -> None:
        """Have a request looked at now."""
        await self._write(
            "UPDATE requests SET due = clock() WHERE key = $1 AND due IS NOT NULL RETURNING key",
            entry.key,
        )

    # How it is written

    async def _close(
        self,
        delivery: Delivery,
        state: str,
        after: float | None,
        message_id: str | None = None,
        then: Iterable[Statement] = (),
    ) -> None:
        await self._write(
            """UPDATE deliveries SET state = $4, due = clock() + $5, message_id = $6, lease = NULL,
                   sent = CASE WHEN $5 IS NULL THEN clock() END
               WHERE request = $1 AND what = $2 AND fence = $3 RETURNING what""",
            delivery.request,
            delivery.what,
            delivery.fence,
            state,
            after,
            message_id,
            then=then,
        )

    def _sayings(self, key: str, say: Iterable[Say]) -> list[Statement]:
        return [
            Statement(
                """INSERT INTO deliveries
                       (request, what, position, platform, reply, edits, state, due, created)
                   SELECT $1, $2,
                       (SELECT COALESCE(max(position), 0) + 1 FROM deliveries WHERE request = $1),
                       platform, $3, $4, 'pending', clock(), clock()
                   FROM requests WHERE key = $1
                   ON CONFLICT (request, what) DO UPDATE
                   SET reply = excluded.reply, state = 'pending', due = clock(),
                       fence = deliveries.fence + 1
                   WHERE excluded.edits IS NOT NULL AND excluded.reply <> deliveries.reply""",
                (key, said.what, REPLY.dump_json(said.reply).decode(), said.edits or None),
            )
            for said in say
        ]

    def _hold(self, one: Entry | Delivery, table: str, where: str, *args: object) -> None:
        sql = f"""UPDATE {table} SET lease = clock() + {LEASE}
                  WHERE {where} AND lease IS NOT NULL RETURNING 1"""
        self._held[one.key, one.fence] = Statement(sql, args)

    async def _write(
        self,
        sql: str,
        *args: object,
        then: Iterable[Statement] = (),
        lock: str = "",
        patience: float | None = None,
    ) -> list[Row]:
        return await self._store.write(Statement(sql, args), *then, lock=lock, patience=patience)

    @property
    def _skip_locked(self) -> str:
        return _SKIP_LOCKED if self._store.shared else ""
