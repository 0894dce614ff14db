"""Short films as MP4: a scene in which time passes."""

import io
from fractions import Fraction

import av

from bots.playground.neocu.draw import FRAME_SIZE, picture
from bots.playground.neocu.media_files import Asset

FRAMES_PER_SECOND = 10
_MIN_SECONDS, _DEFAULT_SECONDS, _MAX_SECONDS = 1.0, 2.0, 10.0


def film(asset: Asset) -> bytes:
    """Return an MP4 of up to ten seconds, in H.264 as every browser plays it."""
    length = min(max(asset.seconds or _DEFAULT_SECONDS, _MIN_SECONDS), _MAX_SECONDS)
    count = int(length * FRAMES_PER_SECOND)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=Fraction(FRAMES_PER_SECOND))
        stream.width, stream.height = FRAME_SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(count):
            image = picture(asset, FRAME_SIZE, moment=number / count)
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]  # PyAV gives it no types
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return file.getvalue()
