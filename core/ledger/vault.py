"""What is kept encrypted: credentials of workspaces, keys of accounts; and tokens for one use.

It holds what `core.workspaces.secrets` has sealed, and can't read it.
"""

from hashlib import sha256

from core.ledger.stores.base import Row, Statement, Store
from core.workspaces.secrets import Sealed

# Where sealed secrets are, and what names each of them there.
SEALED = {"credentials": ("platform", "workspace"), "accounts": ("id",)}
MIN_KEPT_SECONDS = 3600.0  # a key is kept before its workspace is told to be paid by it


class Vault:
    """The sealed secrets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep_credentials(self, platform: str, workspace: str, sealed: Sealed) -> None:
        """Keep a workspace's credentials, in place of those it had."""
        await self._store.write(
            Statement(
                """INSERT INTO credentials (platform, workspace, secret, key_id, changed)
                   VALUES ($1, $2, $3, $4, clock())
                   ON CONFLICT (platform, workspace) DO UPDATE SET secret = excluded.secret,
                       key_id = excluded.key_id, changed = excluded.changed
                   RETURNING workspace""",
                (platform, workspace, sealed.text, sealed.key_id),
            )
        )

    async def credentials(self, platform: str, workspace: str) -> Sealed | None:
        """Return a workspace's credentials."""
        rows = await self._store.read(
            Statement(
                """SELECT secret, key_id FROM credentials
                   WHERE platform = $1 AND workspace = $2""",
                (platform, workspace),
            )
        )
        return _sealed(rows[0]) if rows else None

    async def forget_credentials(self, platform: str, workspace: str) -> None:
        """Delete a workspace's credentials."""
        await self._store.write(
            Statement(
                """DELETE FROM credentials WHERE platform = $1 AND workspace = $2
                   RETURNING workspace""",
                (platform, workspace),
            )
        )

    async def keep_account(self, account: str, last_four: str, sealed: Sealed) -> None:
        """Keep the Neocu key of an account, of which only its last four characters can be told."""
        await self._store.write(
            Statement(
                """INSERT INTO accounts (id, last_four, secret, key_id, created)
                   VALUES ($1, $2, $3, $4, clock())
                   ON CONFLICT (id) DO UPDATE SET secret = excluded.secret,
                       key_id = excluded.key_id
                   RETURNING id""",
                (account, last_four, sealed.text, sealed.key_id),
            )
        )

    async def account(self, account: str) -> tuple[Sealed, str] | None:
        """Return the key of an account, and its last four characters; None if it is gone."""
        rows = await self._store.read(
            Statement("SELECT secret, key_id, last_four FROM accounts WHERE id = $1", (account,))
        )
        return (_sealed(rows[0]), rows[0]["last_four"]) if rows else None

    async def delete_unused_accounts(self) -> None:
        """Delete the keys that no workspace has any more, once what they paid for has ended."""
        await self._store.write(
            Statement(
                f"""DELETE FROM accounts WHERE created < clock() - {MIN_KEPT_SECONDS}
                    AND id NOT IN (SELECT account FROM workspaces)
                    AND id NOT IN (SELECT account FROM requests WHERE due IS NOT NULL)
                    RETURNING id"""
            )
        )

    async def key_ids(self) -> dict[str, int]:
        """Return how many secrets are sealed under each encryption key."""
        every = " UNION ALL ".join(f"SELECT key_id FROM {table}" for table in SEALED)
        rows = await self._store.read(
            Statement(
                f"SELECT key_id, count(*) AS n FROM ({every}) AS every GROUP BY key_id "
                "ORDER BY key_id"
            )
        )
        return {row["key_id"]: row["n"] for row in rows}

    async def sealed_under_others(self, key_id: str) -> list[tuple[str, tuple[str, ...], Sealed]]:
        """Return the secrets that are not sealed under this key: table, name, and secret."""
        found: list[tuple[str, tuple[str, ...], Sealed]] = []
        for table, columns in SEALED.items():
            rows = await self._store.read(
                Statement(
                    f"""SELECT {", ".join(columns)}, secret, key_id FROM {table}
                        WHERE key_id <> $1 ORDER BY {", ".join(columns)}""",
                    (key_id,),
                )
            )
            found += [(table, tuple(row[one] for one in columns), _sealed(row)) for row in rows]
        return found

    async def reseal(self, table: str, name: tuple[str, ...], was: Sealed, now: Sealed) -> bool:
        """Replace a secret by the same, sealed anew; False if it has been replaced meanwhile."""
        where = " AND ".join(f"{one} = ${n}" for n, one in enumerate(SEALED[table], 4))
        rows = await self._store.write(
            Statement(
                f"""UPDATE {table} SET secret = $1, key_id = $2
                    WHERE secret = $3 AND {where} RETURNING 1""",
                (now.text, now.key_id, was.text, *name),
            )
        )
        return bool(rows)

    async def issue(self, token: str, seconds: float) -> None:
        """Keep a token that can be used once, within so many seconds."""
        await self._store.write(
            Statement(
                """INSERT INTO once_tokens (token, expires) VALUES ($1, clock() + $2)
                   ON CONFLICT (token) DO NOTHING RETURNING token""",
                (_digest(token), seconds),
            ),
            Statement("DELETE FROM once_tokens WHERE expires < clock()"),
        )

    async def use(self, token: str) -> bool:
        """Whether a token was issued, has not expired, and is used for the first time."""
        rows = await self._store.write(
            Statement(
                "DELETE FROM once_tokens WHERE token = $1 RETURNING expires > clock() AS valid",
                (_digest(token),),
            )
        )
        return bool(rows and rows[0]["valid"])


def _sealed(row: Row) -> Sealed:
    return Sealed(row["secret"], row["key_id"])


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
