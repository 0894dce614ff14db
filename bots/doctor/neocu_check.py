"""Whether Neocu can be asked: address, key, balance."""

from collections.abc import AsyncIterator

from bots.doctor.finding import Finding, note, ok, wrong
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiConnectionError, ApiError, AuthenticationError
from core.neocu.prices import USD_PER_CREDIT
from core.settings import Settings

AREA = "Neocu"
SECONDS = 10.0
KEY_REFUSED = "Neocu refused NEOCU_API_KEY: copy it again from the Neocu platform, under API keys."


def client(settings: Settings, seconds: float = SECONDS) -> NeocuClient:
    """Return the API, asked once and not for long."""
    url = settings.neocu_base_url
    return NeocuClient(
        settings.neocu_api_key, url, timeout=seconds, connect_timeout=seconds, attempts=1
    )


async def check_neocu(settings: Settings) -> AsyncIterator[Finding]:
    """Ask for the balance, which costs nothing, and say what that shows."""
    try:
        async with client(settings) as api:
            credits = await api.get_compute()
    except AuthenticationError:
        yield wrong(
            AREA,
            "The key was refused.",
            "Copy NEOCU_API_KEY again from the Neocu platform, under API keys.",
        )
    except ApiConnectionError as error:
        yield wrong(
            AREA,
            f"{settings.neocu_base_url} can't be reached ({error}).",
            "Check NEOCU_BASE_URL, and whether this machine may reach the internet.",
        )
    except ApiError as error:
        yield wrong(
            AREA,
            f"The balance can't be read ({error}).",
            "Check NEOCU_BASE_URL. If it is right, Neocu has a problem: try again in a minute.",
        )
    else:
        dollars = float(USD_PER_CREDIT) * credits
        left = f"{credits:,.0f} credits (${dollars:,.2f}) left"
        if credits < settings.compute_low_at:
            yield note(AREA, f"The key works, but only {left}.", "Top up on the Neocu platform.")
        else:
            yield ok(AREA, f"The key works: {left}.")
    if settings.neocu_upload_url is None:
        yield note(
            AREA, "Attachments are switched off.", "Set NEOCU_UPLOAD_URL to take people's files."
        )
