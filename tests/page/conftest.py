"""One stage, one browser and one page for the tests of a module."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from pages import PATIENCE, Tab, Watch, chromium
from playwright.async_api import Browser
from playwright.async_api import Page as BrowserPage

from bots.playground.page import Page
from bots.playground.stage import Stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A real browser."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    """Everything that the page shows; there for a browser only."""
    assert browser.is_connected()
    async with Stage(seconds=0.3) as stage:
        await stage.start_bots()
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(stage: Stage) -> AsyncIterator[str]:
    """The page's address."""
    async with Page(stage) as page:
        yield page.url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, url: str) -> AsyncIterator[tuple[BrowserPage, Watch]]:
    """The page, loaded once, and what is noted of it."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    watch = Watch(page)
    await page.goto(url)
    yield page, watch
    await page.close()


@pytest_asyncio.fixture(loop_scope="module", params=["slack", "discord"])
async def tab(
    request: pytest.FixtureRequest, page: tuple[BrowserPage, Watch], url: str
) -> AsyncIterator[Tab]:
    """A chat as ada sees it; it must not complain, and call nobody but its own server."""
    seen, watch = page
    tab = Tab(seen, request.param)
    await tab.open()
    yield tab

    assert watch.complaints == []
    assert watch.hosts == {urlsplit(url).netloc}
