"""The workspaces, their settings, and the log of those."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.ledger.codec import decode_all
from core.ledger.stores.base import Row, Statement, Store
from core.workspaces.workspace import Presence, SettingsChange, Workspace, WorkspaceSettings

MAX_PAGE = 1000


class Workspaces:
    """The workspaces that have been installed, or have chosen something."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, platform: str, id_: str) -> Workspace:
        """Return a workspace; one that is not known yet has chosen nothing."""
        rows = await self._store.read(
            Statement(
                "SELECT * FROM workspaces WHERE platform = $1 AND id = $2",
                (platform, id_),
            )
        )
        found, _ = decode_all(rows, _decode)
        return found[0] if found else Workspace(platform, id_)

    async def page(
        self, platform: str, after: str = "", limit: int = MAX_PAGE
    ) -> Sequence[Workspace]:
        """Return the workspaces of a platform in the order of their IDs, those `after` one."""
        rows = await self._store.read(
            Statement(
                """SELECT * FROM workspaces WHERE platform = $1 AND id > $2
                   ORDER BY id LIMIT $3""",
                (platform, after, limit),
            )
        )
        return decode_all(rows, _decode)[0]

    async def paid_by(self, account: str) -> list[Workspace]:
        """Return the workspaces that an account pays for, where the bot is installed."""
        rows = await self._store.read(
            Statement(
                """SELECT * FROM workspaces WHERE account = $1 AND presence = 'installed'
                   ORDER BY platform, id""",
                (account,),
            )
        )
        return decode_all(rows, _decode)[0]

    async def mark(self, platform: str, id_: str, presence: Presence, name: str = "") -> None:
        """Note that a workspace is installed, paused or left; its `name` where one is given."""
        await self._store.write(
            Statement(
                """INSERT INTO workspaces (platform, id, name, presence, since)
                   VALUES ($1, $2, $3, $4, clock())
                   ON CONFLICT (platform, id) DO UPDATE SET presence = excluded.presence,
                       name = COALESCE(NULLIF(excluded.name, ''), workspaces.name),
                       since = CASE WHEN workspaces.presence = excluded.presence
                           THEN workspaces.since ELSE excluded.since END
                   RETURNING id""",
                (platform, id_, name, presence),
            )
        )

    async def save(self, workspace: Workspace, person: str, log: Mapping[str, Any]) -> bool:
        """Write settings and account, if nobody has since `version` was read; False if so.

        `log` holds what has changed: by name, how it was and how it is.
        """
        if not workspace.version:
            await self._add(workspace)
        settings = workspace.settings.model_dump_json(exclude_defaults=True)
        rows = await self._store.write(
            Statement(
                """UPDATE workspaces SET settings = $3, account = $4, version = version + 1
                   WHERE platform = $1 AND id = $2 AND version = $5 RETURNING id""",
                (
                    *(workspace.platform, workspace.id, settings),
                    *(workspace.account, workspace.version),
                ),
            ),
            *(
                Statement(
                    """INSERT INTO settings_log (platform, workspace, at, person, name, old_value,
                           new_value, version)
                       VALUES ($1, $2, clock(), $3, $4, $5, $6, $7)""",
                    (
                        *(workspace.platform, workspace.id, person, name),
                        *map(json.dumps, values),
                        workspace.version + 1,
                    ),
                )
                for name, values in log.items()
            ),
        )
        return bool(rows)

    async def _add(self, workspace: Workspace) -> None:
        await self._store.write(
            Statement(
                """INSERT INTO workspaces (platform, id, name, presence, since)
                   VALUES ($1, $2, $3, $4, clock()) ON CONFLICT (platform, id) DO NOTHING
                   RETURNING id""",
                (workspace.platform, workspace.id, workspace.name, workspace.presence),
            )
        )

    async def log(self, platform: str, id_: str, limit: int) -> list[SettingsChange]:
        """Return the latest changes of a workspace's settings, the newest first."""
        rows = await self._store.read(
            Statement(
                """SELECT * FROM settings_log WHERE platform = $1 AND workspace = $2
                   ORDER BY at DESC LIMIT $3""",
                (platform, id_, limit),
            )
        )
        return [
            SettingsChange(
                *(row["at"], row["person"], row["name"]),
                *(row["old_value"], row["new_value"], row["version"]),
            )
            for row in rows
        ]

    async def with_own_retention(self) -> list[Workspace]:
        """Return the workspaces that have chosen how long their requests are remembered."""
        rows = await self._store.read(
            Statement("""SELECT * FROM workspaces WHERE settings LIKE '%"retention_days"%'""")
        )
        return decode_all(rows, _decode)[0]

    async def left_for(self, seconds: float) -> list[Workspace]:
        """Return the workspaces that have removed the bot so long ago."""
        rows = await self._store.read(
            Statement(
                "SELECT * FROM workspaces WHERE presence = 'left' AND since < clock() - $1",
                (seconds,),
            )
        )
        return decode_all(rows, _decode)[0]

    async def forget(self, platform: str, id_: str) -> None:
        """Delete at once what could be misused of a workspace: it is LEFT then, and pays nothing.

        Its credentials, its settings with their log, and its Neocu key, if no other has it.
        """
        of_it = (platform, id_)
        account = (await self.get(platform, id_)).account
        await self._store.write(
            Statement(
                """UPDATE workspaces SET presence = 'left', settings = '{}', account = '',
                       version = version + 1, since = clock()
                   WHERE platform = $1 AND id = $2 RETURNING id""",
                of_it,
            ),
            Statement("DELETE FROM settings_log WHERE platform = $1 AND workspace = $2", of_it),
            Statement(
                """DELETE FROM accounts WHERE id = $1
                   AND NOT EXISTS (SELECT 1 FROM workspaces WHERE account = $1)""",
                (account,),
            ),
        )
        await self._store.write(
            Statement(
                """DELETE FROM credentials WHERE platform = $1 AND workspace = $2
                   RETURNING workspace""",
                of_it,
            )
        )

    async def delete(self, platform: str, id_: str) -> None:
        """Delete a workspace that is LEFT; what it asked is deleted elsewhere."""
        await self._store.write(
            Statement(
                """DELETE FROM workspaces WHERE platform = $1 AND id = $2 AND presence = 'left'
                   RETURNING id""",
                (platform, id_),
            )
        )


def _decode(row: Row) -> Workspace:
    return Workspace(
        platform=row["platform"],
        id=row["id"],
        name=row["name"],
        presence=Presence(row["presence"]),
        account=row["account"],
        settings=WorkspaceSettings.model_validate_json(row["settings"]),
        version=row["version"],
        since=row["since"],
    )
