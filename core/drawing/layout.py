"""Lays a chart out as SVG: https://www.w3.org/TR/SVG11/ .

It brings its own dark ground along, so it is as legible in a light chat as in a dark one, and its
letters are large: chats show it at half its size.
"""

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from core.chart import Balance, Chart, Point, Ranking, Series

WIDTH = 800
EDGE = 32
RIGHT = WIDTH - EDGE
PLOT_HEIGHT, BALANCE_HEIGHT = 220, 110
GAP = 40  # between two panels
LEGEND_COLUMNS, LEGEND_ROW = 4, 34
RANKING_ROW = 34
BAR = 0.72  # of a day's width
TITLE, TEXT = 28, 22  # heights of letters
DIGIT = 13  # its width in a text

GROUND, INK, PALE, LINE = "#1f2530", "#f4f6fa", "#c5ccd8", "#3d4656"
BALANCE = "#6fd3c4"
DASHED = 'stroke-dasharray="4 9" stroke-linecap="round"'
# Told apart by those who see few colours, too, and the colours of the squares in the text.
COLOURS = {
    "image": "#4b9cf5",
    "video": "#f59f3d",
    "sound": "#48c77f",
    "voice": "#f1dd5e",
    "3d": "#b28af0",
    "360": "#f06c6c",
}
OTHER = "#d5dae3"
# French parts thousands by a narrow space, of which the font has none.
SPACES = {ord("\N{NARROW NO-BREAK SPACE}"): "\N{NO-BREAK SPACE}"}


def svg(chart: Chart) -> str:
    """Return the chart as SVG."""
    parts = list(_heading(EDGE + TITLE, chart.title, chart.total, TITLE))
    legend, y = _legend(chart.series, EDGE + TITLE + GAP)
    bars, y = _days(chart, y)
    parts += [*legend, *bars]
    if chart.balance is not None:
        panel, y = _balance(chart.balance, y + GAP)
        parts += panel
    for ranking in chart.rankings:
        panel, y = _ranking(ranking, y + GAP)
        parts += panel
    height = y + EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}">'
        f'<rect width="{WIDTH}" height="{height:g}" rx="12" fill="{GROUND}"/>{"".join(parts)}</svg>'
    )


# ---- Panels: each returns its parts, and where it ends -------------------------------------------


def _heading(y: float, title: str, right: str, size: int = TEXT) -> Iterator[str]:
    yield _text(EDGE, y, title, fill=INK, size=size)
    yield _text(RIGHT, y, right, fill=INK, size=size, anchor="end")


def _legend(series: Sequence[Series], y: float) -> tuple[list[str], float]:
    parts = []
    width = (WIDTH - 2 * EDGE) / LEGEND_COLUMNS
    for number, one in enumerate(series):
        row, column = divmod(number, LEGEND_COLUMNS)
        x, base = EDGE + column * width, y + row * LEGEND_ROW
        parts.append(_rect(x, base - 16, 16, 16, COLOURS.get(one.kind, OTHER)))
        parts.append(_text(x + 24, base, f"{one.name} {one.total}"))
    rows = ceil(len(series) / LEGEND_COLUMNS)
    return parts, y + (rows - 1) * LEGEND_ROW


def _days(chart: Chart, y: float) -> tuple[list[str], float]:
    totals = [sum(day) for day in zip(*(one.values for one in chart.series), strict=True)]
    ticks = _ticks(max(totals, default=0.0))
    parts, left = _grid(ticks, y := y + 30, PLOT_HEIGHT)
    step = (RIGHT - left) / len(chart.days)
    for day, label in enumerate(chart.days):
        top = y + PLOT_HEIGHT
        for one in chart.series:
            height = one.values[day] / ticks[-1] * PLOT_HEIGHT
            top -= height
            if height:
                x, width = left + (day + (1 - BAR) / 2) * step, BAR * step
                parts.append(_rect(x, top, width, height, COLOURS.get(one.kind, OTHER)))
        last = day == len(chart.days) - 1
        x = RIGHT if last else left + (day + 0.5) * step
        below = y + PLOT_HEIGHT + TEXT + 8
        parts.append(_text(x, below, label, anchor="end" if last else "middle") if label else "")
    return parts, y + PLOT_HEIGHT + TEXT + 12


def _balance(balance: Balance, y: float) -> tuple[list[str], float]:
    heading = list(_heading(y + TEXT, balance.title, balance.left))
    points = (*balance.past, *balance.ahead)
    ticks = _ticks(max((point.credits for point in points), default=0.0), most=2)
    grid, left = _grid(ticks, y := y + TEXT + 26, BALANCE_HEIGHT)
    a_day = (RIGHT - left) / (2 * balance.days)

    def placed(some: Sequence[Point]) -> str:
        return " ".join(
            f"{left + (point.days + balance.days) * a_day:.1f},"
            f"{y + (1 - point.credits / ticks[-1]) * BALANCE_HEIGHT:.1f}"
            for point in some
        )

    line = f'fill="none" stroke="{BALANCE}" stroke-width="4" stroke-linejoin="round"'
    below = y + BALANCE_HEIGHT + TEXT + 8
    places = zip((left, (left + RIGHT) / 2, RIGHT), ("start", "middle", "end"), strict=True)
    labels = zip(balance.labels, places, strict=True)
    return [
        *heading,
        *grid,
        f'<polyline points="{placed(balance.past)}" {line}/>',
        f'<polyline points="{placed(balance.ahead)}" {line} {DASHED}/>',
        *(_text(x, below, label, anchor=anchor) for label, (x, anchor) in labels),
    ], below + 4


def _ranking(ranking: Ranking, y: float) -> tuple[list[str], float]:
    parts = list(_heading(y + TEXT, ranking.title, ""))
    most = max((bar.value for bar in ranking.bars), default=0.0) or 1.0
    room = max((len(bar.told) for bar in ranking.bars), default=0) * DIGIT + 16
    for number, bar in enumerate(ranking.bars):
        base = y + TEXT + (number + 1) * RANKING_ROW + 4
        width = max(4.0, bar.value / most * (RIGHT - EDGE - 40 - room))
        parts.append(_text(EDGE, base, bar.place))
        parts.append(_rect(EDGE + 40, base - 17, width, 18, COLOURS["image"]))
        parts.append(_text(EDGE + 52 + width, base, bar.told))
    return parts, y + TEXT + len(ranking.bars) * RANKING_ROW + 4


def _grid(ticks: Sequence[float], y: float, height: float) -> tuple[list[str], float]:
    """Return lines with their numbers, and where the plot begins to the right of these."""
    told = [_number(tick) for tick in ticks]
    left = EDGE + max(map(len, told)) * DIGIT + 8
    parts = []
    for tick, number in zip(ticks, told, strict=True):
        at = y + (1 - tick / ticks[-1]) * height
        parts.append(f'<path d="M{left} {at:.1f}H{RIGHT}" stroke="{LINE}" stroke-width="1.5"/>')
        parts.append(_text(left - 10, at + 8, number, anchor="end"))
    return parts, left


# ---- Parts ---------------------------------------------------------------------------------------


def _text(
    x: float, y: float, text: str, *, fill: str = PALE, size: int = TEXT, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" font-size="{size}" text-anchor="{anchor}">'
        f"{escape(text.translate(SPACES))}</text>"
    )


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" '
        f'fill="{fill}"/>'
    )


def _ticks(highest: float, most: int = 4) -> list[float]:
    """Return round whole numbers from 0 up to the highest or beyond, at most so many steps."""
    rough = max(highest / most, 1.0)
    power = 10.0 ** floor(log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
    return [step * n for n in range(ceil(max(highest, 1.0) / step) + 1)]


def _number(number: float) -> str:
    """Return a number as every language reads it: with spaces between thousands."""
    return f"{number:,.10g}".replace(",", "\N{NO-BREAK SPACE}")
