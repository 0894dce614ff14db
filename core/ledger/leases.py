"""Leases on rows: timed by the database's clock, fenced against owners that come back late."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from core.ledger.stores.base import Statement, Store
from core.records import Delivery, Entry

# A lease that is not renewed for this long expires: another process takes the row over.
LEASE_SECONDS = 10.0
# So long after it was taken or renewed, a lease surely is still held.
SAFE_SECONDS = LEASE_SECONDS / 2
SET_ASIDE_SECONDS = 300.0  # a row that can't be read


@dataclass
class _Held:
    """A lease of this process: of what, how it is renewed, and when it last was (loop's clock)."""

    leased: Entry | Delivery
    name: str
    renewal: Statement
    renewed_at: float
    lost: bool = False


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
        self._held: dict[tuple[str, int], _Held] = {}

    def not_held(self, name: str, number: int) -> tuple[str, tuple[object, ...]]:
        """Return a condition on a row's `name`, with its argument, which gets this `number`.

        Where this is the only process, a lease that it holds does not run out, even if the clock
        jumps: a machine that slept would take its own work for that of the dead.
        """
        if self._store.shared:
            return "", ()
        names = json.dumps([held.name for held in self._held.values()])
        return f" AND {name} NOT IN (SELECT value FROM json_each(${number}))", (names,)

    async def renew(self) -> None:
        """Extend all leases of this process, so that no other takes its rows over."""
        await asyncio.gather(*(self._renew(one) for one in self._held.values()))

    async def _renew(self, held: _Held) -> None:
        began = asyncio.get_running_loop().time()
        if await self._store.write(held.renewal):
            held.renewed_at = began
        else:
            held.lost = True

    async def still_held(self, leased: Entry | Delivery) -> bool:
        """Whether a lease is still this process's: to be asked before something is said.

        Raises LedgerError where that can't be known.
        """
        held = self._held.get((leased.key, leased.fence))
        if held is None or held.lost:
            return False
        if asyncio.get_running_loop().time() - held.renewed_at > SAFE_SECONDS:
            await self._renew(held)
        return not held.lost

    def release(self, leased: Entry | Delivery) -> None:
        """Stop renewing a lease: its step has ended, well or badly."""
        self._held.pop((leased.key, leased.fence), None)

    def held_deliveries(self) -> list[Delivery]:
        """Return the deliveries that this process works on."""
        held = [one.leased for one in self._held.values()]
        return [one for one in held if isinstance(one, Delivery)]

    def newly_taken_over(self) -> int:
        """Return how many leases have run out, so that we took their rows, since the last call."""
        count, self._taken_over = self._taken_over, 0
        return count

    def keep(self, leased: Entry | Delivery, table: str, where: str, *args: object) -> None:
        """Renew the lease of the row that `where` selects, until it is released."""
        sql = f"""UPDATE {table} SET lease = clock() + {LEASE_SECONDS}
                  WHERE {where} AND lease IS NOT NULL RETURNING 1"""
        now = asyncio.get_running_loop().time()
        name = leased.key
        if isinstance(leased, Delivery):
            name = f"{leased.request}/{leased.part.slot}/{leased.part.number}"
        self._held[leased.key, leased.fence] = _Held(leased, name, Statement(sql, args), now)

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
