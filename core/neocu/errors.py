"""What can go wrong between us and the Neocu API.

ApiError
├── ApiConnectionError          no answer came
│   └── ApiTimeoutError         … in time
├── ApiStatusError              an answer came: no            (.status .detail)
│   ├── InvalidRequestError     400, 422
│   │   └── ContentRefusedError … for its content, in words of moderation
│   ├── AuthenticationError     401, 403
│   ├── InsufficientComputeError 402
│   ├── NotFoundError           404
│   ├── RateLimitError          429                            (.retry_after)
│   └── ServerError             5xx
└── ApiResponseError            an answer came that makes no sense
"""

# The statuses that surely say no. A proxy that gave up waiting answers 408, 499 or 504, and nobody
# knows what any other status means for what was sent: the task may have begun.
NOT_ACCEPTED = frozenset({400, 401, 402, 403, 404, 405, 413, 422, 429})


class ApiError(Exception):
    """A call to the Neocu API that gave no usable answer.

    `maybe_accepted` is the question that money hangs on: False when Neocu surely did not take the
    request, True when it may have. `transient` says that the same call may work a little later.
    Its text is for logs; what a person reads is in `wording`.
    """

    transient = False

    def __init__(self, message: str, *, maybe_accepted: bool = True) -> None:
        super().__init__(message)
        self.maybe_accepted = maybe_accepted


class ApiConnectionError(ApiError):
    """No answer came. Surely not accepted only if the connection was never made."""

    transient = True


class ApiTimeoutError(ApiConnectionError):
    """No answer came in time."""


class ApiStatusError(ApiError):
    """Neocu answered no: `status` is the HTTP status, `detail` its own words, cleaned and short."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status} {detail}".strip(), maybe_accepted=status not in NOT_ACCEPTED)
        self.status = status
        self.detail = detail


class InvalidRequestError(ApiStatusError):
    """Neocu can't make sense of the query or of a file ID."""


class ContentRefusedError(InvalidRequestError):
    """Neocu will not make this, for its content."""


class AuthenticationError(ApiStatusError):
    """The API key is missing, wrong, or of no account."""


class InsufficientComputeError(ApiStatusError):
    """The organization has too little compute left."""


class NotFoundError(ApiStatusError):
    """There is no such task."""


class RateLimitError(ApiStatusError):
    """Too many requests; `retry_after` is how many seconds to wait, None if Neocu doesn't say."""

    transient = True

    def __init__(self, status: int, detail: str, retry_after: float | None = None) -> None:
        super().__init__(status, detail)
        self.retry_after = retry_after


class ServerError(ApiStatusError):
    """Neocu failed inside, "during task processing" by its guide: the task may have begun."""

    transient = True


class ApiResponseError(ApiError):
    """An answer came that makes no sense: no JSON, no task ID, too long, or a redirect."""

    transient = True
