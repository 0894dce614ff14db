"""Results: fetched from public addresses only, and a bad one costs nothing but itself."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from house import both, bots_on, plain, told

from core.delivery import file_name
from core.files.download import FetchError, ForbiddenHostError, TooLargeError, UnreachableError
from core.files.public import PublicFiles
from core.neocu.models import Asset

PUBLIC, LOCAL = "https://api.neocu.com", "http://127.0.0.1:8402"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)
LIMIT = 100_000
PRIVATE = (
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds tell secrets
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 (an address to refuse)
    "224.0.0.1",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
)
DISGUISED = ("2130706433", "127.1", "0x7f.1", "0177.0.0.1", "localhost", "LOCALHOST.")
NO_ADDRESS = (
    "",
    "picture.png",
    "file:///etc/passwd",
    "ftp://example.com/x.png",
    "http://",
    "http://[::1",
    "http://exa mple.com/x.png",
    "http://user:word@8.8.8.8/x.png",
    "http://" + "a" * 70 + ".example/x.png",
    "https://example.com:99999/x.png",
)


@dataclass
class Host:
    """A host of results, and what it was asked with; it is Neocu, too, of one finished task."""

    url: str = ""
    asked: list[web.BaseRequest] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Give a picture, or be difficult as the path says."""
        self.asked.append(request)
        match request.match_info["name"]:
            case "moved":
                raise web.HTTPFound(request.query["to"])
            case "slow":
                response = web.StreamResponse()
                await response.prepare(request)
                while True:  # a drop now and then: every read is in time, the whole is not
                    await response.write(b"\x89")
                    await asyncio.sleep(0.02)
            case _:
                return web.Response(body=PNG, content_type="image/png")

    async def generate(self, _: web.Request) -> web.Response:
        """Take a task."""
        return web.json_response({"task_id": "65f0c0ffee"})

    async def task(self, _: web.Request) -> web.Response:
        """Tell the finished task."""
        assets = [
            {"_id": f"65f{n}", "url": url, "name": f"{n}.png", "type": "image"}
            for n, url in enumerate(self.assets, 1)
        ]
        return web.json_response({"task": {"status": "completed"}, "asset": assets})

    async def compute(self, _: web.Request) -> web.Response:
        """Tell the balance."""
        return web.json_response({"compute": 1000})


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """A host on this machine."""
    async with hosting() as one:
        yield one


@asynccontextmanager
async def hosting() -> AsyncIterator[Host]:
    """Open a host."""
    host, app = Host(), web.Application()
    app.add_routes(
        [
            web.get("/files/{name}", host.file),
            web.post("/v1/generate", host.generate),
            web.get("/v1/task/{id}", host.task),
            web.get("/v1/compute", host.compute),
        ]
    )
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield host
    await runner.cleanup()


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_addresses_are_refused(address: str) -> None:
    """Whoever can name an address must not make us ask our own network."""
    async with PublicFiles(PUBLIC) as results:
        with pytest.raises(ForbiddenHostError):
            await results.fetch(f"http://{address}/x.png", LIMIT)


@pytest.mark.parametrize("name", DISGUISED)
async def test_names_that_lead_to_private_addresses_are_refused(name: str, host: Host) -> None:
    """What a name resolves to counts, when the connection is made."""
    port = host.url.rpartition(":")[2]
    async with PublicFiles(PUBLIC) as results:
        with pytest.raises(FetchError):
            await results.fetch(f"http://{name}:{port}/files/x.png", LIMIT)

    assert host.asked == []


async def test_this_machine_is_asked_only_where_neocu_is_on_it(host: Host) -> None:
    """The sandbox gives addresses of this machine; a real Neocu never does."""
    url = f"{host.url}/files/x.png"
    async with PublicFiles(LOCAL) as results, PublicFiles(PUBLIC) as strict:
        fetched = await results.fetch(url, LIMIT)
        with pytest.raises(ForbiddenHostError):
            await strict.fetch(url, LIMIT)

    assert fetched.data == PNG


@pytest.mark.parametrize(
    "address", [one for one in PRIVATE if "127." not in one and one != "[::1]"]
)
async def test_a_local_neocu_opens_no_other_network(address: str) -> None:
    """Loopback is all that it needs."""
    assert not ipaddress.ip_address(address.strip("[]")).is_loopback
    async with PublicFiles(LOCAL) as results:
        with pytest.raises(ForbiddenHostError):
            await results.fetch(f"http://{address}/x.png", LIMIT)


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/x.png", "http://10.0.0.1/x.png", "file:///etc/passwd"]
)
async def test_a_redirect_leads_nowhere_else(to: str, host: Host) -> None:
    """A host may be public, and what it sends us on to not."""
    async with PublicFiles(LOCAL) as results:
        with pytest.raises(ForbiddenHostError):
            await results.fetch(f"{host.url}/files/moved?to={to}", LIMIT)


async def test_a_redirect_to_another_open_host_is_followed(host: Host) -> None:
    """Files often lie with a storage service that the first address only points to."""
    port = host.url.rpartition(":")[2]
    async with PublicFiles(LOCAL) as results:
        moved = f"{host.url}/files/moved?to=http://localhost:{port}/files/x.png"
        fetched = await results.fetch(moved, LIMIT)

    assert fetched.data == PNG


@pytest.mark.parametrize("url", NO_ADDRESS)
async def test_what_is_no_address_is_refused(url: str) -> None:
    """Whatever Neocu sends, it is a FetchError and no crash."""
    async with PublicFiles(LOCAL) as results:
        with pytest.raises(FetchError):
            await results.fetch(url, LIMIT)

    assert file_name(Asset(id="65f0", url=url)).isprintable()


async def test_no_more_than_the_limit_is_taken(host: Host) -> None:
    """What is larger is not held in memory."""
    async with PublicFiles(LOCAL) as results:
        with pytest.raises(TooLargeError):
            await results.fetch(f"{host.url}/files/x.png", len(PNG) - 1)


async def test_a_file_that_never_ends_is_given_up(host: Host) -> None:
    """Drop by drop it could hold up the thread for hours."""
    async with PublicFiles(LOCAL, timeout=0.2) as results:
        with pytest.raises(UnreachableError):
            await results.fetch(f"{host.url}/files/slow", LIMIT)


@both
async def test_a_bad_address_costs_only_its_own_result(chat: str, tmp_path: Path) -> None:
    """The good ones arrive, the others are told of, and the API key goes to no file's host."""
    async with hosting() as host, bots_on(chat, folder=tmp_path, neocu_base_url=host.url) as house:
        bad = ["http://[::1", "file:///etc/passwd", "http://10.0.0.1/x.png", "http://2130706434/x"]
        host.assets = [f"{host.url}/files/1.png", *bad, f"{host.url}/files/6.png"]
        ada = house.seat("ada")
        await ada.type("@neocu 6 pictures of a lighthouse")
        lines = await told(ada, "Done: 6 images")

        assert sum(len(line.files) for line in lines) == 2
        assert sum("could not be fetched" in plain(line) for line in lines) == len(bad)
        assert len(host.asked) == 2
        assert not any("api-key" in request.headers for request in host.asked)
        assert house.sandbox.key not in str([dict(one.headers) for one in host.asked])


def test_names_of_files_are_tame() -> None:
    """Neocu's names are somebody's words, too."""
    asset = Asset(id="65f0", name="../../etc/\npass\u202ewd" + "x" * 500 + "." + "y" * 500)
    name = file_name(asset)

    assert name.isprintable()
    assert "/" not in name
    assert len(name) < 100
