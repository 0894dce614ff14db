"""What an answer of the Neocu API amounts to: a model, or an ApiError. Pure functions, no I/O."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from core.neocu.errors import (
    ApiResponseError,
    ApiStatusError,
    AuthenticationError,
    ContentRefusedError,
    InsufficientComputeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from core.neocu.models import Generated
from core.neocu.moderation import is_moderation

# A usual answer has a few kilobytes, one with thousands of assets a few megabytes.
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_DETAIL_LENGTH = 300
MAX_DIGITS = 1_000  # Python refuses to read longer integers
REDACTED = "***"
MIN_SECRET_LENGTH = 8  # what is shorter is no key, and may be part of any word

Model = TypeVar("Model", bound=BaseModel)

_ERRORS: dict[int, type[ApiStatusError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    402: InsufficientComputeError,
    403: AuthenticationError,
    404: NotFoundError,
    422: InvalidRequestError,
}
# A task ID in an answer that breaks off, or that is no JSON somewhere else.
_TASK_ID = re.compile(r'"task_id"\s*:\s*"([^"\\\s]{1,256})"')


def parse_response(
    status: int, headers: Mapping[str, str], body: bytes, model: type[Model], secret: str = ""
) -> Model:
    """Return the model that an answer carries, or raise the ApiError that it amounts to.

    In every text of either, `secret` is replaced by `***`: Neocu may echo what it was sent.
    """
    if status >= HTTPStatus.BAD_REQUEST:
        raise _status_error(status, headers, _detail(body, secret))
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise ApiResponseError(f"status {status}")
    try:
        answer = _decode(body)
    except (ValueError, RecursionError):
        answer = _salvage(body, model)
    try:
        return model.model_validate(answer, context=lambda text: redact(text, secret))
    except ValidationError as error:
        # The answer itself stays out of the message: it may be anything.
        raise ApiResponseError(f"{error.error_count()} errors as {model.__name__}") from None


def redact(text: str, secret: str) -> str:
    """Return the text without the secret, as it is or as it stands in an address."""
    if len(secret) < MIN_SECRET_LENGTH:
        return text
    return text.replace(secret, REDACTED).replace(quote(secret, safe=""), REDACTED)


def _decode(body: bytes) -> Any:
    """Return what the JSON holds; a byte that is no UTF-8 costs one character, not the answer."""
    if len(body) > MAX_BODY_BYTES:
        raise ValueError("too long")
    return json.loads(body.decode("utf-8-sig", errors="replace"), parse_int=_integer)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


def _salvage(body: bytes, model: type[BaseModel]) -> dict[str, str]:
    """Return the one task ID that stands in an unreadable answer to a POST: it is paid for."""
    if model is not Generated:
        raise ApiResponseError("no JSON")
    found = set(_TASK_ID.findall(body.decode(errors="replace")))
    if len(found) != 1:
        raise ApiResponseError("no JSON, and no task ID")
    return {"task_id": found.pop()}


def _status_error(status: int, headers: Mapping[str, str], detail: str) -> ApiStatusError:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitError(status, detail, _seconds(headers.get("Retry-After", "")))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(status, detail)
    kind = _ERRORS.get(status, ApiStatusError)
    if kind is InvalidRequestError and is_moderation(detail):
        kind = ContentRefusedError
    return kind(status, detail)


def _seconds(value: str) -> float | None:
    """Parse a Retry-After in seconds; a date, which the header may also be, is not worth it."""
    return float(value) if re.fullmatch(r"\s*[0-9]{1,6}\s*", value) else None


def _detail(body: bytes, secret: str) -> str:
    """Return what an error body says in `message` or `error`, on one short line, or nothing."""
    try:
        answer = _decode(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    texts = (answer.get("message"), answer.get("error"))
    text = next((one for one in texts if isinstance(one, str) and one.strip()), "")
    text = redact(text, secret)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    cut = len(line) > MAX_DETAIL_LENGTH
    return line[: MAX_DETAIL_LENGTH - 1] + "…" if cut else line
