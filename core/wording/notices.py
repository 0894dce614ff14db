"""What is said in channels when compute runs low, runs out, and is there again."""

from collections.abc import Sequence

from core.conversation import Reply
from core.records import Forecast, Period
from core.wording import buttons, phrases
from core.wording.language import N_, _, listed, sentences

PACES = {
    Period.HOUR: N_("about {duration} at the last hour's pace"),
    Period.DAY: N_("about {duration} at today's pace"),
    Period.WEEK: N_("about {duration} at this week's pace"),
}


def low(credits: float, lasts: Sequence[Forecast]) -> Reply:
    """Warn a channel that compute runs low."""
    return Reply(
        sentences(
            _("**Neocu is running low:** {credits} left.", credits=phrases.credits(credits)),
            how_long(lasts),
            _("Ask an admin to top up."),
        ),
        buttons=buttons.topup(),
    )


def empty() -> Reply:
    """Warn a channel that compute has run out."""
    return Reply(
        _(
            "**Neocu is out of credits.** New requests wait for an admin's top-up; "
            "nothing is spent meanwhile."
        ),
        buttons=buttons.topup(),
    )


def too_large(credits: float) -> Reply:
    """Tell a channel that one request was more than is left, though others are not."""
    return Reply(
        sentences(
            _(
                "**One request needs more than what's left** ({credits}).",
                credits=phrases.credits(credits),
            ),
            phrases.nothing_spent(),
            _("Smaller ones still work; an admin can top up."),
        ),
        buttons=buttons.topup(),
    )


def restored(credits: float, *, low: bool = False) -> Reply:
    """Tell that there is compute again."""
    left = phrases.credits(credits)
    if low:
        return Reply(
            _("**Neocu has credits again, though not many:** {credits}. Go ahead.", credits=left)
        )
    return Reply(_("**Neocu has credits again:** {credits}. Go ahead.", credits=left))


def over(notice: Reply) -> Reply:
    """Strike a warning through that is no longer true; what is true now stands in a new one."""
    return Reply(f"~~{notice.text}~~")


def how_long(forecasts: Sequence[Forecast]) -> str:
    """Tell how long the balance lasts, "" where nobody knows."""
    paces = [_(PACES[one.period], duration=phrases.duration(one.seconds)) for one in forecasts]
    return _("That lasts {forecasts}.", forecasts=listed(paces)) if paces else ""
