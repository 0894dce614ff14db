"""The page as somebody in front of a browser uses it: type, drop, press, look."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from chromium import NOT_RUN, found
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright, expect

PATIENCE = 15_000  # milliseconds, for a machine that is busy
ARGS = (
    "--no-sandbox",  # as root, Chromium has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
THREADS = {"slack": ".replies", "discord": ".thread-card"}
DROP = """(pane, [name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "text/plain" }));
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    for (const type of ["dragenter", "dragover", "drop"])
        pane.dispatchEvent(new DragEvent(type, how));
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real browser: the system's Chromium, or Playwright's own; skips where there is none."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        path = found(playwright.chromium.executable_path)
        if path is None:
            pytest.skip(NOT_RUN)
        browser = await playwright.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


class Watch:
    """What a page complained of, and whom it called."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _note(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)


class Tab:
    """One chat of the page."""

    def __init__(self, page: Page, platform: str) -> None:
        self.page, self.platform = page, platform
        self.root = page.locator(f"#{platform}")
        self.pane = self.root.locator(".pane").first
        self.thread = self.root.locator(".pane.beside")
        self.box = self.pane.get_by_role("textbox")
        self.modal = page.get_by_role("dialog")

    async def open(self) -> None:
        """Look at this chat, as ada, and at no thread."""
        await self.page.get_by_role("tab", name=self.platform).click()
        await self.be("ada")
        if await self.thread.is_visible():
            await self.thread.get_by_role("button", name="Close thread").click()

    async def say(self, words: str) -> None:
        """Type something in the channel and send it."""
        await self.box.fill(words)
        await self.box.press("Enter")

    async def answer(self, words: str) -> None:
        """Type something in the thread and send it."""
        box = self.thread.get_by_role("textbox")
        await box.fill(words)
        await box.press("Enter")

    async def result(self, words: str) -> None:
        """Ask for something and look at it in its thread."""
        await self.say(f"@neocu {words}")
        await self.open_thread(words)
        await expect(self.thread.get_by_role("button", name="Again")).to_be_visible()

    async def drop(self, name: str, text: str) -> None:
        """Drop a file on the channel."""
        await self.pane.evaluate(DROP, [name, text])

    def message(self, words: str) -> Locator:
        """Return the newest message of the channel with these words."""
        return self.pane.locator(".message").filter(has_text=words).last

    async def open_thread(self, words: str) -> None:
        """Open the thread of the newest message with these words."""
        await self.message(words).locator(THREADS[self.platform]).click()

    async def be(self, person: str) -> None:
        """Be somebody else."""
        await self.page.get_by_role("radio", name=person).check(force=True)
