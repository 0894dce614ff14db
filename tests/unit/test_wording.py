"""The sentences: each failure tells about the money, and none shows how we are built."""

import re

import pytest
from sentences import (
    API_ERRORS,
    INPUT_ERRORS,
    LINK,
    NASTY,
    UPLOAD_ERRORS,
    functions,
    said,
    shown,
)

from core import wording
from core.intent import (
    MAX_FILES,
    MAX_QUERY_LENGTH,
    InputError,
    QueryTooLongError,
    TooManyFilesError,
)
from core.neocu.errors import (
    ApiError,
    AuthenticationError,
    ContentRefusedError,
    InvalidRequestError,
    ServerError,
)
from core.neocu.uploads import UploadError
from core.request import Action
from core.wording.markup import spans


def is_for_people(words: str) -> bool:
    """Whether there is no class name, address, status code or traceback in the words."""
    tells = r"\w+Error\b|Traceback|https?://|\b[1-5][0-9]{2}\b|\bNone\b|\{|\}|<class|object at"
    return re.search(tells, words) is None


@pytest.mark.parametrize("name", functions())
def test_a_sentence_shows_nothing_of_how_we_are_built(name: str) -> None:
    """People are told what happened, not which class, address or number it was."""
    assert is_for_people(shown(said(name)))


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
    offered = {one.action for one in reply.buttons}
    if error.maybe_accepted:
        assert offered == {Action.SEND_AGAIN}
    else:
        assert Action.EDIT in offered
        assert (Action.TRY_AGAIN in offered) != isinstance(error, ContentRefusedError)
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


def test_a_request_that_was_not_taken_cost_nothing() -> None:
    """The ledger could not note it, so nothing was started."""
    assert wording.nothing_spent() in wording.not_taken().text
