"""Makes the README's pictures: `make pictures` plays, looks, and writes deploy/pictures/*.png.

`make pictures ARGS=folder` writes an album of every sentence in both chats there, to be looked at.
"""

import asyncio
import sys
from pathlib import Path

import album
from pages import Tab, chromium
from playwright.async_api import Browser, Locator, expect

from bots.playground.page import Page
from bots.playground.stage import Stage

FOLDER = Path(__file__).parents[2] / "deploy" / "pictures"
WIDE, HIGH, SHARP = 1060, 720, 1.5
LONG = 20_000  # milliseconds


async def take() -> None:
    """Play three scenes on a stage of their own, and write their pictures."""
    FOLDER.mkdir(exist_ok=True)
    async with chromium() as browser, Stage(seconds=1.5) as stage:
        await stage.start_bots()
        async with Page(stage) as page:
            await thread(await tab(browser, page, "slack", "light"), "slack-thread.png")
            await thread(await tab(browser, page, "discord", "dark"), "discord-thread.png")
            await low(await tab(browser, page, "slack", "light"), stage, "low-compute.png")


async def tab(browser: Browser, page: Page, platform: str, scheme: str) -> Tab:
    """Return a chat in a window of its own, without the panel."""
    size = {"width": WIDE, "height": HIGH}
    context = await browser.new_context(viewport=size, device_scale_factor=SHARP)
    window = await context.new_page()
    await window.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await window.goto(page.url)
    chat = Tab(window, platform)
    await chat.open()
    return chat


async def thread(chat: Tab, name: str) -> None:
    """A question, its picture, and a question about the picture."""
    await chat.say("/neocu a lighthouse at dusk")
    await ready(chat, "a lighthouse at dusk")
    await chat.be("ben")
    await chat.say("Lovely! Can we have the sound of it, too?")
    await chat.be("ada")
    await chat.say("@neocu three seconds of waves, as a sound")
    await ready(chat, "three seconds of waves")
    await chat.open_thread("a lighthouse at dusk")
    await shoot(chat.root, name)


async def ready(chat: Tab, words: str) -> None:
    """Look at a thread until its result has taken the place of the progress."""
    await chat.open_thread(words)
    again = chat.thread.get_by_role("button", name="Again")
    await expect(again).to_be_visible(timeout=LONG)
    await expect(chat.thread.locator(".message")).to_have_count(2)


async def low(chat: Tab, stage: Stage, name: str) -> None:
    """What is said when compute runs low, and when there is too little of it."""
    stage.sandbox.compute = 0.0
    await chat.be("ben")
    await chat.say("@neocu a film of the sea, 10 seconds long")
    await chat.open_thread("a film of the sea")
    again = chat.thread.get_by_role("button", name="Try again")
    await expect(again).to_be_visible(timeout=LONG)
    await shoot(chat.root, name)


async def shoot(part: Locator, name: str) -> None:
    """Write a picture of a part of the page, when its own pictures are there."""
    await part.page.mouse.move(0, 0)
    await part.page.wait_for_load_state("networkidle")
    await part.screenshot(path=FOLDER / name, animations="disabled")


if __name__ == "__main__":
    folders = sys.argv[1:]
    asyncio.run(album.take(Path(folders[0])) if folders else take())
