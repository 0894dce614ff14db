"""Has a chart drawn: by a short-lived process, so that no acknowledgement waits for it.

What drawing takes, a library, a font and the picture's pixels, is given back when the process ends.
"""

import asyncio
import sys
from pathlib import Path

from core.chart import Chart
from core.drawing.layout import svg
from core.files.download import Fetched, FetchError

SECONDS = 10.0  # it takes a tenth of one
RASTERIZER = Path(__file__).with_name("rasterize.py")


class NotDrawnError(FetchError):
    """The picture can't be drawn now."""


class Artist:
    """Draws charts, one at a time."""

    def __init__(self) -> None:
        self._at_work = asyncio.Lock()

    async def draw(self, chart: Chart) -> Fetched:
        """Return the chart as a PNG. Raises NotDrawnError."""
        async with self._at_work:
            return Fetched(await _rasterize(svg(chart).encode()), "image/png")


async def _rasterize(drawing: bytes) -> bytes:
    """Draw in a process that knows nothing of ours: neither our settings nor our secrets."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(RASTERIZER)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},
        )
    except OSError as error:
        raise NotDrawnError(f"no process: {error.strerror}") from error
    try:
        async with asyncio.timeout(SECONDS):
            png, said = await process.communicate(drawing)
    except TimeoutError:
        raise NotDrawnError("it took too long") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise NotDrawnError(said.decode(errors="replace").strip().rpartition("\n")[2])
    return png
