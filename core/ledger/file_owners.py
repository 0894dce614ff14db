"""Whose files they are: an ID that somebody guessed, or was told, opens no other workspace's file.

An account may pay for several workspaces, and Neocu tells only accounts apart.
"""

from collections.abc import Iterable

from core.ledger.batches import BATCH, while_any
from core.ledger.stores.base import Statement, Store
from core.records import Entry
from core.request import Request


class FileOwners:
    """The workspaces that made, or handed over, each file. What was never seen here is nobody's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def are_foreign(self, request: Request, files: Iterable[str]) -> bool:
        """Whether any of the files is another workspace's, and not the request's, too."""
        for file in files:
            rows = await self._store.read(
                Statement(
                    """SELECT max(CASE WHEN platform = $2 AND workspace = $3 THEN 1 ELSE 0 END)
                           AS ours
                       FROM file_owners WHERE id = $1""",
                    (file, request.platform, request.workspace),
                )
            )
            if rows[0]["ours"] == 0:  # None: nobody's
                return True
        return False

    async def note(self, request: Request, files: Iterable[str]) -> None:
        """Note that files were handed over from a request's workspace."""
        await self._store.write(Statement("SELECT 1"), *_own(request, files))

    async def delete_old(self, seconds: float) -> None:
        """Forget whose the files were that are older than so many seconds, few at a time."""
        old = f"""SELECT id, platform, workspace FROM file_owners
                  WHERE at < clock() - CAST($1 AS DOUBLE PRECISION) ORDER BY at LIMIT {BATCH}"""
        await while_any(
            self._store,
            Statement(old, (seconds,)),
            Statement(
                f"DELETE FROM file_owners WHERE (id, platform, workspace) IN ({old})", (seconds,)
            ),
        )


def record(entry: Entry) -> list[Statement]:
    """Return the statements that note whose the results of a request are."""
    return _own(entry.request, [asset.id for asset in entry.assets if asset.id])


def _own(request: Request, files: Iterable[str]) -> list[Statement]:
    return [
        Statement(
            """INSERT INTO file_owners (id, platform, workspace, at)
               VALUES ($1, $2, $3, clock()) ON CONFLICT (id, platform, workspace) DO NOTHING""",
            (file, request.platform, request.workspace),
        )
        for file in files
    ]
