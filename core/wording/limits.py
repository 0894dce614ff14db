"""What is said where a daily limit stands in the way."""

from core.conversation import Reply
from core.records import Kind, Limit, Scope
from core.wording import buttons, phrases
from core.wording.language import _, ngettext, plurals, sentences

LIMITS = {
    (Scope.PERSON, Kind.REQUESTS): plurals(
        "**You've reached your limit of {number} request in 24 hours.**",
        "**You've reached your limit of {number} requests in 24 hours.**",
    ),
    (Scope.PERSON, Kind.CREDITS): plurals(
        "**You've reached your limit of {number} credit in 24 hours.**",
        "**You've reached your limit of {number} credits in 24 hours.**",
    ),
    (Scope.CHANNEL, Kind.REQUESTS): plurals(
        "**This channel has reached its limit of {number} request in 24 hours.**",
        "**This channel has reached its limit of {number} requests in 24 hours.**",
    ),
    (Scope.CHANNEL, Kind.CREDITS): plurals(
        "**This channel has reached its limit of {number} credit in 24 hours.**",
        "**This channel has reached its limit of {number} credits in 24 hours.**",
    ),
    (Scope.WORKSPACE, Kind.REQUESTS): plurals(
        "**Your team has reached its limit of {number} request in 24 hours.**",
        "**Your team has reached its limit of {number} requests in 24 hours.**",
    ),
    (Scope.WORKSPACE, Kind.CREDITS): plurals(
        "**Your team has reached its limit of {number} credit in 24 hours.**",
        "**Your team has reached its limit of {number} credits in 24 hours.**",
    ),
}
TOO_MUCH = {
    Kind.REQUESTS: plurals(
        "**This alone is more than the limit of {number} request in 24 hours.**",
        "**This alone is more than the limit of {number} requests in 24 hours.**",
    ),
    Kind.CREDITS: plurals(
        "**This alone is more than the limit of {number} credit in 24 hours.**",
        "**This alone is more than the limit of {number} credits in 24 hours.**",
    ),
}


def limit_reached(limit: Limit, seconds: float | None, key: str = "") -> Reply:
    """Tell which daily limit stands in the way, and in how many seconds it no longer does.

    None: never, for the request alone is more than the limit. `key` is the request's.
    """
    again = () if seconds is None else (buttons.try_again(key),)
    if seconds is None:
        happened, opens = ngettext(*TOO_MUCH[limit.kind], limit.most), ""
    else:
        happened = ngettext(*LIMITS[limit.scope, limit.kind], limit.most)
        opens = _("It opens again in about {duration}.", duration=phrases.duration(seconds))
    return Reply(
        sentences(happened, phrases.nothing_spent(), opens),
        buttons=(*again, buttons.edit(key)) if key else (),
    )
