"""Reads: one request, a person's, a thread's, and statistics. Nothing here changes a row."""

from collections.abc import Sequence

from core.ledger.admission import IN_LAST_DAY, in_scope, within_limits
from core.ledger.codec import decode_all, decode_entry
from core.ledger.stores.base import Row, Statement, Store
from core.records import Backlog, Entry, Limit, Scope
from core.request import Request


class Queries:
    """The ledger's reads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, key: str) -> Entry | None:
        """Return a request by its key."""
        rows = await self._store.read(
            Statement("SELECT *, clock() AS now FROM requests WHERE key = $1", (key,))
        )
        return _first(rows)

    async def find_by_task(self, request: Request, task_id: str) -> Entry | None:
        """Return a task's request, if it was made in the same workspace as `request`."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE task_id = $1 AND platform = $2 AND workspace = $3""",
                (task_id, request.platform, request.workspace),
            )
        )
        return _first(rows)

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
        return _first(rows)

    async def under_way(self, request: Request) -> list[str]:
        """Return the keys of what has not ended in the same thread, the oldest first."""
        rows = await self._store.read(
            Statement(
                """SELECT key FROM requests
                   WHERE due IS NOT NULL AND state IN ('received', 'announcing', 'announced',
                       'submitting', 'generating', 'stale')
                   AND platform = $1 AND workspace = $2 AND thread = $3 ORDER BY created""",
                (request.platform, request.workspace, request.thread),
            )
        )
        return [row["key"] for row in rows]

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
        return _first(rows)

    async def where_result_stands(self, key: str) -> tuple[str, str] | None:
        """Return the address and the ID of the message that shows a result, None for none."""
        rows = await self._store.read(
            Statement(
                """SELECT address, message_id FROM deliveries
                   WHERE request = $1 AND slot = 'result' AND withdrawn = 0
                   AND message_id <> '' AND address IS NOT NULL ORDER BY number DESC LIMIT 1""",
                (key,),
            )
        )
        return (rows[0]["address"], rows[0]["message_id"]) if rows else None

    async def queue_position(self, entry: Entry) -> int:
        """Return the place, from 1, of a request in its workspace's line for room."""
        rows = await self._store.read(
            Statement(
                """SELECT count(*) AS ahead FROM requests
                   WHERE due IS NOT NULL AND state = 'announced' AND created < $1
                   AND platform = $2 AND workspace = $3""",
                (entry.created, entry.request.platform, entry.request.workspace),
            )
        )
        return int(rows[0]["ahead"]) + 1

    async def has_room(self, entry: Entry, limits: Sequence[Limit]) -> bool:
        """Whether no limit stands against a request now."""
        allowed, args = within_limits(limits, entry, first=1)
        return bool(await self._store.read(Statement(f"SELECT 1 WHERE TRUE{allowed}", tuple(args))))

    async def recent(self, request: Request, limit: int, skip: int = 0) -> list[Entry]:
        """Return the latest requests of the same person that were meant for Neocu, newest first.

        So many of the newest are skipped.
        Where others may read along, nothing is told that was asked in private.
        """
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE platform = $1 AND workspace = $2 AND person = $3 AND query IS NOT NULL
                   AND in_private <= $5 ORDER BY created DESC LIMIT $4 OFFSET $6""",
                (
                    *(request.platform, request.workspace, request.person, limit),
                    *(int(request.in_private), skip),
                ),
            )
        )
        return decode_all(rows, decode_entry)[0]

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
        states = await self._store.read(
            Statement(
                "SELECT state, count(*) AS n FROM requests WHERE due IS NOT NULL GROUP BY state"
            )
        )
        return Backlog(
            deliveries=due[0]["n"],
            oldest_seconds=due[0]["age"] or 0.0,
            requests={row["state"]: row["n"] for row in states},
        )

    async def usage(self, who: Request, account: str, scope: Scope) -> tuple[int, float]:
        """Return how many requests, and credits, count for a daily limit now."""
        condition, args = in_scope(scope, who, account, 1)
        rows = await self._store.read(
            Statement(
                f"""SELECT count(*) AS requests, COALESCE(sum(credits), 0) AS credits
                    FROM requests WHERE {IN_LAST_DAY}{condition}""",
                tuple(args),
            )
        )
        return rows[0]["requests"], rows[0]["credits"]

    async def used_today(
        self, who: Request, account: str, scope: Scope
    ) -> list[tuple[float, float]]:
        """Return the requests that count for a daily limit, oldest first: (age in s, credits)."""
        condition, args = in_scope(scope, who, account, 1)
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
        return decode_all(rows, decode_entry)[0]


def _first(rows: Sequence[Row]) -> Entry | None:
    entries, _ = decode_all(rows, decode_entry)
    return entries[0] if entries else None
