"""What is said in channels when compute runs low, runs out, and is there again."""

from collections.abc import Sequence

from core.conversation import Reply
from core.records import Forecast, Period
from core.wording import phrases

PACES = {
    Period.HOUR: "the last hour's pace",
    Period.DAY: "today's pace",
    Period.WEEK: "this week's pace",
}


def low(credits: float, lasts: Sequence[Forecast]) -> Reply:
    """Warn a channel that compute runs low."""
    return Reply(
        f"**Neocu is running low:** {phrases.credits(credits)} left.{_lasts(lasts)} "
        "Ask an admin to top up."
    )


def empty() -> Reply:
    """Warn a channel that compute has run out."""
    return Reply(
        "**Neocu is out of credits.** New requests wait for an admin's top-up; "
        "nothing is spent meanwhile."
    )


def too_large(credits: float) -> Reply:
    """Tell a channel that one request was more than is left, though others are not."""
    return Reply(
        f"**One request needs more than the {phrases.credits(credits)} that are left.** "
        "Nothing was spent on it. Smaller ones still work; an admin can top up."
    )


def restored(credits: float, *, low: bool = False) -> Reply:
    """Tell that there is compute again."""
    still = ", though not much" if low else ""
    return Reply(f"**Neocu has credits again{still}:** {phrases.credits(credits)}. Go ahead.")


def over(notice: Reply) -> Reply:
    """Strike a warning through that is no longer true; what is true now stands in a new one."""
    return Reply(f"~~{notice.text}~~")


def _lasts(forecasts: Sequence[Forecast]) -> str:
    paces = [f"about {phrases.duration(one.seconds)} at {PACES[one.period]}" for one in forecasts]
    return f" That lasts {', '.join(paces)}." if paces else ""
