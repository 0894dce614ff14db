"""Somebody's browser, as far as installing the app needs one: cookies, links, a form."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Self

import aiohttp
from yarl import URL

from bots.playground.slack.registration import App

AUTHORIZE = "/oauth/v2/authorize"


@dataclass(frozen=True)
class Seen:
    """The page that a browser shows in the end."""

    status: int
    url: URL
    text: str


class Visitor:
    """A browser. `async with` opens it; it takes this machine's addresses for safe, as they do.

    https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __aenter__(self) -> Self:
        safe = [URL(url).origin() for url in self._app.redirect_urls]
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=safe)
        self._session = aiohttp.ClientSession(cookie_jar=jar)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def open(self, url: str | URL) -> Seen:
        """Go to an address, and wherever it leads; from a page that links to Slack's, to that."""
        async with self._session.get(url) as answer:
            seen = Seen(answer.status, answer.url, await answer.text())
        link = re.search(rf'href="([^"]*{AUTHORIZE}[^"]*)"', seen.text)
        return await self.open(URL(unescape(link[1]))) if link else seen

    async def agree(self, page: Seen, who: str, decision: str = "allow") -> Seen:
        """Choose on Slack's page; return where the app leads. LookupError where it is not shown."""
        if page.url.path != AUTHORIZE or "<form" not in page.text:
            raise LookupError(f"this is not where one agrees: {page.status} {page.text[:200]}")
        hidden = re.findall(r"name=(\w+) value='([^']*)'", page.text)
        form = {name: unescape(value) for name, value in hidden}
        form |= {"who": who, "decision": decision}
        async with self._session.post(page.url, data=form) as answer:
            return Seen(answer.status, answer.url, await answer.text())
