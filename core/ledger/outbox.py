"""The outbox: per message of an answer what should stand there, and what stands there.

A row is due while the two differ. It says what should be, not what to do: a newer `version` takes
the place of an older one that has not been sent. What is `withdrawn` should not stand there.
"""

from collections import Counter
from dataclasses import replace
from enum import StrEnum
from itertools import chain

from core.conversation import Barrier, Posted, Reply
from core.ledger.codec import REPLY, decode_all, decode_delivery, decode_reply
from core.ledger.leases import LEASE_SECONDS, SET_ASIDE_SECONDS, Leases
from core.ledger.stores.base import Row, Statement, Store
from core.records import Card, Delivery, Part, Slot
from core.request import ONCE_ACTIONS

# Between two edits of one message: platforms count edits against their rate limits, like messages.
MIN_EDIT_INTERVAL_SECONDS = 3.0
_RANK = {slot: rank for rank, slot in enumerate(Slot)}
# How many deliveries of a channel, of each sort, are under way at once.
MAX_OF_CHANNEL = 4
# New messages of a request come to stand in their order; one is taken back when those after it
# stand. Edits wait for nothing. What is withdrawn but may have been sent is looked for first: in
# its order, as if it were new.
_NEW = """{0}.message_id IS NULL
    AND ({0}.withdrawn = 0 OR {0}.maybe_sent = 1 OR {0}.lease IS NOT NULL)"""
FIRST_IN_LINE = f"""d.due IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM deliveries AS e WHERE e.request = d.request AND e.due IS NOT NULL
    AND {_NEW.format("e")} AND CASE WHEN {_NEW.format("d")} THEN e.rank < d.rank
    ELSE d.withdrawn = 1 AND e.rank > d.rank END)"""
_CHANNEL = "(SELECT r.channel FROM requests AS r WHERE r.key = d.request)"
UNSENT = "message_id IS NULL AND maybe_sent = 0 AND lease IS NULL"


class Sort(StrEnum):
    """What is leased apart from the rest: new messages, or changes of what stands."""

    NEW = "new"
    CHANGE = "change"


_SORTS = {
    None: "",
    Sort.NEW: "AND d.message_id IS NULL",
    Sort.CHANGE: "AND d.message_id IS NOT NULL",
}


def _sort(delivery: Delivery) -> Sort:
    return Sort.NEW if delivery.message_id is None else Sort.CHANGE


# The platform may want us to wait with it.
WITHDRAW = f"""withdrawn = 1, version = version + 1,
    due = CASE WHEN {UNSENT} THEN NULL WHEN tries > 0 AND due > clock() THEN due
          ELSE clock() END"""


def enqueue(key: str, card: Card) -> list[Statement]:
    """Return the statements that make a card what should stand of a request."""
    return [
        _withdraw(key, part) if reply is None else _want(key, part, reply)
        for part, reply in card.items()
    ]


def _withdraw(key: str, part: Part) -> Statement:
    return Statement(
        f"""UPDATE deliveries SET {WITHDRAW}
           WHERE request = $1 AND slot = $2 AND number = $3
           AND withdrawn = 0 AND dropped IS NULL""",
        (key, part.slot, part.number),
    )


def _want(key: str, part: Part, reply: Reply) -> Statement:
    return Statement(
        """INSERT INTO deliveries (request, slot, number, rank, platform, reply, due, created)
           SELECT $1, $2, $3, $4, platform, $5, clock(), clock() FROM requests
           WHERE key = $1 AND (muted = 0 OR $2 = 'question')
           ON CONFLICT (request, slot, number) DO UPDATE
           SET reply = excluded.reply, withdrawn = 0, version = deliveries.version + 1,
               due = CASE WHEN deliveries.due > clock() THEN deliveries.due
                     WHEN deliveries.sent > clock() - $6 THEN deliveries.sent + $6
                     ELSE clock() END
           WHERE deliveries.dropped IS NULL
           AND (deliveries.withdrawn = 1 OR deliveries.reply <> excluded.reply)""",
        (
            key,
            part.slot,
            part.number,
            _RANK[part.slot] * 1000 + part.number,
            _json(reply),
            MIN_EDIT_INTERVAL_SECONDS,
        ),
    )


class Outbox:
    """The messages that are not yet what they should be."""

    def __init__(self, store: Store, leases: Leases) -> None:
        self._store = store
        self._leases = leases
        self.unreadable = 0  # rows that were set aside since the start

    async def lease(self, limit: int, sort: Sort | None = None) -> list[Delivery]:
        """Lease up to `limit` deliveries that are due; of each request, those first in line.

        Of one `sort` at most MAX_OF_CHANNEL of a channel are leased at a time, so that a slow one
        leaves room for the others. A lease that ran out without a word may have been sent.
        """
        name = "d.request || '/' || d.slot || '/' || d.number"
        not_held, args = self._leases.not_held(name, 4)
        busy = self._busy_channels(sort) if sort else {}
        taken = "".join(
            f" WHEN ${n} THEN CAST(${n + 1} AS BIGINT)"
            for n in range(4 + len(args), 4 + len(args) + 2 * len(busy), 2)
        )
        taken = f"CASE channel{taken} ELSE 0 END" if busy else "0"
        rows = await self._store.write(
            Statement(
                f"""WITH found AS (
                        SELECT d.request, d.slot, d.number, d.due, {_CHANNEL} AS channel
                        FROM deliveries AS d
                        WHERE {self._leases.own_platforms} AND d.due <= clock() {_SORTS[sort]}
                        AND (d.lease IS NULL OR d.lease < clock(){not_held}) AND {FIRST_IN_LINE}
                        AND {taken.replace("channel", _CHANNEL, 1)} < $3
                        ORDER BY d.due LIMIT $2 {self._leases.skip_locked}),
                    ready AS (SELECT request, slot, number FROM (
                        SELECT request, slot, number, {taken} + row_number()
                            OVER (PARTITION BY channel ORDER BY due) AS place
                        FROM found) AS placed WHERE place <= $3)
                    UPDATE deliveries SET owner = $1, lease = clock() + {LEASE_SECONDS},
                        fence = fence + 1, tries = tries + 1, since = COALESCE(since, clock()),
                        maybe_sent = CASE WHEN lease IS NULL THEN maybe_sent ELSE 1 END
                    WHERE (request, slot, number) IN (SELECT request, slot, number FROM ready)
                    RETURNING *, clock() - since AS age,
                        (SELECT person FROM requests WHERE key = deliveries.request) AS person,
                        (SELECT channel FROM requests WHERE key = deliveries.request) AS channel,
                        COALESCE(address, (SELECT r.address FROM requests AS r
                            WHERE r.key = deliveries.request)) AS place""",
                (
                    self._leases.owner,
                    limit,
                    MAX_OF_CHANNEL if sort else limit,
                    *(*args, *chain.from_iterable(busy.items())),
                ),
            )
        )
        deliveries, unreadable = decode_all(rows, decode_delivery)
        for one in deliveries:
            self._leases.keep(one, "deliveries", _ROW, *_row(one))
        for row in unreadable:
            await self._set_aside(row)
        return deliveries

    def _busy_channels(self, sort: Sort) -> Counter[str]:
        """Return how many deliveries of each channel are under way here."""
        held = self._leases.held_deliveries()
        return Counter(one.channel for one in held if _sort(one) is sort)

    async def _set_aside(self, row: Row) -> None:
        """Have a row that this version can't read looked at later: a newer one may run then."""
        self.unreadable += 1
        await self._store.write(
            Statement(
                f"""UPDATE deliveries SET due = clock() + {SET_ASIDE_SECONDS}, lease = NULL,
                        tries = tries - 1 WHERE {_ROW} RETURNING 1""",
                (row["request"], row["slot"], row["number"], row["fence"]),
            )
        )

    async def sent(self, delivery: Delivery, posted: Posted) -> None:
        """Record that a message is as it should be, and where the request's next one goes.

        The first message of an answer is what an announced request waited for. Where one was taken
        back, the next in its slot is a new message.
        """
        gone = delivery.reply is None
        stands = (None, None) if gone else (posted.message_id, posted.address or None)
        arrived = Statement(
            f"""UPDATE deliveries SET message_id = $6, address = $7, posts = posts + $8,
                    sent = CASE $8 WHEN 0 THEN clock() END, lease = NULL, tries = 0, since = NULL,
                    maybe_sent = 0, memo = '',
                    due = CASE WHEN version = $5 THEN NULL
                          WHEN withdrawn = 1 OR $8 = 1 THEN clock()
                          ELSE clock() + {MIN_EDIT_INTERVAL_SECONDS} END
                WHERE {_ROW} RETURNING 1""",
            (*_row(delivery), delivery.version, *stands, int(gone)),
        )
        moved = Statement(
            """UPDATE requests SET address = COALESCE(NULLIF($2, ''), address),
                   thread = COALESCE(NULLIF($3, ''), thread)
               WHERE key = $1 AND state <> 'notice'""",  # which is for the channel, not a thread
            (delivery.request, posted.address, posted.thread),
        )
        announced = Statement(
            """UPDATE requests SET state = 'announced', barrier = NULL, due = clock(), lease = NULL
               WHERE key = $1 AND state = 'announcing'""",
            (delivery.request,),
        )
        new = delivery.message_id is None and not gone
        await self._store.write(arrived, *([moved, announced] if new else []))

    async def retry_later(
        self,
        delivery: Delivery,
        after: float,
        *,
        maybe_sent: bool,
        memo: str = "",
        outage: bool = False,
    ) -> None:
        """Have a delivery tried again in `after` seconds; an outage does not count as a try."""
        await self._store.write(
            Statement(
                f"""UPDATE deliveries SET due = clock() + $5, maybe_sent = $6, memo = $7,
                        tries = tries - $8, since = CASE $8 WHEN 1 THEN NULL ELSE since END,
                        lease = NULL
                    WHERE {_ROW} RETURNING 1""",
                (*_row(delivery), after, int(maybe_sent), memo, int(outage)),
            )
        )

    async def drop(self, delivery: Delivery, barrier: Barrier) -> None:
        """Record that a message can't be delivered.

        A request that was to be announced hears it, and nothing else is said in its place.
        """
        of_announcing = "(SELECT key FROM requests WHERE key = $1 AND state = 'announcing')"
        await self._store.write(
            Statement(
                f"""UPDATE deliveries SET dropped = $5, due = NULL, lease = NULL
                    WHERE {_ROW} RETURNING 1""",
                (*_row(delivery), barrier),
            ),
            Statement(
                f"""UPDATE deliveries SET withdrawn = 1, version = version + 1, due = NULL
                    WHERE request IN {of_announcing} AND dropped IS NULL AND {UNSENT}""",
                (delivery.request,),
            ),
            Statement(
                f"UPDATE requests SET barrier = $2, due = clock() WHERE key IN {of_announcing}",
                (delivery.request, barrier),
            ),
        )

    async def retire_buttons(self, key: str) -> None:
        """Take the buttons away that must not be pressed twice."""
        rows = await self._store.read(
            Statement(
                """SELECT number, reply FROM deliveries
                   WHERE request = $1 AND slot = $2 AND withdrawn = 0""",
                (key, Slot.RESULT),
            )
        )
        for row in rows:
            reply = decode_reply(row["reply"])
            kept = tuple(one for one in reply.buttons if one.action not in ONCE_ACTIONS)
            if kept != reply.buttons:
                await self._replace(key, row["number"], row["reply"], replace(reply, buttons=kept))

    async def _replace(self, key: str, number: int, standing: str, reply: Reply) -> None:
        """Have another result stand, unless it is no longer the one that was looked at."""
        await self._store.write(
            Statement(
                """UPDATE deliveries SET reply = $5, version = version + 1,
                       due = CASE WHEN due > clock() THEN due ELSE clock() END
                   WHERE request = $1 AND slot = $2 AND number = $3 AND reply = $4
                   AND withdrawn = 0 AND dropped IS NULL RETURNING 1""",
                (key, Slot.RESULT, number, standing, _json(reply)),
            )
        )

    async def replace_result(self, key: str, reply: Reply) -> None:
        """Have another result stand in place of the one there is."""
        await self._store.write(
            Statement("SELECT 1 FROM requests WHERE key = $1", (key,)),
            _want(key, Part(Slot.RESULT), reply),
        )


_ROW = "request = $1 AND slot = $2 AND number = $3 AND fence = $4"


def _row(delivery: Delivery) -> tuple[object, ...]:
    return delivery.request, delivery.part.slot, delivery.part.number, delivery.fence


def _json(reply: Reply) -> str:
    return REPLY.dump_json(reply).decode()
