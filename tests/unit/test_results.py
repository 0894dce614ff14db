"""Results: fetched from public addresses only, and a bad one costs nothing but itself."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_host import PNG, Host, hosting

from core.files.download import FetchError, ForbiddenHostError, TooLargeError, UnreachableError
from core.files.public import PublicFiles
from core.intent import Generate
from core.neocu.models import Asset
from core.records import Entry, State
from core.request import Request
from core.wording import result
from core.wording.assets import file_name
from core.wording.phrases import ai_label

PUBLIC, LOCAL = "https://api.neocu.com", "http://127.0.0.1:8402"
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
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[::127.0.0.1]",
    "[::10.0.0.1]",
    "[fec0::1]",
    "[100::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[ff02::1]",
    "[2606:4700::1111%25eth0]",
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
    "http://xn--a/x.png",
    "http://xn--\u00e9/x.png",
    "http://\udcff/x.png",
    "http://a..b/x.png",
    "http://1.2.3.4./x.png",
    "http://[v1.x]/x.png",
    "http://:word@8.8.8.8/x.png",
    "http://" + "\u00e9" * 70 + "/x.png",
)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """A host on this machine."""
    async with hosting() as one:
        yield one


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
    "to",
    [
        "http://169.254.169.254/x.png",
        "http://10.0.0.1/x.png",
        "file:///etc/passwd",
        "http://xn--a/",
        "http://[::127.0.0.1]/",
        "http://[fec0::1]/",
        "http://[::ffff:10.0.0.1]/",
    ],
)
async def test_a_redirect_leads_nowhere_else(to: str, host: Host) -> None:
    """A host may be public, and what it sends us on to not."""
    async with PublicFiles(LOCAL) as results:
        with pytest.raises(ForbiddenHostError):
            await results.fetch(f"{host.url}/files/moved?to={to}", LIMIT)


async def test_files_that_wait_for_each_other_all_have_a_connection(host: Host) -> None:
    """Each keeps its own until the sizes of all are known: a limit of them would be a deadlock."""
    together = asyncio.Barrier(101)  # one more than aiohttp's own limit

    async def admit(_: int | None) -> int:
        await together.wait()
        return 0  # so that nothing of it is read

    async with PublicFiles(LOCAL) as results, asyncio.timeout(20):
        url = f"{host.url}/files/large.png"
        tasks = [results.fetch(url, 2_000_000, admit) for _ in range(101)]
        refused = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(one) for one in refused} == {TooLargeError}


async def test_a_redirect_to_another_open_host_is_followed(host: Host) -> None:
    """Files often lie with a storage service that the first address only points to."""
    port = host.url.rpartition(":")[2]
    async with PublicFiles(LOCAL) as results:
        moved = f"{host.url}/files/moved?to=http://localhost:{port}/files/x.png"
        fetched = await results.fetch(moved, LIMIT)

    assert fetched.data == PNG


@given(st.ip_addresses(v=6) | st.integers(0, 2**32 - 1).map(ipaddress.IPv6Address))
def test_of_ipv6_only_what_is_routed_is_connected_to(ip: ipaddress.IPv6Address) -> None:
    """All else leads in, or is given to nobody; also an IPv4 address inside one."""
    allowed = PublicFiles(PUBLIC)._allowed(str(ip))  # noqa: SLF001 (no such hosts are there)

    assert not allowed or (ip.packed[0] >> 5 == 1 and ip.is_global and not ip.sixtofour)


@given(st.ip_addresses(v=4))
def test_of_ipv4_only_what_is_public_is_connected_to(ip: ipaddress.IPv4Address) -> None:
    """A private address is none of ours, in whatever way it is written."""
    files = PublicFiles(PUBLIC)
    wrapped = (
        f"::{ip}",
        f"::ffff:{ip}",
        f"64:ff9b::{ip}",
        str(ipaddress.IPv6Address((0x2002 << 112) | (int(ip) << 80))),
    )

    assert files._allowed(str(ip)) is (ip.is_global and not ip.is_multicast)  # noqa: SLF001
    assert not any(files._allowed(one) for one in wrapped)  # noqa: SLF001


@pytest.mark.parametrize("address", ["2606:4700::1111", "2a00:1450:4001::200e", "8.8.8.8"])
def test_public_addresses_are_connected_to(address: str) -> None:
    """The guard must not keep the results away."""
    assert PublicFiles(PUBLIC)._allowed(address)  # noqa: SLF001


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


def test_names_of_files_are_tame() -> None:
    """Neocu's names are somebody's words, too."""
    asset = Asset(id="65f0", name="../../etc/\npass\u202ewd" + "x" * 500 + "." + "y" * 500)
    name = file_name(asset)

    assert name.isprintable()
    assert "/" not in name
    assert len(name) < 100


def test_the_small_line_holds_time_cost_and_task() -> None:
    """What is asked about later stands below the result, and no larger than that."""
    asked = Request("key", "slack", "T1", "C1", "U1", Generate("a boat"), "")
    times = {"created": 100.0, "submitted": 100.0, "now": 102.0}
    spent: dict[str, Any] = {"task_id": "64a9", "cost": 1.0}
    entry = Entry(
        asked, State.COMPLETED, "", "a boat", (), assets=(), tries=0, fence=0, **times, **spent
    )
    parts = result(entry).small.split(" · ")

    assert parts == ["2 s", "1 credit", "task `64a9`", ai_label()]
