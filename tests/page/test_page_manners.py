"""What the page does beside showing messages: links, pictures, files, what goes wrong."""

import pytest
from pages import Tab
from playwright.async_api import expect

from bots.playground.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINE = 30  # pixels, at least, of a box with one line
PICTURE = ("boat.png", b"no picture at all", "image/png")


async def test_box_to_type_in_has_its_height_at_first_sight(tab: Tab) -> None:
    """It is drawn while its tab is still hidden."""
    await tab.page.reload()
    await tab.open()
    box = await tab.box.bounding_box()

    assert box is not None
    assert box["height"] >= LINE


async def test_file_beside_a_command_is_not_lost(tab: Tab) -> None:
    """A command that takes no files leaves them, to be sent in another way."""
    command = {"slack": "/neocu draw my boat", "discord": "/neocu-form"}[tab.platform]
    await tab.drop("sketch.txt", "a boat")
    await tab.say(command)
    await expect(tab.box).to_have_value(command)
    await expect(tab.pane.locator(".chips")).to_contain_text("sketch.txt")

    await tab.box.fill("")
    await tab.pane.get_by_role("button", name="Remove sketch.txt").click()


async def test_several_pictures_are_one_mosaic(tab: Tab) -> None:
    """As both chats show them; each opens in full, with its neighbours."""
    await tab.result("5 pictures of a harbour")
    mosaic = tab.thread.locator(".mosaic")
    await expect(mosaic.locator("img")).to_have_count(5)
    await mosaic.locator("img").nth(4).click()
    await tab.page.keyboard.press("ArrowRight")

    await expect(tab.page.locator(".lightbox p")).to_contain_text("1 of 5")
    await tab.page.keyboard.press("Escape")


async def test_link_to_a_thread_opens_it_here(tab: Tab, stage: Stage) -> None:
    """It leads to the real Slack and Discord elsewhere, and to nothing from here."""
    await tab.result(f"a bridge for {tab.platform}")
    await tab.thread.get_by_role("button", name="Close thread").click()
    if tab.platform == "slack":
        channel = stage.workspace.channel("general")
        parent = next(one for one in channel.messages if "a bridge for" in one.text)
        digits = parent.ts.replace(".", "")
        url = f"{stage.workspace.desk.team.base_url}archives/{channel.id}/p{digits}"
    else:
        threads = [one for one in stage.guild.channels.values() if one.parent is not None]
        url = f"https://discord.com/channels/{stage.guild.guild_id}/{threads[-1].id}"
    await tab.say(f"look at {url}")
    await tab.message("look at").get_by_role("link").click()

    await expect(tab.thread).to_contain_text(f"a bridge for {tab.platform}")
    assert len(tab.page.context.pages) == 1


async def test_picture_that_cannot_be_shown_says_so(tab: Tab, stage: Stage) -> None:
    """An empty frame would look like our fault."""
    await tab.be("ben")
    if tab.platform == "slack":
        message = await stage.workspace.say("ben", "general", "broken", files=[PICTURE])
        file = message.files[0]
        shown = {"type": "image", "slack_file": {"id": file.id}, "alt_text": "a boat"}
        message.blocks, message.files, message.broken_images = [shown], [], {file.id}
        stage.workspace.journal.changed()
    else:
        await stage.guild.say("ben", "general", "broken", files=[PICTURE])

    await expect(tab.pane.get_by_role("img", name="can't be shown").last).to_be_visible()


async def test_started_in_an_outage_they_run_when_it_is_over(tab: Tab, stage: Stage) -> None:
    """The panel says what is waited for, instead of "starting" for ever."""
    panel = tab.page.get_by_role("complementary")
    pill = panel.locator(".bots .pill")
    outage = panel.get_by_role("group", name=tab.platform).get_by_role("button", name="Outage")
    await outage.click()
    await panel.get_by_role("button", name="Kill", exact=True).click()
    await expect(pill).to_have_text("not running")
    await panel.get_by_role("button", name="Start", exact=True).click()
    await expect(pill).to_contain_text("starting")
    if tab.platform == "discord":
        await expect(pill).to_contain_text("until Discord is back")
    await outage.click()

    await expect(pill).to_have_text("running", timeout=40_000)
    assert not stage.bots_gone


async def test_next_task_ends_as_it_was_set(tab: Tab, stage: Stage) -> None:
    """One need not know the sandbox's magic words."""
    panel = tab.page.get_by_role("complementary")
    await panel.get_by_label("Neocu's next task").select_option("please fail")
    await panel.get_by_role("button", name="Set").last.click()
    await expect(panel.locator(".note").first).to_contain_text("fails")
    await tab.say("@neocu a calm lake")
    await tab.open_thread("a calm lake")
    await expect(tab.thread.get_by_role("button", name="Try again")).to_be_visible()

    assert stage.sandbox.generated[-1].status(stage.sandbox.now()) == "failed"


async def test_bot_can_be_shut_out_and_let_in(tab: Tab) -> None:
    """What can't be asked here is told at once, and nothing is spent."""
    panel = tab.page.get_by_role("complementary")
    group = panel.get_by_role("group", name=tab.platform)
    closed = group.get_by_role("button", name="#general closed to it")
    await closed.click()
    await expect(closed).to_have_attribute("aria-pressed", "true")
    await closed.click()

    await expect(closed).to_have_attribute("aria-pressed", "false")


async def test_panel_counts_what_the_ledger_has(tab: Tab) -> None:
    """What is really going on begins with how many requests ended how."""
    await tab.result(f"a tower for {tab.platform}")

    counts = tab.page.get_by_role("complementary").get_by_label("Requests by state")
    await expect(counts).to_contain_text("completed")
