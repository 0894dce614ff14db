"""Exactly what a request sends: its query and file IDs, settled once, at its first step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from core import intent
from core.files.download import Admit, Fetched
from core.intent import (
    Ask,
    Command,
    Generate,
    GoneError,
    NotHereError,
    StaysThereError,
    UnseenError,
    Unsure,
)
from core.ledger import Ledger
from core.neocu.presets import presets_of
from core.neocu.uploads import Uploader
from core.records import Entry
from core.request import Action, Attachment, Body, FormSent, Press, Request
from core.saved_prompts import SavedPrompts
from core.workspaces.tenants import Tenant


class Downloads(Protocol):
    """Where a request's attachments come from: its own chat platform."""

    async def download(
        self, request: Request, /, attachment: Attachment, limit: int, admit: Admit
    ) -> Fetched:
        """Return an attachment of at most `limit` bytes. Raises FetchError."""
        ...


@dataclass(frozen=True)
class Resolved:
    """What is sent: a query, file IDs, and the key of the request whose results are in them."""

    query: str
    files: tuple[str, ...]
    parent: str = ""


class Resolver:
    """Resolves requests for something to be made."""

    def __init__(
        self,
        ledger: Ledger,
        uploader: Uploader,
        platforms: Mapping[str, Downloads],
        saved: SavedPrompts,
    ) -> None:
        self._ledger = ledger
        self._uploader = uploader
        self._platforms = platforms
        self._saved = saved

    async def source(self, request: Request) -> Entry | None:
        """Return the request that a button or a form is about, None for none.

        Raises NotHereError where it is not known in this workspace, StaysThereError where it would
        leave an age-restricted channel, and LedgerError.
        """
        if not request.source_key:
            return None
        source = await self._ledger.queries.get(request.source_key)
        if source is None or not source.request.same_workspace(request):
            raise NotHereError
        if source.request.age_restricted and not request.age_restricted:
            raise StaysThereError
        return source

    async def resolve(self, request: Request, source: Entry | None, tenant: Tenant) -> Resolved:
        """Return what Neocu will be sent. Raises InputError, UploadError and LedgerError."""
        match request.body:
            case Press(action=Action.PRESET, asset=number, preset=name) if source:
                return _made_of(source, number, name)
            case Press() if source and source.query:
                # What was refused may have files that were never handed over.
                left = () if source.files else source.request.attachments
                wanted = Resolved(source.query, source.files, source.parent)
                return await self._with_uploads(source.request, wanted, left, tenant)
            case Press() if source and (meant := _meant(source.request.body)):
                return await self.resolve(replace(source.request, body=meant), None, tenant)
            case FormSent(query, files) if query.strip():
                # What the form shows is exactly what is sent; a draft's files are shown, too.
                draft = source.request.attachments if source and not source.files else ()
                attached = (*draft, *request.attachments)
                wanted = Resolved(query.strip(), files, _parent(source, files))
                return await self._with_uploads(request, wanted, attached, tenant)
            case Generate() if request.unseen:
                raise UnseenError
            case Generate() as typed:
                asked = await self._saved.expand(request, typed)
                found = None if asked.files else await self._thread_result(request, tenant)
                files = asked.files or (_ids(found) if found else ())
                wanted = Resolved(asked.query, files, _parent(found, files))
                return await self._with_uploads(request, wanted, request.attachments, tenant)
        raise NotHereError

    async def _with_uploads(
        self,
        request: Request,
        wanted: Resolved,
        attached: tuple[Attachment, ...],
        tenant: Tenant,
    ) -> Resolved:
        """Add the file IDs of attachments. What can't be right is refused before any upload."""
        intent.check(Generate(wanted.query, wanted.files))
        if await self._ledger.file_owners.are_foreign(request, wanted.files):
            raise NotHereError
        uploaded: list[str] = []
        if attached:
            download = partial(self._platforms[request.platform].download, request)
            uploaded = await self._uploader.upload(attached, download, tenant.account)
            await self._ledger.file_owners.note(request, uploaded)
        files = tuple(dict.fromkeys((*wanted.files, *uploaded)))
        intent.check(Generate(wanted.query, files))
        return replace(wanted, files=files)

    async def _thread_result(self, request: Request, tenant: Tenant) -> Entry | None:
        """Return what a follow-up works on: the results replied to, or the thread's last."""
        if not tenant.terms.reuse_results:
            return None
        found: Entry | None = None
        if request.reply_to:
            found = await self._ledger.queries.find_by_message(request)
        if found is None and request.thread:
            found = await self._ledger.queries.last_result(request)
        return found


def _ids(entry: Entry) -> tuple[str, ...]:
    return tuple(asset.id for asset in entry.assets if asset.id)


def _parent(source: Entry | None, files: Sequence[str]) -> str:
    """Return the key of a request whose results are among the files, "" for none."""
    return source.key if source and not set(files).isdisjoint(_ids(source)) else ""


def _made_of(source: Entry, number: int, preset: str) -> Resolved:
    """Return what a preset makes of a result. Raises GoneError where that is no longer there."""
    for asset in source.assets[number - 1 :][:1]:
        query = presets_of(asset, source.query).get(preset)
        if query and asset.id:
            return Resolved(query, (asset.id,), source.key)
    raise GoneError


def _meant(body: Body) -> Generate | None:
    """Return the prompt that was taken for something else, until its person said so."""
    match body:
        case Unsure(query):
            return Generate(query)
        case Ask(Command.SAVE, words=words):
            return Generate(f"{Command.SAVE} {words}")
    return None
