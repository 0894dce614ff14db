"""What was used by day: running totals of 30 days, kept beside the requests.

Each request that ends adds to a few rows, and what was used is read from these: they cost the same
however many requests there are, and stay when the requests are deleted. A day's rows go when the
day is over 30 days old.
"""

from collections.abc import Sequence

from core.ledger.batches import BATCH, while_any
from core.ledger.stores.base import Statement, Store
from core.neocu import estimates
from core.neocu.models import OTHER
from core.records import USED_DAYS, Day, Entry, Scope, State, Used
from core.request import Request

TODAY = "CAST(clock() AS BIGINT) / 86400"
# What was asked in private counts for its person alone, who sees it where nobody else reads along.
_PRIVATE = "private"
_KEY = "platform, workspace, scope, subject"
_OWN: dict[str, str] = {
    Scope.PERSON: f"subject = $1 AND scope IN ('{Scope.PERSON}', '{_PRIVATE}')",
    Scope.WORKSPACE: "workspace = $1",
}


class Totals:
    """What was used lately, and by whom."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def by_day(self, request: Request, scope: Scope) -> list[Day]:
        """Return what was used in the request's scope, a day and medium each, the oldest first."""
        rows = await self._store.read(
            Statement(
                f"""SELECT day - {TODAY} + {USED_DAYS - 1} AS day, medium,
                        CAST(sum(requests) AS BIGINT) AS requests, sum(credits) AS credits
                    FROM daily_totals WHERE platform = $1 AND workspace = $2
                    AND scope IN ($3, $4) AND subject = $5 AND day > {TODAY} - {USED_DAYS}
                    GROUP BY day, medium ORDER BY day, medium""",
                (request.platform, request.workspace, *_seen(request, scope)),
            )
        )
        return [Day(row["day"], row["medium"], row["requests"], row["credits"]) for row in rows]

    async def most(self, request: Request, scope: Scope, limit: int) -> list[Used]:
        """Return who, or which channels, used most in the request's workspace."""
        rows = await self._store.read(
            Statement(
                """SELECT subject, requests, credits FROM totals
                   WHERE platform = $1 AND workspace = $2 AND scope = $3
                   ORDER BY credits DESC LIMIT $4""",
                (request.platform, request.workspace, scope, limit),
            )
        )
        return [Used(row["subject"], row["requests"], row["credits"]) for row in rows]

    async def delete_old(self) -> None:
        """Delete the days that are over 30 days old, few rows at a time."""
        old = f"""SELECT * FROM daily_totals WHERE day <= {TODAY} - {USED_DAYS}
                  ORDER BY day, {_KEY}, medium LIMIT {BATCH}"""
        await while_any(
            self._store,
            Statement(old),
            Statement(
                f"""UPDATE totals SET requests = totals.requests - gone.requests,
                        credits = totals.credits - gone.credits
                    FROM (SELECT {_KEY}, sum(requests) AS requests, sum(credits) AS credits
                          FROM ({old}) AS old GROUP BY {_KEY}) AS gone
                    WHERE totals.platform = gone.platform
                    AND totals.workspace = gone.workspace
                    AND totals.scope = gone.scope AND totals.subject = gone.subject"""
            ),
            Statement(
                f"""DELETE FROM daily_totals WHERE ({_KEY}, day, medium) IN
                    (SELECT {_KEY}, day, medium FROM ({old}) AS old)"""
            ),
            Statement("DELETE FROM totals WHERE requests <= 0"),
        )


def record(entry: Entry, state: State) -> list[Statement]:
    """Return the statements that count a request which has just ended in a state.

    Counted is what Neocu may have accepted. What ended as unknown was counted by its estimate: if
    it turns out to have run, only the difference to its cost is.
    """
    if state not in {State.COMPLETED, State.FAILED, State.UNKNOWN} or not entry.submitted:
        return []
    credits = entry.credits if entry.cost is None else entry.cost
    counted = entry.answer > 1
    used = (0, credits - entry.credits) if counted else (1, credits)
    request = entry.request
    who = [(request.platform, request.workspace, *one) for one in _scopes(request)]
    return [
        _add("daily_totals", f"{_KEY}, medium", [(*one, medium(entry), *used) for one in who]),
        _add("totals", _KEY, [(*one, *used) for one in who]),
    ]


def count(subject: str, id_: str) -> Statement:
    """Return the statement that counts a person's, or a workspace's, totals by day."""
    return Statement(f"SELECT count(*) AS n FROM daily_totals WHERE {_OWN[subject]}", (id_,))


def forget(subject: str, id_: str) -> list[Statement]:
    """Return the statements that delete a person's, or a workspace's, totals."""
    return [
        Statement(f"DELETE FROM {table} WHERE {_OWN[subject]}", (id_,))
        for table in ("daily_totals", "totals")
    ]


def medium(entry: Entry) -> str:
    """Return what a request made, or was to make."""
    return entry.assets[0].kind if entry.assets else estimates.medium(entry.query) or OTHER


def _scopes(request: Request) -> list[tuple[str, str]]:
    """Return the scopes that a request counts in, the busiest row first: all lock in one order."""
    if request.in_private:
        return [(_PRIVATE, request.person)]
    return [
        (Scope.WORKSPACE, ""),
        (Scope.CHANNEL, request.channel),
        (Scope.PERSON, request.person),
    ]


def _seen(request: Request, scope: Scope) -> tuple[str, str, str]:
    """Return the scopes that are added up for a request, and their subject."""
    match scope:
        case Scope.PERSON:
            return scope, _PRIVATE if request.in_private else scope, request.person
        case Scope.CHANNEL:
            return scope, scope, request.channel
        case _:
            return Scope.WORKSPACE, Scope.WORKSPACE, ""


def _add(table: str, key: str, rows: Sequence[tuple[object, ...]]) -> Statement:
    """Return the statement that adds requests and credits to rows; the day is today."""
    key_of_day, day = (f"{key}, day", f", {TODAY}") if "medium" in key else (key, "")
    args = [arg for row in rows for arg in row]
    width = len(rows[0])
    values = []
    for start in range(1, len(args), width):
        *names, requests, credits = (f"${number}" for number in range(start, start + width))
        numbers = f"CAST({requests} AS BIGINT), CAST({credits} AS DOUBLE PRECISION)"
        values.append(f"({', '.join(names)}{day}, {numbers})")
    return Statement(
        f"""INSERT INTO {table} ({key_of_day}, requests, credits) VALUES {", ".join(values)}
            ON CONFLICT ({key_of_day}) DO UPDATE SET
                requests = {table}.requests + excluded.requests,
                credits = {table}.credits + excluded.credits""",
        tuple(args),
    )
