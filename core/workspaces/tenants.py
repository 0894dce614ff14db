"""For each request: its workspace, the terms that hold there, and the account that pays."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from core.compute.budget import Budget
from core.ledger import Ledger
from core.records import Entry, State
from core.request import Request
from core.settings import Settings
from core.workspaces.account import Account, Accounts
from core.workspaces.terms import Terms, terms
from core.workspaces.workspace import Workspace

# For so long a workspace is taken as it was read: a change holds on every replica within a second.
REMEMBER_SECONDS = 0.5
MAX_REMEMBERED = 5000


@dataclass(frozen=True)
class Tenant:
    """A workspace, its terms, the account that pays for a request, and the budget that it has."""

    workspace: Workspace
    terms: Terms
    account: Account
    budget: Budget


class Tenants:
    """Everybody who is here. One per process."""

    def __init__(self, settings: Settings, ledger: Ledger, accounts: Accounts) -> None:
        self._settings = settings
        self._ledger = ledger
        self.accounts = accounts
        self._known: OrderedDict[tuple[str, str], tuple[float, Workspace]] = OrderedDict()

    async def of(self, entry: Entry) -> Tenant:
        """Return the tenant of a request; what has been announced is paid as it was announced.

        Raises NoKeyError where the account's key is gone, LostKeyError where it can't be decrypted
        now, and LedgerError.
        """
        workspace = await self.workspace(entry.request.platform, entry.request.workspace)
        begun = entry.state is not State.RECEIVED
        account = await self.accounts.get(entry.account if begun else workspace.account)
        agreed = terms(self._settings, workspace)
        return Tenant(workspace, agreed, account, Budget(agreed, self._ledger, account.id))

    async def terms_of(self, request: Request) -> Terms:
        """Return the terms of a request's workspace. Raises LedgerError."""
        return terms(self._settings, await self.workspace(request.platform, request.workspace))

    async def workspace(self, platform: str, id_: str) -> Workspace:
        """Return a workspace as it is now, or was half a second ago. Raises LedgerError."""
        now = asyncio.get_running_loop().time()
        until, known = self._known.get((platform, id_), (0.0, None))
        if known is None or now >= until:
            known = await self._ledger.workspaces.get(platform, id_)
            self._known[platform, id_] = now + REMEMBER_SECONDS, known
            self._known.move_to_end((platform, id_))
            if len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return known

    def forget(self, platform: str, id_: str) -> None:
        """Have a workspace read anew: it has been changed here."""
        self._known.pop((platform, id_), None)
