"""Each switch of the panel brings about what it says, and goes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pages import Tab
from playwright.async_api import Locator, expect

from bots.playground.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
UNSPENT = "Nothing was spent"
STARTING = 40_000  # milliseconds that bots may take to come back


def button(tab: Tab, group: str, label: str) -> Locator:
    """Return a switch."""
    panel = tab.page.get_by_role("complementary")
    return panel.get_by_role("group", name=group).get_by_role("button", name=label, exact=True)


async def press(tab: Tab, group: str, label: str, pressed: str) -> None:
    """Press a switch; wait until it shows that, and until the bots can be asked."""
    one = button(tab, group, label)
    await one.click()
    await expect(one).to_have_attribute("aria-pressed", pressed)
    pill = tab.page.get_by_role("complementary").locator(".bots .pill")
    await expect(pill).to_have_text("running", timeout=STARTING)


@asynccontextmanager
async def switched(tab: Tab, group: str, label: str) -> AsyncIterator[None]:
    """Switch something on for a while."""
    await press(tab, group, label, "true")
    yield
    await tab.open()
    await press(tab, group, label, "false")


@pytest.mark.parametrize(
    "label", ["Bot not in #general", "#general closed to it"], ids=["out", "closed"]
)
@pytest.mark.parametrize("tab", ["slack"], indirect=True)
async def test_who_asks_where_nothing_can_be_said_is_told_alone(tab: Tab, label: str) -> None:
    """They hear it before anything is spent."""
    async with switched(tab, "Slack", label):
        await tab.say("/neocu a quay")

        await expect(tab.pane.locator(".message.private").last).to_contain_text(UNSPENT)


@pytest.mark.parametrize("label", ["cleo is a guest", "cleo is of another company"])
@pytest.mark.parametrize("tab", ["slack"], indirect=True)
async def test_who_may_not_ask_is_told(tab: Tab, label: str) -> None:
    """Guests and people of other companies spend nobody's money."""
    async with switched(tab, "Slack", label):
        await tab.be("cleo")
        await tab.say(f"@neocu a mole, though {label}")
        await tab.open_thread(label)

        await expect(tab.thread).to_contain_text(UNSPENT)


@pytest.mark.parametrize("tab", ["discord"], indirect=True)
@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("No threads", "@neocu a wharf"),
        ("Commands only", "/neocu a dyke"),
    ],
)
async def test_without_a_thread_the_answer_stands_in_the_channel(
    tab: Tab, label: str, words: str
) -> None:
    """Where only commands are answered, no thread can be made."""
    async with switched(tab, "Discord", label):
        before = await tab.pane.get_by_role("button", name="Again").count()
        await tab.say(words)

        await expect(tab.pane.get_by_role("button", name="Again")).to_have_count(before + 1)


@pytest.mark.parametrize("tab", ["discord"], indirect=True)
async def test_without_files_a_result_is_a_link(tab: Tab) -> None:
    """It is there all the same, and why it is a link is said."""
    async with switched(tab, "Discord", "No files"):
        await tab.say("@neocu a sluice")
        await tab.open_thread("a sluice")

        await expect(tab.thread.get_by_role("link", name=".png")).to_be_visible()


@pytest.mark.parametrize("tab", ["discord"], indirect=True)
async def test_locked_thread_takes_no_words(tab: Tab) -> None:
    """Nobody can go on in it, not even with the bot."""
    await tab.result("a lock gate")
    await button(tab, "Discord", "Lock its threads").click()

    await expect(tab.thread.get_by_role("textbox")).to_be_disabled()


@pytest.mark.parametrize("tab", ["discord"], indirect=True)
async def test_dear_request_waits_for_consent(tab: Tab) -> None:
    """A setting counts from the next start, so the bots start anew."""
    async with switched(tab, "Settings", "ask first above 2 credits"):
        await tab.say("@neocu a 3D model of a jar")
        await tab.open_thread("a jar")

        await expect(tab.thread.get_by_role("button", name="Make it")).to_be_visible()


@pytest.mark.parametrize("tab", ["discord"], indirect=True)
async def test_daily_limit_ends_what_one_person_may_ask(tab: Tab) -> None:
    """The limit counts what was asked before it was set, too."""
    async with switched(tab, "Settings", "3 requests a day each"):
        for number in range(4):
            await tab.say(f"@neocu boat number {number}")
        await tab.open_thread("boat number 3")

        await expect(tab.thread).to_contain_text("3 requests")


@pytest.mark.parametrize("tab", ["slack"], indirect=True)
async def test_thread_is_followed_without_a_mention(tab: Tab) -> None:
    """In follow-up mode, what is said in its thread is said to the bot."""
    async with switched(tab, "Settings", "Slack threads without @"):
        await tab.result("a dinghy")
        await tab.answer("make it red")

        await expect(tab.thread.get_by_role("button", name="Again")).to_have_count(2)


@pytest.mark.parametrize("tab", ["slack"], indirect=True)
async def test_everybody_speaks_another_language(tab: Tab) -> None:
    """People's own choice, in each platform's way to tell it."""
    await press(tab, "Language", "Deutsch", "true")
    for one in (tab, Tab(tab.page, "discord")):
        await one.open()
        await one.say("/neocu ein Segelboot")  # a message of Discord's does not tell the language
        await one.open_thread("ein Segelboot")
        await expect(one.thread.get_by_role("button", name="Noch mal")).to_be_visible()
    await press(tab, "Language", "English", "true")

    await expect(button(tab, "Language", "Deutsch")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("tab", ["slack"], indirect=True)
async def test_somebody_is_made_an_admin_on_both_platforms(tab: Tab, stage: Stage) -> None:
    """What only admins may ask can be tried, and what others hear instead."""
    owner = stage.guild.owner
    async with switched(tab, "Settings", "ada is an admin"):
        assert stage.workspace.person("ada").is_admin
        assert stage.guild.owner.name == "ada"

    assert not stage.workspace.person("ada").is_admin
    assert stage.guild.owner is owner
