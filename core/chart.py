"""What a chart shows: words and numbers that are ready to be drawn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """What was used of one kind, a number a day; `name` and `total` are told in the legend."""

    kind: str
    name: str
    total: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """The balance in credits, so many days from now: negative is past."""

    days: float
    credits: float


@dataclass(frozen=True)
class Balance:
    """The balance, so many days back and ahead; below stand the first day, now, and the last."""

    title: str
    left: str
    days: float
    past: tuple[Point, ...]
    ahead: tuple[Point, ...]
    labels: tuple[str, str, str]


@dataclass(frozen=True)
class Bar:
    """One in a ranking: its place, and how much, as a number and in words."""

    place: str
    value: float
    told: str


@dataclass(frozen=True)
class Ranking:
    """Who used most, by their places: names stand in the text beside the chart."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """What was used by day, with the balance and a ranking below, where there are any.

    A day without a label has "" for one.
    """

    title: str
    total: str
    days: tuple[str, ...]
    series: tuple[Series, ...]
    balance: Balance | None = None
    rankings: tuple[Ranking, ...] = ()
