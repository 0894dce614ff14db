"""Reads: one request, a person's, a thread's, and statistics. Nothing here changes a row."""

import asyncio

from core.conversation import Request
from core.ledger.admission import IN_LAST_DAY, in_scope
from core.ledger.codec import decode_entry
from core.ledger.stores.base import Statement, Store
from core.records import Backlog, Entry, Scope

# Where counting what has ended takes long, it rests for so many times as long.
LONG_COUNT_SECONDS = 0.01
COUNT_REST_FACTOR = 100


class Queries:
    """The ledger's reads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended_counts: dict[str, int] = {}
        self._count_again_at = 0.0

    async def get(self, key: str) -> Entry | None:
        """Return a request by its key."""
        rows = await self._store.read(
            Statement("SELECT *, clock() AS now FROM requests WHERE key = $1", (key,))
        )
        return decode_entry(rows[0]) if rows else None

    async def find_by_task(self, request: Request, task_id: str) -> Entry | None:
        """Return a task's request, if it was made in the same workspace as `request`."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE task_id = $1 AND platform = $2 AND workspace = $3""",
                (task_id, request.platform, request.workspace),
            )
        )
        return decode_entry(rows[0]) if rows else None

    async def last_result(self, request: Request) -> Entry | None:
        """Return the latest request of the same thread that has results."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE platform = $1 AND workspace = $2 AND thread = $3
                   AND state = 'completed' AND assets <> '[]' ORDER BY ended DESC LIMIT 1""",
                (request.platform, request.workspace, request.thread),
            )
        )
        return decode_entry(rows[0]) if rows else None

    async def find_by_message(self, request: Request) -> Entry | None:
        """Return the request that the message replied to belongs to, in the same workspace."""
        rows = await self._store.read(
            Statement(
                """SELECT r.*, clock() AS now
                   FROM deliveries AS d JOIN requests AS r ON r.key = d.request
                   WHERE d.message_id = $1 AND r.platform = $2 AND r.workspace = $3""",
                (request.reply_to, request.platform, request.workspace),
            )
        )
        return decode_entry(rows[0]) if rows else None

    async def queue_position(self, entry: Entry) -> int:
        """Return the place in line, from 1, of a request that waits for room."""
        rows = await self._store.read(
            Statement(
                """SELECT count(*) AS ahead FROM requests
                   WHERE due IS NOT NULL AND state = 'announced' AND created < $1""",
                (entry.created,),
            )
        )
        return int(rows[0]["ahead"]) + 1

    async def recent(self, request: Request, limit: int) -> list[Entry]:
        """Return the latest requests of the same person that were meant for Neocu, newest first."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE platform = $1 AND workspace = $2 AND person = $3 AND query IS NOT NULL
                   ORDER BY created DESC LIMIT $4""",
                (request.platform, request.workspace, request.person, limit),
            )
        )
        return [decode_entry(row) for row in rows]

    async def ping(self) -> None:
        """Return if the ledger can be read. Raises LedgerError."""
        await self._store.read(Statement("SELECT 1"))

    async def backlog(self) -> Backlog:
        """Return what is to be done: its cost does not grow with what has been done."""
        due = await self._store.read(
            Statement(
                "SELECT count(*) AS n, clock() - min(due) AS age FROM deliveries "
                "WHERE due <= clock()"
            )
        )
        return Backlog(
            deliveries=due[0]["n"],
            oldest_seconds=due[0]["age"] or 0.0,
            requests=await self._counts("due IS NOT NULL"),
        )

    async def counts(self) -> dict[str, int]:
        """Return how many requests there are in each state; of those that ended, a while ago."""
        counts = await self._counts("due IS NOT NULL")
        loop = asyncio.get_running_loop()
        if (began := loop.time()) >= self._count_again_at:
            self._ended_counts = await self._counts("ended IS NOT NULL")
            took = loop.time() - began
            if took > LONG_COUNT_SECONDS:
                self._count_again_at = loop.time() + COUNT_REST_FACTOR * took
        return dict(sorted((self._ended_counts | counts).items()))

    async def _counts(self, condition: str) -> dict[str, int]:
        sql = f"SELECT state, count(*) AS n FROM requests WHERE {condition} GROUP BY state"
        return {row["state"]: row["n"] for row in await self._store.read(Statement(sql))}

    async def usage(self, request: Request, scope: Scope) -> tuple[int, float]:
        """Return how many requests, and credits, count for a daily limit now."""
        condition, args = in_scope(scope, request, 1)
        rows = await self._store.read(
            Statement(
                f"""SELECT count(*) AS requests, COALESCE(sum(credits), 0) AS credits
                    FROM requests WHERE {IN_LAST_DAY}{condition}""",
                tuple(args),
            )
        )
        return rows[0]["requests"], rows[0]["credits"]

    async def used_today(self, request: Request, scope: Scope) -> list[tuple[float, float]]:
        """Return the requests that count for a daily limit, oldest first: (age in s, credits)."""
        condition, args = in_scope(scope, request, 1)
        rows = await self._store.read(
            Statement(
                f"""SELECT clock() - submitted AS age, credits FROM requests
                    WHERE {IN_LAST_DAY}{condition} ORDER BY submitted""",
                tuple(args),
            )
        )
        return [(row["age"], row["credits"]) for row in rows]

    async def latest(self, limit: int) -> list[Entry]:
        """Return the latest requests, newest first, without notices and drafts."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests WHERE state NOT IN ('notice', 'draft')
                   ORDER BY created DESC LIMIT $1""",
                (limit,),
            )
        )
        return [decode_entry(row) for row in rows]
