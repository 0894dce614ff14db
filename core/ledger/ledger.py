"""The durable truth: what was asked, how far it is, and what was said about it.

Every change is a compare-and-set under a lease: it takes effect only if the row is still as its
reader knew it (`fence` counts the leases). So it does no harm when two look at the same row.
"""

from collections.abc import Callable

from core.ledger.entries import Requests
from core.ledger.levels import Balance
from core.ledger.outbox import FIRST_IN_LINE, Outbox
from core.ledger.queries import History
from core.ledger.schema import MIGRATIONS
from core.ledger.stores.base import Statement

# Seconds to the next look where others may have added work, and died before they could say so.
UNTOLD = 5.0


class Ledger(Requests, Outbox, History, Balance):
    """The ledger as one process sees it: it takes the work of its own platforms only."""

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
                        WHERE {self._ours} AND {FIRST_IN_LINE}
                    ) AS soonest"""
            )
        )
        seconds: float | None = rows[0]["seconds"]
        if self._store.shared:
            return UNTOLD if seconds is None else min(UNTOLD, seconds)
        return seconds

    async def forget(self, seconds: float) -> None:
        """Delete what ended more than so many seconds ago."""
        since = "clock() - CAST($1 AS DOUBLE PRECISION)"
        old = f"ended < {since} OR state = 'draft' AND created < {since}"
        await self._store.write(
            Statement("SELECT 1"),
            Statement(
                f"DELETE FROM deliveries WHERE request IN (SELECT key FROM requests WHERE {old})",
                (seconds,),
            ),
            Statement(f"DELETE FROM requests WHERE {old}", (seconds,)),
        )
