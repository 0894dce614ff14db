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
    """Readings, and crossings of the thresholds, shared by all processes at the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def record_reading(self, credits: float) -> None:
        """Record the present balance in credits."""
        await self._store.write(
            Statement(
                "INSERT INTO readings (at, credits) VALUES (clock(), $1) RETURNING at", (credits,)
            ),
            Statement("DELETE FROM readings WHERE at < clock() - $1", (READING_RETENTION_SECONDS,)),
        )

    async def readings(self) -> tuple[list[Reading], float]:
        """Return the readings of the last week, the oldest first, and the time now."""
        rows = await self._store.read(Statement("SELECT at, credits FROM readings ORDER BY at"))
        now = await self._store.read(Statement("SELECT clock() AS now"))
        return [Reading(row["at"], row["credits"]) for row in rows], now[0]["now"]

    async def last_reading(self, before: float = math.inf) -> Reading | None:
        """Return the last reading before a time in Unix seconds, None if there is none."""
        rows = await self._store.read(
            Statement(
                "SELECT at, credits FROM readings WHERE at < $1 ORDER BY at DESC LIMIT 1", (before,)
            )
        )
        return Reading(rows[0]["at"], rows[0]["credits"]) if rows else None

    async def compute_state(self) -> ComputeState:
        """Return the level as it was last recorded."""
        row = (await self._store.read(Statement("SELECT * FROM compute")))[0]
        return ComputeState(Level(row["level"]), row["crossing"], row["balance_when_empty"])

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
                   WHERE crossing = $3 RETURNING crossing""",
                (to, balance_when_empty, state.crossing),
            ),
            *(_replace_pending(replace_low, to) if replace_low else ()),
            *[one for notice in notices for one in _enqueue_notice(notice, to, number)],
        )
        return bool(crossed)

    async def notify(self, state: ComputeState, notice: Notice) -> None:
        """Announce the present level in one more channel, once."""
        await self._store.write(
            Statement("SELECT 1 FROM compute WHERE crossing = $1", (state.crossing,)),
            *_enqueue_notice(notice, state.level, state.crossing),
        )

    async def record_recovery(
        self, state: ComputeState, to: Level, reply: Reply, strike: Callable[[Reply], Reply]
    ) -> bool:
        """Record that the level has recovered, and tell it where the fall was told.

        A notice that is no longer true is struck through; below the latest one of each channel
        stands `reply`, a new message, as an edit notifies nobody. A notice that surely was not
        sent yet becomes the `reply` itself.
        """
        outdated = "state = 'notice' AND ended IS NULL AND (query = 'empty' OR $1 = 'ok')"
        of_outdated = f"request IN (SELECT key FROM requests WHERE {outdated}"
        later = """EXISTS (SELECT 1 FROM requests AS later WHERE later.state = 'notice'
            AND later.ended IS NULL AND later.created > requests.created
            AND later.platform = requests.platform AND later.channel = requests.channel)"""
        notice = "slot = 'notice' AND number = 1 AND dropped IS NULL"
        news = _json(reply)
        notices = await self._store.read(
            Statement(
                f"SELECT request, reply FROM deliveries WHERE {notice} AND {of_outdated})", (to,)
            )
        )
        recovered = await self._store.write(
            Statement(
                """UPDATE compute SET level = $1, crossing = crossing + 1
                   WHERE crossing = $2 RETURNING crossing""",
                (to, state.crossing),
            ),
            Statement(
                f"""UPDATE deliveries SET withdrawn = 1, version = version + 1, due = NULL
                    WHERE {notice} AND {UNSENT} AND {of_outdated} AND {later})""",
                (to,),
            ),
            Statement(
                f"""UPDATE deliveries SET reply = $2, version = version + 1
                    WHERE {notice} AND {UNSENT} AND withdrawn = 0 AND {of_outdated})""",
                (to, news),
            ),
            Statement(
                f"""INSERT INTO deliveries (request, slot, number, rank, platform, reply, due,
                        created)
                    SELECT key, 'notice', 2, 1, platform, $2, clock(), clock()
                    FROM requests WHERE {outdated} AND NOT {later} AND NOT EXISTS (
                        SELECT 1 FROM deliveries AS d WHERE d.request = requests.key
                        AND d.slot = 'notice' AND d.number = 1 AND d.reply = $2)
                    ON CONFLICT (request, slot, number) DO NOTHING""",
                (to, news),
            ),
            *(
                Statement(
                    f"""UPDATE deliveries SET reply = $2, version = version + 1, due = clock()
                        WHERE request = $1 AND {notice} AND NOT ({UNSENT})""",
                    (row["request"], _json(strike(decode_reply(row["reply"])))),
                )
                for row in notices
            ),
            Statement(f"UPDATE requests SET ended = clock() WHERE {outdated}", (to,)),
        )
        return bool(recovered)

    async def channels_asked_in(self, seconds: float) -> list[tuple[str, str, str]]:
        """Return platform, workspace and channel of the last `seconds`' requests."""
        rows = await self._store.read(
            Statement(
                """SELECT DISTINCT platform, workspace, channel FROM requests
                   WHERE query IS NOT NULL AND channel <> '' AND state <> 'notice'
                   AND created > clock() - $1""",
                (seconds,),
            )
        )
        return [(row["platform"], row["workspace"], row["channel"]) for row in rows]

    async def ran_alone_since(self, key: str, at: float) -> bool:
        """Whether no other task has run at any time since `at`, in Unix seconds."""
        rows = await self._store.read(
            Statement(
                """SELECT 1 FROM requests WHERE key <> $1 AND due IS NOT NULL
                       AND state IN ('submitting', 'generating', 'stale')
                   UNION ALL
                   SELECT 1 FROM requests WHERE key <> $1 AND ended >= $2
                       AND submitted IS NOT NULL AND state <> 'refused'
                   LIMIT 1""",
                (key, at),
            )
        )
        return not rows


def _replace_pending(reply: Reply, level: Level) -> list[Statement]:
    """Return the statements that make "low" notices, while nobody can have read them, another."""
    low = "state = 'notice' AND query = 'low' AND ended IS NULL"
    text = _json(reply)
    return [
        # A replica that takes one meanwhile has leased it.
        Statement(
            f"""UPDATE deliveries SET reply = $1, version = version + 1
                WHERE slot = 'notice' AND number = 1 AND {UNSENT}
                AND request IN (SELECT key FROM requests WHERE {low})""",
            (text,),
        ),
        Statement(
            f"""UPDATE requests SET query = $2 WHERE {low} AND EXISTS (SELECT 1 FROM deliveries
                WHERE request = requests.key AND slot = 'notice' AND reply = $1)""",
            (text, level),
        ),
    ]


def _enqueue_notice(notice: Notice, level: Level, crossing: int) -> list[Statement]:
    """Return the statements that announce a level in a channel, unless it stands there already."""
    key = f"notice:{crossing}:{notice.platform}:{notice.channel}"
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
                   thread, state, query, created)
               SELECT $1, $2, $3, $4, '', $5, $6, '', 'notice', $7, clock()
               WHERE NOT EXISTS (SELECT 1 FROM requests WHERE state = 'notice'
                   AND ended IS NULL AND query = $7 AND platform = $2 AND channel = $4)
               ON CONFLICT (key) DO NOTHING""",
            (
                key,
                notice.platform,
                notice.workspace,
                notice.channel,
                REQUEST.dump_json(request).decode(),
                notice.address,
                level,
            ),
        ),
        Statement(
            """INSERT INTO deliveries (request, slot, number, rank, platform, reply, due, created)
               SELECT key, 'notice', 1, 0, platform, $2, clock(), clock()
               FROM requests WHERE key = $1
               ON CONFLICT (request, slot, number) DO NOTHING""",
            (key, _json(notice.reply)),
        ),
    ]


def _json(reply: Reply) -> str:
    return REPLY.dump_json(reply).decode()
