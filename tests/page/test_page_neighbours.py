"""The second workspace and the second server, by hand: from the button to the first picture."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pages import PATIENCE
from playwright.async_api import Browser, Page, expect

from bots.playground.page import Page as Playground
from bots.playground.slack import Message, Workspace
from bots.playground.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def neighbours(browser: Browser) -> AsyncIterator[tuple[Stage, Page]]:
    """The page over a stage where others can add the bots."""
    async with Stage(seconds=0.3, neighbours=True) as stage:
        await stage.start_bots()
        async with Playground(stage) as playground:
            page = await browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(PATIENCE)
            await page.goto(playground.url)
            yield stage, page
            await page.close()


async def test_acme_adds_the_app_and_has_its_first_picture(
    neighbours: tuple[Stage, Page],
) -> None:
    """Without a line in a file or a restart; the first workspace has the bots already."""
    stage, page = neighbours
    assert stage.workspace.desk.team.installed
    await page.get_by_label("Workspace", exact=True).select_option(label="Acme")
    async with page.expect_popup() as opening:
        await page.get_by_role("link", name="Add to Slack").click()
    popup = await opening.value
    await popup.get_by_label("You are").select_option(label="ada in acme")
    await popup.get_by_role("button", name="Allow").click()
    await expect(popup.get_by_role("heading")).to_have_text("Neocu is in.")
    await popup.close()
    await expect(page.get_by_role("link", name="Add to Slack")).to_have_count(0)

    box = page.locator("#slack .pane").first.get_by_role("textbox")
    for words in ("/invite @neocu", "/neocu a lighthouse at dusk"):
        await box.fill(words)
        await box.press("Enter")

    assert stage.neighbours is not None
    acme = stage.neighbours.acme
    await acme.journal.until(lambda: any("ready" in one.words for one in _said(acme)))
    assert not any("lighthouse" in one.text for one in _said(stage.workspace))


async def test_neighbours_add_the_bot_and_are_greeted(neighbours: tuple[Stage, Page]) -> None:
    """The server's own owner lets it in; the others' channels are not seen there."""
    stage, page = neighbours
    await page.get_by_role("tab", name="Discord").click()
    await page.get_by_label("Server", exact=True).select_option(label="Neighbours")
    discord = page.locator("#discord")
    await expect(discord.get_by_role("button", name="general")).to_have_count(0)
    async with page.expect_popup() as opening:
        await discord.get_by_role("link", name="Add app").click()
    popup = await opening.value
    await popup.get_by_label("Add to server").select_option(label="Neighbours (as zoe)")
    await popup.get_by_role("button", name="Authorize").click()
    await popup.close()

    await expect(discord.get_by_text("Hi, I'm Neocu.").first).to_be_visible()
    assert stage.guild.world.guilds[
        int(await discord.locator("select.home").input_value())
    ].with_bot


def _said(workspace: Workspace) -> list[Message]:
    channels, bot = workspace.channels.values(), workspace.bot_user_id
    return [one for channel in channels for one in channel.messages if one.user == bot]
