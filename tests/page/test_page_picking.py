"""Forms in which people and channels are picked, in a real browser."""

import pytest
from pages import Tab
from playwright.async_api import expect

from bots.playground.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_picked_stands_there_again_and_can_be_taken_out(
    tab: Tab, stage: Stage
) -> None:
    """Several of a kind, one of a kind, and nothing."""
    stage.workspace.person("ada").is_admin = True
    guild = stage.guild
    guild.world.guilds[guild.guild_id].owner = guild.person("ada")
    await tab.say("/neocu settings")
    settings = tab.message("What holds in this workspace")
    general, one = tab.modal.get_by_label("#general"), tab.modal.get_by_label("Channel for")

    await settings.get_by_role("button", name="Who may ask").click()
    await general.check()
    await tab.modal.locator("[type=submit]").click()
    await expect(tab.pane).to_contain_text("Channels: no restriction → #general")
    await settings.get_by_role("button", name="Who may ask").click()
    await expect(general).to_be_checked()
    await general.uncheck()
    await tab.modal.locator("[type=submit]").click()
    await expect(tab.pane).to_contain_text("Channels: #general → no restriction")
    await settings.get_by_role("button", name="Costs").click()
    await one.select_option(label="#random")
    await tab.modal.locator("[type=submit]").click()
    await expect(tab.pane).to_contain_text("Channel for warnings: As it was set up → #random")
