"""The playground in a browser: everything is started, then the page is opened."""

import asyncio
import errno
import os
import sys
import webbrowser
from contextlib import AsyncExitStack

import click

from bots.playground.page import Page
from bots.playground.stage import Stage
from core import runtime

DEFAULT_PORT = 8400


async def show(*, open_it: bool = True) -> None:
    """Serve the page until Ctrl-C, and open it in the browser if there is one."""
    stop = asyncio.Event()
    runtime.stop_on_signals(stop)
    click.echo("Starting the workspace, the guild, Neocu's sandbox, and the bots …")
    async with Stage(neighbours=True) as stage, AsyncExitStack() as stack:
        await stage.start_bots()
        page = await _opened(stage, stack)
        click.echo(f"\nThe playground: {click.style(page.url, bold=True)}")
        click.secho("Nothing of it leaves this machine. Ctrl-C ends it.", dim=True)
        if open_it and _has_screen():
            await asyncio.to_thread(webbrowser.open, page.url)
        await stop.wait()


async def _opened(stage: Stage, stack: AsyncExitStack) -> Page:
    """Return the page at its usual port, or at a free one where that is taken."""
    try:
        return await stack.enter_async_context(Page(stage, port=DEFAULT_PORT))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    click.echo(f"Port {DEFAULT_PORT} is taken, so the page is at a free one.")
    return await stack.enter_async_context(Page(stage))


def _has_screen() -> bool:
    # Without one, webbrowser would open a text browser in this very terminal.
    known = sys.platform in ("darwin", "win32")
    return known or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
