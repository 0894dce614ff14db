"""The durable truth: requests, how far they are, and what stands of them in the chats."""

from core.ledger.ledger import Ledger
from core.ledger.stores.base import LedgerError

__all__ = ["Ledger", "LedgerError"]
