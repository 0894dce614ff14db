"""What the ledger tells: a request, a person's own, a thread's, and figures. It changes nothing."""

from core.conversation import Request
from core.ledger.admission import COUNTED, DAY, same
from core.ledger.codec import decode_entry
from core.ledger.stores.base import Statement, Store
from core.records import Entry, Scope


class History:
    """The ledger's reads."""

    _store: Store

    async def get(self, key: str) -> Entry | None:
        """Return a request by its key."""
        rows = await self._store.read(
            Statement("SELECT *, clock() AS now FROM requests WHERE key = $1", (key,))
        )
        return decode_entry(rows[0]) if rows else None

    async def find(self, about: Request, task_id: str) -> Entry | None:
        """Return a task's request, if it was asked in the same workspace as `about`."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE task_id = $1 AND platform = $2 AND workspace = $3""",
                (task_id, about.platform, about.workspace),
            )
        )
        return decode_entry(rows[0]) if rows else None

    async def last_result(self, about: Request) -> Entry | None:
        """Return the latest request of the same thread that has results."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE platform = $1 AND workspace = $2 AND thread = $3
                   AND state = 'completed' AND assets <> '[]' ORDER BY ended DESC LIMIT 1""",
                (about.platform, about.workspace, about.thread),
            )
        )
        return decode_entry(rows[0]) if rows else None

    async def said(self, about: Request) -> tuple[Entry, str] | None:
        """Return the request that the message replied to is about, and what that message was."""
        rows = await self._store.read(
            Statement(
                """SELECT r.*, d.what, clock() AS now
                   FROM deliveries AS d JOIN requests AS r ON r.key = d.request
                   WHERE d.message_id = $1 AND r.platform = $2 AND r.workspace = $3""",
                (about.reply_to, about.platform, about.workspace),
            )
        )
        return (decode_entry(rows[0]), rows[0]["what"]) if rows else None

    async def durations(self) -> list[tuple[str, float]]:
        """Return the queries of the tasks finished lately, and the seconds that each took."""
        rows = await self._store.read(
            Statement(
                """SELECT query, ended - submitted AS seconds FROM requests
                   WHERE state = 'completed' AND submitted IS NOT NULL
                   ORDER BY ended DESC LIMIT 200"""
            )
        )
        return [(row["query"], row["seconds"]) for row in rows]

    async def recent(self, about: Request, limit: int) -> list[Entry]:
        """Return what the same person asked of Neocu lately, the newest first."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests
                   WHERE platform = $1 AND workspace = $2 AND person = $3 AND query IS NOT NULL
                   ORDER BY created DESC LIMIT $4""",
                (about.platform, about.workspace, about.person, limit),
            )
        )
        return [decode_entry(row) for row in rows]

    async def counts(self) -> dict[str, int]:
        """Return how many requests there are in each state."""
        rows = await self._store.read(
            Statement("SELECT state, count(*) AS n FROM requests GROUP BY state ORDER BY state")
        )
        return {row["state"]: row["n"] for row in rows}

    async def asked_today(self, about: Request, scope: Scope) -> list[tuple[float, float]]:
        """Return what counts for a daily limit, the oldest first: (age in seconds, credits)."""
        among, args = same(scope, about, 1)
        rows = await self._store.read(
            Statement(
                f"""SELECT clock() - submitted AS age, credits FROM requests
                    WHERE state IN {COUNTED} AND submitted > clock() - {DAY}{among}
                    ORDER BY submitted""",
                tuple(args),
            )
        )
        return [(row["age"], row["credits"]) for row in rows]

    async def costs(self) -> list[tuple[str, float]]:
        """Return the queries whose real cost is known, and that cost in credits."""
        rows = await self._store.read(
            Statement(
                """SELECT query, cost FROM requests
                   WHERE state = 'completed' AND cost IS NOT NULL
                   ORDER BY ended DESC LIMIT 200"""
            )
        )
        return [(row["query"], row["cost"]) for row in rows]

    async def latest(self, limit: int) -> list[Entry]:
        """Return the latest requests, the newest first; notices and drafts are none."""
        rows = await self._store.read(
            Statement(
                """SELECT *, clock() AS now FROM requests WHERE state NOT IN ('notice', 'draft')
                   ORDER BY created DESC LIMIT $1""",
                (limit,),
            )
        )
        return [decode_entry(row) for row in rows]
