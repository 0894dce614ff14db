"""The durable truth: requests, how far they are, and what has been said about them."""

from core.ledger.ledger import Ledger, Room
from core.ledger.rows import Delivery, Entry, Say, State
from core.ledger.store import LedgerError

__all__ = ["Delivery", "Entry", "Ledger", "LedgerError", "Room", "Say", "State"]
