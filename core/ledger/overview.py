"""What whoever runs the bots may see of everybody: numbers, and nobody's words."""

from dataclasses import dataclass

from core.ledger.stores.base import Statement, Store
from core.ledger.totals import TODAY
from core.records import USED_DAYS

# What a workspace has used: what was asked in private is counted by person.
USED = "scope IN ('workspace', 'private')"


@dataclass(frozen=True)
class Use:
    """A workspace and what it uses: in 30 days, what failed in one, and what is waiting now.

    `presence` is "" for one that was never installed, only let in.
    """

    platform: str
    id: str
    name: str
    presence: str
    account: str
    requests: int
    credits: float
    failed: int
    waiting: int


class Overview:
    """Everybody's numbers. It reads more than others do: not for what people wait for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def workspaces(self, limit: int) -> list[Use]:
        """Return the workspaces, those that spent most first."""
        rows = await self._store.read(
            Statement(
                f"""WITH used AS (
                        SELECT platform, workspace, CAST(sum(requests) AS BIGINT) AS requests,
                            sum(credits) AS credits
                        FROM totals WHERE {USED} GROUP BY platform, workspace),
                    failed AS (
                        SELECT platform, workspace, count(*) AS n FROM requests
                        WHERE ended > clock() - 86400 AND state IN ('failed', 'unknown')
                        GROUP BY platform, workspace),
                    waiting AS (
                        SELECT platform, workspace, count(*) AS n FROM requests
                        WHERE due IS NOT NULL GROUP BY platform, workspace),
                    known AS (
                        SELECT platform, id FROM workspaces
                        UNION SELECT platform, workspace FROM used
                        UNION SELECT platform, workspace FROM failed
                        UNION SELECT platform, workspace FROM waiting)
                    SELECT k.platform, k.id, COALESCE(w.name, '') AS name,
                        COALESCE(w.presence, '') AS presence, COALESCE(w.account, '') AS account,
                        COALESCE(u.requests, 0) AS requests, COALESCE(u.credits, 0) AS credits,
                        COALESCE(f.n, 0) AS failed, COALESCE(q.n, 0) AS waiting
                    FROM known AS k
                    LEFT JOIN workspaces AS w ON w.platform = k.platform AND w.id = k.id
                    LEFT JOIN used AS u ON u.platform = k.platform AND u.workspace = k.id
                    LEFT JOIN failed AS f ON f.platform = k.platform AND f.workspace = k.id
                    LEFT JOIN waiting AS q ON q.platform = k.platform AND q.workspace = k.id
                    ORDER BY credits DESC, k.platform, k.id LIMIT $1""",
                (limit,),
            )
        )
        return [Use(**row) for row in rows]

    async def credits_by_day(self) -> list[float]:
        """Return what everybody spent on each of the last 30 days, today last."""
        rows = await self._store.read(
            Statement(
                f"""SELECT day - {TODAY} + {USED_DAYS - 1} AS day, sum(credits) AS credits
                    FROM daily_totals WHERE {USED} AND day > {TODAY} - {USED_DAYS} GROUP BY day"""
            )
        )
        found = {int(row["day"]): float(row["credits"]) for row in rows}
        return [found.get(day, 0.0) for day in range(USED_DAYS)]
