"""Which store a DATABASE_URL names."""

from core.ledger.stores.base import Store
from core.ledger.stores.sqlite import SqliteStore

SQLITE = "sqlite:///"
POSTGRES = ("postgres://", "postgresql://")


def store_for(url: str) -> Store:
    """Return the store, still closed: sqlite:///a-file (four slashes: an absolute path)."""
    if not url.startswith(POSTGRES):
        return SqliteStore(url.removeprefix(SQLITE))
    from core.ledger.stores.postgres import PostgresStore  # noqa: PLC0415 (SQLite needs no asyncpg)

    return PostgresStore(url)
