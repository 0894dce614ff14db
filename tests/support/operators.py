"""Who pays in the tests of single parts: the operator, for one workspace."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from core.compute.budget import Budget
from core.ledger import Ledger
from core.neocu.client import NeocuClient
from core.settings import Settings
from core.workspaces.account import Accounts
from core.workspaces.secrets import Secrets
from core.workspaces.tenants import Tenants
from core.workspaces.terms import terms
from core.workspaces.workspace import Workspace


def tenants_of(
    settings: Settings,
    client: NeocuClient,
    ledger: Ledger,
    platforms: Mapping[str, Any] | None = None,
) -> Tenants:
    """Return everybody, at the operator's expense."""
    accounts = Accounts(settings, client, ledger, Secrets(()), platforms or {})
    return Tenants(settings, ledger, accounts)


def budget_of(settings: Settings, ledger: Ledger) -> Budget:
    """Return the budget of a workspace that has chosen nothing."""
    return Budget(terms(settings, Workspace("slack", "T1")), ledger)


def payer(settings: Settings) -> Any:
    """Return a tenant for whom the operator's key pays."""
    agreed = terms(settings, Workspace("slack", "T1"))
    account = SimpleNamespace(id="", key=settings.neocu_api_key)
    return SimpleNamespace(terms=agreed, account=account)
