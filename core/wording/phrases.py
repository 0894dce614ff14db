"""Phrases that several sentences share: prices, durations, and whether compute was spent."""

from collections.abc import Sequence

from core.conversation import Barrier
from core.intent import Generate
from core.neocu.estimates import Estimate
from core.neocu.models import Asset
from core.neocu.prices import USD_PER_CREDIT
from core.records import Entry, State
from core.voice import current
from core.wording import markup
from core.wording.language import N_, _, decimal, dollars, ngettext, plurals

ECHO_LIMIT = 600  # characters of a prompt that is shown
TITLE_LIMIT = 60
DETAIL_LIMIT = 300  # characters of Neocu's own words
MAX_EDIT_BUTTONS = 4  # with "Again" they fill one row on Discord
MEGABYTE = 1024 * 1024
MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR

# Why a place does not let us speak.
BARRIERS = {
    Barrier.NOT_A_MEMBER: N_("I'm not in that channel."),
    Barrier.NO_PERMISSION: N_("I'm not allowed to write there."),
    Barrier.CLOSED: N_("It's closed to new messages."),
    Barrier.GONE: N_("It no longer exists."),
    Barrier.EXPIRED: N_("It took longer than I may answer there."),
    Barrier.UNKNOWN: N_("My message wasn't accepted there."),
}

# How far a request is. What is no state of a request has no words.
STATES = {
    State.RECEIVED: N_("starting"),
    State.ANNOUNCING: N_("starting"),
    State.ANNOUNCED: N_("waiting its turn"),
    State.CONFIRMING: N_("waiting for your OK"),
    State.SUBMITTING: N_("being sent to Neocu"),
    State.GENERATING: N_("being made"),
    State.STALE: N_("taking very long"),
    State.UNKNOWN: N_("not sure if it ran"),
    State.COMPLETED: N_("done"),
    State.FAILED: N_("failed"),
    State.REFUSED: N_("not started"),
}

COUNTED = {
    "image": plurals("{number} image", "{number} images"),
    "video": plurals("{number} video", "{number} videos"),
    "sound": plurals("{number} sound", "{number} sounds"),
    "voice": plurals("{number} voice recording", "{number} voice recordings"),
    "3d": plurals("{number} 3D model", "{number} 3D models"),
    "360": plurals("{number} 360° picture", "{number} 360° pictures"),
    "file": plurals("{number} file", "{number} files"),
}


# ---- Whether compute was spent -------------------------------------------------------------------


def nothing_spent() -> str:
    """Tell that it cost nothing, and won't."""
    return _("Nothing was spent.")


def nothing_spent_yet() -> str:
    """Tell that it has cost nothing so far."""
    return _("Nothing has been spent yet.")


def maybe_spent() -> str:
    """Tell that nobody knows, and that the bot makes it no worse."""
    return _("It may have cost credits. I haven't retried, so you won't pay twice.")


def may_cost_twice() -> str:
    """Tell what sending again could do."""
    return _("It may be running, and it may have cost credits. Sending again could cost twice.")


def may_have_cost() -> str:
    """Tell that a failed task may have cost something."""
    return _("It may have cost credits.")


def probably_spent() -> str:
    """Tell that a task that was started is probably paid for."""
    return _("It probably cost credits.")


def spent() -> str:
    """Tell that it was paid for."""
    return _("Its credits were spent.")


# ---- Made with AI --------------------------------------------------------------------------------


def ai_label() -> str:
    """Return the small label of every result, "" where it is switched off.

    https://eur-lex.europa.eu/eli/reg/2024/1689/oj (Article 50)
    """
    return _("made with AI") if current().ai_label else ""


def ai_sentence() -> str:
    """Return the label as a sentence of its own, for help and greeting."""
    return _("Everything I make is made with AI.") if current().ai_label else ""


def alt_text(description: str) -> str:
    """Return what a file shows, for those who can't see it: first, that AI made it."""
    if not current().ai_label:
        return description
    return _("Made with AI: {description}", description=description)


# ---- Numbers -------------------------------------------------------------------------------------


def seconds(seconds: float) -> str:
    """Return seconds, short: 4 s, 1 min 5 s."""
    minutes, rest = divmod(round(seconds), MINUTE)
    if not minutes:
        return _("{seconds} s", seconds=decimal(rest))
    return _("{minutes} min {seconds} s", minutes=decimal(minutes), seconds=decimal(rest))


def duration(seconds: float) -> str:
    """Return a rough duration in words: 9 hours."""
    if seconds >= DAY:
        return ngettext("{number} day", "{number} days", round(seconds / DAY))
    if seconds >= HOUR:
        return ngettext("{number} hour", "{number} hours", round(seconds / HOUR))
    return ngettext("{number} minute", "{number} minutes", max(1, round(seconds / MINUTE)))


def credits(credits: float) -> str:
    """Return an amount of compute in words."""
    return ngettext("{number} credit", "{number} credits", credits)


def price(estimate: Estimate) -> str:
    """Return what an estimate comes to, in credits and in money."""
    amount = credits(float(estimate.credits))
    money = dollars(estimate.credits * USD_PER_CREDIT)
    if estimate.at_least:
        return _("about {credits} ({money}) or more", credits=amount, money=money)
    return _("about {credits} ({money})", credits=amount, money=money)


# ---- What it is ----------------------------------------------------------------------------------


def kind(asset: Asset) -> str:
    """Return which kind of ours an asset is, "file" for any other."""
    return asset.kind


def counted(kind: str, number: int) -> str:
    """Return so many of a kind."""
    return ngettext(*COUNTED[kind], number)


def based_on(files: Sequence[str]) -> str:
    """Return a line that tells of the files in use, or nothing."""
    if not files:
        return ""
    return "\n" + ngettext("Based on your file.", "Based on your {number} files.", len(files))


def from_saved(entry: Entry) -> str:
    """Return a line that tells what a saved prompt's name stands for, or nothing."""
    body = entry.request.body
    if not isinstance(body, Generate) or entry.query == body.query:
        return ""
    text = " ".join(entry.query.split())
    short = text if len(text) <= TITLE_LIMIT else text[:TITLE_LIMIT] + "…"
    return "\n" + _("From your saved prompt: {prompt}", prompt=markup.verbatim(short))


def state(state: State) -> str:
    """Return how far a request is, in words."""
    return _(STATES[state]) if state in STATES else state.value
