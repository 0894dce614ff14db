"""The durable truth: requests, how far they are, and what has been said about them."""

from core.ledger.balance import Level, Notice, Standing
from core.ledger.ledger import Ledger
from core.ledger.limits import Kind, Limit, Scope
from core.ledger.rows import Delivery, Entry, Say, State
from core.ledger.store import LedgerError

__all__ = [
    "Delivery",
    "Entry",
    "Kind",
    "Ledger",
    "LedgerError",
    "Level",
    "Limit",
    "Notice",
    "Say",
    "Scope",
    "Standing",
    "State",
]
