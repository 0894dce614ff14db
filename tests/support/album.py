"""Every sentence of the bot in both chats, to be looked at: `make pictures ARGS=folder`.

They are written by the bots' own renderers, and posted with the bots' own tokens.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import sampler
import sentences
from pages import Tab, chromium
from playwright.async_api import Browser
from slack_sdk.web.async_client import AsyncWebClient

from bots.discord import render as discord_render
from bots.playground.page import Page
from bots.playground.stage import Stage
from bots.slack import render as slack_render
from core.conversation import Reply
from core.voice import speaking

LANGUAGES = ("en", "de")
SCHEMES = ("light", "dark")
SIZES = {"wide": (1280, 1500), "narrow": (400, 1500)}
FORMS = {"slack": "/neocu", "discord": "/neocu-form"}
# In place of what may be nasty in tests.
PROMPT = "a lighthouse at dusk"
TO_TOP = "one => { one.scrollTop = 0; }"
TO_NEXT = """one => {
    const before = one.scrollTop;
    one.scrollBy(0, one.clientHeight - 40);
    return one.scrollTop > before;
}"""


def said() -> Iterator[Reply]:
    """Yield each message that can be said, once, in the language that is spoken."""
    known = set()
    for name in sentences.functions():
        for reply in sentences.replies(name):
            key = (reply.text, reply.small, reply.buttons)
            if key not in known:
                known.add(key)
                yield replace(reply, text=f"`{name}` {reply.text}")


async def fill(stage: Stage) -> None:
    """Post everything, in each language in a channel of its own."""
    sentences.NASTY = PROMPT
    for language in LANGUAGES:
        channel = f"words-{language}"
        stage.workspace.add_channel(channel, ("ada", "neocu"))
        stage.guild.add_channel(channel)
        with speaking(language):
            await _in_slack(stage, channel)
            await _in_discord(stage, channel)


async def _in_slack(stage: Stage, channel: str) -> None:
    client = AsyncWebClient(stage.workspace.bot_token, base_url=stage.workspace.api_url)
    place = stage.workspace.channel(channel).id
    sentences.OURS["person"] = stage.workspace.person("ada").id
    for reply in said():
        for message in slack_render.messages(reply):
            blocks = slack_render.beside_files(reply) if reply.media else message.blocks
            await client.chat_postMessage(channel=place, text=message.text, blocks=blocks)


async def _in_discord(stage: Stage, channel: str) -> None:
    sentences.OURS["person"] = str(stage.guild.person("ada").id)
    for reply in said():
        *before, last = discord_render.parts(reply)
        view = discord_render.buttons(reply)
        for part in before:
            await sampler.post_in_discord(stage, channel, {"content": part})
        shown = {"content": last, "components": view.to_components() if view else []}
        await sampler.post_in_discord(stage, channel, shown)


async def look(browser: Browser, url: str, folder: Path, platform: str, scheme: str) -> None:
    """Write pictures of one chat in one scheme: all messages, and the form."""
    context = await browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    window = await context.new_page()
    await window.goto(url)
    for size, (width, height) in SIZES.items():
        await window.set_viewport_size({"width": width, "height": height})
        tab = Tab(window, platform)
        await tab.open()
        for language in LANGUAGES:
            name = f"{platform}-{language}-{scheme}-{size}"
            if size == "narrow":
                await tab.root.get_by_role("button", name="Channels").click()
            await tab.root.get_by_role("button", name=f"words-{language}", exact=True).click()
            await _pages(tab, folder / name)


async def _pages(tab: Tab, name: Path) -> None:
    scroller = tab.pane.locator(".scroller")
    await scroller.evaluate(TO_TOP)
    number, more = 1, True
    while more:
        await tab.pane.screenshot(path=f"{name}-{number:02}.png", animations="disabled")
        more = await scroller.evaluate(TO_NEXT)
        number += 1


async def take(folder: Path) -> None:
    """Write the whole album into a folder; Playwright makes it."""
    async with chromium() as browser, Stage() as stage, Page(stage) as page:
        await fill(stage)
        for platform in FORMS:
            for scheme in SCHEMES:
                await look(browser, page.url, folder, platform, scheme)
