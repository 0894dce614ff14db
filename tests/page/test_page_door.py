"""Who may open the playground's page: nobody but the browser that was given its address."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from bots.playground.page import Page
from bots.playground.stage import Stage


@pytest.fixture
async def url() -> AsyncIterator[URL]:
    """The page's address, with its token; the bots are not needed."""
    async with Stage() as stage, Page(stage) as page:
        yield URL(page.url)


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser, as far as cookies go."""
    jar = aiohttp.CookieJar(unsafe=True)  # it keeps those of 127.0.0.1 too
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        yield client


async def status(client: aiohttp.ClientSession, url: URL, **headers: str) -> int:
    """Return how a GET is answered."""
    async with client.get(url, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/live", "/static/main.js"])
async def test_without_the_token_nothing_is_shown(
    client: aiohttp.ClientSession, url: URL, path: str
) -> None:
    """Every other program of this machine could knock."""
    assert await status(client, url.join(URL(path))) == 403


async def test_token_becomes_a_cookie(client: aiohttp.ClientSession, url: URL) -> None:
    """The page's own parts carry no token in their addresses."""
    assert await status(client, url) == 200
    assert await status(client, url.with_path("/static/main.js")) == 200


async def test_another_name_is_refused(client: aiohttp.ClientSession, url: URL) -> None:
    """A name of somebody else's may be made to point here (DNS rebinding)."""
    assert await status(client, url, Host="evil.example") == 403
    assert await status(client, url, Host=f"evil.example:{url.port}") == 403


async def test_another_origin_may_do_nothing(client: aiohttp.ClientSession, url: URL) -> None:
    """A page of another port sends our cookie along, so the origin has to be ours."""
    await status(client, url)
    switch, origin = url.with_path("/switch/empty").with_query(None), f"http://{url.authority}"
    answers = []
    for claimed in ("http://127.0.0.1:1", "https://evil.example", "null", origin):
        async with client.post(switch, headers={"Origin": claimed}) as response:
            answers.append(response.status)

    assert answers == [403, 403, 403, 200]


async def test_policy_lets_only_our_own_scripts_run(
    client: aiohttp.ClientSession, url: URL
) -> None:
    """Should words ever become markup, they still could do nothing."""
    async with client.get(url) as response:
        policy = response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


async def test_uploaded_page_is_no_page_of_ours(client: aiohttp.ClientSession, url: URL) -> None:
    """What people upload is handed back as a file, never opened with our rights."""
    await status(client, url)
    origin = {"Origin": f"http://{url.authority}"}
    form = aiohttp.FormData({"args": '{"person": "ada", "channel": "general", "text": "look"}'})
    form.add_field("files", b"<script>1</script>", filename="a.html", content_type="text/html")
    say = url.with_path("/do/slack/say").with_query(None)
    async with client.post(say, data=form, headers=origin) as response:
        assert response.status == 200
    found = ""
    async with client.get(url.with_path("/live").with_query(person="ada")) as stream:
        async for line in stream.content:
            if b"/media/slack/" in line:
                found = line.decode().split('"url": "')[1].split('"')[0]
                break
    async with client.get(url.with_path(found).with_query(None)) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in response.headers["Content-Security-Policy"]
