"""Figures: what was measured of us and of the opponent, in turns, and what is to be reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any, Self

COMPARE: dict[str, Callable[[float, float], float]] = {
    "ratio": lambda ours, theirs: ours / theirs,
    "more": lambda ours, theirs: ours - theirs,
    "value": lambda ours, _: ours,
}


@dataclass
class Figure:
    """One line of the table: samples of both sides, one a round, taken in turns.

    They are compared `by` their ratio, by how much more ours is, or ours stands by itself. What is
    to be reached is `at_least` or `at_most`.
    """

    name: str
    unit: str
    against: str = ""
    by: str = "ratio"
    at_least: float | None = None
    at_most: float | None = None
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    hidden: bool = False  # from the table, which has room for the worst only

    def add(self, ours: float, theirs: float = 0.0) -> None:
        """Add a round."""
        self.ours.append(ours)
        self.theirs.append(theirs)

    @property
    def rounds(self) -> list[float]:
        """What each round came to."""
        return [COMPARE[self.by](*pair) for pair in zip(self.ours, self.theirs, strict=True)]

    @property
    def result(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def reached(self) -> bool | None:
        """Whether what was to be reached is; None where nothing was."""
        if self.at_least is not None:
            return self.result >= self.at_least
        return None if self.at_most is None else self.result <= self.at_most

    def as_json(self) -> dict[str, Any]:
        """Return it with every sample."""
        return {
            "name": self.name,
            "unit": self.unit,
            "against": self.against,
            "by": self.by,
            "ours": self.ours,
            "theirs": self.theirs,
            "result": self.result,
            "spread": [min(self.rounds), max(self.rounds)],
            "at_least": self.at_least,
            "at_most": self.at_most,
            "reached": self.reached,
            "hidden": self.hidden,
        }

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Self:
        """Read what `as_json` returned."""
        return cls(**{one.name: written[one.name] for one in fields(cls)})

    def row(self) -> list[str]:
        """Return its cells for the table."""
        unit = "" if self.by == "ratio" else f" {self.unit}"
        goal = [f"≥ {self.at_least:g}"] if self.at_least is not None else []
        goal += [f"≤ {self.at_most:g}"] if self.at_most is not None else []
        low, high = min(self.rounds), max(self.rounds)
        return [
            self.name,
            f"{number(median(self.ours))} {self.unit}",
            f"{number(median(self.theirs))} {self.unit}" if self.against else "",
            f"{number(self.result)}{unit} ({number(low)} to {number(high)})",
            " ".join(goal),
            {True: "yes", False: "no", None: ""}[self.reached],
        ]


HEADINGS = ["what", "ours", "the opponent", "result (spread)", "to reach", "reached"]


def number(value: float) -> str:
    """Write a number with about three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the sample below which such a share of them lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown, aligned."""
    rows = [HEADINGS, *(figure.row() for figure in figures if not figure.hidden)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
