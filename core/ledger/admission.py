"""How much may run at once, and be asked in a day: conditions that a request has to meet.

They are checked and the request is counted in one transaction, so no two can share the last place.
"""

from collections.abc import Sequence

from core.conversation import Request
from core.records import Kind, Limit, Scope

DAY = 24 * 3600.0
# What counts: all that Neocu may have taken. What it surely did not take gives its place back.
COUNTED = "('submitting', 'generating', 'stale', 'completed', 'failed', 'unknown')"


_SAME = {
    Scope.PERSON: ("platform", "workspace", "person"),
    Scope.CHANNEL: ("platform", "workspace", "channel"),
    Scope.WORKSPACE: ("platform", "workspace"),
    Scope.EVERYBODY: (),
}


def same(scope: Scope, who: Request, first: int) -> tuple[str, list[object]]:
    """Return SQL for the requests of a scope, with its arguments from number `first` on."""
    columns = _SAME[scope]
    sql = "".join(f" AND {name} = ${number}" for number, name in enumerate(columns, first))
    return sql, [getattr(who, name) for name in columns]


def room(
    limits: Sequence[Limit], who: Request, credits: float, first: int
) -> tuple[str, list[object]]:
    """Return SQL that holds when one more request keeps all limits, and its arguments."""
    sql = ""
    args: list[object] = []
    for limit in limits:
        among, values = same(limit.scope, who, first + len(args))
        args += values
        match limit.kind:
            case Kind.RUNNING:
                counted = f"SELECT count(*) + 1.0 FROM requests WHERE state IN {_RUNNING}{among}"
            case Kind.REQUESTS:
                counted = f"SELECT count(*) + 1.0 FROM requests WHERE {_TODAY}{among}"
            case Kind.CREDITS:
                args.append(credits)
                more = f"CAST(${first + len(args) - 1} AS DOUBLE PRECISION)"
                counted = (
                    f"SELECT COALESCE(sum(credits), 0) + {more} FROM requests WHERE {_TODAY}{among}"
                )
        args.append(limit.most)
        most = f"CAST(${first + len(args) - 1} AS DOUBLE PRECISION)"
        sql += f" AND ({counted}) <= {most}"
    return sql, args


_RUNNING = "('submitting', 'generating')"
_TODAY = f"state IN {COUNTED} AND submitted > clock() - {DAY}"
