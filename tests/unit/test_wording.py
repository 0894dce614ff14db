"""The sentences: each failure tells about the money, and none shows how we are built."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

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
    MAX_FILES,
    MAX_QUERY_LENGTH,
    BadFileIdError,
    InputError,
    QueryTooLongError,
    TooManyFilesError,
)
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
from core.neocu.models import Asset
from core.neocu.uploads import UploadError
from core.records import Kind, Limit, Scope
from core.request import Action
from core.wording.markup import spans, verbatim

# What somebody else may have written: in a prompt, as a name, in an answer of the API.
NASTY = "**<!channel>** @everyone [x](person:U9) &amp;"
LINK = "https://x.example/a"
# What is ours or a platform's, by the name that it has in the code.
OURS = {"person": "U1", "state": "completed", "link": LINK, "size": "720p"}

STATUS_ERRORS = (
    InvalidRequestError,
    AuthenticationError,
    InsufficientComputeError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ApiStatusError,
)
API_ERRORS: list[ApiError] = [
    *(kind(418, NASTY) for kind in STATUS_ERRORS),
    *(
        kind("ClientOSError 418", maybe_accepted=maybe)
        for kind in (ApiConnectionError, ApiTimeoutError, ApiResponseError)
        for maybe in (True, False)
    ),
]
INPUT_ERRORS: list[InputError] = [
    InputError("so it is"),
    QueryTooLongError(5_123),
    BadFileIdError(NASTY),
    TooManyFilesError(50),
]
FETCH_ERRORS: list[FetchError] = [
    FetchError("status 418"),
    ForbiddenHostError(LINK),
    NotAFileError("a web page"),
    TooLargeError(20 * 1024 * 1024),
    UnreachableError("ClientOSError"),
]
UPLOAD_ERRORS = [UploadError(NASTY), *(UploadError(NASTY, reason) for reason in FETCH_ERRORS)]


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
        Limit: Limit(Scope.PERSON, Kind.REQUESTS, 3),
    }
    if hint in simple:
        return simple[hint]
    if origin in {Union, UnionType}:
        return sample(inner[0], name)
    if origin is Literal:
        return inner[0]
    if origin is not None:  # a sequence of something, or a tuple of so many
        return tuple(sample(one) for one in inner if one is not Ellipsis)
    errors = [*API_ERRORS, *INPUT_ERRORS, *UPLOAD_ERRORS, *FETCH_ERRORS]
    if isinstance(hint, type) and issubclass(hint, Exception):
        return next(error for error in errors if isinstance(error, hint))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name], field.name) for field in fields(hint)})
    return next(iter(hint))  # the first of an enumeration


def asset() -> Asset:
    """Return a result with a nasty name."""
    return Asset.model_validate({"name": NASTY, "type": "image", "url": LINK, "_id": "65f0"})


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


def is_for_people(words: str) -> bool:
    """Whether there is no class name, address, status code or traceback in the words."""
    tells = r"\w+Error\b|Traceback|https?://|\b[1-5][0-9]{2}\b|\bNone\b|\{|\}|<class|object at"
    return re.search(tells, words) is None


def constants() -> list[Reply]:
    """Return what wording says without arguments."""
    return [reply for reply in vars(wording).values() if isinstance(reply, Reply)]


@pytest.mark.parametrize("name", functions())
def test_a_sentence_shows_nothing_of_how_we_are_built(name: str) -> None:
    """People are told what happened, not which class, address or number it was."""
    assert is_for_people(shown(said(name)))


@pytest.mark.parametrize("reply", constants())
def test_what_is_always_the_same_is_for_people_too(reply: Reply) -> None:
    """The help, the invitation."""
    assert is_for_people(shown(reply.text))


@pytest.mark.parametrize("name", functions())
def test_other_peoples_words_stay_words(name: str) -> None:
    """A prompt, a file's name and an answer of the API call nobody and look like themselves."""
    found = spans(said(name))

    assert not any(span.person == "U9" for span in found)
    assert not any("channel" in span.text and span.bold for span in found)
    assert not any(span.link not in {"", LINK} for span in found)


@pytest.mark.parametrize("error", API_ERRORS, ids=repr)
def test_a_refusal_tells_whether_compute_was_spent(error: ApiError) -> None:
    """It is what people ask first; where it is open, the button sends again once and for ever."""
    reply = wording.refused(error, "slack:T1:7")
    expected = wording.maybe_spent() if error.maybe_accepted else wording.nothing_spent()
    both = {wording.maybe_spent(), wording.nothing_spent()}

    assert {sentence for sentence in both if sentence in reply.text} == {expected}
    assert [one.action for one in reply.buttons] == [
        Action.SEND_AGAIN if error.maybe_accepted else Action.TRY_AGAIN
    ]
    assert is_for_people(shown(reply.text))


def test_neocus_own_words_are_shown_where_they_help_and_as_plain_text() -> None:
    """Which file is wrong is in a 400; anything else is for the log."""
    assert NASTY in "".join(
        span.text
        for span in spans(wording.refused(InvalidRequestError(400, NASTY), "k").text)
        if not (span.bold or span.link or span.person)
    )
    for error in (ServerError(500, NASTY), AuthenticationError(401, NASTY)):
        assert "channel" not in wording.refused(error, "k").text


@pytest.mark.parametrize("error", INPUT_ERRORS, ids=repr)
def test_bad_input_costs_nothing_and_says_so(error: InputError) -> None:
    """With what is wrong."""
    text = wording.bad_input(error).text

    assert wording.nothing_spent() in text
    assert is_for_people(shown(text).replace(f"{MAX_QUERY_LENGTH:,}", "").replace("5,123", ""))


def test_a_limit_is_told_with_what_was_over_it() -> None:
    """So that people know by how much to shorten."""
    too_long = wording.bad_input(QueryTooLongError(5_123)).text
    too_many = wording.bad_input(TooManyFilesError(50)).text

    assert "5,123" in too_long
    assert f"{MAX_QUERY_LENGTH:,}" in too_long
    assert "50" in too_many
    assert str(MAX_FILES) in too_many


@pytest.mark.parametrize("error", UPLOAD_ERRORS, ids=lambda error: repr(error.reason))
def test_a_bad_attachment_is_named_and_costs_nothing(error: UploadError) -> None:
    """People attach several files: which one, and why."""
    text = wording.bad_attachment(error).text

    assert wording.nothing_spent() in text
    assert NASTY in "".join(span.text for span in spans(text))
    assert is_for_people(shown(text))


@pytest.mark.parametrize(
    "name",
    [
        *("failed", "not_found", "unknown", "waiting", "queued", "broken", "confirm", "declined"),
        *("cannot_speak", "not_announced", "refused_person", "not_allowed", "no_compute"),
    ],
)
def test_every_other_failure_tells_about_the_money(name: str) -> None:
    """The promise: what happened, what to do, and whether anything was spent."""
    assert re.search(r"[Nn]othing (was|has been|is) spent|cost credits", said(name))


def test_a_request_that_was_not_taken_cost_nothing() -> None:
    """The ledger could not note it, so nothing was started."""
    assert wording.nothing_spent() in wording.not_taken().text
