"""The compute balance: its readings, its level, and the notices about it.

A notice is a row of `requests` without a person. Its `query` holds the level that it announced;
until it has `ended`, it is to be corrected when the level recovers.
"""

import math
from collections.abc import Callable, Iterable

from core.conversation import Reply
from core.intent import Generate
from core.ledger.codec import REPLY, REQUEST, decode_reply
from core.ledger.outbox import UNSENT
from core.ledger.stores.base import Statement, Store
from core.records import ComputeState, Level, Notice, Reading
from core.request import Request

READING_RETENTION_SECONDS = 8 * 24 * 3600.0


class Levels:
    """An account's readings, and its crossings of the thresholds, shared by all processes."""

    def __init__(self, store: Store, account: str = "") -> None:
        self._store = store
        self._account = account

    async def record_reading(self, credits: float) -> None:
        """Record the present balance in credits."""
        await self._store.write(
            Statement(
                """INSERT INTO readings (account, at, credits) VALUES ($2, clock(), $1)
                   RETURNING at""",
                (credits, self._account),
            ),
            Statement(
                "DELETE FROM readings WHERE account = $2 AND at < clock() - $1",
                (READING_RETENTION_SECONDS, self._account),
            ),
        )

    async def readings(self) -> tuple[list[Reading], float]:
        """Return the readings of the last week, the oldest first, and the time now."""
        rows = await self._store.read(
            Statement(
                "SELECT at, credits FROM readings WHERE account = $1 ORDER BY at", (self._account,)
            )
        )
        now = await self._store.read(Statement("SELECT clock() AS now"))
        return [Reading(row["at"], row["credits"]) for row in rows], now[0]["now"]

    async def last_reading(self, before: float = math.inf) -> Reading | None:
        """Return the last reading before a time in Unix seconds, None if there is none."""
        rows = await self._store.read(
            Statement(
                """SELECT at, credits FROM readings WHERE account = $2 AND at < $1
                   ORDER BY at DESC LIMIT 1""",
                (before, self._account),
            )
        )
        return Reading(rows[0]["at"], rows[0]["credits"]) if rows else None

    async def compute_state(self) -> ComputeState:
        """Return the level as it was last recorded."""
        mine = Statement("SELECT * FROM compute WHERE account = $1", (self._account,))
        rows = await self._store.read(mine)
        if not rows:
            await self._begin()
            rows = await self._store.read(mine)
        row = rows[0]
        return ComputeState(Level(row["level"]), row["crossing"], row["balance_when_empty"])

    async def _begin(self) -> None:
        """Have a level to begin with, whichever process is first."""
        await self._store.write(
            Statement(
                """INSERT INTO compute (account, level, crossing, balance_when_empty)
                   VALUES ($1, 'ok', 0, 0) ON CONFLICT (account) DO NOTHING RETURNING account""",
                (self._account,),
            )
        )

    async def record_crossing(
        self,
        state: ComputeState,
        to: Level,
        balance_when_empty: float,
        notices: Iterable[Notice],
        replace_low: Reply | None = None,
    ) -> bool:
        """Record a fall of the level, with its notices. False if another process did before.

        `replace_low` takes the place of "low" notices that surely have not been posted yet.
        """
        number = state.crossing + 1
        crossed = await self._store.write(
            Statement(
                """UPDATE compute SET level = $1, crossing = crossing + 1,
                       balance_when_empty = $2
                   WHERE crossing = $3 AND account = $4 RETURNING crossing""",
                (to, balance_when_empty, state.crossing, self._account),
            ),
            *(self._replace_pending(replace_low, to) if replace_low else ()),
            *[one for notice in notices for one in self._enqueue(notice, to, number)],
        )
        return bool(crossed)

    async def notify(self, state: ComputeState, notice: Notice) -> None:
        """Announce the present level in one more channel, once."""
        await self._store.write(
            Statement(
                "SELECT 1 FROM compute WHERE crossing = $1 AND account = $2",
                (state.crossing, self._account),
            ),
            *self._enqueue(notice, state.level, state.crossing),
        )

    async def record_recovery(
        self, state: ComputeState, to: Level, reply: Reply, strike: Callable[[Reply], Reply]
    ) -> bool:
        """Record that the level has recovered, and tell it where the fall was told.

        A notice that is no longer true is struck through; below the latest one of each channel
        stands `reply`, a new message, as an edit notifies nobody. A notice that surely was not
        sent yet becomes the `reply` itself.
        """
        outdated = """state = 'notice' AND ended IS NULL AND account = $2
            AND (query = 'empty' OR $1 = 'ok')"""
        of_outdated = f"request IN (SELECT key FROM requests WHERE {outdated}"
        later = """EXISTS (SELECT 1 FROM requests AS later WHERE later.state = 'notice'
            AND later.ended IS NULL AND later.created > requests.created
            AND later.account = requests.account
            AND later.platform = requests.platform AND later.channel = requests.channel)"""
        notice = "slot = 'notice' AND number = 1 AND dropped IS NULL"
        news = _json(reply)
        notices = await self._store.read(
            Statement(
                f"SELECT request, reply FROM deliveries WHERE {notice} AND {of_outdated})",
                (to, self._account),
            )
        )
        recovered = await self._store.write(
            Statement(
                """UPDATE compute SET level = $1, crossing = crossing + 1
                   WHERE crossing = $2 AND account = $3 RETURNING crossing""",
                (to, state.crossing, self._account),
            ),
            Statement(
                f"""UPDATE deliveries SET withdrawn = 1, version = version + 1, due = NULL
                    WHERE {notice} AND {UNSENT} AND {of_outdated} AND {later})""",
                (to, self._account),
            ),
            Statement(
                f"""UPDATE deliveries SET reply = $3, version = version + 1
                    WHERE {notice} AND {UNSENT} AND withdrawn = 0 AND {of_outdated})""",
                (to, self._account, news),
            ),
            Statement(
                f"""INSERT INTO deliveries (request, slot, number, rank, platform, reply, due,
                        created)
                    SELECT key, 'notice', 2, 1, platform, $3, clock(), clock()
                    FROM requests WHERE {outdated} AND NOT {later} AND NOT EXISTS (
                        SELECT 1 FROM deliveries AS d WHERE d.request = requests.key
                        AND d.slot = 'notice' AND d.number = 1 AND d.reply = $3)
                    ON CONFLICT (request, slot, number) DO NOTHING""",
                (to, self._account, news),
            ),
            *(
                Statement(
                    f"""UPDATE deliveries SET reply = $2, version = version + 1, due = clock()
                        WHERE request = $1 AND {notice} AND NOT ({UNSENT})""",
                    (row["request"], _json(strike(decode_reply(row["reply"])))),
                )
                for row in notices
            ),
            Statement(f"UPDATE requests SET ended = clock() WHERE {outdated}", (to, self._account)),
        )
        return bool(recovered)

    def _replace_pending(self, reply: Reply, level: Level) -> list[Statement]:
        """Return what makes "low" notices, while nobody can have read them, another."""
        low = "state = 'notice' AND query = 'low' AND ended IS NULL AND account = $2"
        text = _json(reply)
        return [
            # A replica that takes one meanwhile has leased it.
            Statement(
                f"""UPDATE deliveries SET reply = $1, version = version + 1
                    WHERE slot = 'notice' AND number = 1 AND {UNSENT}
                    AND request IN (SELECT key FROM requests WHERE {low})""",
                (text, self._account),
            ),
            Statement(
                f"""UPDATE requests SET query = $3 WHERE {low} AND EXISTS (SELECT 1 FROM deliveries
                    WHERE request = requests.key AND slot = 'notice' AND reply = $1)""",
                (text, self._account, level),
            ),
        ]

    def _enqueue(self, notice: Notice, level: Level, crossing: int) -> list[Statement]:
        """Return what announces a level in a channel, unless it stands there already."""
        number = f"{self._account}:{crossing}" if self._account else crossing
        key = f"notice:{number}:{notice.platform}:{notice.channel}"
        request = Request(
            key=key,
            platform=notice.platform,
            workspace=notice.workspace,
            channel=notice.channel,
            person="",
            body=Generate(""),
            address=notice.address,
        )
        return [
            Statement(
                """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                       thread, state, query, created, account)
                   SELECT $1, $2, $3, $4, '', $5, $6, '', 'notice', $7, clock(), $8
                   WHERE NOT EXISTS (SELECT 1 FROM requests WHERE state = 'notice'
                       AND ended IS NULL AND query = $7 AND platform = $2 AND channel = $4
                           AND account = $8)
                   ON CONFLICT (key) DO NOTHING""",
                (
                    key,
                    notice.platform,
                    notice.workspace,
                    notice.channel,
                    REQUEST.dump_json(request).decode(),
                    notice.address,
                    level,
                    self._account,
                ),
            ),
            Statement(
                """INSERT INTO deliveries (request, slot, number, rank, platform, reply, due,
                       created)
                   SELECT key, 'notice', 1, 0, platform, $2, clock(), clock()
                   FROM requests WHERE key = $1
                   ON CONFLICT (request, slot, number) DO NOTHING""",
                (key, _json(notice.reply)),
            ),
        ]

    async def channels_asked_in(self, seconds: float) -> list[tuple[str, str, str]]:
        """Return platform, workspace and channel of those whom the account paid for lately."""
        rows = await self._store.read(
            Statement(
                """SELECT DISTINCT platform, workspace, channel FROM requests
                   WHERE query IS NOT NULL AND channel <> '' AND state <> 'notice'
                   AND created > clock() - $1 AND account = $2""",
                (seconds, self._account),
            )
        )
        return [(row["platform"], row["workspace"], row["channel"]) for row in rows]

    async def ran_alone_since(self, key: str, at: float) -> bool:
        """Whether no other task of the account has run since `at`, in Unix seconds."""
        rows = await self._store.read(
            Statement(
                """SELECT 1 FROM requests WHERE key <> $1 AND account = $3 AND due IS NOT NULL
                       AND state IN ('submitting', 'generating', 'stale')
                   UNION ALL
                   SELECT 1 FROM requests WHERE key <> $1 AND account = $3 AND ended >= $2
                       AND submitted IS NOT NULL AND state <> 'refused'
                   LIMIT 1""",
                (key, at, self._account),
            )
        )
        return not rows


def _json(reply: Reply) -> str:
    return REPLY.dump_json(reply).decode()
