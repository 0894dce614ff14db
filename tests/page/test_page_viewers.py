"""Results that are more than a flat picture: 3D models, 360° pictures, films and sounds."""

import io

import pytest
from pages import Tab
from PIL import Image, ImageChops
from playwright.async_api import expect
from test_page_access import violations

pytestmark = pytest.mark.asyncio(loop_scope="module")
RED = 60  # by how much, of 255


def reddest(png: bytes) -> int:
    """Return by how much the reddest spot of a picture is more red than green."""
    red, green, _ = Image.open(io.BytesIO(png)).convert("RGB").split()
    _, most = ImageChops.subtract(red, green).getextrema()
    return int(most)


def inside(png: bytes) -> bytes:
    """Return what a picture shows, without the frame that tells where the focus is."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return picture.crop((20, 20, picture.width - 20, picture.height - 20)).tobytes()


async def test_model_is_turned_by_keyboard(tab: Tab) -> None:
    """A 3D model is looked at where it came, by those without a mouse too."""
    await tab.result("a 3D model of a red chair")
    await (
        tab.thread.get_by_role("link", name=".glb")
        .or_(tab.thread.get_by_role("button", name="view the 3D model"))
        .first.click()
    )
    view = tab.page.get_by_role("dialog").get_by_role("application", name="3D model")
    await expect(view).to_have_attribute("data-ready", "")
    before = await view.screenshot()
    assert reddest(before) > RED
    assert await violations(tab.page) == []
    await view.focus()
    await tab.page.keyboard.press("ArrowLeft")
    await tab.page.keyboard.press("ArrowLeft")

    assert inside(await view.screenshot()) != inside(before)
    await tab.page.keyboard.press("Escape")


async def test_panorama_is_looked_around_in(tab: Tab) -> None:
    """Flat, it shows everything and nothing right."""
    await tab.result("a 360° scene of a harbour")
    await (
        tab.thread.get_by_role("link", name=".png")
        .or_(tab.thread.locator("a.picture"))
        .first.click()
    )
    around = tab.page.get_by_role("button", name="360°", exact=True)
    await around.click()
    view = tab.page.get_by_role("application", name="360°")
    await expect(view).to_have_attribute("data-ready", "")
    await expect(view).to_be_focused()
    before = await view.screenshot()
    await tab.page.keyboard.press("ArrowRight")

    assert inside(await view.screenshot()) != inside(before)
    await around.click()
    await expect(tab.page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    await tab.page.keyboard.press("Escape")


async def test_file_that_is_no_model_says_so(tab: Tab) -> None:
    """Its name ends as one's does; the page stays whole."""
    await tab.drop("boat.glb", "no model at all")
    await tab.say("here is a boat")
    await tab.message("here is a boat").get_by_role("button", name="view the 3D model").click()

    await expect(tab.page.get_by_role("dialog")).to_contain_text("can't be shown")
    await tab.page.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("words", "tag"), [("a film of the sea", "video"), ("the sound of rain", "audio")]
)
async def test_film_and_sound_are_played_where_they_are(tab: Tab, words: str, tag: str) -> None:
    """With the browser's own player, which has a name and is used by keyboard."""
    await tab.result(f"{words} in {tab.platform}")
    player = tab.thread.locator(tag)
    await expect(player).to_have_attribute("controls", "")
    assert await player.get_attribute("aria-label")

    assert await player.evaluate("one => one.play().then(() => one.duration)") > 0
