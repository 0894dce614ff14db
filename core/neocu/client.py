"""The Neocu API over HTTP: four calls, and one pure function that reads every answer."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp
import stamina
from pydantic import BaseModel, SecretStr, ValidationError

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

# An answer is a few kilobytes; what is longer is no answer and isn't read to its end.
BODY_LIMIT = 1024 * 1024
DETAIL_LIMIT = 300
# Shorter than servers keep an idle connection, so that a POST doesn't go out on a dying one.
KEEPALIVE = 4.0

Model = TypeVar("Model", bound=BaseModel)

_refusals: dict[int, type[ApiStatusError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    402: InsufficientComputeError,
    403: AuthenticationError,
    404: NotFoundError,
    422: InvalidRequestError,
}


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

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(keepalive_timeout=KEEPALIVE)
        self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

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
        async for attempt in stamina.retry_context(on=retry, attempts=self._attempts):
            with attempt:
                status, headers, body = await self._fetch(method, path, **options)
                answer = read(status, headers, body, model)
        return answer

    async def _fetch(
        self, method: str, path: str, **options: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        # aiohttp's errors can carry the request's headers, and so the key: none is chained, not
        # even as the context that `from None` would only hide.
        try:
            async with self._session.request(
                method,
                self._base + path,
                headers={"api-key": self._key.get_secret_value()},
                allow_redirects=False,
                **options,
            ) as response:
                self._on_answer(_name(path), response.status)
                return response.status, response.headers, await _body(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._on_answer(_name(path), None)
            unanswered = _unanswered(error)
        raise unanswered


def _name(path: str) -> str:
    """Name a call in the metrics: generate, task, tasks, compute."""
    words = path.split("/")[2:]
    return "tasks" if words == ["task"] else words[0]


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body up to the cap. The status stands, also where the body breaks off."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > BODY_LIMIT:
                break
    except (aiohttp.ClientError, TimeoutError):
        pass  # what came of it is read like any other answer
    return bytes(body)


def _unanswered(error: Exception) -> ApiConnectionError:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return ApiTimeoutError("no connection in time", maybe_accepted=False)
        case aiohttp.ClientConnectorError():
            return ApiConnectionError(type(error).__name__, maybe_accepted=False)
        case TimeoutError():
            return ApiTimeoutError("no answer in time")
        case _:
            return ApiConnectionError(type(error).__name__)


def read(status: int, headers: Mapping[str, str], body: bytes, model: type[Model]) -> Model:
    """Read an answer of the API: return the model, or raise the ApiError that it amounts to."""
    if status >= HTTPStatus.BAD_REQUEST:
        raise _refusal(status, headers, _detail(body))
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise ApiResponseError(f"status {status}")
    if len(body) > BODY_LIMIT:
        raise ApiResponseError(f"more than {BODY_LIMIT} bytes")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        # The answer itself stays out of the message: it may be anything.
        raise ApiResponseError(f"{error.error_count()} errors as {model.__name__}") from None


def _refusal(status: int, headers: Mapping[str, str], detail: str) -> ApiStatusError:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitError(status, detail, _seconds(headers.get("Retry-After", "")))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(status, detail)
    return _refusals.get(status, ApiStatusError)(status, detail)


def _seconds(value: str) -> float | None:
    """Read a Retry-After in seconds; a date, which the header may also be, is not worth it."""
    return float(value) if re.fullmatch(r"\s*[0-9]{1,6}\s*", value) else None


def _detail(body: bytes) -> str:
    """Return what an error body says in `message` or `error`, on one short line, or nothing."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    words = next((w for w in (said.get("message"), said.get("error")) if isinstance(w, str)), "")
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= DETAIL_LIMIT else line[: DETAIL_LIMIT - 1] + "…"
