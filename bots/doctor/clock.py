"""Whether this machine's clock is right, by the time that others tell with their answers."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from bots.doctor.finding import Finding, note, ok, wrong

AREA = "clock"
# https://docs.slack.dev/authentication/verifying-requests-from-slack/: five minutes
MAX_SECONDS = 300.0
NOTABLE_SECONDS = 20.0
REMEDY = "Switch time synchronization on (timedatectl set-ntp true), and look again."


def check_clock(who: str, date: str | None, now: float | None = None) -> Iterator[Finding]:
    """Compare the `Date` of an answer with our clock."""
    try:
        theirs = parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return
    apart = abs((time.time() if now is None else now) - theirs)
    told = f"This machine's clock and {who}'s are {apart:,.0f} s apart"
    if apart >= MAX_SECONDS:
        yield wrong(AREA, f"{told}: Slack's requests are refused as too old.", REMEDY)
    elif apart >= NOTABLE_SECONDS:
        yield note(AREA, f"{told}.", REMEDY)
    else:
        yield ok(AREA, f"It agrees with {who}'s.")
