"""The page for those who don't use a mouse, or don't see it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from pages import Tab
from playwright.async_api import Page as BrowserPage
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="module")
# A dialog's backdrop and pictures behind text can't be judged by a program.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
SIZES = {"wide": (1280, 800), "narrow": (400, 800)}
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"


@pytest_asyncio.fixture(loop_scope="module")
async def window(tab: Tab) -> AsyncIterator[BrowserPage]:
    """The page's window, which is as it was when the test is over."""
    yield tab.page

    for _ in range(2):
        await tab.page.keyboard.press("Escape")
    await tab.page.set_viewport_size({"width": 1280, "height": 800})
    await tab.page.emulate_media(color_scheme="light")


async def violations(page: BrowserPage) -> list[str]:
    """Return what axe finds wrong, each with where and why."""
    results = await Axe().run(page, options=RULES)
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:240]}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]


async def talk(tab: Tab) -> None:
    """Fill the channel with what there can be, and open a thread with a result."""
    await tab.say("/neocu help")
    await tab.say("@neocu 3 pictures of a red boat")
    await tab.open_thread("red boat")
    await expect(tab.thread.get_by_role("button", name="Again")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing(tab: Tab, window: BrowserPage, size: str, scheme: str) -> None:
    """Names, roles and contrast, of a channel, a thread, the panel, a form and a picture."""
    await window.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await talk(tab)
    width, height = SIZES[size]
    await window.set_viewport_size({"width": width, "height": height})
    found = await violations(window)
    await tab.thread.locator("a.picture").first.click()
    found += await violations(window)
    await window.keyboard.press("Escape")
    await tab.thread.get_by_role("button", name="Edit").first.click()
    await expect(tab.modal).to_be_visible()
    found += await violations(window)

    assert found == []


MAX_STOPS = 400


async def test_keys_go_through_the_page_in_the_order_it_is_read(tab: Tab) -> None:
    """Bar, places, messages, the box to type in: nothing is jumped over, nothing is a trap."""
    page = tab.page
    await page.get_by_role("tab", name=tab.platform).focus()
    order: list[str] = []
    while "Send" not in order and len(order) < MAX_STOPS:  # messages bring stops of their own
        await page.keyboard.press("Tab")
        order.append(await page.evaluate(FOCUSED))
    stops = ["Light or dark", "general", "Messages in #general", "Attach files", "Send"]
    places = [order.index(stop) for stop in stops]

    assert places == sorted(places)


async def test_escape_gives_the_focus_back(tab: Tab) -> None:
    """Who closes a form or a picture goes on where they were."""
    page = tab.page
    await talk(tab)
    picture = tab.thread.locator("a.picture").first
    await picture.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Picture")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".lightbox p")).to_contain_text("2 of 3")
    await page.keyboard.press("Escape")
    await expect(picture).to_be_focused()
    edit = tab.thread.get_by_role("button", name="Edit").first
    await edit.focus()
    await page.keyboard.press("Enter")
    await expect(tab.modal.get_by_role("textbox").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(tab.modal).to_be_hidden()

    await expect(edit).to_be_focused()


async def test_drawers_close_by_escape_and_by_a_tap_beside_them(
    tab: Tab, window: BrowserPage
) -> None:
    """On a phone they lie over the chat, and there is no other way out."""
    await window.set_viewport_size({"width": 400, "height": 800})
    panel = window.get_by_role("complementary")
    await expect(panel).to_be_hidden()
    places, button = tab.root.locator(".places"), tab.root.get_by_role("button", name="Channels")
    for close in ("tap", "Escape"):
        await button.click()
        await expect(places.locator("[aria-current]")).to_be_focused()
        if close == "tap":
            await tab.root.locator("> .shade").click(position={"x": 380, "y": 300})
        else:
            await window.keyboard.press("Escape")
        await expect(places).to_be_hidden()
        await expect(button).to_be_focused()
    behind = window.get_by_role("button", name="What is really going on")
    await behind.click()
    await window.keyboard.press("Escape")

    await expect(panel).to_be_hidden()
    await expect(behind).to_be_focused()
