"""The published prices: https://guide.neocu.com, platform/billing."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Medium = Literal["image", "video", "sound", "voice", "3d", "360"]

USD_PER_CREDIT = Decimal("0.01")


@dataclass(frozen=True)
class Price:
    """One row of the price table: so many credits per image, second, GLB or scene."""

    medium: Medium
    operation: str
    size: str
    credits: Decimal
    per: str


PRICES = (
    Price("image", "create or edit", "0.5 to 1 MP", Decimal(1), "image"),
    Price("image", "create or edit", "2 to 4 MP", Decimal(8), "image"),
    Price("video", "create", "640p", Decimal(2), "second"),
    Price("video", "create", "720p", Decimal(7), "second"),
    Price("video", "create", "1080p", Decimal(13), "second"),
    Price("video", "edit", "any", Decimal(2), "second"),
    Price("sound", "create or edit", "any", Decimal("0.5"), "second"),
    Price("voice", "create or edit", "any", Decimal("0.5"), "second"),
    Price("3d", "create", "n/a", Decimal(10), "glb"),
    Price("360", "create or edit", "per scene", Decimal(5), "scene"),
)
RATES = {(price.medium, price.size): price.credits for price in PRICES}

# The most seconds that one piece may plausibly have.
MAX_PLAUSIBLE_SECONDS = 600
# What Neocu's asset types are in the table.
_ASSET_MEDIA: dict[str, Medium] = {"audio": "sound", "music": "sound", "gif": "image"}


def asset_medium(type_: str | None) -> Medium | None:
    """Return the medium of an asset's type, None where the table has none."""
    word = (type_ or "").lower()
    word = _ASSET_MEDIA.get(word, word)
    return next((price.medium for price in PRICES if price.medium == word), None)


def plausible_cost(types: Iterable[str]) -> tuple[float, float]:
    """Return the least and the most credits that assets of these types can have cost."""
    low = high = Decimal(0)
    for type_ in types:
        medium = _ASSET_MEDIA.get(type_, type_)
        rates = [price for price in PRICES if price.medium == medium]
        if rates:
            low += min(price.credits for price in rates)
            high += max(
                price.credits * (MAX_PLAUSIBLE_SECONDS if price.per == "second" else 1)
                for price in rates
            )
    return float(low), float(high)
