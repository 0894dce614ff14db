"""Answers to the verbs: what can be told without asking Neocu to make anything."""

from collections.abc import Callable

from core import delivery, wording
from core.conversation import Reply, Request
from core.intent import Verb
from core.ledger import Ledger
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError
from core.records import Entry

RECENT = 10


class Answers:
    """Answers questions about Neocu, and about what was asked in the same workspace."""

    def __init__(self, client: NeocuClient, ledger: Ledger, link: Callable[[Entry], str]) -> None:
        self._client = client
        self._ledger = ledger
        self._link = link

    async def answer(self, entry: Entry, verb: Verb) -> list[Reply]:
        """Return the answer to a verb. Raises LedgerError."""
        match verb.name:
            case "balance":
                return [await self._balance()]
            case "status":
                return [await self._status(entry.request, verb.about)]
            case "recent":
                found = await self._ledger.queries.recent(entry.request, RECENT)
                return [wording.recent([(e, self._link(e)) for e in found])]
            case "show":
                return await self._show(verb.about, entry.request.person)
            case "looking":
                return [wording.looking()]
            case _:
                return [wording.HELP]

    async def _balance(self) -> Reply:
        try:
            return wording.balance(await self._client.get_compute())
        except ApiError:
            return wording.no_balance()

    async def _status(self, request: Request, task_id: str) -> Reply:
        if not task_id:
            return wording.which_task()
        found = await self._ledger.queries.find_by_task(request, task_id)
        if found is None:
            return wording.no_such_task(task_id)
        return wording.status(found, self._link(found))

    async def _show(self, key: str, person: str) -> list[Reply]:
        """Return the results once more; that costs nothing."""
        about = await self._ledger.queries.get(key)
        if about is None or not about.assets:
            return [wording.nothing_to_show()]
        return [wording.shown_again(about.query, person), *shown(about).values()]


def shown(entry: Entry) -> dict[int, Reply]:
    """Return a reply for each result of a request that has a file, by the result's number."""
    return {
        number: wording.result(asset, delivery.media(asset, entry.query))
        for number, asset in enumerate(entry.assets, 1)
        if asset.url or asset.thumbnail
    }
