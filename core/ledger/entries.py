"""What was asked, and how far it is: every change a compare-and-set under a lease."""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from core.conversation import Request
from core.intent import Generate
from core.ledger.admission import room
from core.ledger.codec import ASSETS, FILES, REQUEST, decode_entry
from core.ledger.leases import LEASE, Leases, sayings
from core.ledger.stores.base import Statement
from core.records import Entry, Limit, Say, State

# Seconds that a note may take: Slack and Discord want their answer after 3.
BEFORE_ANSWER = 2.0
UNHURRIED = 30.0  # where they don't
# Somebody who waits for room, having been looked at, may try now; so many at a time.
WAITING = 20


class Requests(Leases):
    """The requests."""

    async def claim(
        self, request: Request, after: float = 0.0, within: float = BEFORE_ANSWER
    ) -> bool:
        """Note a request, to be looked at in `after` seconds. False if its key is known.

        A database that is away is waited for, `within` so many seconds.
        """
        new = await self._note(request, State.RECEIVED, after, within)
        self._store.wake_others()
        return new

    async def draft(self, request: Request) -> None:
        """Note a request that is not to be worked on: what a form was opened with."""
        await self._note(request, State.DRAFT, None, BEFORE_ANSWER)

    async def _note(
        self, request: Request, state: State, after: float | None, within: float
    ) -> bool:
        return bool(
            await self._write(  # run again, it knows its own row by the owner
                """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                       thread, state, due, created, owner)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock() + $10, clock(), $11)
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
                state,
                after,
                uuid4().hex,
                patience=within,
            )
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
        entries = [decode_entry(row) for row in rows]
        for entry in entries:
            self._hold(entry, "requests", "key = $1 AND fence = $2", entry.key, entry.fence)
        return entries

    async def submit(
        self,
        entry: Entry,
        wanted: Generate,
        credits: float,
        limits: Sequence[Limit],
        say: Iterable[Say] = (),
    ) -> Entry | None:
        """Note, before Neocu is asked, that it will be. None if a limit leaves no room for it."""
        has_room, args = room(limits, entry.request, credits, first=6)
        rows = await self._write(
            f"""UPDATE requests SET state = 'submitting', query = $3, files = $4, credits = $5,
                    submitted = clock(), due = clock()
                WHERE key = $1 AND fence = $2
                AND (state = 'submitting' OR state = 'received'{has_room})
                RETURNING *, clock() AS now""",
            entry.key,
            entry.fence,
            wanted.query,
            FILES.dump_json(wanted.files).decode(),
            credits,
            *args,
            then=sayings(entry.key, say),
            lock="room",
        )
        return decode_entry(rows[0]) if rows else None

    async def hold_back(self, entry: Entry, wanted: Generate, say: Iterable[Say]) -> None:
        """Note that a request waits for a person's consent, and ask for it."""
        await self._write(
            """UPDATE requests SET state = 'confirming', query = $3, files = $4, due = NULL,
                   lease = NULL, ended = clock()
               WHERE key = $1 AND fence = $2 AND state = 'received' RETURNING key""",
            entry.key,
            entry.fence,
            wanted.query,
            FILES.dump_json(wanted.files).decode(),
            then=sayings(entry.key, say),
        )

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
                then=sayings(entry.key, say),
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
    ) -> bool:
        """Note how far the request is, and what is to be said about it, in one stroke.

        It is looked at again in `after` seconds; None ends it. False if it has moved on without us.
        """
        next_in_line = Statement(  # who waits for room, having been looked at, may try now
            f"""WITH waiting AS (
                    SELECT key FROM requests WHERE state = 'received' AND tries = 0
                    AND fence > 0 AND due > clock()
                    ORDER BY created LIMIT {WAITING} {self._skip_locked})
                UPDATE requests SET due = clock() WHERE key IN (SELECT key FROM waiting)"""
        )
        moved = await self._write(
            """UPDATE requests SET state = $3, due = clock() + $4, tries = $5, assets = $6,
                   cost = $7, lease = NULL, ended = CASE WHEN $4 IS NULL THEN clock() END
               WHERE key = $1 AND fence = $2 AND state = $8 RETURNING key""",
            entry.key,
            entry.fence,
            to,
            after,
            tries,
            ASSETS.dump_json(entry.assets, by_alias=False).decode(),
            entry.cost,
            entry.state,
            then=[*sayings(entry.key, say), *([next_in_line] if to != entry.state else [])],
        )
        if to != entry.state:
            self._store.wake_others()
        return bool(moved)

    async def look_now(self, entry: Entry) -> None:
        """Have a request looked at now."""
        await self._write(
            "UPDATE requests SET due = clock() WHERE key = $1 AND due IS NOT NULL RETURNING key",
            entry.key,
        )
