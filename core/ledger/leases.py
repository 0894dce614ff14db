"""Leases on rows: timed by the database's clock, fenced against owners that come back late."""

import asyncio
from collections.abc import Iterable
from uuid import uuid4

from core.ledger.stores.base import Statement, Store
from core.records import Delivery, Entry

# A lease that is not renewed for this long expires: another process takes the row over.
LEASE_SECONDS = 10.0


class Leases:
    """The rows that this process works on, and the SQL fragments that leasing a row needs.

    `owner` names this process. `own_platforms` is a condition: only rows of the platforms that
    this process runs. `skip_locked` ends a SELECT: rows that another process is leasing are
    skipped, not waited for.
    """

    def __init__(self, store: Store, platforms: Iterable[str]) -> None:
        self._store = store
        self.owner = uuid4().hex  # a new one at each start: a restarted process owns nothing
        names = ", ".join(f"'{name}'" for name in platforms)
        self.own_platforms = f"platform IN ({names})"
        self._taken_over = 0
        self.skip_locked = "FOR UPDATE SKIP LOCKED" if store.shared else ""
        self._renewals: dict[tuple[str, int], Statement] = {}

    async def renew(self) -> None:
        """Extend all leases of this process, so that no other takes its rows over."""
        await asyncio.gather(*(self._store.write(one) for one in self._renewals.values()))

    def release(self, leased: Entry | Delivery) -> None:
        """Stop renewing a lease: its step has ended, well or badly."""
        self._renewals.pop((leased.key, leased.fence), None)

    def newly_taken_over(self) -> int:
        """Return how many leases have run out, so that we took their rows, since the last call."""
        count, self._taken_over = self._taken_over, 0
        return count

    def keep(self, leased: Entry | Delivery, table: str, where: str, *args: object) -> None:
        """Renew the lease of the row that `where` selects, until it is released."""
        sql = f"""UPDATE {table} SET lease = clock() + {LEASE_SECONDS}
                  WHERE {where} AND lease IS NOT NULL RETURNING 1"""
        self._renewals[leased.key, leased.fence] = Statement(sql, args)

    async def expire_all(self) -> None:
        """End the leases of dead processes, where no other process can be alive."""
        if self._store.shared:
            return
        requests = await self._store.write(
            Statement(
                "UPDATE requests SET lease = NULL WHERE due IS NOT NULL AND lease IS NOT NULL "
                "RETURNING 1"
            )
        )
        deliveries = await self._store.write(
            Statement(
                "UPDATE deliveries SET lease = NULL, maybe_sent = 1 WHERE due IS NOT NULL "
                "AND lease IS NOT NULL RETURNING 1"
            )
        )
        self._taken_over += len(requests) + len(deliveries)
