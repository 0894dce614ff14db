"""What `make flood` does at length, briefly."""

from flood import flood


async def test_bad_requests_make_no_good_one_late() -> None:
    """Whoever finds the address can send anything: people in Slack must not notice."""
    outcome = await flood(140, warm_up=35, rate=50)

    assert outcome.late == 0
    assert outcome.good, outcome
    assert outcome.refused >= 140 // 7 * 2  # what is forged, and what is stale
