"""Rate limits: who waits for one that somebody else has met, and who does not."""

from dataclasses import replace

import pytest

from core.conversation import RateLimitedError, Reach
from core.pauses import Act, Call, Pauses

POST = Call("slack", Act.POST, "C1")
ELSEWHERE = replace(POST, bucket="C2")
EDIT = replace(POST, act=Act.EDIT)
DISCORD = replace(ELSEWHERE, platform="discord")


@pytest.mark.parametrize(
    ("reach", "seconds", "waiting"),
    [
        (Reach.MESSAGE, 30.0, set()),
        (Reach.BUCKET, 30.0, {POST}),
        (Reach.PLATFORM, 30.0, {POST, ELSEWHERE}),
        (Reach.PLATFORM, None, set()),  # nobody says for how long
    ],
)
async def test_only_what_is_limited_together_waits(
    reach: Reach, seconds: float | None, waiting: set[Call]
) -> None:
    """One busy channel, or one busy method, must not silence everybody."""
    pauses = Pauses()
    pauses.begin(POST, RateLimitedError("a method", seconds, reach))

    assert {one for one in (POST, ELSEWHERE, EDIT, DISCORD) if pauses.seconds_left(one)} == waiting


async def test_a_shorter_limit_ends_no_longer_one() -> None:
    """Two calls meet one limit, and the second may be told less."""
    pauses = Pauses()
    pauses.begin(POST, RateLimitedError("a method", 30.0, Reach.BUCKET))
    pauses.begin(POST, RateLimitedError("a method", 1.0, Reach.BUCKET))

    assert pauses.seconds_left(POST) > 20
