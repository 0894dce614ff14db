"""What is kept of one person or one workspace, and its deletion."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.intent import Generate
from core.ledger import totals
from core.ledger.codec import REQUEST
from core.ledger.stores.base import Row, Statement, Store
from core.request import Request


class Subject(StrEnum):
    """Whose data it is: the column that names it."""

    PERSON = "person"
    WORKSPACE = "workspace"


# Notices to those who run the bots: whose results were reported, and by whom.
REPORTS = "state = 'notice' AND parent"
# What has ended may be deleted; what is under way is still to be answered, and paid for.
DELETABLE = "due IS NULL AND state <> 'notice'"


@dataclass(frozen=True)
class Kept:
    """What is kept: requests by state, their first and last time in Unix seconds, messages.

    `days` are the totals of what was used by day, `prompts` those that were saved.
    """

    requests: Mapping[str, int]
    first: float | None
    last: float | None
    messages: int
    open: int
    days: int = 0
    prompts: int = 0

    @property
    def total(self) -> int:
        """How many requests there are."""
        return sum(self.requests.values())


class Personal:
    """Shows and deletes what is kept of somebody."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def kept(self, subject: Subject, id_: str) -> Kept:
        """Return what is kept of a person or workspace."""
        states = await self._store.read(
            Statement(
                f"""SELECT state, count(*) AS n, min(created) AS first, max(created) AS last,
                        count(due) AS open
                    FROM requests WHERE {subject} = $1 AND state <> 'notice'
                    GROUP BY state ORDER BY state""",
                (id_,),
            )
        )
        messages = await self._store.read(
            Statement(
                f"""SELECT count(*) AS n FROM deliveries WHERE request IN
                    (SELECT key FROM requests WHERE {subject} = $1 AND state <> 'notice')""",
                (id_,),
            )
        )
        days = await self._store.read(totals.count(subject, id_))
        prompts = await self._store.read(
            Statement(f"SELECT count(*) AS n FROM prompts WHERE {subject} = $1", (id_,))
        )
        return Kept(
            requests={row["state"]: row["n"] for row in states},
            first=min((row["first"] for row in states), default=None),
            last=max((row["last"] for row in states), default=None),
            messages=messages[0]["n"],
            open=sum(row["open"] for row in states),
            days=days[0]["n"],
            prompts=prompts[0]["n"],
        )

    async def delete(self, subject: Subject, id_: str) -> int:
        """Delete what their ended requests hold, and the messages; return how many they were.

        Of each, a row without a name is left: when it was, what it cost, and the key by which it
        is known, so that nothing is taken and paid twice. It goes when all such rows go. Their
        totals by day, the prompts that they saved, and reports by them or about these requests are
        deleted.
        """
        rows = await self._store.read(
            Statement(
                f"SELECT key, platform, workspace FROM requests WHERE {subject} = $1 "
                f"AND {DELETABLE}",
                (id_,),
            )
        )
        workspace_too = subject is Subject.WORKSPACE
        for row in rows:
            await self._forget(row, "" if workspace_too else row["workspace"])
        await self._store.write(
            Statement("SELECT 1"),
            *totals.forget(subject, id_),
            Statement(f"DELETE FROM prompts WHERE {subject} = $1", (id_,)),
            *_delete_reports(f"{REPORTS} IS NOT NULL AND {subject} = $1", id_),
        )
        return len(rows)

    async def _forget(self, row: Row, workspace: str) -> None:
        nobody = Request(row["key"], row["platform"], workspace, "", "", Generate(""), "")
        await self._store.write(
            Statement(
                f"""UPDATE requests SET body = $2, workspace = $3, person = '', channel = '',
                        address = '', thread = '', query = '', files = '[]', assets = '[]',
                        task_id = NULL
                    WHERE key = $1 AND {DELETABLE} RETURNING key""",
                (nobody.key, REQUEST.dump_json(nobody).decode(), workspace),
            ),
            Statement("DELETE FROM deliveries WHERE request = $1", (nobody.key,)),
            *_delete_reports(f"{REPORTS} = $1", nobody.key),
        )


def _delete_reports(which: str, value: str) -> list[Statement]:
    """Return the statements that delete reports, with what was told of them."""
    reports = f"SELECT key FROM requests WHERE {which}"
    return [
        Statement(f"DELETE FROM deliveries WHERE request IN ({reports})", (value,)),
        Statement(f"DELETE FROM requests WHERE key IN ({reports})", (value,)),
    ]
