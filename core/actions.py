"""What people do with a request or a result that makes nothing: all of it is free."""

from collections.abc import Callable

from core import wording
from core.conversation import Reply
from core.ledger import Ledger
from core.records import Entry
from core.request import Action, Request
from core.workspaces.tenants import Tenant

# They need a result that is still there.
SHOWING = frozenset({
    Action.SHOW, Action.SHOW_IN_CHANNEL, Action.SEND_TO_ME, Action.ORIGINAL,
})  # fmt: skip


class Actions:
    """Does what a press asks for, about a request of the same workspace. One per process."""

    def __init__(self, ledger: Ledger, link: Callable[[Entry], str]) -> None:
        self._ledger = ledger
        self._link = link

    async def answer(
        self, request: Request, action: Action, source: Entry, tenant: Tenant
    ) -> list[Reply]:
        """Return the answer, empty where something is to be made. Raises LedgerError."""
        if action in SHOWING:
            return [await self._show(request, action, source, tenant)]
        match action:
            case Action.CHECK_NOW:
                await self._ledger.entries.poll_now(source)
                return [wording.checking()]
            case Action.DECLINE:
                await self._ledger.outbox.replace_result(source.key, wording.declined())
                return [wording.nothing_made()]
        return []

    async def _show(self, request: Request, action: Action, source: Entry, tenant: Tenant) -> Reply:
        """Return a result as it is shown elsewhere."""
        if not source.assets:
            return wording.nothing_to_show()
        match action:
            case Action.SHOW_IN_CHANNEL:
                return wording.shown_in_channel(source, request.person, self._link(source))
            case Action.ORIGINAL:
                return wording.originals(source)
        return wording.shown_again(source, await tenant.budget.offers(source))
