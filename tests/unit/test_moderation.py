"""Which words of Neocu's mean that it refuses something for its content."""

import json

import pytest

from core.neocu.errors import ContentRefusedError, InvalidRequestError
from core.neocu.models import Generated
from core.neocu.moderation import is_moderation
from core.neocu.responses import parse_response

REFUSED = [
    "Your prompt violates our content policy.",
    "Your request was rejected as a result of our safety system.",
    "The result was blocked by our content filter",
    "Request flagged by moderation.",
    "Prompt contains inappropriate content",
    "This request may violate our usage policies.",
    "The image was flagged as NSFW",
    "Your prompt was flagged: nsfw content",
    "Disallowed words in prompt",
    "breaks the community guidelines",
]
OTHERWISE = [
    "query is required",
    "There is no file with the id nsfw1234.",
    "The prompt could not be turned into a result. Please word it differently.",
    "files must be a list of file ids.",
    "The content type is not supported.",
    "Unprocessable Entity",
    "A moderate delay is expected.",
    "The explicit size is too large",
    "",
]


@pytest.mark.parametrize("words", REFUSED)
def test_a_refusal_for_its_content_is_one(words: str) -> None:
    """It is told so, and the way on is to change the words."""
    with pytest.raises(ContentRefusedError) as caught:
        parse_response(400, {}, json.dumps({"message": words}).encode(), Generated)

    assert is_moderation(words)
    assert not caught.value.maybe_accepted


@pytest.mark.parametrize("words", OTHERWISE)
def test_another_refusal_is_none(words: str) -> None:
    """One who is told that their words are at fault changes them for nothing."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_response(422, {}, json.dumps({"error": words}).encode(), Generated)

    assert not is_moderation(words)
    assert type(caught.value) is InvalidRequestError
