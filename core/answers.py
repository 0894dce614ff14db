"""Answers that cost nothing: the verbs, and what a pressed button asks for."""

from core import wording
from core.client import NeocuClient
from core.conversation import Action, Reply, Request
from core.errors import ApiError
from core.intent import Generate, InputError, Verb
from core.ledger import Entry, Ledger

RECENT = 10


class Answers:
    """Answers questions about Neocu and about a person's own requests."""

    def __init__(self, client: NeocuClient, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    async def answer(self, entry: Entry, verb: Verb) -> Reply:
        """Return the answer to a verb; only of the asker's own workspace. Raises LedgerError."""
        match verb.name:
            case "balance":
                return await self._balance()
            case "status":
                return await self._status(entry.request, verb.about)
            case "recent":
                found = await self._ledger.recent(entry.request, RECENT)
                return wording.recent([(e.state, e.task_id, e.query) for e in found])
            case "looking":
                return wording.looking()
            case _:
                return wording.HELP

    async def pressed(self, request: Request) -> Generate | Verb:
        """Return what a button asks for. Raises InputError where it is not this workspace's."""
        about = await self._ledger.get(request.about)
        if about is None or not _same_workspace(about.request, request):
            raise InputError("a button of somewhere else")
        if request.action is Action.CHECK_NOW:
            await self._ledger.look_now(about)
            return Verb("looking")
        return Generate(about.query, about.files)

    async def _balance(self) -> Reply:
        try:
            return wording.balance(await self._client.get_compute())
        except ApiError:
            return wording.no_balance()

    async def _status(self, request: Request, task_id: str) -> Reply:
        if not task_id:
            return wording.which_task()
        found = await self._ledger.find(request, task_id)
        if found is None:
            return wording.no_such_task(task_id)
        return wording.status(task_id, found.state, found.query)


def _same_workspace(one: Request, other: Request) -> bool:
    return (one.platform, one.workspace) == (other.platform, other.workspace)
