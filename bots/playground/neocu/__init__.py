"""A local Neocu API with the documented contract, for trying out and for tests."""

from bots.playground.journal import Call, Journal
from bots.playground.neocu.app import Sandbox
from bots.playground.neocu.faults import Fault

__all__ = ["Call", "Fault", "Journal", "Sandbox"]
