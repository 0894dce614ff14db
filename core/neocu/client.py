"""The Neocu API over HTTP: four calls. What an answer amounts to is in `responses`."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import stamina
from pydantic import SecretStr

from core.neocu.errors import ApiConnectionError, ApiError, ApiTimeoutError, RateLimitError
from core.neocu.models import Compute, Generated, Task, TaskPage
from core.neocu.responses import MAX_BODY_BYTES, Model, parse_response


def retry_unsent(error: Exception) -> bool:
    """Retry policy of a POST: only what surely never reached Neocu is sent once more."""
    return isinstance(error, ApiConnectionError) and not error.maybe_accepted


def retry_transient(error: Exception) -> bool:
    """Retry policy of a GET: all that may pass at once; a rate limit takes longer than that."""
    return isinstance(error, ApiError) and error.transient and not isinstance(error, RateLimitError)


class NeocuClient:
    """The Neocu API of one organization. Open it with `async with`.

    Every call raises ApiError. GETs are retried; a POST is sent again only when it surely
    was not sent the first time, because what was sent may have been paid for. `on_answer` hears
    of each try: the call's name, and the status of its answer, None where there was none.
    """

    def __init__(
        self,
        key: SecretStr,
        base_url: str = "https://api.neocu.com",
        *,
        timeout: float = 60,
        connect_timeout: float = 10,
        attempts: int = 3,
        on_answer: Callable[[str, int | None], None] = lambda *_: None,
    ) -> None:
        self._key = key
        self._base = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=connect_timeout)
        self._attempts = attempts
        self._on_answer = on_answer

    def with_key(self, key: SecretStr) -> Self:
        """Return the API of another organization, over the same connections, while this is open."""
        other = copy(self)
        other._key = key  # noqa: SLF001 (it is of this class)
        return other

    async def __aenter__(self) -> Self:
        self._sessions = {
            "GET": self._session(aiohttp.TCPConnector()),
            # Each POST on a connection of its own: one that a server just closed would leave it
            # open whether the request arrived.
            "POST": self._session(aiohttp.TCPConnector(force_close=True)),
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self._sessions.values():
            await session.close()

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def generate(self, query: str, files: Sequence[str] = ()) -> str:
        """Start a task, which costs compute, and return its task ID."""
        body = {"query": query, **({"files": list(files)} if files else {})}
        answer = await self._call("POST", "/v1/generate", Generated, retry=retry_unsent, json=body)
        return answer.task_id

    async def get_task(self, task_id: str) -> Task:
        """Return the task as it is now."""
        return await self._call("GET", f"/v1/task/{quote(task_id, safe='')}", Task)

    async def list_tasks(self, page: int = 1, limit: int = 15) -> TaskPage:
        """Return one page of the organization's tasks, without their IDs: the API gives none."""
        return await self._call("GET", "/v1/task", TaskPage, params={"page": page, "limit": limit})

    async def get_compute(self) -> float:
        """Return the balance in credits; one credit is 0.01 USD."""
        return (await self._call("GET", "/v1/compute", Compute)).compute

    async def _call(
        self,
        method: str,
        path: str,
        model: type[Model],
        retry: Callable[[Exception], bool] = retry_transient,
        **options: Any,
    ) -> Model:
        try:
            return await self._try(method, path, model, **options)
        except ApiError as error:
            if not retry(error):
                raise
        # Only now: what leads retries costs a sixth of a call, and hardly any call needs it.
        async for attempt in stamina.retry_context(on=retry, attempts=self._attempts - 1):
            with attempt:
                answer = await self._try(method, path, model, **options)
        return answer

    async def _try(self, method: str, path: str, model: type[Model], **options: Any) -> Model:
        status, headers, body = await self._fetch(method, path, **options)
        return parse_response(status, headers, body, model, self._key.get_secret_value())

    async def _fetch(
        self, method: str, path: str, **options: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        # aiohttp's errors can carry the request's headers, and so the key: none is chained, not
        # even as the context that `from None` would only hide.
        try:
            async with self._sessions[method].request(
                method,
                self._base + path,
                headers={"api-key": self._key.get_secret_value()},
                allow_redirects=False,
                **options,
            ) as response:
                self._on_answer(_name(path), response.status)
                return response.status, response.headers, await _read_body(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._on_answer(_name(path), None)
            failed = _connection_error(error)
        raise failed


def _name(path: str) -> str:
    """Name a call in the metrics: generate, task, tasks, compute."""
    words = path.split("/")[2:]
    return "tasks" if words == ["task"] else words[0]


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body up to the cap. The status stands, also where the body breaks off."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                break
    except (aiohttp.ClientError, TimeoutError):
        pass  # what came of it is parsed like any other answer
    return bytes(body)


def _connection_error(error: Exception) -> ApiConnectionError:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return ApiConnectionError("no connection in time", maybe_accepted=False)
        case aiohttp.ClientConnectorError() | aiohttp.InvalidURL():
            return ApiConnectionError(type(error).__name__, maybe_accepted=False)
        case TimeoutError():
            return ApiTimeoutError("no answer in time")
        case _:
            return ApiConnectionError(type(error).__name__)
