"""The Neocu client: what every answer becomes, what is sent again, and where the key goes."""

import asyncio
import gzip
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
import stamina
from aiohttp import web
from aiohttp.typedefs import Handler
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bots.playground.neocu import Fault, Sandbox
from core.neocu.client import NeocuClient
from core.neocu.errors import (
    ApiConnectionError,
    ApiError,
    ApiResponseError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    InsufficientComputeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from core.neocu.models import Compute, Generated, Task, TaskPage
from core.neocu.responses import MAX_BODY_BYTES, MAX_DETAIL_LENGTH, parse_response, redact

KEY = "nk-very-secret-0123456789"
DOCUMENTED = b'{"error": "short", "message": "Please\\n\\u0000top   up\\u202e."}'

REFUSALS: dict[int, tuple[type[ApiStatusError], bool]] = {
    400: (InvalidRequestError, False),
    401: (AuthenticationError, False),
    402: (InsufficientComputeError, False),
    403: (AuthenticationError, False),
    404: (NotFoundError, False),
    405: (ApiStatusError, False),
    408: (ApiStatusError, True),
    409: (ApiStatusError, True),
    413: (ApiStatusError, False),
    418: (ApiStatusError, True),
    422: (InvalidRequestError, False),
    425: (ApiStatusError, True),
    429: (RateLimitError, False),
    499: (ApiStatusError, True),
    500: (ServerError, True),
    502: (ServerError, True),
    503: (ServerError, True),
    504: (ServerError, True),
    599: (ServerError, True),
}
NO_ANSWERS = (200, 201, 204, 301, 302, 303, 304, 307, 308)

UGLY = {
    "empty": b"",
    "html": b"<!doctype html><h1>Bad gateway</h1>",
    "truncated": b'{"error": "short", "task_id": "65f',
    "other shape": b'{"error": {"code": 7}, "message": ["x"], "task_id": {"a": 1}}',
    "array": b'[{"task_id": "1", "error": "short"}]',
    "null": b"null",
    "number": b"1e999",
    "long": b"neocu " * (10 * 1024**2 // 6),
    "wrong charset": '{"error": "zu müde", "task_id": "ü"}'.encode("latin-1"),
    "nested": b"[" * 100_000,
    "nested objects": b'{"error":' * 100_000,
    "gzip": gzip.compress(DOCUMENTED)[:-9],
    "huge number": b'{"error": ' + b"9" * 5_000 + b"}",
}


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    """As many tries as ever, without the pauses in between."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A Neocu API whose tasks are done at once."""
    async with Sandbox(key=KEY, seconds=0) as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[NeocuClient]:
    """A client with the right key and little patience."""
    async with NeocuClient(SecretStr(KEY), sandbox.url, timeout=5) as client:
        yield client


@asynccontextmanager
async def serving(answer: Callable[[asyncio.StreamWriter, bytes], None]) -> AsyncIterator[str]:
    """Serve bytes that no HTTP server would send; yields the address."""

    async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer(writer, await reader.readuntil(b"\r\n\r\n"))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(on_connect, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def http_server(handler: Handler) -> AsyncIterator[str]:
    """Serve one handler on every path; yields the address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def everything_said_by(error: BaseException | None) -> str:
    """Return all that a log or an error tracker could show of an error and of its chain."""
    said: list[str] = []
    while error is not None:
        said += [str(error), repr(error), repr(error.args), repr(vars(error))]
        said += traceback.format_exception(error)
        said += [everything_said_by(error.__cause__)] if error.__cause__ else []
        error = error.__context__
    return "\n".join(said)


# What every answer becomes


@pytest.mark.parametrize("status", REFUSALS)
def test_a_documented_no_keeps_its_words_on_one_short_line(status: int) -> None:
    """They are shown to a person, in a log, and never raw."""
    kind, maybe_accepted = REFUSALS[status]

    with pytest.raises(ApiStatusError) as caught:
        parse_response(status, {}, DOCUMENTED, Generated)

    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.maybe_accepted is maybe_accepted
    assert caught.value.detail == "Please top up ."


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("body", UGLY.values(), ids=UGLY)
def test_a_no_is_that_no_whatever_its_body_is(status: int, body: bytes) -> None:
    """The status decides about money; a proxy's error page must not blur it."""
    kind, maybe_accepted = REFUSALS[status]

    with pytest.raises(ApiStatusError) as caught:
        parse_response(status, {}, body[: MAX_BODY_BYTES + 1], Generated)

    assert type(caught.value) is kind
    assert caught.value.maybe_accepted is maybe_accepted
    assert caught.value.detail in {"", "zu m\ufffdde"}


@pytest.mark.parametrize("status", NO_ANSWERS)
@pytest.mark.parametrize("body", UGLY.values(), ids=UGLY)
def test_an_answer_without_sense_may_have_been_accepted(status: int, body: bytes) -> None:
    """Neocu was reached and said no no: nobody can know whether a task runs."""
    with pytest.raises(ApiResponseError) as caught:
        parse_response(status, {}, body[: MAX_BODY_BYTES + 1], Generated)

    assert caught.value.maybe_accepted
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_a_redirect_is_no_answer_even_with_a_task_in_it(status: int) -> None:
    """What a redirect carries is not Neocu's word."""
    with pytest.raises(ApiResponseError):
        parse_response(status, {"Location": "/"}, b'{"task_id": "1"}', Generated)


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_success_with_a_task_is_taken(status: int) -> None:
    """A 201 tomorrow is as good as a 200 today."""
    assert (
        parse_response(status, {}, b'{"task_id": "1", "message": "success"}', Generated).task_id
        == "1"
    )


@pytest.mark.parametrize("body", [b"{}", b'{"task_id": ""}', b'{"task_id": null}'])
def test_a_success_without_a_task_id_makes_no_sense(body: bytes) -> None:
    """There is nothing to look at again, though something may have been paid for."""
    with pytest.raises(ApiResponseError) as caught:
        parse_response(200, {}, body, Generated)

    assert caught.value.maybe_accepted


ODD_VALUES = {
    "false": b"false",
    "list": b"[{}, [], null]",
    "half a character": b'"\\ud800"',
    "no UTF-8": b'"\xff\xfe"',
    "huge number": b"9" * 5_000,
    "not a number": b"NaN",
    "infinite": b"-Infinity",
}


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
@pytest.mark.parametrize("answer", [b'{"x": %s, "task_id": "a1"}', b'{"task_id": "a1", "x": %s}'])
def test_an_odd_extra_field_loses_no_task_id(answer: bytes, odd: bytes) -> None:
    """The task is paid for: what else the answer says is not worth losing it."""
    body = answer.replace(b"%s", odd)

    assert parse_response(200, {}, body, Generated).task_id == "a1"


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"task_id": "a1"}',
        b'{"task_id": "a1", "x": ' + b"[" * 100_000,
        b'{"task_id": "a1", "message": "succ',
        b'{"task_id": "a1", "message": "success"}}',
        b'{"task_id": "a1", "x": "' + b"x" * MAX_BODY_BYTES + b'"}',
    ],
    ids=["BOM", "endless nesting", "cut short", "one brace too many", "too long"],
)
def test_a_task_id_is_found_in_an_answer_that_is_no_json(body: bytes) -> None:
    """What broke came after it, or beside it."""
    assert parse_response(200, {}, body, Generated).task_id == "a1"


@pytest.mark.parametrize(
    "body",
    [
        b'{"task_id": "a1',
        b'{"task_id": "a1", "other": {"task_id": "b2"}',
        b'{"task_id": "a\xff1"}',
        b'{"task_id": "a\\ud8001"}',
        b'{"task_id": 1.5}',
        b'{"task_id": true}',
    ],
)
def test_half_a_task_id_is_none(body: bytes) -> None:
    """A guess would wait for somebody else's task, or for none at all."""
    with pytest.raises(ApiResponseError) as caught:
        parse_response(200, {}, body, Generated)

    assert caught.value.maybe_accepted


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
@pytest.mark.parametrize("name", ["url", "thumbnail", "embed", "name", "type", "status", "_id"])
def test_an_odd_field_of_an_asset_costs_only_itself(name: str, odd: bytes) -> None:
    """A finished, paid task must never be unreadable for it."""
    asset = b'{"title": "x", "%s": %s}' % (name.encode(), odd)
    body = b'{"task": {"status": "completed"}, "asset": [%s, {"url": "https://x/a"}]}' % asset
    task = parse_response(200, {}, body, Task)

    assert task.status == "completed"
    assert [one.url for one in task.assets][-1] == "https://x/a"
    assert json.dumps([one.model_dump() for one in task.assets], ensure_ascii=False).encode()


@given(st.binary(max_size=200), st.sampled_from([200, 201, 302, 400, 402, 429, 500]))
def test_any_bytes_are_an_answer_or_an_api_error(body: bytes, status: int) -> None:
    """No traceback, whatever comes."""
    for model in (Generated, Task, TaskPage, Compute):
        for wrapped in (body, b'{"task_id": "' + body + b'"}', b'{"asset": [' + body + b"]}"):
            try:
                parse_response(status, {}, wrapped, model, KEY)
            except ApiError as error:
                assert len(str(error)) < MAX_DETAIL_LENGTH + 10  # noqa: PT017 (none is fine, too)


@pytest.mark.parametrize(
    "body", [b'{"compute": NaN}', b'{"compute": "much"}', b'{"compute": true}', b"{}"]
)
def test_a_balance_that_is_no_number_makes_no_sense(body: bytes) -> None:
    """Nobody shall be told nonsense about money."""
    with pytest.raises(ApiResponseError):
        parse_response(200, {}, body, Compute)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 30 ", 30.0),
        ("0", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read_when_it_is_a_number_of_seconds(
    header: str, seconds: float | None
) -> None:
    """We wait that long; what can't be read, or has no end, is waited for in our own way."""
    with pytest.raises(RateLimitError) as caught:
        parse_response(429, {"Retry-After": header}, b"", Generated)

    assert caught.value.retry_after == seconds


def test_a_rate_limit_may_come_without_retry_after() -> None:
    """The header is optional."""
    with pytest.raises(RateLimitError) as caught:
        parse_response(429, {}, b"", Generated)

    assert caught.value.retry_after is None


def test_a_long_detail_is_cut() -> None:
    """A page of provider text is no sentence."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_response(400, {}, json.dumps({"error": "word " * 1000}).encode(), Generated)

    assert len(caught.value.detail) <= MAX_DETAIL_LENGTH
    assert caught.value.detail.endswith("…")


def test_half_a_character_in_a_detail_can_still_be_written() -> None:
    r"""JSON can carry \ud800 alone, which no log or chat can encode."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_response(400, {}, b'{"error": "broken \\ud800 heart"}', Generated)

    assert caught.value.detail.encode() == b"broken heart"


# The same over a real socket


@pytest.mark.parametrize(
    ("fault", "kind", "maybe_accepted"),
    [
        (400, InvalidRequestError, False),
        (401, AuthenticationError, False),
        (402, InsufficientComputeError, False),
        (404, NotFoundError, False),
        (429, RateLimitError, False),
        (500, ServerError, True),
        (503, ServerError, True),
        (Fault.DROP, ApiConnectionError, True),
        (Fault.ACCEPT_AND_DROP, ApiConnectionError, True),
        (Fault.HTML, ApiResponseError, True),
        (Fault.TRUNCATED, ApiResponseError, True),
        (Fault.WRONG_SHAPE, ApiResponseError, True),
        (Fault.NO_TASK_ID, ApiResponseError, True),
        (Fault.TEN_MEGABYTES, ApiResponseError, True),
        (Fault.REDIRECT, ApiResponseError, True),
    ],
)
async def test_a_post_is_sent_exactly_once_whatever_comes_back(
    sandbox: Sandbox,
    client: NeocuClient,
    fault: Fault | int,
    kind: type[ApiError],
    maybe_accepted: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """What reached Neocu may be paid for: paid once."""
    sandbox.faults.always("generate", fault)

    with pytest.raises(ApiError) as caught:
        await client.generate("a lighthouse")
    await sandbox.journal.until(lambda: sandbox.journal.calls)

    assert type(caught.value) is kind
    assert caught.value.maybe_accepted is maybe_accepted
    assert [call.path for call in sandbox.journal.calls] == ["/v1/generate"]


async def test_a_post_without_an_answer_in_time_is_sent_once(sandbox: Sandbox) -> None:
    """Silence says nothing about whether the task runs."""
    sandbox.faults.always("generate", Fault.HANG)

    # Long enough to be connected in, also on a busy machine.
    async with NeocuClient(SecretStr(KEY), sandbox.url, timeout=1) as client:
        with pytest.raises(ApiTimeoutError) as caught:
            await client.generate("a lighthouse")
    await sandbox.journal.until(lambda: sandbox.journal.calls)

    assert caught.value.maybe_accepted
    assert len(sandbox.journal.calls) == 1


async def test_a_post_on_a_kept_connection_that_dies_is_sent_once(
    sandbox: Sandbox, client: NeocuClient
) -> None:
    """A dying connection may have carried the request before it died."""
    await client.get_compute()
    sandbox.faults.next("generate", Fault.ACCEPT_AND_DROP)

    with pytest.raises(ApiConnectionError):
        await client.generate("a lighthouse")

    assert len(sandbox.generated) == 1


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://nowhere.invalid:{port}"])
async def test_a_post_that_found_nobody_is_sent_again(address: str) -> None:
    """Refused or never resolved: nothing was sent, so nothing can be paid twice."""
    with socket.socket() as held:  # bound and not listening: refused for sure
        held.bind(("127.0.0.1", 0))
        url = address.format(port=held.getsockname()[1])
        tried: list[int] = []
        with stamina.set_testing(True, attempts=2, cap=True):
            stamina.instrumentation.set_on_retry_hooks(
                [lambda details: tried.append(details.retry_num)]
            )
            try:
                async with NeocuClient(SecretStr(KEY), url) as client:
                    with pytest.raises(ApiConnectionError) as caught:
                        await client.generate("a lighthouse")
            finally:
                stamina.instrumentation.set_on_retry_hooks(None)

    assert not caught.value.maybe_accepted
    assert tried == [1]


async def test_a_connection_that_is_not_made_in_time_was_surely_not_accepted() -> None:
    """Nothing was sent. A full backlog leaves the caller unanswered, as a firewall would."""
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for queued in (first, second):
            queued.setblocking(False)  # noqa: FBT003 - the socket's own signature
            queued.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        async with NeocuClient(SecretStr(KEY), url, connect_timeout=0.1, attempts=1) as client:
            with pytest.raises(ApiConnectionError) as caught:
                await client.generate("a lighthouse")

    assert not caught.value.maybe_accepted


@pytest.mark.parametrize("fault", [500, Fault.DROP, Fault.HTML, Fault.TRUNCATED, Fault.REDIRECT])
async def test_a_get_is_asked_again(
    sandbox: Sandbox, client: NeocuClient, fault: Fault | int
) -> None:
    """Looking costs nothing, and a hiccup shall not end a wait of minutes."""
    sandbox.faults.next("compute", fault, times=2)

    assert await client.get_compute() == 1000.0


@pytest.mark.parametrize("fault", [401, 404, 429])
async def test_a_get_that_was_refused_is_not_asked_again(
    sandbox: Sandbox, client: NeocuClient, fault: int
) -> None:
    """It would be refused again; after a 429 it would even do harm."""
    sandbox.faults.always("compute", fault)

    with pytest.raises(ApiStatusError):
        await client.get_compute()

    assert len(sandbox.journal.calls) == 1


@pytest.mark.parametrize("status", [402, 500])
@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
        b'Content-Length: 900\r\n\r\n{"error": "low',
    ],
    ids=["gzip garbage", "cut short"],
)
async def test_a_no_stands_where_its_body_breaks_off(status: int, rest: bytes) -> None:
    """A 402 is "nothing was spent", however badly it is put."""

    def answer(writer: asyncio.StreamWriter, _: bytes) -> None:
        writer.write(b"HTTP/1.1 %d No\r\n" % status + rest)

    async with serving(answer) as url, NeocuClient(SecretStr(KEY), url) as client:
        with pytest.raises(ApiStatusError) as caught:
            await client.generate("a lighthouse")

    assert caught.value.status == status


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 999999 What\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"",
    ],
    ids=["not HTTP", "no status", "endless header", "negative length", "nothing"],
)
async def test_what_is_not_http_is_an_api_error_without_the_key(said: bytes) -> None:
    """The errors of aiohttp carry the request's headers: none may be chained to ours."""

    def answer(writer: asyncio.StreamWriter, _: bytes) -> None:
        writer.write(said)

    async with serving(answer) as url, NeocuClient(SecretStr(KEY), url) as client:
        with pytest.raises(ApiError) as caught:
            await client.generate("a lighthouse")

    assert caught.value.maybe_accepted
    assert KEY not in everything_said_by(caught.value)


async def test_no_more_than_the_cap_is_read() -> None:
    """An answer without end must not fill the memory: the sender finds itself cut off."""
    cut_off: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        sent = 0
        try:
            while sent < 100 * MAX_BODY_BYTES:
                await response.write(bytes(64 * 1024))
                sent += 64 * 1024
        finally:
            cut_off.set_result(sent)
        return response

    async with http_server(endless) as url, NeocuClient(SecretStr(KEY), url) as client:
        with pytest.raises(ApiResponseError):
            await client.generate("a lighthouse")
        sent = await asyncio.wait_for(cut_off, 30)

    # What is under way in the buffers of two sockets comes on top of the cap.
    assert sent < 20 * MAX_BODY_BYTES


# The key


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_gets_no_key(status: int) -> None:
    """Whoever can make Neocu redirect could otherwise collect keys, and compute twice."""
    elsewhere: list[web.Request] = []

    async def take(request: web.Request) -> web.Response:
        elsewhere.append(request)
        return web.json_response({"task_id": "1", "compute": 1})

    async with http_server(take) as target:

        async def away(_: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": target})

        async with http_server(away) as url, NeocuClient(SecretStr(KEY), url) as client:
            with pytest.raises(ApiResponseError):
                await client.generate("a lighthouse")
            with pytest.raises(ApiResponseError):
                await client.get_compute()

    assert elsewhere == []


@pytest.mark.parametrize("fault", [401, 402, 500, *Fault])
async def test_the_key_is_in_no_error_and_no_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, fault: Fault | int
) -> None:
    """Logs and error trackers are read by more people than may spend compute."""
    caplog.set_level(logging.DEBUG)
    sandbox.faults.always("generate", fault)
    sandbox.faults.always("compute", fault)

    async with NeocuClient(SecretStr(KEY), sandbox.url, timeout=0.2) as client:
        shown = f"{client} {client!r} {vars(client)}"
        with pytest.raises(ApiError) as posting:
            await client.generate("a lighthouse")
        with pytest.raises(ApiError) as getting:
            await client.get_compute()

    assert KEY not in shown
    assert KEY not in everything_said_by(posting.value)
    assert KEY not in everything_said_by(getting.value)
    assert KEY not in caplog.text
    assert KEY not in "".join(repr(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("echo", ["{}", "key={}&x=1", "%7B{}%7D"])
def test_an_echoed_key_is_starred_out(echo: str) -> None:
    """What Neocu says is shown to a channel and logged, and it may say what it was sent."""
    key = "nk/very/secret/0123"
    echo = echo.format(quote(key, safe="") if "%" in echo else key)
    asset = dict.fromkeys(("url", "thumbnail", "embed", "name", "type", "status", "_id"), echo)
    task = {"task": {"status": echo, "message": ["ok", echo]}, "asset": [asset]}
    read = parse_response(200, {}, json.dumps(task).encode(), Task, key)
    body = json.dumps({"error": "x" * (MAX_DETAIL_LENGTH - 12) + echo}).encode()
    with pytest.raises(InvalidRequestError) as caught:
        parse_response(400, {}, body, Generated, key)

    assert "very" not in f"{read!r} {caught.value!r} {caught.value.detail}"
    assert "***" in read.messages[1]


def test_an_echo_is_found_however_json_writes_it() -> None:
    """Escapes are read first."""
    with pytest.raises(AuthenticationError) as caught:
        parse_response(
            401, {}, b'{"error": "bad key \\u006ek\\/secret\\/0123"}', Task, "nk/secret/0123"
        )

    assert caught.value.detail == "bad key ***"


@pytest.mark.parametrize(("secret", "read"), [("abcdefgh", "a *** b"), ("ab", "a ab b")])
def test_what_is_long_enough_to_be_a_key_is_starred_out(secret: str, read: str) -> None:
    """A shorter one may be part of any word, and is no key."""
    assert redact(f"a {secret} b", secret) == read


@pytest.mark.parametrize("status", [200, 400, 401, 422, 500])
async def test_a_key_that_neocu_echoes_reaches_no_error_and_no_log(
    caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """The same over a socket: with what the client was given, not with what a test hands in."""
    caplog.set_level(logging.DEBUG)

    async def echo(request: web.Request) -> web.Response:
        said = f"Invalid key {request.headers['api-key']}"
        answer = {"error": said, "task": {"status": said, "message": said}}
        return web.json_response(answer, status=status)

    said = ""
    async with http_server(echo) as url, NeocuClient(SecretStr(KEY), url) as client:
        try:
            said = repr(await client.get_task("a1"))
        except ApiStatusError as error:
            said = error.detail + everything_said_by(error)

    assert "***" in said
    assert KEY not in said + caplog.text


# The four calls


async def test_a_task_is_started_and_looked_at(sandbox: Sandbox, client: NeocuClient) -> None:
    """The main line: words and files go out, a task with its assets comes back."""
    first = await client.get_task(await client.generate("a lighthouse"))
    task_id = await client.generate("make it night", [first.assets[0].id or ""])

    assert sandbox.tasks[task_id].query == "make it night"
    assert sandbox.tasks[task_id].files == (first.assets[0].id,)
    assert first.status == "completed"


async def test_no_files_are_not_sent_as_an_empty_list() -> None:
    """`files` is optional, and an empty list is nowhere documented."""
    bodies: list[object] = []

    async def take(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return web.json_response({"task_id": "1"})

    async with http_server(take) as url, NeocuClient(SecretStr(KEY), url + "/") as client:
        await client.generate("a & <b> “c”\nd")

    assert bodies == [{"query": "a & <b> “c”\nd"}]


async def test_tasks_are_listed_page_by_page(sandbox: Sandbox, client: NeocuClient) -> None:
    """Sixteen tasks are two pages of the documented fifteen."""
    for _ in range(16):
        await client.generate("a lighthouse")

    first, second = await client.list_tasks(), await client.list_tasks(page=2)
    small = await client.list_tasks(page=3, limit=5)

    assert [len(page.tasks) for page in (first, second, small)] == [15, 1, 5]
    assert (first.total_pages, first.current_page, first.total_tasks) == (2, 1, 16)
    assert (small.total_pages, small.current_page) == (4, 3)
    assert len(sandbox.generated) == 16


@pytest.mark.parametrize("task_id", ["../compute", "a/b", "?x=1#y", "%2e%2e", "ü", "a b", "1"])
async def test_a_task_id_is_one_part_of_the_path(task_id: str) -> None:
    """An ID that a person types must not become another call."""
    asked: list[tuple[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        asked.append((request.match_info["path"], request.query_string))
        return web.json_response({"task": {"status": "completed"}})

    async with http_server(take) as url, NeocuClient(SecretStr(KEY), url) as client:
        await client.get_task(task_id)

    assert asked == [(f"v1/task/{task_id}", "")]


async def test_many_calls_share_one_session(sandbox: Sandbox, client: NeocuClient) -> None:
    """Fifty people at once: fifty tasks, and no two get the same one."""
    async with asyncio.TaskGroup() as calls:
        asked = [calls.create_task(client.generate(f"picture {n}")) for n in range(50)]
    queries = {sandbox.tasks[call.result()].query for call in asked}

    assert queries == {f"picture {n}" for n in range(50)}


async def test_connections_are_kept_for_the_next_call() -> None:
    """Looking every few seconds must not shake hands every few seconds."""
    callers: set[object] = set()

    async def take(request: web.Request) -> web.Response:
        assert request.transport is not None
        callers.add(request.transport.get_extra_info("peername"))
        return web.json_response({"compute": 12.5})

    async with http_server(take) as url, NeocuClient(SecretStr(KEY), url) as client:
        answers = [await client.get_compute() for _ in range(5)]

    assert answers == [12.5] * 5
    assert len(callers) == 1


async def test_each_post_has_a_connection_of_its_own() -> None:
    """One that the server closes just then leaves open whether the request arrived."""
    callers: list[object] = []

    async def take(request: web.Request) -> web.Response:
        assert request.transport is not None
        callers.append(request.transport.get_extra_info("peername"))
        return web.json_response({"compute": 12.5, "task_id": "a1"})

    async with http_server(take) as url, NeocuClient(SecretStr(KEY), url) as client:
        await client.get_compute()
        for _ in range(3):
            await client.generate("a lighthouse")

    assert len(set(callers)) == 4


async def test_no_cookie_is_kept() -> None:
    """Nothing of one call may be told in another."""
    cookies: list[object] = []

    async def take(request: web.Request) -> web.Response:
        cookies.append(dict(request.cookies))
        response = web.json_response({"compute": 12.5})
        response.set_cookie("session", "1")
        return response

    async with http_server(take) as url, NeocuClient(SecretStr(KEY), url) as client:
        for _ in range(2):
            await client.get_compute()

    assert cookies == [{}, {}]
