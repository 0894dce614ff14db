"""What a bot can put into a message beside words: blocks, components, embeds, menus, covers."""

import pytest
import pytest_asyncio
from pages import Tab
from playwright.async_api import expect
from sampler import POST
from test_page_access import violations

from bots.playground.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
MENU = {"slack": "More…", "discord": "More…"}
CHOSEN = {"slack": "A sound", "discord": "delete"}


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def samples(stage: Stage) -> None:
    """A sample of everything stands in both chats."""
    for post in POST.values():
        await post(stage)


async def test_everything_is_drawn_and_nothing_is_amiss(tab: Tab) -> None:
    """What the page does not know it shows as its type in brackets; axe looks at the rest."""
    await expect(tab.pane.get_by_role("heading", name="Recent")).to_be_visible()

    assert await tab.pane.locator(".unknown, .broken-picture").count() == 0
    for scheme in ("light", "dark"):
        await tab.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert await violations(tab.page) == []
    await tab.page.emulate_media(color_scheme="light")


async def test_menu_is_used_by_keyboard(tab: Tab) -> None:
    """Arrows move in it, Escape leaves it where one was, and a choice is told to the bot."""
    page, opener = tab.page, tab.pane.get_by_role("button", name="More…").last
    await page.emulate_media(color_scheme="dark")
    await opener.focus()
    await page.keyboard.press("Enter")
    menu = page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    assert await violations(page) == []
    await page.emulate_media(color_scheme="light")
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    async with page.expect_request(f"**/do/{tab.platform}/*") as asked:
        await page.keyboard.press("Enter")

    assert CHOSEN[tab.platform] in (await asked.value).post_data_buffer.decode()


@pytest.mark.parametrize("tab", ["discord"], indirect=True)
async def test_what_is_covered_is_shown_when_it_is_pressed(tab: Tab) -> None:
    """And not before, to those who listen to the page neither."""
    covers = tab.pane.get_by_role("button", name="Spoiler")
    await expect(covers).to_have_count(3)
    inert = tab.pane.locator(".spoiler > [inert]")
    await expect(inert).to_have_count(3)
    await covers.last.click()

    await expect(inert).to_have_count(2)
    await expect(tab.pane.get_by_role("img", name="b.png")).to_be_visible()


@pytest.mark.parametrize("tab", ["slack"], indirect=True)
async def test_question_of_a_button_is_asked_first(tab: Tab) -> None:
    """Slack asks it; who says no has pressed nothing."""
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    await tab.pane.get_by_role("button", name="Delete", exact=True).click()
    dialog = tab.page.get_by_role("dialog", name="Delete it?")
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(dialog).to_be_hidden()

    assert not [url for url in asked if url.endswith("/press")]
