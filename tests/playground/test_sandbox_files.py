"""The sandbox's files are what they say, can be edited, and can be handed in."""

import io
import json
import struct
import subprocess
import sys
import wave
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import av
import pytest
from PIL import Image, ImageStat

from bots.playground.neocu import Sandbox
from bots.playground.neocu.routes import HUGE_FILE_BYTES


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A caller with the right key of a sandbox whose tasks are done at once."""
    async with (
        Sandbox(seconds=0.0) as sandbox,
        aiohttp.ClientSession(sandbox.url, headers={"api-key": sandbox.key}) as session,
    ):
        yield session


async def make(http: aiohttp.ClientSession, query: str, *files: str) -> list[dict[str, Any]]:
    """Return the assets that a prompt gives."""
    async with http.post("/v1/generate", json={"query": query, "files": files}) as response:
        assert response.status == 200, await response.text()
        task_id = (await response.json())["task_id"]
    async with http.get(f"/v1/task/{task_id}") as response:
        assets: list[dict[str, Any]] = (await response.json())["asset"]
        return assets


async def fetch(http: aiohttp.ClientSession, url: str, content_type: str) -> bytes:
    """Return a file, which must be of the type."""
    async with http.get(url) as response:
        assert (response.status, response.content_type) == (200, content_type)
        return await response.read()


async def hand_in(http: aiohttp.ClientSession, name: str, content: bytes) -> str:
    """Return the id that an upload gets."""
    form = aiohttp.FormData()
    form.add_field("file", content, filename=name)
    async with http.post("/upload", data=form) as response:
        assert response.status == 200
        return str((await response.json())["_id"])


def opened(png: bytes) -> Image.Image:
    """Return a decoded PNG."""
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return image


async def test_an_image_is_a_png_with_a_smaller_thumbnail(http: aiohttp.ClientSession) -> None:
    """Slack and Discord show it inline."""
    (asset,) = await make(http, "a lighthouse at dusk")
    image = opened(await fetch(http, asset["url"], "image/png"))
    small = opened(await fetch(http, asset["thumbnail"], "image/png"))

    assert image.size == (960, 640)
    assert small.width < image.width


async def test_a_video_is_an_mp4_that_browsers_play(http: aiohttp.ClientSession) -> None:
    """H.264 in yuv420p is what Chrome, Safari and both apps can show."""
    (asset,) = await make(http, "a 1 s video at 640p of the sea")
    content = await fetch(http, asset["url"], "video/mp4")
    with av.open(io.BytesIO(content), "r") as film:
        codec = film.streams.video[0].codec_context
        frames = len(list(film.decode(video=0)))

    assert (codec.name, codec.pix_fmt, frames) == ("h264", "yuv420p", 10)
    assert opened(await fetch(http, asset["thumbnail"], "image/png"))


@pytest.mark.parametrize(
    ("query", "kind"),
    [("a 5 s video of the sea", "video/mp4"), ("a 7 s sound of the sea", "audio/wav")],
)
async def test_a_film_or_sound_is_as_long_as_was_asked_for(
    http: aiohttp.ClientSession, query: str, kind: str
) -> None:
    """Who asks for 5 seconds and gets 3 takes it for a fault of the bot."""
    (asset,) = await make(http, query)
    with av.open(io.BytesIO(await fetch(http, asset["url"], kind)), "r") as played:
        assert played.duration is not None
        seconds = played.duration / av.time_base

    assert seconds == pytest.approx(float(query.split()[1]), abs=0.1)


@pytest.mark.parametrize(
    ("prompt", "colours"),
    [("a {} chair on a sunny day", ("red", "blue")), ("ein {} Stuhl am Tag", ("roter", "blauer"))],
)
async def test_a_picture_shows_what_the_prompt_names(
    http: aiohttp.ClientSession, prompt: str, colours: tuple[str, str]
) -> None:
    """A lighthouse in answer to "a red chair" looks as if the prompt had been lost."""
    drawn = []
    for colour in colours:
        (asset,) = await make(http, prompt.format(colour))
        image = opened(await fetch(http, asset["url"], "image/png"))
        red, _, blue = (band.tobytes() for band in image.resize((96, 64)).split()[:3])
        drawn.append(sum(one > 2 * other for one, other in zip(red, blue, strict=True)))

    assert drawn[0] > 20 + drawn[1]


async def test_a_panorama_is_wider(http: aiohttp.ClientSession) -> None:
    """The form is a part of what was asked for."""
    (asset,) = await make(http, "a panorama of a city at night")
    image = opened(await fetch(http, asset["url"], "image/png"))

    assert image.width == 2 * image.height


@pytest.mark.parametrize("query", ["a 1 s sound of bells", "a 1 s voice saying hello"])
async def test_a_sound_is_a_wav_that_is_not_silent(http: aiohttp.ClientSession, query: str) -> None:
    """Sounds have no thumbnail, as the API's "if available" allows."""
    (asset,) = await make(http, query)
    with wave.open(io.BytesIO(await fetch(http, asset["url"], "audio/wav"))) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        samples = sound.readframes(sound.getnframes())

    assert seconds == 1.0
    assert any(samples)
    assert asset["thumbnail"] is None


@pytest.mark.parametrize("thing", ["a green vase", "a green chair"])
async def test_a_model_is_a_glb(http: aiohttp.ClientSession, thing: str) -> None:
    """Header, JSON chunk and binary chunk must agree on their lengths; it is of that colour."""
    (asset,) = await make(http, f"a 3D model of {thing}")
    content = await fetch(http, asset["url"], "model/gltf-binary")
    magic, version, length, json_length, kind = struct.unpack_from("<4sII I4s", content)
    scene = json.loads(content[20 : 20 + json_length])
    binary_length, binary = struct.unpack_from("<I4s", content, 20 + json_length)

    assert (magic, version, length, kind) == (b"glTF", 2, len(content), b"JSON")
    assert (binary, 28 + json_length + binary_length) == (b"BIN\0", len(content))
    assert scene["buffers"][0]["byteLength"] <= binary_length
    assert opened(await fetch(http, asset["thumbnail"], "image/png"))
    red, green, blue, _ = scene["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"]
    assert green > max(red, blue)


async def test_a_360_scene_is_twice_as_wide_as_high(http: aiohttp.ClientSession) -> None:
    """Viewers take such a picture for equirectangular."""
    (asset,) = await make(http, "a 360° scene of the sea")
    image = opened(await fetch(http, asset["url"], "image/png"))

    assert asset["type"] == "360"
    assert image.width == 2 * image.height


async def test_the_same_prompt_gives_the_same_file(http: aiohttp.ClientSession) -> None:
    """Pictures in tests and in the README stay as they are."""
    (one,), (same,) = await make(http, "a fox"), await make(http, "a fox")
    first, second = [await fetch(http, asset["url"], "image/png") for asset in (one, same)]

    assert first == second


async def test_a_result_can_be_edited(http: aiohttp.ClientSession) -> None:
    """A thread is a chain of edits: the same place, another hour."""
    (day,) = await make(http, "a lighthouse on a sunny day")
    (night,) = await make(http, "make it night", day["_id"])
    bright, dark = [
        ImageStat.Stat(opened(await fetch(http, asset["url"], "image/png"))).mean
        for asset in (day, night)
    ]

    assert sum(dark) < 0.7 * sum(bright)


async def test_an_upload_can_be_edited(http: aiohttp.ClientSession) -> None:
    """The handed-in picture is still to be seen in the result."""
    red = io.BytesIO()
    Image.new("RGB", (60, 40), (220, 20, 20)).save(red, "PNG")
    file_id = await hand_in(http, "red.png", red.getvalue())
    (asset,) = await make(http, "a bit warmer", file_id)
    middle = opened(await fetch(http, asset["url"], "image/png")).getpixel((480, 300))

    assert isinstance(middle, tuple)
    assert middle[0] > 200
    assert middle[1] < 60


async def test_an_upload_that_is_no_picture_gives_one_all_the_same(
    http: aiohttp.ClientSession,
) -> None:
    """People hand in anything."""
    (asset,) = await make(http, "draw this", await hand_in(http, "notes.txt", b"hello"))

    assert opened(await fetch(http, asset["url"], "image/png"))


async def test_an_upload_without_a_file_is_a_400(http: aiohttp.ClientSession) -> None:
    """A wrong field name is the likeliest mistake."""
    async with http.post("/upload", data={"other": "x"}) as response:
        assert response.status == 400
        assert "file" in (await response.json())["error"]


async def test_one_of_three_can_not_be_fetched(http: aiohttp.ClientSession) -> None:
    """One bad file must not cost the others."""
    assets = await make(http, "please break one")
    statuses = []
    for asset in assets:
        async with http.get(asset["url"]) as response:
            statuses.append(response.status)

    assert statuses == [200, 404, 200]


async def test_a_huge_file_says_how_large_it_is(http: aiohttp.ClientSession) -> None:
    """Whoever looks at the header need not load it."""
    (asset,) = await make(http, "please be huge")
    async with http.get(asset["url"]) as response:
        assert response.content_length == HUGE_FILE_BYTES
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)

    assert size == HUGE_FILE_BYTES


def test_importing_the_sandbox_needs_no_drawing_library() -> None:
    """Only the `demo` extra brings Pillow and PyAV."""
    code = (
        "import sys, bots.playground.neocu; sys.exit('PIL' in sys.modules or 'av' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words
