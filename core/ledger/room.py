"""Who gets the room that a request leaves when it ends: each workspace in turn."""

from core.ledger.admission import RUNNING
from core.ledger.stores.base import Statement

# How many requests that wait for a limit are tried when another ends.
MAX_WOKEN = 20
AHEAD_SECONDS = 60.0  # of what has just become due: who has waited is tried first

_WORKSPACE = "platform", "workspace"
_PERSON = *_WORKSPACE, "person"


def wake_queued(skip_locked: str) -> Statement:
    """Make due the requests that may have room now, in their order of trying.

    It is the turn of the workspaces that have least running, and in each of the people who have.
    However many one workspace or one person has waiting, they keep nobody else from being woken.
    """
    return Statement(
        f"""WITH busy_people AS (
                SELECT {_columns(_PERSON)}, count(*) AS running FROM requests
                WHERE {RUNNING} GROUP BY {_columns(_PERSON)}),
            busy AS (
                SELECT {_columns(_WORKSPACE)}, sum(running) AS running FROM busy_people
                GROUP BY {_columns(_WORKSPACE)}),
            queued AS (
                SELECT q.key, q.created, q.platform, q.workspace, COALESCE(b.running, 0) +
                    row_number() OVER (PARTITION BY {_columns(_PERSON, "q")} ORDER BY q.created)
                    AS place
                FROM requests AS q LEFT JOIN busy_people AS b ON {_same(_PERSON)}
                WHERE q.state = 'announced' AND q.tries = 0 AND q.due > clock()),
            turns AS (
                SELECT q.key, q.created, q.place, COALESCE(b.running, 0) + row_number() OVER (
                    PARTITION BY {_columns(_WORKSPACE, "q")} ORDER BY q.place, q.created) AS turn
                FROM queued AS q LEFT JOIN busy AS b ON {_same(_WORKSPACE)}),
            first AS (
                SELECT key, row_number() OVER (ORDER BY turn, place, created) AS position
                FROM turns ORDER BY turn, place, created LIMIT {MAX_WOKEN}),
            woken AS (
                SELECT key FROM requests WHERE state = 'announced' AND due > clock()
                AND key IN (SELECT key FROM first) {skip_locked})
            UPDATE requests SET due = clock() - {AHEAD_SECONDS} +
                (SELECT position FROM first WHERE first.key = requests.key) / 1000.0
            WHERE key IN (SELECT key FROM woken)"""
    )


def _columns(names: tuple[str, ...], table: str = "") -> str:
    return ", ".join(f"{table}.{name}" if table else name for name in names)


def _same(names: tuple[str, ...]) -> str:
    return " AND ".join(f"b.{name} = q.{name}" for name in names)
