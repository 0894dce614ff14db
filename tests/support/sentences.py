"""Every sentence that wording can say, with nasty words in it where they may come from others."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from itertools import product
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from core import wording
from core.conversation import Reply
from core.files.download import (
    FetchError,
    ForbiddenHostError,
    NotAFileError,
    TooLargeError,
    UnreachableError,
)
from core.intent import (
    BadFileIdError,
    GoneError,
    InputError,
    NothingAskedError,
    QueryTooLongError,
    StaysThereError,
    TooManyFilesError,
    TwoChoicesError,
)
from core.neocu.errors import (
    ApiConnectionError,
    ApiError,
    ApiResponseError,
    ApiStatusError,
    ApiTimeoutError,
    AuthenticationError,
    ContentRefusedError,
    InsufficientComputeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from core.neocu.models import Asset
from core.neocu.uploads import UploadError
from core.policy import Failure, Verdict
from core.records import Entry, Kind, Limit, Scope, State
from core.wording import labels
from core.wording.card import ENDINGS
from core.wording.markup import spans, verbatim
from core.workspaces.workspace import SettingsChange, WorkspaceSettings

# What somebody else may have written: in a prompt, as a name, in an answer of the API.
NASTY = "**<!channel>** @everyone [x](person:U9) &amp;"
LINK = "https://x.example/a"
# What is ours or a platform's, by the name that it has in the code.
OURS = {
    "person": "U1",
    "subject": "U1",
    "state": "completed",
    "link": LINK,
    "size": "720p",
    "preset": "animate",
    "parent": LINK,
}

# Each with a status that it comes with; nobody knows what 418 means.
STATUS_ERRORS = {
    InvalidRequestError: 400,
    ContentRefusedError: 400,
    AuthenticationError: 401,
    InsufficientComputeError: 402,
    NotFoundError: 404,
    RateLimitError: 429,
    ServerError: 500,
    ApiStatusError: 418,
}
# An answer that can't be read, or doesn't come in time, leaves open what became of the request.
API_ERRORS: list[ApiError] = [
    *(kind(status, NASTY) for kind, status in STATUS_ERRORS.items()),
    ApiConnectionError("ClientOSError 418", maybe_accepted=True),
    ApiConnectionError("ClientOSError 418", maybe_accepted=False),
    ApiTimeoutError("no answer in time"),
    ApiResponseError("418"),
]
INPUT_ERRORS: list[InputError] = [
    InputError("so it is"),
    QueryTooLongError(5_123),
    BadFileIdError(NASTY),
    TooManyFilesError(50),
    NothingAskedError(),
    StaysThereError(),
    TwoChoicesError(),
    GoneError(),
]
FETCH_ERRORS: list[FetchError] = [
    FetchError("status 418"),
    ForbiddenHostError(LINK),
    NotAFileError("a web page"),
    TooLargeError(20 * 1024 * 1024),
    UnreachableError("ClientOSError"),
]
UPLOAD_ERRORS = [UploadError(NASTY), *(UploadError(NASTY, reason) for reason in FETCH_ERRORS)]


# What a task may have made; "hologram" is a type that we don't know.
TYPES = ("image", "video", "sound", "voice", "3d", "360", "hologram")


def sample(hint: Any, name: str = "") -> Any:  # noqa: PLR0911 (one for each kind of type)
    """Return an argument of that type, with nasty words in it where they may come from others."""
    origin, inner = get_origin(hint), get_args(hint)
    simple = {
        str: OURS.get(name, NASTY),
        float: 12.5,
        int: 3,
        bool: True,
        NoneType: None,
        Asset: asset(),
        Decimal: Decimal(70),
        Reply: Reply("What we said."),
        State: State.COMPLETED,
        Limit: Limit(Scope.PERSON, Kind.REQUESTS, 3),
        Any: NASTY,
        WorkspaceSettings: WorkspaceSettings(blocked_words=(NASTY,), admins=frozenset({"U1"})),
        SettingsChange: SettingsChange(0.0, "U1", "blocked_words", "[]", json.dumps([NASTY]), 1),
    }
    if hint in simple:
        return simple[hint]
    if origin in {Union, UnionType}:
        return sample(inner[0], name)
    if origin is Literal:
        return inner[0]
    if origin is Mapping:
        return {sample(inner[0]): sample(inner[1])}
    if origin is AbstractSet or origin is frozenset:
        return frozenset({sample(inner[0])})
    if origin is not None:  # a sequence of something, or a tuple of so many
        return tuple(sample(one) for one in inner if one is not Ellipsis)
    errors = [*API_ERRORS, *INPUT_ERRORS, *UPLOAD_ERRORS, *FETCH_ERRORS]
    if isinstance(hint, type) and issubclass(hint, Exception):
        return next(error for error in errors if isinstance(error, hint))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name], field.name) for field in fields(hint)})
    return next(iter(hint))  # the first of an enumeration


def asset(type_: str = "image") -> Asset:
    """Return a result with a nasty name."""
    return Asset.model_validate({"name": NASTY, "type": type_, "url": LINK, "_id": "65f0"})


def functions() -> dict[str, Callable[..., Any]]:
    """Return all that wording can say by a function."""
    found = inspect.getmembers(wording, inspect.isfunction)
    return {
        name: function
        for name, function in found
        if function.__module__.startswith(wording.__name__)
    }


def said(name: str) -> str:
    """Return what a function says about nasty things."""
    function = functions()[name]
    hints = get_type_hints(function)
    hints.pop("return")
    answer = function(**{name: sample(hint, name) for name, hint in hints.items()})
    replies = answer.values() if isinstance(answer, Mapping) else [answer]
    return "\n".join(words_of(one) for one in replies)


def words_of(answer: Reply | str | None) -> str:
    """Return the Markdown of an answer; what is no reply is plain text."""
    if isinstance(answer, Reply):
        return f"{answer.text}\n\n{answer.small}"
    return verbatim(str(answer or ""))


def shown(markdown: str) -> str:
    """Return the words that a reader sees, without those that are other people's."""
    return "".join(span.text for span in spans(markdown)).replace(NASTY, "…")


# ---- In every state ------------------------------------------------------------------------------


def variants(name: str) -> Iterator[Mapping[Any, Reply | None] | Reply | str]:
    """Yield what a function says, for each kind of argument that it may get."""
    function = functions()[name]
    hints = get_type_hints(function)
    hints.pop("return")
    for values in product(*(_kinds(name, hint, one) for one, hint in hints.items())):
        yield function(**dict(zip(hints, values, strict=True)))


def replies(name: str) -> Iterator[Reply]:
    """Yield all messages that a function may say."""
    for told in variants(name):
        yield from messages(told)


def messages(told: Mapping[Any, Reply | None] | Reply | str) -> list[Reply]:
    """Return the messages of a card; what is no reply as one."""
    several = told.values() if isinstance(told, Mapping) else [told]
    return [
        one if isinstance(one, Reply) else Reply(verbatim(one))
        for one in several
        if one is not None
    ]


def label_functions() -> dict[str, Callable[[], str]]:
    """Return the labels that take no arguments and are one text."""
    found = inspect.getmembers(labels, inspect.isfunction)
    return {
        name: function
        for name, function in found
        if function.__module__ == labels.__name__ and get_type_hints(function) == {"return": str}
    }


def _kinds(function: str, hint: Any, name: str) -> list[Any]:
    """Return what an argument may be: each of an enumeration, each error, each type of result."""
    special: dict[Any, list[Any]] = {
        bool: [True, False],
        Scope: [Scope.PERSON, Scope.CHANNEL, Scope.WORKSPACE],
        Entry: list(_entries()),
        Verdict: [
            *(Verdict(allowed=False, reason=reason) for reason in ("", NASTY)),
            *(Verdict(allowed=False, failure=failure) for failure in Failure),
        ],
        Limit: [
            Limit(scope, kind, most)
            for scope, kind, most in product(
                (Scope.PERSON, Scope.CHANNEL, Scope.WORKSPACE),
                (Kind.REQUESTS, Kind.CREDITS),
                (1, 20),
            )
        ],
    }
    inner = get_args(hint)
    if function == "ended" and hint is State:
        found = list(ENDINGS)
    elif hint in special:
        found = special[hint]
    elif isinstance(hint, type) and issubclass(hint, Enum):
        found = list(hint)
    elif isinstance(hint, type) and issubclass(hint, Exception):
        errors = (*API_ERRORS, *INPUT_ERRORS, *UPLOAD_ERRORS, *FETCH_ERRORS)
        found = [error for error in errors if isinstance(error, hint)]
    elif get_origin(hint) in {Union, UnionType}:
        found = [one for part in inner for one in _kinds(function, part, name)]
    elif get_origin(hint) is Sequence:
        found = [(), sample(hint, name)]
    else:
        found = [sample(hint, name)]
    return found


def _entries() -> Iterator[Entry]:
    """Yield requests in each state, and finished ones with each type of result."""
    one = replace(sample(Entry), files=("65f0",))
    for state in STATES:
        yield replace(one, state=state)
    for type_ in TYPES:
        yield replace(one, state=State.COMPLETED, assets=(asset(type_),), files=())
    yield replace(one, assets=tuple(map(asset, TYPES)))
    yield replace(one, assets=())


STATES = [state for state in State if state not in {State.DRAFT, State.NOTICE}]
