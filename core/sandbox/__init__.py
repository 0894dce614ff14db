"""A local Neocu API with the documented contract, for trying out and for tests."""

from core.sandbox.app import Sandbox
from core.sandbox.faults import Fault
from core.sandbox.journal import Call, Journal

__all__ = ["Call", "Fault", "Journal", "Sandbox"]
