"""How rows are held: by leases on the database's clock, fenced against those who come late."""

import asyncio
from collections.abc import Iterable
from uuid import uuid4

from core.ledger.codec import REPLY
from core.ledger.stores.base import Row, Statement, Store
from core.records import Delivery, Entry, Say

# Seconds that a lease lasts without being renewed: a dead process's work is taken over then.
LEASE = 10.0
# Seconds between two changes of one message: platforms count them like messages.
EDIT_APART = 3.0


class Leases:
    """What this process works on: rows of its own platforms, each leased and counted by `fence`."""

    def __init__(self, store: Store, platforms: Iterable[str]) -> None:
        self._store = store
        # Unlike any other process's, also unlike its own of before a restart.
        self._owner = uuid4().hex
        names = ", ".join(f"'{name}'" for name in platforms)
        self._ours = f"platform IN ({names})"
        self._held: dict[tuple[str, int], Statement] = {}

    async def renew(self) -> None:
        """Keep what this process is at from being taken over."""
        await asyncio.gather(*(self._store.write(held) for held in self._held.values()))

    def let_go(self, one: Entry | Delivery) -> None:
        """Renew a lease no longer: its step has ended, well or badly."""
        self._held.pop((one.key, one.fence), None)

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
        return "FOR UPDATE SKIP LOCKED" if self._store.shared else ""


def sayings(key: str, say: Iterable[Say]) -> list[Statement]:
    """Return the statements that put replies into the outbox, each once."""
    return [
        Statement(
            """INSERT INTO deliveries
                   (request, what, position, platform, reply, edits, state, due, created)
               SELECT $1, $2,
                   (SELECT COALESCE(max(position), 0) + 1 FROM deliveries WHERE request = $1),
                   platform, $3, $4, 'pending', clock(), clock()
               FROM requests WHERE key = $1
               ON CONFLICT (request, what) DO UPDATE
               SET reply = excluded.reply, state = 'pending', fence = deliveries.fence + 1,
                   due = CASE WHEN deliveries.due > clock() THEN deliveries.due
                         WHEN deliveries.sent > clock() - $5 THEN deliveries.sent + $5
                         ELSE clock() END
               WHERE excluded.edits IS NOT NULL AND excluded.reply <> deliveries.reply""",
            (key, said.what, REPLY.dump_json(said.reply).decode(), said.edits or None, EDIT_APART),
        )
        for said in say
    ]
