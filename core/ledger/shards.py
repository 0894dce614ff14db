"""Which process listens to which part of a platform, where that deals itself out in shards.

Each shard is leased to one process at a time, as rows are; whoever takes it over also learns where
the last one stopped listening. Logins are paced together, as the platform wants them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.ledger.stores.base import Statement, Store

# A shard that is not renewed for so long is taken over. Shorter than a row's: people wait.
SHARD_LEASE_SECONDS = 6.0

# Which process listens to which shard of a platform; who listens at all; when each bucket of logins
# was last used.
SHARDS = """
CREATE TABLE shards (
    platform TEXT NOT NULL,
    total BIGINT NOT NULL,
    number BIGINT NOT NULL,
    owner TEXT,
    lease DOUBLE PRECISION,
    session TEXT,
    PRIMARY KEY (platform, total, number)
);
CREATE TABLE listeners (
    platform TEXT NOT NULL,
    owner TEXT NOT NULL,
    seen DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, owner)
);
CREATE TABLE logins (
    platform TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, bucket)
)
"""


@dataclass(frozen=True)
class Share:
    """A shard that this process has leased, and where its last owner stopped listening, if told."""

    number: int
    session: str


@dataclass(frozen=True)
class Census:
    """How many processes listen to a platform, and into how many shards they divide it."""

    listeners: int
    total: int


class Shards:
    """The shards of every platform, as one process sees them; `owner` names it."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self._owner = owner

    @property
    def shared(self) -> bool:
        """Whether other processes may take a part, so that a lease has to be renewed in time."""
        return self._store.shared

    async def join(self, platform: str, count: int) -> None:
        """Make sure that there are so many shards to lease."""
        numbers = ", ".join(
            f"(CAST($1 AS TEXT), CAST($2 AS BIGINT), {number})" for number in range(count)
        )
        await self._store.write(
            Statement(
                f"""INSERT INTO shards (platform, total, number) VALUES {numbers}
                    ON CONFLICT (platform, total, number) DO NOTHING RETURNING 1""",
                (platform, count),
            )
        )

    async def check_in(self, platform: str) -> Census:
        """Say that this process listens, and return who does."""
        await self._store.write(
            Statement(
                """INSERT INTO listeners (platform, owner, seen) VALUES ($1, $2, clock())
                   ON CONFLICT (platform, owner) DO UPDATE SET seen = clock() RETURNING 1""",
                (platform, self._owner),
            ),
            Statement(
                f"DELETE FROM listeners WHERE seen < clock() - {SHARD_LEASE_SECONDS}",
            ),
        )
        [row] = await self._store.read(
            Statement(
                """SELECT (SELECT count(*) FROM listeners WHERE platform = $1) AS listeners,
                          (SELECT max(total) FROM shards
                           WHERE platform = $1 AND lease > clock()) AS total""",
                (platform,),
            )
        )
        return Census(row["listeners"], row["total"] or 0)

    async def take(
        self, platform: str, count: int, numbers: Iterable[int], limit: int
    ) -> list[Share]:
        """Lease up to `limit` of these shards that nobody holds."""
        among = ", ".join(str(int(number)) for number in numbers)
        skip = "FOR UPDATE SKIP LOCKED" if self._store.shared else ""
        rows = await self._store.write(
            Statement(
                f"""WITH free AS (
                        SELECT number FROM shards
                        WHERE platform = $1 AND total = $2 AND number IN ({among})
                            AND (lease IS NULL OR lease < clock())
                        ORDER BY number LIMIT {limit} {skip}
                    )
                    UPDATE shards SET owner = $3, lease = clock() + {SHARD_LEASE_SECONDS}
                    WHERE platform = $1 AND total = $2 AND number IN (SELECT number FROM free)
                    RETURNING number, session""",
                (platform, count, self._owner),
            )
        )
        taken = [Share(row["number"], row["session"] or "") for row in rows]
        return sorted(taken, key=lambda share: share.number)

    async def renew(self, platform: str, count: int, sessions: Mapping[int, str]) -> set[int]:
        """Extend the leases of these shards, noting how far each was heard; return what is ours."""
        if not sessions:
            return set()
        values, args = _rows(sessions, after=3)
        rows = await self._store.write(
            Statement(
                f"""UPDATE shards SET lease = clock() + {SHARD_LEASE_SECONDS}, session = v.column2
                    FROM (VALUES {values}) AS v
                    WHERE platform = $1 AND total = $2 AND owner = $3 AND number = v.column1
                    RETURNING number""",
                (platform, count, self._owner, *args),
            )
        )
        return {row["number"] for row in rows}

    async def release(self, platform: str, count: int, sessions: Mapping[int, str]) -> None:
        """Let others have these shards now, and know how far each was heard."""
        if not sessions:
            return
        values, args = _rows(sessions, after=3)
        await self._store.write(
            Statement(
                f"""UPDATE shards SET lease = NULL, owner = NULL, session = v.column2
                    FROM (VALUES {values}) AS v
                    WHERE platform = $1 AND total = $2 AND owner = $3 AND number = v.column1
                    RETURNING number""",
                (platform, count, self._owner, *args),
            )
        )

    async def leave(self, platform: str) -> None:
        """Say that this process listens no more: its part is for the others."""
        await self._store.write(
            Statement(
                "DELETE FROM listeners WHERE platform = $1 AND owner = $2 RETURNING 1",
                (platform, self._owner),
            )
        )

    async def may_log_in(self, platform: str, bucket: int, seconds: float) -> bool:
        """Take the bucket's next login, of which it has one in so many seconds for everybody."""
        rows = await self._store.write(
            Statement(
                """INSERT INTO logins (platform, bucket, at) VALUES ($1, $2, clock())
                   ON CONFLICT (platform, bucket) DO UPDATE SET at = clock()
                   WHERE logins.at < clock() - CAST($3 AS DOUBLE PRECISION) RETURNING 1""",
                (platform, bucket, seconds),
            )
        )
        return bool(rows)

    async def expire_all(self) -> None:
        """End the leases of dead processes, where no other process can be alive."""
        if not self._store.shared:
            await self._store.write(
                Statement("UPDATE shards SET lease = NULL WHERE lease IS NOT NULL RETURNING 1"),
            )
            await self._store.write(Statement("DELETE FROM listeners RETURNING 1"))


def _rows(sessions: Mapping[int, str], after: int) -> tuple[str, list[object]]:
    """Return numbers and sessions as rows of VALUES, with their arguments."""
    places = (after + 1 + 2 * index for index in range(len(sessions)))
    values = ", ".join(f"(CAST(${n} AS BIGINT), CAST(${n + 1} AS TEXT))" for n in places)
    return values, [part for pair in sessions.items() for part in pair]
