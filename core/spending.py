"""What was used lately, as a person or an admin may see it."""

from core import wording
from core.conversation import Reply
from core.intent import Command
from core.ledger import Ledger
from core.records import Entry, Scope, Used
from core.workspaces.admins import Admins
from core.workspaces.tenants import Tenant

MAX_RANKED = 5
SCOPES = {
    Command.USAGE: Scope.PERSON,
    Command.USAGE_HERE: Scope.CHANNEL,
    Command.USAGE_TEAM: Scope.WORKSPACE,
}


class Spending:
    """Tells what was used: one's own to everybody, all the rest to admins. One per process."""

    def __init__(self, ledger: Ledger, admins: Admins) -> None:
        self._ledger = ledger
        self._admins = admins

    async def answer(self, entry: Entry, command: Command, tenant: Tenant) -> Reply:
        """Return the answer to `usage`, `usage here` or `usage team`. Raises LedgerError."""
        request, scope = entry.request, SCOPES[command]
        if scope is Scope.CHANNEL and request.in_private:
            scope = Scope.PERSON  # there is nobody else here
        is_own = scope is Scope.PERSON
        if not is_own and not await self._admins.include(request, tenant.workspace):
            return wording.admins_only()
        totals, people, channels = self._ledger.totals, list[Used](), list[Used]()
        if scope is Scope.WORKSPACE:
            people = await totals.most(request, Scope.PERSON, MAX_RANKED)
            channels = await totals.most(request, Scope.CHANNEL, MAX_RANKED)
        return wording.usage(
            scope,
            await totals.by_day(request, scope),
            people,
            channels,
            await tenant.account.compute.outlook(entry.now),
            with_private=is_own and request.in_private,
        )
