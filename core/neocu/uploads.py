"""How attachments become file IDs.

Neocu documents no upload, so the uploader can be swapped: anything that takes a file as multipart
and answers JSON with its ID. Without one, attachments are refused in words and nothing is spent.
"""

import hashlib
import io
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Protocol

import aiohttp
from pydantic import JsonValue, SecretStr, TypeAdapter, ValidationError
from yarl import URL

from core.files.download import (
    Admit,
    Fetched,
    FetchError,
    TooLargeError,
    UnreachableError,
    keeps_secrets,
)
from core.files.in_flight import ByteBudget
from core.request import Attachment
from core.settings import Settings

MAX_REMEMBERED = 1_000  # files whose IDs are known
MAX_BODY_BYTES = 64 * 1024

Download = Callable[[Attachment, int, Admit], Awaitable[Fetched]]

_response = TypeAdapter(dict[str, JsonValue])


class UploadError(Exception):
    """A file could not be handed over; `name` is the file's."""

    def __init__(self, name: str, reason: FetchError | None = None) -> None:
        super().__init__(f"an attachment: {reason or 'no upload is set up'}")
        self.name = name
        self.reason = reason


class Payer(Protocol):
    """For whom a file is handed over: its ID is of use to this account only."""

    @property
    def id(self) -> str:
        """What the account is known by."""
        ...

    @property
    def key(self) -> SecretStr:
        """Its Neocu key."""
        ...


class Uploader(Protocol):
    """Hands attachments over to Neocu."""

    async def upload(
        self, attachments: Sequence[Attachment], download: Download, payer: Payer
    ) -> list[str]:
        """Return the file IDs, in order. Raises UploadError for the first that can't be had."""
        ...


class NoUploader:
    """What is used when no upload is set up: it refuses."""

    async def upload(
        self, attachments: Sequence[Attachment], _download: Download, _payer: Payer
    ) -> list[str]:
        """Return no IDs for no attachments. Raises UploadError for any."""
        if attachments:
            raise UploadError(attachments[0].name)
        return []


class HttpUploader:
    """Posts each file to NEOCU_UPLOAD_URL; the same bytes only once for an account."""

    def __init__(
        self, session: aiohttp.ClientSession, settings: Settings, budget: ByteBudget
    ) -> None:
        self._session = session
        self._budget = budget
        self._settings = settings
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def upload(
        self, attachments: Sequence[Attachment], download: Download, payer: Payer
    ) -> list[str]:
        """Return the file IDs, in order. Raises UploadError for the first that can't be had."""
        return [await self._upload(attachment, download, payer) for attachment in attachments]

    async def _upload(self, attachment: Attachment, download: Download, payer: Payer) -> str:
        limit = self._settings.attachment_limit
        try:
            if attachment.size > limit:
                raise TooLargeError(limit)
            with self._budget.reservation(1, limit) as reserved:
                fetched = await download(
                    attachment, limit, lambda size: reserved.claim(0, size, limit)
                )
                reserved.settle(0, len(fetched.data))
                known = payer.id, hashlib.sha256(fetched.data).hexdigest()
                if known not in self._known:
                    self._known[known] = await self._post(attachment.name, fetched, payer.key)
        except FetchError as error:
            raise UploadError(attachment.name, error) from error
        self._known.move_to_end(known)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
        return self._known[known]

    async def _post(self, name: str, fetched: Fetched, key: SecretStr) -> str:
        form = aiohttp.FormData()
        form.add_field(
            self._settings.neocu_upload_field,
            io.BytesIO(fetched.data),  # sent in pieces
            filename="".join(c for c in name if c.isprintable()),
            content_type=fetched.media_type,
        )
        try:
            async with self._session.post(
                self._url, data=form, headers=self._headers(key), allow_redirects=False
            ) as response:
                body = await _read_body(response)
            file_id = _response.validate_json(body)[self._settings.neocu_upload_id]
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnreachableError(type(error).__name__) from None
        except (ValidationError, KeyError):
            raise UnreachableError("the upload answered without a file ID") from None
        if not isinstance(file_id, str) or not file_id:
            raise UnreachableError("the upload answered without a file ID")
        return file_id

    @property
    def _url(self) -> URL:
        return URL(self._settings.neocu_upload_url or "")

    def _headers(self, key: SecretStr) -> dict[str, str]:
        """Give the key to Neocu's own host only, and never in the clear."""
        own = self._url.host == URL(self._settings.neocu_base_url).host
        if not own or not keeps_secrets(self._url):
            return {}
        return {"api-key": key.get_secret_value()}


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        raise UnreachableError(f"the upload answered {response.status}")
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise UnreachableError("the upload's answer has no end")
    return bytes(body)
