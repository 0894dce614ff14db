"""The prompts that people have saved, by name: their own, and those that a workspace shares."""

from collections.abc import Sequence

from core.ledger.stores.base import Row, Statement, Store
from core.records import SavedPrompt
from core.request import Request

MAX_SAVED = 100  # of one person, and shared by one workspace


class Prompts:
    """The saved prompts. A person's own are theirs in every workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def save(self, request: Request, prompt: SavedPrompt) -> bool:
        """Keep a prompt, in place of one of the same name; False if there are too many already."""
        rows = await self._store.write(
            Statement(
                f"""INSERT INTO prompts (platform, owner, name, text, workspace, person, saved)
                    SELECT $1, $2, $3, $4, $5, $6, clock() WHERE (
                        SELECT count(*) FROM prompts
                        WHERE platform = $1 AND owner = $2 AND name <> $3) < {MAX_SAVED}
                    ON CONFLICT (platform, owner, name) DO UPDATE SET text = excluded.text,
                        workspace = excluded.workspace, person = excluded.person,
                        saved = excluded.saved
                    RETURNING name""",
                (
                    *(request.platform, _owner(request, shared=prompt.shared), prompt.name),
                    *(prompt.text, request.workspace, request.person),
                ),
            )
        )
        return bool(rows)

    async def find(self, request: Request, name: str) -> SavedPrompt | None:
        """Return what a name means to a person here: their own prompt before a shared one."""
        rows = await self._store.read(
            Statement(
                """SELECT name, owner, text FROM prompts
                   WHERE platform = $1 AND owner IN ($2, $3) AND name = $4""",
                (request.platform, request.person, _owner(request, shared=True), name),
            )
        )
        found = [_decode(row, request) for row in rows]
        return min(found, key=lambda prompt: prompt.shared, default=None)

    async def all(self, request: Request) -> Sequence[SavedPrompt]:
        """Return a person's own prompts and those that are shared here, by their names."""
        rows = await self._store.read(
            Statement(
                """SELECT name, owner, text FROM prompts
                   WHERE platform = $1 AND owner IN ($2, $3) ORDER BY name""",
                (request.platform, request.person, _owner(request, shared=True)),
            )
        )
        return [_decode(row, request) for row in rows]

    async def delete(self, request: Request, name: str, *, shared: bool) -> bool:
        """Forget a prompt; False if there is none of that name."""
        rows = await self._store.write(
            Statement(
                """DELETE FROM prompts WHERE platform = $1 AND owner = $2 AND name = $3
                   RETURNING name""",
                (request.platform, _owner(request, shared=shared), name),
            )
        )
        return bool(rows)

    async def delete_shared(self, platform: str, workspace: str) -> None:
        """Forget what all of a workspace could use."""
        await self._store.write(
            Statement(
                "DELETE FROM prompts WHERE platform = $1 AND owner = $2 RETURNING name",
                (platform, _sharing(workspace)),
            )
        )


def _owner(request: Request, *, shared: bool) -> str:
    """Return whose prompt it is: a person's, or that of a workspace which shares it."""
    return _sharing(request.workspace) if shared else request.person


def _sharing(workspace: str) -> str:
    """Return what a workspace is called as an owner: no person is called so."""
    return f"workspace {workspace}"


def _decode(row: Row, request: Request) -> SavedPrompt:
    return SavedPrompt(row["name"], row["text"], shared=row["owner"] != request.person)
