"""Prompts that people save under a name, and ask with again: `/neocu save NAME: prompt`."""

from core import intent, wording
from core.conversation import Reply
from core.intent import Ask, Command, Generate
from core.ledger import Ledger
from core.prompt_names import fault, parse_name
from core.records import Entry, SavedPrompt
from core.request import Request
from core.workspaces.admins import Admins
from core.workspaces.tenants import Tenant


class SavedPrompts:
    """Saves, lists and forgets prompts, and puts them in place of their names."""

    def __init__(self, ledger: Ledger, admins: Admins) -> None:
        self._ledger = ledger
        self._admins = admins

    async def answer(self, entry: Entry, command: Command, tenant: Tenant) -> Reply:
        """Return the answer to `save`, `saved` and `forget`.

        Raises InputError where a prompt is too long, and LedgerError.
        """
        words = entry.request.body.words if isinstance(entry.request.body, Ask) else ""
        match command:
            case Command.SAVE:
                return await self._save(entry, words, tenant)
            case Command.FORGET:
                return await self._forget(entry.request, words, tenant)
        found = await self._ledger.prompts.all(entry.request)
        return wording.saved_prompts(found)

    async def expand(self, request: Request, wanted: Generate) -> Generate:
        """Return what is wanted, with a saved prompt in place of its name at the beginning."""
        first, *rest = wanted.query.split(maxsplit=1)
        if fault(first.casefold()):
            return wanted
        found = await self._ledger.prompts.find(request, first.casefold())
        if found is None:
            return wanted
        saved = intent.parse_files(found.text)
        query = " ".join([saved.query, *rest])
        return Generate(query, tuple(dict.fromkeys((*saved.files, *wanted.files))))

    async def _save(self, entry: Entry, words: str, tenant: Tenant) -> Reply:
        request = entry.request
        before, _, text = words.partition(":")
        text = text.strip()
        asked = intent.parse_files(text)
        if not asked.query:  # files alone ask for nothing
            return wording.how_to_save()
        named = parse_name(before)
        if wrong := fault(named.name):
            return wording.bad_name(named.name, wrong, entry.key)
        intent.check(asked)
        if named.shared and not await self._admins.include(request, tenant.workspace):
            return wording.only_admins_share()
        prompt = SavedPrompt(named.name, text, shared=named.shared)
        if not await self._ledger.prompts.save(request, prompt):
            return wording.too_many_saved()
        return wording.saved(prompt, with_files=bool(request.attachments))

    async def _forget(self, request: Request, words: str, tenant: Tenant) -> Reply:
        named = parse_name(words)
        if named.shared and not await self._admins.include(request, tenant.workspace):
            return wording.only_admins_share()
        gone = await self._ledger.prompts.delete(request, named.name, shared=named.shared)
        return wording.forgotten(named.name) if gone else wording.not_saved(named.name)
