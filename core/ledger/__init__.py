"""The durable truth: requests, how far they are, and what has been said about them."""

from core.ledger.ledger import Ledger
from core.ledger.stores.base import LedgerError
from core.records import Delivery, Entry, Kind, Level, Limit, Notice, Say, Scope, Standing, State

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
