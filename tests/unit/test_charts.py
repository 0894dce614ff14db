"""Charts: laid out without a flaw, drawn by a process of its own, legible in every language."""

import re
import resource
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from core import drawing, wording
from core.chart import Chart, Series
from core.drawing.layout import COLOURS, svg
from core.drawing.picture import Artist, NotDrawnError
from core.records import Day, Forecast, Outlook, Period, Reading, Scope, Used
from core.voice import LANGUAGES, speaking
from core.wording.language import day_and_month
from core.wording.usage import MEDIA, SQUARES

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FONT = Path(drawing.__file__).with_name("font.otf")
SCOPES = (Scope.PERSON, Scope.CHANNEL, Scope.WORKSPACE)
FEW = [Day(29, "image", 1, 1.0)]
MANY = [
    Day(day, medium, 60, 40.0 * (place + 1) + day)
    for day in range(30)
    for place, medium in enumerate(MEDIA)
]
HUGE = [Day(day, "video", 100_000, 4_000_000.0) for day in range(30)]
WEEK = tuple(Reading(NOW.timestamp() - hours * 3600, 4000.0 + hours) for hours in range(168, 0, -2))
OUTLOOK = Outlook(4000.0, WEEK, (Forecast(9 * 86400.0, Period.WEEK),), NOW.timestamp())


def chart_of(days: list[Day], scope: Scope = Scope.WORKSPACE) -> Chart:
    """Return the chart of an answer, with all that it can show."""
    most = [Used(f"U{n}", n, 1000.0 / (n + 1)) for n in range(5)]
    told = wording.usage(
        scope,
        days,
        most,
        most,
        OUTLOOK,
        with_private=False,
    )
    [media] = told.media
    assert media.chart is not None
    return media.chart


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [FEW, MANY, HUGE])
def test_nothing_is_drawn_beyond_the_edge(language: str, days: list[Day]) -> None:
    """One request and millions of credits have room, whatever the language."""
    with speaking(language):
        root = ET.fromstring(svg(chart_of(days)))  # noqa: S314 (our own)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for part in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, wide, high = (float(part.get(name, 0)) for name in ("x", "y", "width", "height"))

        assert x >= 0 <= y
        assert x + wide <= width
        assert y + high <= height
        assert wide > 0 <= high
    for part in root.iter("{http://www.w3.org/2000/svg}text"):
        size, text = float(part.attrib["font-size"]), part.text or ""
        room = sum(size * (1.0 if ord(letter) > 0x2FFF else 0.52) for letter in text)
        x, anchor = float(part.attrib["x"]), part.attrib["text-anchor"]
        begins = x - {"start": 0, "middle": room / 2, "end": room}[anchor]

        assert begins >= 0, text
        assert begins + room <= width, text


def test_each_medium_has_a_colour_of_its_own() -> None:
    """And a square of it in the text: who can't see the picture reads the same."""
    assert set(SQUARES) == set(MEDIA) == {*COLOURS, "file"}
    assert len(set(SQUARES.values())) == len(SQUARES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_every_letter(language: str) -> None:
    """What it lacks would be an empty box, in the one language that nobody here looks at."""
    with speaking(language):
        drawn = [svg(chart_of(days, scope)) for days in (MANY, HUGE) for scope in SCOPES]
        drawn += [day_and_month(NOW + timedelta(days=n)) for n in range(366)]
    words = "".join(re.sub("<[^>]*>", "", one) for one in drawn)

    assert set(words) - {" "} <= set(_letters(FONT.read_bytes()))


def _letters(font: bytes) -> Iterator[str]:
    """Yield the letters that a font has a glyph of.

    https://learn.microsoft.com/typography/opentype/spec/cmap#format-4-segment-mapping-to-delta-values
    """
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    places = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)[2] for n in range(count))
    at = next(cmap + one for one in places if struct.unpack_from(">H", font, cmap + one) == (4,))
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, at + 14)
    starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
    for start, end in zip(starts, ends, strict=True):
        yield from map(chr, range(start, end + 1))


async def test_a_chart_is_drawn_in_under_a_second_and_leaves_nothing_behind() -> None:
    """Thirty days of 10,000 requests; what it takes is another process's, and gone."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    drawn = await Artist().draw(chart_of(MANY))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert drawn.data.startswith(b"\x89PNG")
    assert drawn.media_type == "image/png"
    assert seconds < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - kept < 8192  # KiB


async def test_what_cannot_be_drawn_costs_only_the_picture() -> None:
    """The words go without it, so whatever goes wrong is one kind of error."""
    odd = Chart("\x00", "", ("",), (Series("image", "", "", (1.0,)),))
    with pytest.raises(NotDrawnError):
        await Artist().draw(odd)
