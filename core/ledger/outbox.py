"""What is said: each reply once, in order, and known to have arrived or not."""

from collections.abc import Iterable

from core.ledger.codec import decode_delivery
from core.ledger.leases import LEASE, Leases
from core.ledger.stores.base import Statement
from core.records import Delivery

# What is new is said in order; a change waits only for what it changes.
FIRST_IN_LINE = """d.due IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM deliveries AS e
    WHERE e.request = d.request AND e.due IS NOT NULL AND (e.what = d.edits
        OR d.edits IS NULL AND e.edits IS NULL AND e.position < d.position))"""


class Outbox(Leases):
    """The replies on their way."""

    async def outbox(self, limit: int) -> list[Delivery]:
        """Take up to `limit` replies that are due; of each request, only the first in line."""
        rows = await self._write(
            f"""WITH ripe AS (
                    SELECT d.request, d.what FROM deliveries AS d
                    WHERE {self._ours} AND d.due <= clock()
                    AND (d.lease IS NULL OR d.lease < clock()) AND {FIRST_IN_LINE}
                    ORDER BY d.due LIMIT $2 {self._skip_locked})
                UPDATE deliveries SET owner = $1, lease = clock() + {LEASE}, fence = fence + 1,
                    tries = tries + 1,
                    state = CASE state WHEN 'pending' THEN 'sending' ELSE 'again' END
                WHERE (request, what) IN (SELECT request, what FROM ripe)
                RETURNING *,
                    (SELECT address FROM requests WHERE key = deliveries.request) AS address,
                    (SELECT COALESCE(m.message_id, '') FROM deliveries AS m
                     WHERE m.request = deliveries.request AND m.what = deliveries.edits)
                    AS edited""",
            self._owner,
            limit,
        )
        deliveries = [decode_delivery(row) for row in rows]
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
