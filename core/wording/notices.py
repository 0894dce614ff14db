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
        f"**Neocu's compute is running low:** {phrases.credits(credits)} left.{_lasts(lasts)} "
        "An admin can top it up on the Neocu platform."
    )


def empty() -> Reply:
    """Warn a channel that compute has run out."""
    return Reply(
        "**Neocu's compute has run out.** Requests are not handed over until an admin tops it up "
        "on the Neocu platform; nothing is spent meanwhile."
    )


def restored(credits: float, *, low: bool = False) -> Reply:
    """Tell that there is compute again; in place of the warning."""
    still = ", though not much" if low else ""
    return Reply(
        f"**Neocu has compute again{still}:** {phrases.credits(credits)}. You can ask again."
    )


def over() -> Reply:
    """Take back a warning that another one stands below."""
    return Reply("Neocu's compute was running low; that is over.")


def _lasts(forecasts: Sequence[Forecast]) -> str:
    paces = [f"about {phrases.duration(one.seconds)} at {PACES[one.period]}" for one in forecasts]
    return f" That lasts {', '.join(paces)}." if paces else ""
