"""Attachments become file IDs: by whom, how often, and what is said when they can't."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bots.playground.neocu import Fault, Sandbox
from bots.playground.neocu.media_files import Upload
from core.files.download import Admit, Fetched, ForbiddenHostError, TooLargeError, UnreachableError
from core.files.in_flight import ByteBudget
from core.neocu.uploads import MAX_BODY_BYTES, HttpUploader, NoUploader, UploadError
from core.request import Attachment
from core.settings import Settings

KEY = "nk-very-secret-0123456789"
PHOTO = Attachment("F1", "my “photo”\n.png", "https://files.slack.com/F1", 5, "image/png")


@dataclass(frozen=True)
class Paying:
    """An account."""

    id: str
    key: SecretStr


PAYER = Paying("", SecretStr(KEY))


class Files:
    """A platform's files by ID, and how often each was fetched."""

    def __init__(self, **data: bytes) -> None:
        self.data = data
        self.media_type = "image/png"
        self.fetched: list[str] = []

    async def download(self, attachment: Attachment, limit: int, admit: Admit) -> Fetched:
        """Give the file, or what is wrong with it."""
        self.fetched.append(attachment.id)
        data = self.data.get(attachment.id)
        if data is None:
            raise ForbiddenHostError("not fetched from evil.example")
        if len(data) > min(limit, await admit(len(data))):
            raise TooLargeError(limit)
        return Fetched(data, self.media_type)


@asynccontextmanager
async def uploading(base: str, upload: str, **more: object) -> AsyncIterator[HttpUploader]:
    """Give an uploader to `upload` where Neocu is at `base`."""
    settings = Settings.model_validate(
        {"neocu_api_key": KEY, "neocu_base_url": base, "neocu_upload_url": upload} | more
    )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield HttpUploader(session, settings, ByteBudget(settings.files_in_flight_bytes))


@asynccontextmanager
async def answering(said: bytes, *, pause: asyncio.Event | None = None) -> AsyncIterator[str]:
    """Serve an upload that answers so, in two pieces if there is a pause; yields the address."""

    async def upload(request: web.Request) -> web.StreamResponse:
        await request.read()
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(said[: len(said) // 2])
        if pause is not None:
            await pause.wait()
        await response.write(said[len(said) // 2 :])
        return response

    app = web.Application()
    app.router.add_post("/", upload)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def refusal(uploader: HttpUploader, files: Files, attachment: Attachment) -> UploadError:
    """Return what the uploader says against an attachment."""
    with pytest.raises(UploadError) as caught:
        await uploader.upload([attachment], files.download, PAYER)
    return caught.value


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A Neocu API with an upload."""
    async with Sandbox(key=KEY) as sandbox:
        yield sandbox


async def test_files_are_handed_over_in_order(sandbox: Sandbox) -> None:
    """The IDs that come back are the files that went out."""
    files = Files(F1=b"one", F2=b"two")
    async with uploading(sandbox.url, sandbox.upload_url) as uploader:
        ids = await uploader.upload(
            [Attachment("F2", "b", "", 3), Attachment("F1", "a", "", 3)], files.download, PAYER
        )
    known = [sandbox.files[file_id] for file_id in ids]

    assert [file.content for file in known if isinstance(file, Upload)] == [b"two", b"one"]


async def test_the_same_bytes_are_handed_over_once(sandbox: Sandbox) -> None:
    """People attach the same picture again and again, under any name."""
    files = Files(F1=b"same", F2=b"same")
    async with uploading(sandbox.url, sandbox.upload_url) as uploader:
        first = await uploader.upload([PHOTO], files.download, PAYER)
        both = [Attachment("F2", "b.png", "", 4), PHOTO]
        again = await uploader.upload(both, files.download, PAYER)

    assert again == first * 2
    assert len(sandbox.files) == 1


async def test_without_an_upload_attachments_are_refused_by_name() -> None:
    """Nothing is spent on a prompt whose picture would be missing."""
    files = Files(F1=b"one")
    with pytest.raises(UploadError) as caught:
        await NoUploader().upload([PHOTO], files.download, PAYER)

    assert (caught.value.name, caught.value.reason) == (PHOTO.name, None)
    assert files.fetched == []


async def test_without_attachments_nothing_is_needed() -> None:
    """Most requests have none."""
    assert await NoUploader().upload([], Files().download, PAYER) == []


async def test_a_file_over_the_cap_is_not_even_fetched(sandbox: Sandbox) -> None:
    """The platform says how large it is."""
    files = Files(F1=b"one")
    async with uploading(sandbox.url, sandbox.upload_url, attachment_limit=4) as uploader:
        error = await refusal(uploader, files, PHOTO)

    assert isinstance(error.reason, TooLargeError)
    assert error.reason.limit == 4
    assert files.fetched == []


async def test_a_file_that_lies_about_its_size_is_refused(sandbox: Sandbox) -> None:
    """The cap holds for what comes, too."""
    files = Files(F1=b"one two three")
    async with uploading(sandbox.url, sandbox.upload_url, attachment_limit=5) as uploader:
        error = await refusal(uploader, files, PHOTO)

    assert isinstance(error.reason, TooLargeError)
    assert sandbox.files == {}


async def test_one_bad_file_stops_the_request(sandbox: Sandbox) -> None:
    """It is named; the prompt is not sent with half of its files."""
    files = Files(F1=b"one")
    stranger = Attachment("F9", "stranger.png", "https://evil.example/", 3)
    async with uploading(sandbox.url, sandbox.upload_url) as uploader:
        with pytest.raises(UploadError) as caught:
            await uploader.upload([PHOTO, stranger], files.download, PAYER)

    assert caught.value.name == "stranger.png"
    assert isinstance(caught.value.reason, ForbiddenHostError)


@pytest.mark.parametrize(
    "fault",
    [
        400,
        401,
        413,
        500,
        Fault.DROP,
        Fault.HTML,
        Fault.TRUNCATED,
        Fault.WRONG_SHAPE,
        Fault.NO_TASK_ID,
        Fault.TEN_MEGABYTES,
        Fault.REDIRECT,
    ],
)
async def test_an_upload_that_fails_is_said_and_can_be_tried_again(
    sandbox: Sandbox, fault: Fault | int
) -> None:
    """A failure is not remembered as if it were an ID."""
    files = Files(F1=b"one")
    sandbox.faults.next("upload", fault)
    async with uploading(sandbox.url, sandbox.upload_url) as uploader:
        error = await refusal(uploader, files, PHOTO)
        ids = await uploader.upload([PHOTO], files.download, PAYER)

    assert isinstance(error.reason, UnreachableError)
    assert KEY not in f"{error!r} {error.reason!r} {error.reason.__context__!r}"
    assert ids == list(sandbox.files)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"_id": null}',
        b'{"_id": ""}',
        b'{"_id": 7}',
        b'{"_id": ["a"]}',
        b'{"_id": "\xe9"}',
        b"[" * 50_000,
        b'{"_id": "a", "x": "' + b"x" * MAX_BODY_BYTES + b'"}',
    ],
    ids=range(11),
)
async def test_an_answer_without_an_id_is_a_failure(said: bytes) -> None:
    """Uploads of any make can be set up, and answer anything."""
    async with answering(said) as url, uploading("https://api.neocu.com", url) as uploader:
        error = await refusal(uploader, Files(F1=b"one"), PHOTO)

    assert isinstance(error.reason, UnreachableError)


async def test_an_answer_may_come_in_pieces() -> None:
    """Networks cut where they like."""
    pause = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, pause.set)
    async with (
        answering(b'{"_id": "a1", "more": true}', pause=pause) as url,
        uploading("https://api.neocu.com", url) as uploader,
    ):
        assert await uploader.upload([PHOTO], Files(F1=b"one").download, PAYER) == ["a1"]


async def test_attachments_in_flight_keep_the_budget_of_bytes(sandbox: Sandbox) -> None:
    """Fifty people who attach 20 MB at once must not fill the memory."""
    at_once, most = 0, 0

    async def download(attachment: Attachment, limit: int, admit: Admit) -> Fetched:
        nonlocal at_once, most
        assert limit == 20
        assert await admit(10) == 10
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return Fetched(attachment.id.encode(), "image/png")

    limits = {"attachment_limit": 20, "files_in_flight_bytes": 25}
    async with (
        uploading(sandbox.url, sandbox.upload_url, **limits) as uploader,
        asyncio.TaskGroup() as tasks,
    ):
        for number in range(20):
            attachment = Attachment(f"F{number}", "a.png", "", 5)
            tasks.create_task(uploader.upload([attachment], download, PAYER))

    assert most == 2
    assert len(sandbox.files) == 20


@pytest.mark.parametrize(
    ("base", "upload", "key"),
    [
        ("https://api.neocu.com", "https://api.neocu.com/v1/upload", True),
        ("https://api.neocu.com", "http://api.neocu.com/v1/upload", False),
        ("https://api.neocu.com", "https://api.neocu.com.evil.example/", False),
        ("https://api.neocu.com", "https://files.neocu.com/", False),
        ("http://neocu.intranet", "http://neocu.intranet/upload", False),
        ("http://localhost:1", "http://localhost:2/upload", True),
        ("http://127.0.0.1:1", "http://127.0.0.1:2/upload", True),
        ("http://[::1]:1", "http://[::1]:2/upload", True),
    ],
)
async def test_the_key_is_never_sent_in_the_clear(base: str, upload: str, *, key: bool) -> None:
    """Only to Neocu's own host, over https, or within this machine."""
    async with uploading(base, upload) as uploader:
        headers = uploader._headers(PAYER.key)  # noqa: SLF001 (what would go out; no such host is there)

    assert ("api-key" in headers) is key


@pytest.mark.parametrize("media_type", ["", "text", "image/png; x=ü", ";;;", "a/b/c"])
async def test_an_odd_media_type_is_no_trouble(sandbox: Sandbox, media_type: str) -> None:
    """It is the platform's word, which comes from the person who uploaded."""
    files = Files(F1=b"one")
    files.media_type = media_type
    async with uploading(sandbox.url, sandbox.upload_url) as uploader:
        assert await uploader.upload([PHOTO], files.download, PAYER) == list(sandbox.files)


@pytest.mark.parametrize(
    ("own", "keys"), [(True, [KEY]), (False, [None])], ids=["Neocu's own host", "another host"]
)
async def test_the_key_goes_to_neocus_own_host_only(
    own: bool,  # noqa: FBT001 - a column of the table
    keys: list[str | None],
) -> None:
    """An upload of one's own needs no key of Neocu's, and shall not get it."""
    seen: list[str | None] = []
    forms: list[dict[str, object]] = []

    async def upload(request: web.Request) -> web.Response:
        seen.append(request.headers.get("api-key"))
        forms.append(dict(await request.post()))
        return web.json_response({"file_id": "a1"})

    app = web.Application()
    app.router.add_post("/", upload)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        base = "http://127.0.0.1:1" if own else "https://api.neocu.com"
        names = {"neocu_upload_field": "upload", "neocu_upload_id": "file_id"}
        async with uploading(base, url, **names) as uploader:
            ids = await uploader.upload([PHOTO], Files(F1=b"one").download, PAYER)
            shown = f"{uploader!r} {vars(uploader)}"
    finally:
        await runner.cleanup()

    assert ids == ["a1"]
    assert seen == keys
    assert [list(form) for form in forms] == [["upload"]]
    assert KEY not in shown
