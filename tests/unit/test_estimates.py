"""The price table, and estimates read from prompts in plain words."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.neocu.estimates import Estimate, estimate, medium

WORDS = (
    "a the this edit two 0 3 10 99999 s 5-second 720p 1080p 4k 10x10 MP in the 80s minutes "
    "video clips images picture 3D models 360° scenes sound voice"
)


@pytest.mark.parametrize(
    ("query", "price"),
    [("a 3 MP image", 8), ("10 seconds of 720p video", 70), ("editing a 5-second clip", 10)],
)
def test_the_guides_own_examples_come_out_exactly(query: str, price: int) -> None:
    """People compare with the guide first."""
    cost = estimate(query)

    assert cost is not None
    assert cost.credits == price
    assert not cost.at_least


def described(estimate: Estimate) -> str:
    """Return what an estimate is for, on one line."""
    length = f"{estimate.seconds.normalize():f} s" if estimate.seconds is not None else ""
    edit = "an edit" if estimate.edit else ""
    parts = (edit, f"{estimate.count} {estimate.medium}", length, estimate.size)
    return ", ".join(part for part in parts if part)


@pytest.mark.parametrize(
    ("query", "price", "description"),
    [
        ("a 10 s video at 720p", "70", "1 video, 10 s, 720p"),
        ("edit this 5-second clip", "10", "an edit, 1 video, 5 s"),
        ("our product video, 10 s at 720p", "70", "1 video, 10 s, 720p"),
        ("an 8 sec 1080p film of rain", "104", "1 video, 8 s, 1080p"),
        ("a 1920x1080 video of 5 s", "65", "1 video, 5 s, 1080p"),
        ("turn this picture into a 5 s 640p video", "10", "1 video, 5 s, 640p"),
        ("three 10 s videos at 720p", "210", "3 video, 10 s, 720p"),
        ("1 MP picture of a cat", "1", "1 image, 1 MP"),
        ("a 1024x1024 image", "1", "1 image, 1 MP"),
        ("a 2048x2048 image", "8", "1 image, 4 MP"),
        ("two small 3 MP images", "16", "2 image, 3 MP"),
        ("ten seconds of rain sound", "5", "1 sound, 10 s"),
        ("a voice-over of 12 seconds", "6", "1 voice, 12 s"),
        ("a 1.5 minute voice", "45", "1 voice, 90 s"),
        ("a 3D model of a chair", "10", "1 3d"),
        ("two 3D models of a chair", "20", "2 3d"),
        ("a 360° scene of the sea", "5", "1 360"),
        ("a 360 panorama of the sea", "5", "1 360"),
    ],
)
def test_medium_size_length_and_number_are_read(query: str, price: str, description: str) -> None:
    """What is estimated is said in words, so that a person sees what was understood."""
    cost = estimate(query)

    assert cost is not None
    assert (cost.credits, described(cost)) == (Decimal(price), description)
    assert not cost.at_least


@pytest.mark.parametrize(
    ("query", "price"),
    [("three pictures of a cat", 3), ("a drawing", 1), ("a 10 s video", 20)],
)
def test_a_size_that_nobody_named_is_the_smallest(query: str, price: int) -> None:
    """The true price may be higher, and the estimate says so."""
    cost = estimate(query)

    assert cost is not None
    assert cost.credits == price
    assert cost.at_least


@pytest.mark.parametrize(
    "query",
    [
        "",
        "a lighthouse at dusk",
        "pictures of cats",
        "a video at 720p",
        "a 4k video of 5 s",
        "a 9 MP image",
        "a 5 s video cut from a 20 s one at 720p",
        "a 0 s video at 720p",
        "a 1980s video at 720p",
        "edit this 3D model",
        "99999999999999999999 s of video",
    ],
)
def test_what_the_prompt_does_not_tell_is_not_guessed(query: str) -> None:
    """A made-up price is worse than none."""
    assert estimate(query) is None


@pytest.mark.parametrize("word", ["this ", "3 ", "1x", "a", "10 s video ", "please "])
def test_a_very_long_prompt_is_read_at_once(word: str) -> None:
    """Prompts come from strangers; one must not stop the bot for the others."""
    start = time.process_time()
    estimate(word * 10_000 + "pictures")

    assert time.process_time() - start < 1.0


@given(st.text() | st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_no_text_raises_or_costs_less_than_nothing(query: str) -> None:
    """Prompts are any text at all, and a negative price would fill the balance."""
    cost = estimate(query)

    assert cost is None or (cost.credits > 0 and cost.medium == medium(query))
