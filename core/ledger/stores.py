"""Which store a DATABASE_URL names."""

from core.ledger.sqlite import SqliteStore
from core.ledger.store import Store

SQLITE = "sqlite:///"


def store_for(url: str) -> Store:
    """Return the store, still closed: sqlite:///a-file (four slashes: an absolute path)."""
    return SqliteStore(url.removeprefix(SQLITE))
