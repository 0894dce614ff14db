"""Phrases that several sentences share: prices, durations, and whether compute was spent."""

import re
from collections.abc import Sequence

from core.neocu.estimates import Estimate
from core.neocu.models import Asset
from core.neocu.prices import USD_PER_CREDIT
from core.records import State
from core.wording import markup

NOTHING_SPENT = "No compute was spent."


MAYBE_SPENT = "Compute may have been spent, so I will not send it again by myself."


SPENT = "Its compute was spent."


ECHO_LIMIT = 600


TITLE_LIMIT = 60


DETAIL_LIMIT = 300
EDITABLE = 4  # with "Again" they fill one row of buttons on Discord


MEGABYTE = 1024 * 1024


MINUTE = 60


HOUR = 3600


CENTS = 2  # decimal places; one more where a price is no whole cent


# Where the ledger's own word says little to people.
STATES = {
    State.RECEIVED: "waiting its turn",
    State.CONFIRMING: "waiting for your consent",
    State.SUBMITTING: "being handed over",
    State.STALE: "taking very long",
    State.UNKNOWN: "of unknown outcome",
    State.REFUSED: "not started",
}


def seconds(seconds: float) -> str:
    """Return seconds in words."""
    whole = round(seconds)
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE} min {whole % MINUTE} s"


def duration(seconds: float) -> str:
    """Return a rough duration in words: 9 hours."""
    for unit, length in (("day", 24 * HOUR), ("hour", HOUR), ("minute", MINUTE)):
        if seconds >= length:
            number = round(seconds / length)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "a minute"


def credits(credits: float) -> str:
    """Return an amount of compute in words."""
    number = f"{credits:,.2f}".rstrip("0").rstrip(".")
    return f"{number} credit{'' if number == '1' else 's'}"


def price(estimate: Estimate) -> str:
    """Return what an estimate comes to, in credits and in money, and for what."""
    dollars = estimate.credits * USD_PER_CREDIT
    money = f"${dollars:.{CENTS if estimate.credits % 1 == 0 else CENTS + 1}f}"
    return f"{about(estimate)} ({money}): {markup.verbatim(described(estimate))}"


def about(estimate: Estimate) -> str:
    """Return an estimate's credits, marked as an estimate."""
    least, number = "from " if estimate.at_least else "", f"{estimate.credits.normalize():f}"
    return f"{least}≈ {number} credit{'' if number == '1' else 's'}"


def described(estimate: Estimate) -> str:
    """Return what an estimate is for: "an 8 s video at 720p", "2 3D models"."""
    kind = ESTIMATED.get(estimate.medium, estimate.medium)
    if estimate.seconds is not None:
        kind = f"{estimate.seconds.normalize():f} s {kind}"
    elif estimate.size:
        kind = f"{estimate.size} {kind}"
    several = f"{estimate.count} {kind}s" if estimate.count > 1 else f"{_article(kind)} {kind}"
    at = f" at {estimate.size}" if estimate.size and estimate.seconds is not None else ""
    return f"{'an edit of ' if estimate.edit else ''}{several}{at}"


def _article(noun: str) -> str:
    # Numbers as they are read aloud: an 8, an 11, an 18, an 80.
    return "an" if re.match(r"[aeiou]|8|1[18]\b", noun) else "a"


def using(files: Sequence[str]) -> str:
    """Return a line that names the files in use, or nothing."""
    named = ", ".join(markup.code(file) for file in files)
    return f"\nWorking from {counted(len(files), 'file')}: {named}" if files else ""


def state(state: State) -> str:
    """Return how far a request is, in words."""
    return STATES.get(state, state.value)


# What the media of the price table are called, where that is not their name.
ESTIMATED = {"3d": "3D model", "360": "360° scene"}


# What Neocu's types are called, where that is not their name.
KINDS = {"3d": "3D model", "360": "360° picture", "voice": "voice recording"}


def kind(asset: Asset) -> str:
    """Return what an asset is."""
    type_ = (asset.type or "file").lower()
    return KINDS.get(type_) or markup.verbatim(type_)


def counted(number: int, kind: str) -> str:
    """Return so many of a kind."""
    plural = "" if number == 1 or not kind[-1:].isalpha() else "s"
    return f"{number} {kind}{plural}"
