"""What was used lately, as a person or an admin may see it."""

from collections.abc import Mapping
from typing import Protocol

from core import wording
from core.conversation import Reply
from core.intent import Command
from core.ledger import Ledger
from core.records import Entry, Scope
from core.request import Request
from core.workspaces.tenants import Tenant

MAX_RANKED = 5
SCOPES = {
    Command.USAGE: Scope.PERSON,
    Command.USAGE_HERE: Scope.CHANNEL,
    Command.USAGE_TEAM: Scope.WORKSPACE,
}


class Admins(Protocol):
    """What is asked of a platform about a person."""

    async def is_admin(self, request: Request) -> bool:
        """Whether the request's person manages the workspace that it was asked in."""
        ...


class Spending:
    """Tells what was used: one's own to everybody, all the rest to admins. One per process."""

    def __init__(self, ledger: Ledger, platforms: Mapping[str, Admins]) -> None:
        self._ledger = ledger
        self._platforms = platforms

    async def answer(self, entry: Entry, command: Command, tenant: Tenant) -> Reply:
        """Return the answer to `usage`, `usage here` or `usage team`. Raises LedgerError."""
        request, scope = entry.request, SCOPES[command]
        if scope is Scope.CHANNEL and request.in_private:
            scope = Scope.PERSON  # there is nobody else here
        if scope is not Scope.PERSON and not await self._is_admin(request, tenant):
            return wording.admins_only()
        totals, ranked = self._ledger.totals, MAX_RANKED if scope is Scope.WORKSPACE else 0
        return wording.usage(
            scope,
            await totals.by_day(request, scope),
            await totals.most(request, Scope.PERSON, ranked),
            await totals.most(request, Scope.CHANNEL, ranked),
            await tenant.account.compute.outlook(entry.now),
            with_private=scope is Scope.PERSON and request.in_private,
        )

    async def _is_admin(self, request: Request, tenant: Tenant) -> bool:
        """Whether a person was named as an admin of ours, or is one of the platform's."""
        named = request.person in tenant.workspace.settings.admins
        return named or await self._platforms[request.platform].is_admin(request)
