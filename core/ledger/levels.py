"""What the ledger knows of the compute balance: readings, the level, and who was told of it.

A notice is a row of `requests` that nobody asked: `query` holds the level that it tells of, and
as long as it has not `ended` it still stands to be corrected.
"""

import math
from collections.abc import Iterable

from core.conversation import Reply, Request
from core.ledger.codec import REPLY, REQUEST
from core.ledger.stores.base import Statement, Store
from core.records import Level, Notice, Reading, Standing

KEPT = 8 * 24 * 3600.0  # seconds that a reading is of use


class Balance:
    """Readings and crossings, shared by all processes at the store."""

    _store: Store

    async def note_reading(self, credits: float) -> None:
        """Note the balance as it is now."""
        await self._store.write(
            Statement(
                "INSERT INTO readings (at, credits) VALUES (clock(), $1) RETURNING at", (credits,)
            ),
            Statement("DELETE FROM readings WHERE at < clock() - $1", (KEPT,)),
        )

    async def readings(self) -> tuple[list[Reading], float]:
        """Return the readings of the last week, the oldest first, and the time now."""
        rows = await self._store.read(Statement("SELECT at, credits FROM readings ORDER BY at"))
        now = await self._store.read(Statement("SELECT clock() AS now"))
        return [Reading(row["at"], row["credits"]) for row in rows], now[0]["now"]

    async def last_reading(self, before: float = math.inf) -> Reading | None:
        """Return the last reading before a time in Unix seconds, None where there is none."""
        rows = await self._store.read(
            Statement(
                "SELECT at, credits FROM readings WHERE at < $1 ORDER BY at DESC LIMIT 1", (before,)
            )
        )
        return Reading(rows[0]["at"], rows[0]["credits"]) if rows else None

    async def standing(self) -> Standing:
        """Return the level as it is known."""
        row = (await self._store.read(Statement("SELECT * FROM compute")))[0]
        return Standing(Level(row["level"]), row["crossing"], row["floor"])

    async def cross(
        self, standing: Standing, to: Level, floor: float, notices: Iterable[Notice]
    ) -> bool:
        """Note that the level has changed, and what is told. False if another did already."""
        number = standing.crossing + 1
        crossed = await self._store.write(
            Statement(
                """UPDATE compute SET level = $1, crossing = crossing + 1, floor = $2
                   WHERE crossing = $3 RETURNING crossing""",
                (to, floor, standing.crossing),
            ),
            *[one for notice in notices for one in _telling(notice, to, number)],
        )
        return bool(crossed)

    async def tell(self, standing: Standing, notice: Notice) -> None:
        """Tell of the present level in one more channel, once."""
        await self._store.write(
            Statement("SELECT 1 FROM compute WHERE crossing = $1", (standing.crossing,)),
            *_telling(notice, standing.level, standing.crossing),
        )

    async def rise(self, standing: Standing, to: Level, reply: Reply, older: Reply) -> bool:
        """Note that the level is better, and correct the notices that say otherwise.

        In each channel the latest one becomes `reply`, what stands above it `older`.
        """
        wrong = "state = 'notice' AND ended IS NULL AND (query = 'empty' OR $1 = 'ok')"
        later = """SELECT 1 FROM requests AS later WHERE later.state = 'notice'
            AND later.ended IS NULL AND later.created > requests.created
            AND later.platform = requests.platform AND later.channel = requests.channel"""
        risen = await self._store.write(
            Statement(
                """UPDATE compute SET level = $1, crossing = crossing + 1
                   WHERE crossing = $2 RETURNING crossing""",
                (to, standing.crossing),
            ),
            Statement(
                f"""INSERT INTO deliveries
                        (request, what, position, platform, reply, edits, state, due, created)
                    SELECT key, 'restored', 2, platform,
                        CASE WHEN EXISTS ({later}) THEN $3 ELSE $2 END,
                        'notice', 'pending', clock(), clock()
                    FROM requests WHERE {wrong}
                    ON CONFLICT (request, what) DO NOTHING""",
                (to, REPLY.dump_json(reply).decode(), REPLY.dump_json(older).decode()),
            ),
            Statement(f"UPDATE requests SET ended = clock() WHERE {wrong}", (to,)),
        )
        return bool(risen)

    async def asked_in(self, seconds: float) -> list[tuple[str, str, str]]:
        """Return platform, workspace and channel of what was asked in the last `seconds`."""
        rows = await self._store.read(
            Statement(
                """SELECT DISTINCT platform, workspace, channel FROM requests
                   WHERE query IS NOT NULL AND state <> 'notice' AND created > clock() - $1""",
                (seconds,),
            )
        )
        return [(row["platform"], row["workspace"], row["channel"]) for row in rows]

    async def alone_since(self, key: str, at: float) -> bool:
        """Whether no other task was running at any time since `at`."""
        rows = await self._store.read(
            Statement(
                """SELECT key FROM requests
                   WHERE key <> $1 AND submitted IS NOT NULL
                   AND state NOT IN ('received', 'refused')
                   AND COALESCE(ended, clock()) >= $2 LIMIT 1""",
                (key, at),
            )
        )
        return not rows


def _telling(notice: Notice, level: Level, crossing: int) -> list[Statement]:
    key = f"notice:{crossing}:{notice.platform}:{notice.channel}"
    request = Request(
        key=key,
        platform=notice.platform,
        workspace=notice.workspace,
        channel=notice.channel,
        person="",
        text="",
        address=notice.address,
    )
    return [
        Statement(
            """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                   thread, state, query, created)
               VALUES ($1, $2, $3, $4, '', $5, $6, '', 'notice', $7, clock())
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
            """INSERT INTO deliveries
                   (request, what, position, platform, reply, state, due, created)
               VALUES ($1, 'notice', 1, $2, $3, 'pending', clock(), clock())
               ON CONFLICT (request, what) DO NOTHING""",
            (key, notice.platform, REPLY.dump_json(notice.reply).decode()),
        ),
    ]
