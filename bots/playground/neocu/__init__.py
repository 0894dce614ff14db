"""A local Neocu API with the documented contract, for trying out and for tests."""

from bots.playground.neocu.api_faults import Fault
from bots.playground.neocu.sandbox import Sandbox

__all__ = ["Fault", "Sandbox"]
