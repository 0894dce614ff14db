"""Which store a DATABASE_URL names."""

from core.ledger.stores.base import Store
from core.ledger.stores.postgres import PostgresStore
from core.ledger.stores.sqlite import SqliteStore

SQLITE = "sqlite:///"
POSTGRES = ("postgres://", "postgresql://")


def store_for(url: str) -> Store:
    """Return the store, still closed: sqlite:///a-file (four slashes: an absolute path)."""
    return PostgresStore(url) if url.startswith(POSTGRES) else SqliteStore(url.removeprefix(SQLITE))
