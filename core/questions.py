"""Answers to commands and greetings: what can be told for free."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import wording
from core.actions import Actions
from core.conversation import Reply
from core.intent import Ask, Command, NotHereError, Unsure
from core.ledger import Ledger
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError
from core.records import Entry
from core.request import Action, Joined, Press, Request
from core.saved_prompts import SavedPrompts
from core.settings_desk import SettingsDesk
from core.spending import Spending
from core.wording.recent import ROWS
from core.workspaces.tenants import Tenant

LAST_PAGE = 99  # of `recent`: what is skipped is read, too


class Questions:
    """Answers questions about Neocu, and about what was asked in the same workspace."""

    def __init__(
        self,
        ledger: Ledger,
        actions: Actions,
        spending: Spending,
        link: Callable[[Entry], str],
        form_commands: Mapping[str, str],
        saved: SavedPrompts,
        desk: SettingsDesk,
    ) -> None:
        self._ledger = ledger
        self._actions = actions
        self._spending = spending
        self._link = link
        self._form_commands = form_commands
        self._saved = saved
        self._desk = desk

    async def answer(self, entry: Entry, source: Entry | None, tenant: Tenant) -> list[Reply]:
        """Return the answer, empty where something is to be made.

        Raises NotHereError where a button is about nothing that is known, and LedgerError.
        """
        match entry.request.body:
            case Ask(command, task_id):
                return [await self._command(entry, command, task_id, tenant)]
            case Unsure(_, guess):
                return [wording.unsure(guess, entry.key)]
            case Joined(server):
                return [wording.greeting(set_up=server)]
            case Press(Action.PAGE, _, page) if source:
                return [await self._turn(entry.request, source, page)]
            case Press(action) if source:
                return await self._actions.answer(entry.request, action, source, tenant)
            case Press():
                raise NotHereError
        return []

    async def _command(self, entry: Entry, command: Command, task_id: str, tenant: Tenant) -> Reply:
        match command:
            case Command.HELP:
                return wording.help_with(self._form_commands[entry.request.platform])
            case Command.BALANCE:
                return await _balance(tenant.account.client)
            case Command.RECENT:
                return await self._recent(entry, 0)
            case Command.STATUS:
                return await self._status(entry.request, task_id)
            case Command.USAGE | Command.USAGE_HERE | Command.USAGE_TEAM:
                room = self._spending.answer
            case Command.SAVE | Command.SAVED | Command.FORGET:
                room = self._saved.answer
            case Command.SETTINGS | Command.SETTINGS_LOG:
                room = self._desk.answer
        return await room(entry, command, tenant)

    async def _turn(self, request: Request, source: Entry, page: int) -> Reply:
        """Return another page of a list, to the person alone who asked for it."""
        if source.request.person != request.person:
            raise NotHereError
        return await self._recent(source, page)

    async def _recent(self, asked: Entry, page: int) -> Reply:
        """Return a page, from 0, of what `asked` may show: to whom, and where, it was asked."""
        page = min(page, LAST_PAGE)
        found = await self._ledger.queries.recent(asked.request, ROWS + 1, page * ROWS)
        shown = [(_shown(one, asked.request), self._link(one)) for one in found[:ROWS]]
        more = len(found) > ROWS and page < LAST_PAGE
        return wording.recent(shown, asked.key, page, more=more)

    async def _status(self, request: Request, task_id: str) -> Reply:
        if not task_id:
            return wording.which_task()
        found = await self._ledger.queries.find_by_task(request, task_id)
        if found is None or (found.request.in_private and found.request.person != request.person):
            return wording.no_such_task(task_id)
        return wording.status(found, self._link(found))


def _shown(entry: Entry, to: Request) -> Entry:
    """Return a request without its results, if they are of a place for adults and it is not."""
    hidden = entry.request.age_restricted and not to.age_restricted
    return replace(entry, assets=()) if hidden else entry


async def _balance(client: NeocuClient) -> Reply:
    try:
        return wording.balance(await client.get_compute())
    except ApiError:
        return wording.no_balance()
