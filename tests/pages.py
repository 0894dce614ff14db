"""The page as somebody in front of a browser uses it: type, drop, press, look."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NOT_RUN = (
    "NOT RUN: the tests of the page need a Chromium, and there is none. "
    "Install one (apt-get install chromium), or run: .venv/bin/playwright install chromium"
)
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
    async with async_playwright() as playwright:
        found = _found(playwright.chromium.executable_path)
        if found is None:
            pytest.skip(NOT_RUN)
        browser = await playwright.chromium.launch(executable_path=found, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


def _found(own: str) -> str | None:
    on_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    return on_path or (own if Path(own).exists() else None)


@contextmanager
def watched(page: Page) -> Iterator[None]:
    """Fail if the page complains, or calls anyone but its own server."""
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    yield

    assert complaints == []
    assert hosts == {urlsplit(page.url).netloc}


class Tab:
    """One chat of the page."""

    def __init__(self, page: Page, platform: str) -> None:
        self.page, self.platform = page, platform
        self.root = page.locator(f"#{platform}")
        self.pane = self.root.locator(".pane").first
        self.thread = self.root.locator(".pane.beside")
        self.box = self.pane.get_by_role("combobox")
        self.modal = page.get_by_role("dialog")

    async def open(self) -> None:
        """Look at this chat."""
        await self.page.get_by_role("tab", name=self.platform).click()

    async def say(self, words: str) -> None:
        """Type something in the channel and send it."""
        await self.box.fill(words)
        await self.box.press("Enter")

    async def answer(self, words: str) -> None:
        """Type something in the thread and send it."""
        box = self.thread.get_by_role("combobox")
        await box.fill(words)
        await box.press("Enter")

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
