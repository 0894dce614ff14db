"""The durable truth: requests, their states, and what has been said about them."""

from core.ledger.ledger import Ledger
from core.ledger.stores.base import LedgerError
from core.records import (
    ComputeState,
    Delivery,
    Entry,
    Kind,
    Level,
    Limit,
    Notice,
    Say,
    Scope,
    State,
)

__all__ = [
    "ComputeState",
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
    "State",
]
