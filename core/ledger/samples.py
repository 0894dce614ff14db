"""What finished tasks took and cost, by kind: the newest few of each, to estimate others from."""

from core.ledger.stores.base import Statement, Store
from core.neocu.estimates import estimate, medium
from core.records import Entry

MAX_SAMPLES = 50  # of each kind
_SECONDS, _COST = "seconds", "cost"


class Samples:
    """The figures of an account's tasks: none is learned from what another has paid for.

    They take the same time to read however many have finished.
    """

    def __init__(self, store: Store, account: str = "") -> None:
        self._store = store
        self._account = account

    async def durations(self, query: str) -> list[float]:
        """Return how many seconds tasks of the query's medium took, the newest first."""
        return await self._newest(_SECONDS, medium(query) or "")

    async def cost_ratios(self, query: str) -> list[float]:
        """Return what tasks of the query's kind cost, as multiples of their estimates."""
        kind = _cost_kind(query)
        return await self._newest(_COST, kind[0]) if kind else []

    async def _newest(self, figure: str, kind: str) -> list[float]:
        rows = await self._store.read(
            Statement(
                """SELECT value FROM samples WHERE account = $4 AND figure = $1 AND kind = $2
                   ORDER BY at DESC LIMIT $3""",
                (figure, kind, MAX_SAMPLES, self._account),
            )
        )
        return [row["value"] for row in rows]


def record(entry: Entry) -> list[Statement]:
    """Return the statements that learn from a request which has just been completed."""
    if not entry.submitted:
        return []
    account = entry.account
    sql = """INSERT INTO samples (account, figure, kind, at, value)
             SELECT $4, $2, $3, ended, ended - submitted FROM requests WHERE key = $1"""
    kind = medium(entry.query) or ""
    statements = [
        Statement(sql, (entry.key, _SECONDS, kind, account)),
        _prune(account, _SECONDS, kind),
    ]
    if entry.cost is not None and (estimated := _cost_kind(entry.query)):
        alike, credits = estimated
        sql = """INSERT INTO samples (account, figure, kind, at, value)
                 VALUES ($4, $1, $2, clock(), $3)"""
        statements.append(Statement(sql, (_COST, alike, entry.cost / credits, account)))
        statements.append(_prune(account, _COST, alike))
    return statements


def _prune(account: str, figure: str, kind: str) -> Statement:
    alike = "account = $4 AND figure = $1 AND kind = $2"
    newest = f"SELECT at FROM samples WHERE {alike} ORDER BY at DESC LIMIT $3"
    return Statement(
        f"""DELETE FROM samples WHERE {alike}
            AND at < (SELECT min(at) FROM ({newest}) AS newest)""",
        (figure, kind, MAX_SAMPLES, account),
    )


def _cost_kind(query: str) -> tuple[str, float] | None:
    """Return which costs are alike, and the credits that this one is estimated to cost."""
    price = estimate(query)
    if price is None or not price.credits:
        return None
    return f"{price.medium}{' or more' if price.at_least else ''}", float(price.credits)
