"""The playground's page in a real browser, with the real bots behind it."""

import pytest
from pages import Tab
from playwright.async_api import expect

from bots.playground.stage import Stage

# One stage and one browser for all of them: what each test says is its own.
pytestmark = pytest.mark.asyncio(loop_scope="module")
FORM = {"slack": "/neocu", "discord": "/neocu-form"}
TRY_AGAIN = "Try again"
ONLY_YOU = {"slack": "Only visible to you", "discord": "Only you can see this"}


async def test_command_ends_in_a_picture_in_the_thread(tab: Tab) -> None:
    """This is what people come for."""
    await tab.say("/neocu a lighthouse at dusk")
    await tab.open_thread("a lighthouse at dusk")
    picture = tab.thread.get_by_role("img", name="a lighthouse at dusk")

    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


async def test_dropped_file_goes_with_a_mention(tab: Tab, stage: Stage) -> None:
    """Files are what one asks about."""
    await tab.drop("sketch.txt", "a boat")
    await expect(tab.pane.locator(".chips")).to_contain_text("sketch.txt")
    await tab.say("@neocu draw my boat")
    await tab.open_thread("draw my boat")
    await expect(tab.thread.get_by_role("button", name="Again")).to_be_visible()

    assert len(stage.sandbox.generated[-1].files) == 1


async def test_follow_up_in_the_thread_edits_the_result(tab: Tab, stage: Stage) -> None:
    """The thread is an edit chain, so it must be possible to write in it."""
    await tab.say("@neocu a harbour")
    await tab.open_thread("a harbour")
    await expect(tab.thread.get_by_role("button", name="Again")).to_be_visible()
    await tab.answer("@neocu make it night")
    await expect(tab.thread.get_by_role("button", name="Again")).to_have_count(2)

    assert stage.sandbox.generated[-1].query == "make it night"
    assert len(stage.sandbox.generated[-1].files) == 1


async def test_button_is_pressed(tab: Tab, stage: Stage) -> None:
    """Again makes another one."""
    await tab.say("@neocu a meadow")
    await tab.open_thread("a meadow")
    await tab.thread.get_by_role("button", name="Again").click()
    await expect(tab.thread.get_by_role("button", name="Again")).to_have_count(2)

    assert [task.query for task in stage.sandbox.generated[-2:]] == ["a meadow", "a meadow"]


async def test_modal_takes_words_and_a_file(tab: Tab, stage: Stage) -> None:
    """Slash commands carry no files in Slack: the modal does."""
    await tab.say(FORM[tab.platform])
    await tab.modal.get_by_role("textbox").first.fill(f"a kite over {tab.platform}")
    sketch = {"name": "kite.txt", "mimeType": "text/plain", "buffer": b"red"}
    await tab.modal.locator("input[type=file]").set_input_files([sketch])
    await tab.modal.locator("[type=submit]").click()
    await expect(tab.modal).to_be_hidden()
    await tab.open_thread(f"a kite over {tab.platform}")
    await expect(tab.thread.get_by_role("button", name="Again")).to_be_visible()

    assert len(stage.sandbox.generated[-1].files) == 1


async def test_message_is_used_from_its_menu(tab: Tab) -> None:
    """A message's own menu hands it to Neocu, by keyboard too."""
    await tab.say("a message about swans")
    await tab.message("about swans").hover()
    await tab.message("about swans").get_by_role("button", name="More actions").press("Enter")
    await tab.page.keyboard.press("Enter")

    await expect(tab.modal.get_by_role("textbox").first).to_have_value("a message about swans")
    await tab.page.keyboard.press("Escape")
    await expect(tab.modal).to_be_hidden()


async def test_ephemeral_message_is_seen_by_one_person(tab: Tab) -> None:
    """Who looks over another's shoulder sees what they would see."""
    private = tab.pane.get_by_text(ONLY_YOU[tab.platform])
    await tab.be("cleo")
    await tab.say("/neocu help")
    await expect(private).to_be_visible()
    await tab.be("ben")
    await expect(private).to_be_hidden()
    await tab.be("cleo")

    await expect(private).to_be_visible()


async def test_one_speaks_as_who_one_is(tab: Tab) -> None:
    """Limits and "not your task" show only between people."""
    await tab.be("ben")
    await tab.say(f"here is ben in {tab.platform}")

    await expect(tab.message("here is ben")).to_contain_text("ben")
    await expect(tab.message("here is ben").locator(".who, .hidden").first).to_contain_text("ben")


async def test_fault_is_switched_on(tab: Tab) -> None:
    """One can watch a 402 become an answer with a way on, and the call among the calls."""
    panel = tab.page.get_by_role("complementary")
    await panel.get_by_label("next request with").select_option("402")
    await panel.get_by_role("button", name="Set").first.click()
    await expect(panel.get_by_text("402 Payment Required.")).not_to_have_count(0)
    await tab.say("@neocu a storm at sea")
    await tab.open_thread("a storm at sea")

    await expect(tab.thread.get_by_role("button", name=TRY_AGAIN)).to_be_visible()
    await expect(panel.locator(".call.neocu.bad").first).to_contain_text("402")


async def test_words_are_never_markup(tab: Tab) -> None:
    """What people type is text, whatever it looks like."""
    words = f"<img src=x onerror=alert(1)><b>{tab.platform}</b>"
    await tab.say(words)

    await expect(tab.message(words)).to_contain_text(words)


async def test_composer_needs_no_mouse(tab: Tab) -> None:
    """Suggestions, a line break and sending, all by keyboard."""
    keys = tab.page.keyboard
    await tab.box.focus()
    await keys.type("@ne")
    await expect(tab.root.get_by_role("option", name="@neocu")).to_be_visible()
    await keys.press("Tab")
    await keys.type("two lines")
    await keys.press("Shift+Enter")
    await keys.type(f"of {tab.platform}")
    await expect(tab.box).to_have_value(f"@neocu two lines\nof {tab.platform}")
    await keys.press("Enter")

    await expect(tab.message(f"of {tab.platform}")).to_be_visible()
    await expect(tab.box).to_have_value("")
    await expect(tab.box).to_be_focused()


async def test_name_typed_whole_needs_no_choosing(tab: Tab) -> None:
    """Enter sends it, where it takes a suggestion otherwise."""
    await tab.say(f"{tab.platform} greets @cleo")

    await expect(tab.message(f"{tab.platform} greets @cleo")).to_be_visible()


async def test_killed_bots_come_back_and_finish(tab: Tab, stage: Stage) -> None:
    """Nothing is lost by `kill -9`, and one can watch it."""
    panel = tab.page.get_by_role("complementary")
    await tab.say("@neocu please never finish this bridge")
    await tab.open_thread("never finish this bridge")
    await expect(tab.thread.locator(".message").nth(1)).to_be_visible()
    before = len(stage.sandbox.generated)
    await panel.get_by_role("button", name="Kill & restart").click()
    await expect(panel.locator(".bots .pill")).not_to_have_text("running")
    await expect(panel.locator(".bots .pill")).to_have_text("running", timeout=20_000)
    await tab.answer("@neocu a boat")
    await expect(tab.thread.get_by_role("button", name="Again")).to_be_visible()

    assert len(stage.sandbox.generated) == before + 1
