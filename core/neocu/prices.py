"""The published prices: https://guide.neocu.com, platform/billing."""

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
