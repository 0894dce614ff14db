"""The outbox: each reply is sent once and in order, and it is known whether it arrived."""

from collections.abc import Iterable

from core.ledger.codec import REPLY, decode_delivery
from core.ledger.leases import LEASE_SECONDS, Leases
from core.ledger.stores.base import Statement, Store
from core.records import Delivery, Say

# Between two edits of one message: platforms count edits against their rate limits, like messages.
MIN_EDIT_INTERVAL_SECONDS = 3.0
# New messages of a request are sent in order; an edit waits only for the message that it edits.
FIRST_IN_LINE = """d.due IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM deliveries AS earlier
    WHERE earlier.request = d.request AND earlier.due IS NOT NULL AND (earlier.what = d.edits
        OR d.edits IS NULL AND earlier.edits IS NULL AND earlier.position < d.position))"""


def enqueue(key: str, replies: Iterable[Say]) -> list[Statement]:
    """Return the statements that put replies to a request into the outbox.

    `what` is the dedupe key within the request: a message is enqueued once, and an edit replaces
    an earlier edit of the same name.
    """
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
            (
                key,
                one.what,
                REPLY.dump_json(one.reply).decode(),
                one.edits or None,
                MIN_EDIT_INTERVAL_SECONDS,
            ),
        )
        for one in replies
    ]


class Outbox:
    """The replies that are still to be sent."""

    def __init__(self, store: Store, leases: Leases) -> None:
        self._store = store
        self._leases = leases

    async def lease(self, limit: int) -> list[Delivery]:
        """Lease up to `limit` replies that are due; of each request, only the first in line."""
        rows = await self._store.write(
            Statement(
                f"""WITH ready AS (
                        SELECT d.request, d.what FROM deliveries AS d
                        WHERE {self._leases.own_platforms} AND d.due <= clock()
                        AND (d.lease IS NULL OR d.lease < clock()) AND {FIRST_IN_LINE}
                        ORDER BY d.due LIMIT $2 {self._leases.skip_locked})
                    UPDATE deliveries SET owner = $1, lease = clock() + {LEASE_SECONDS},
                        fence = fence + 1, tries = tries + 1,
                        state = CASE state WHEN 'pending' THEN 'sending' ELSE 'again' END
                    WHERE (request, what) IN (SELECT request, what FROM ready)
                    RETURNING *,
                        (SELECT address FROM requests WHERE key = deliveries.request) AS address,
                        (SELECT COALESCE(original.message_id, '') FROM deliveries AS original
                         WHERE original.request = deliveries.request
                         AND original.what = deliveries.edits) AS edited""",
                (self._leases.owner, limit),
            )
        )
        deliveries = [decode_delivery(row) for row in rows]
        for one in deliveries:
            where = "request = $1 AND what = $2 AND fence = $3"
            self._leases.keep(one, "deliveries", where, one.request, one.what, one.fence)
        return deliveries

    async def sent(
        self, delivery: Delivery, message_id: str, address: str = "", thread: str = ""
    ) -> None:
        """Record that a reply has arrived, and where the request's next reply goes."""
        next_address = Statement(
            """UPDATE requests SET address = COALESCE(NULLIF($2, ''), address),
                   thread = COALESCE(NULLIF($3, ''), thread) WHERE key = $1""",
            (delivery.request, address, thread),
        )
        await self._finish(delivery, "sent", None, message_id, [next_address])

    async def retry_later(self, delivery: Delivery, after: float, *, ambiguous: bool) -> None:
        """Have a reply sent again in `after` seconds; `ambiguous`: it may have arrived already."""
        await self._finish(delivery, "again" if ambiguous else "pending", after)

    async def drop(self, delivery: Delivery) -> None:
        """Record that a reply failed permanently: it is never sent."""
        await self._finish(delivery, "dropped", None)

    async def _finish(
        self,
        delivery: Delivery,
        state: str,
        after: float | None,
        message_id: str | None = None,
        then: Iterable[Statement] = (),
    ) -> None:
        """End an attempt: the next one is due in `after` seconds, None for no further attempt."""
        await self._store.write(
            Statement(
                """UPDATE deliveries SET state = $4, due = clock() + $5, message_id = $6,
                       lease = NULL, sent = CASE WHEN $5 IS NULL THEN clock() END
                   WHERE request = $1 AND what = $2 AND fence = $3 RETURNING what""",
                (delivery.request, delivery.what, delivery.fence, state, after, message_id),
            ),
            *then,
        )
