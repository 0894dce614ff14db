"""The limits on concurrent tasks and on a day's use, as SQL conditions.

A request is checked and counted in one transaction, so two can't both take the last place.
"""

from collections.abc import Sequence

from core.records import DAY_SECONDS, Entry, Kind, Limit, Scope, State
from core.request import Request

# What counts: all that Neocu may have accepted. What it certainly refused gives its place back.
COUNTED_STATES = "('submitting', 'generating', 'stale', 'completed', 'failed', 'unknown')"
RUNNING_STATES = (State.SUBMITTING, State.GENERATING)
RUNNING = "due IS NOT NULL AND state IN ('submitting', 'generating')"
IN_LAST_DAY = f"state IN {COUNTED_STATES} AND submitted > clock() - {DAY_SECONDS}"

_SCOPE_COLUMNS = {
    Scope.PERSON: ("platform", "person", "account"),
    Scope.CHANNEL: ("platform", "workspace", "channel"),
    Scope.WORKSPACE: ("platform", "workspace"),
    Scope.EVERYBODY: (),
}


def in_scope(scope: Scope, who: Request, account: str, first: int) -> tuple[str, list[object]]:
    """Return a condition for the requests in a scope; its arguments start at number `first`."""
    columns = _SCOPE_COLUMNS[scope]
    sql = "".join(f" AND {name} = ${number}" for number, name in enumerate(columns, first))
    return sql, [account if name == "account" else getattr(who, name) for name in columns]


def within_limits(limits: Sequence[Limit], who: Entry, first: int) -> tuple[str, list[object]]:
    """Return a condition, true if one more request exceeds no limit, and its arguments."""
    sql = ""
    args: list[object] = []
    for limit in limits:
        scope, values = in_scope(limit.scope, who.request, who.account, first + len(args))
        args += values
        match limit.kind:
            case Kind.RUNNING:
                used = f"SELECT count(*) + 1.0 FROM requests WHERE {RUNNING}{scope}"
            case Kind.REQUESTS:
                used = f"SELECT count(*) + 1.0 FROM requests WHERE {IN_LAST_DAY}{scope}"
            case Kind.CREDITS:
                args.append(who.credits)
                estimate = f"CAST(${first + len(args) - 1} AS DOUBLE PRECISION)"
                used = (
                    f"SELECT COALESCE(sum(credits), 0) + {estimate} "
                    f"FROM requests WHERE {IN_LAST_DAY}{scope}"
                )
        args.append(limit.most)
        most = f"CAST(${first + len(args) - 1} AS DOUBLE PRECISION)"
        sql += f" AND ({used}) <= {most}"
    return sql, args
