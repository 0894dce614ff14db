"""Answers to commands and greetings: what can be told for free."""

from collections.abc import Callable, Mapping

from core import wording
from core.actions import Actions
from core.conversation import Reply
from core.intent import Ask, Command, NotHereError, Unsure
from core.ledger import Ledger
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError
from core.records import Entry
from core.request import Joined, Press, Request
from core.workspaces.tenants import Tenant

MAX_RECENT = 10


class Questions:
    """Answers questions about Neocu, and about what was asked in the same workspace."""

    def __init__(
        self,
        ledger: Ledger,
        actions: Actions,
        link: Callable[[Entry], str],
        form_commands: Mapping[str, str],
    ) -> None:
        self._ledger = ledger
        self._actions = actions
        self._link = link
        self._form_commands = form_commands

    async def answer(self, entry: Entry, source: Entry | None, tenant: Tenant) -> list[Reply]:
        """Return the answer, empty where something is to be made.

        Raises NotHereError where a button is about nothing that is known, and LedgerError.
        """
        match entry.request.body:
            case Ask(command, task_id):
                return [await self._command(entry.request, command, task_id, tenant)]
            case Unsure(_, guess):
                return [wording.unsure(guess, entry.key)]
            case Joined():
                return [wording.greeting()]
            case Press(action) if source:
                return await self._actions.answer(entry.request, action, source, tenant)
            case Press():
                raise NotHereError
        return []

    async def _command(
        self, request: Request, command: Command, task_id: str, tenant: Tenant
    ) -> Reply:
        match command:
            case Command.HELP:
                return wording.help_with(self._form_commands[request.platform])
            case Command.BALANCE:
                return await _balance(tenant.account.client)
            case Command.RECENT:
                found = await self._ledger.queries.recent(request, MAX_RECENT)
                return wording.recent([(one, self._link(one)) for one in found])
            case Command.STATUS:
                return await self._status(request, task_id)

    async def _status(self, request: Request, task_id: str) -> Reply:
        if not task_id:
            return wording.which_task()
        found = await self._ledger.queries.find_by_task(request, task_id)
        if found is None or (found.request.in_private and found.request.person != request.person):
            return wording.no_such_task(task_id)
        return wording.status(found, self._link(found))


async def _balance(client: NeocuClient) -> Reply:
    try:
        return wording.balance(await client.get_compute())
    except ApiError:
        return wording.no_balance()
