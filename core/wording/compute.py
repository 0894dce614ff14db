"""What is said in channels when compute runs low, runs out, and is there again."""

from core.conversation import Reply
from core.forecast import Forecast
from core.wording import phrases


def low(credits: float, lasts: Forecast | None) -> Reply:
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


def _lasts(forecast: Forecast | None) -> str:
    if forecast is None:
        return ""
    return (
        f" At the pace of {forecast.period} that lasts about {phrases.duration(forecast.seconds)}."
    )
