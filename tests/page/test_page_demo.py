"""`make demo` as a process: it says where the page is, and ends cleanly."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bots.playground.browser import DEFAULT_PORT

STARTED_WITHIN = 30.0  # seconds


@asynccontextmanager
async def demo() -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `neocu-bots demo --no-browser`; it is ended as by Ctrl-C, so that its bots end too."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", "demo", "--no-browser"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.communicate()


async def address(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """Return the page's address, and all that was said until then."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(STARTED_WITHIN):
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", said)):
            said += (await process.stdout.readline()).decode()
    return found[0], said


async def test_demo_serves_the_page_and_ends_on_ctrl_c() -> None:
    """No traceback greets whoever is done with trying."""
    async with demo() as process, aiohttp.ClientSession() as client:
        url, _ = await address(process)
        async with client.get(url) as response:
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        rest, _ = await process.communicate()

    assert process.returncode == 0
    assert b"Traceback" not in rest


async def test_demo_takes_another_port_where_the_usual_one_is_taken() -> None:
    """Two demos at a time are fine, and the second says where it is."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            pass  # somebody else has it, which is as good
        else:
            taken.listen()
        async with demo() as process:
            url, said = await address(process)

    assert f"Port {DEFAULT_PORT} is taken" in said
    assert f":{DEFAULT_PORT}/" not in url
