"""What a request wants, with its files: typed, attached, from its thread, or from a button."""

from collections.abc import Mapping
from typing import Protocol

from core import intent
from core.conversation import Action, Attachment, Request
from core.files.download import Fetched
from core.intent import Generate, NotHereError, Verb
from core.ledger import Ledger
from core.neocu.models import Asset
from core.neocu.uploads import Uploader
from core.records import Entry
from core.settings import Settings


class Downloads(Protocol):
    """Where a request's attachments come from: its own chat platform."""

    async def download(self, attachment: Attachment, limit: int) -> Fetched:
        """Return an attachment of at most `limit` bytes. Raises FetchError."""
        ...


class Asking:
    """Reads requests."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        uploader: Uploader,
        platforms: Mapping[str, Downloads],
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._uploader = uploader
        self._platforms = platforms

    async def wanted(self, entry: Entry) -> Generate | Verb:
        """Return what is wanted. Raises InputError, UploadError and LedgerError."""
        request = entry.request
        if entry.query:  # found out in an earlier try
            return Generate(entry.query, entry.files)
        about = await self._about(request)
        match request.action:
            case Action.AGAIN | Action.SEND_AGAIN | Action.CONFIRM if about:
                return Generate(about.query, about.files)
            case Action.CHECK_NOW if about:
                await self._ledger.entries.poll_now(about)
                return Verb("looking")
            case Action.SHOW if about:
                return Verb("show", about.key)
        wanted = intent.read(request.text)
        if isinstance(wanted, Verb):
            return wanted
        attached = (*(about.request.attachments if about else ()), *request.attachments)
        files = [*wanted.files, *await self._thread_files(request, wanted)]
        if attached:
            download = self._platforms[request.platform].download
            files += await self._uploader.upload(attached, download)
        return intent.check(Generate(wanted.query, tuple(dict.fromkeys(files))))

    async def _about(self, request: Request) -> Entry | None:
        """Return the request that a button or a form is about. Raises NotHereError."""
        if not request.about:
            return None
        about = await self._ledger.queries.get(request.about)
        if about is None or not about.request.same_workspace(request):
            raise NotHereError
        return about

    async def _thread_files(self, request: Request, wanted: Generate) -> list[str]:
        """Return the results that a follow-up works on: the one replied to, or the thread's last.

        Nothing where the files are named, or a form names them all.
        """
        if not self._settings.neocu_reuse_results or wanted.files or request.action is not None:
            return []
        assets: tuple[Asset, ...] = ()
        if request.reply_to and (found := await self._ledger.queries.find_by_message(request)):
            about, what = found
            number = int(what.removeprefix("asset ")) if what.startswith("asset ") else 0
            assets = about.assets[number - 1 : number] if number else about.assets
        elif request.thread and (last := await self._ledger.queries.last_result(request)):
            assets = last.assets
        return [asset.id for asset in assets if asset.id]
