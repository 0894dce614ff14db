"""`neocu-bots demo` and `sandbox`: everything on this machine."""

import asyncio
import sys

import click

from bots.playground import browser
from bots.playground import script as fixed
from bots.playground import terminal as channel
from bots.playground.neocu import Sandbox
from core import runtime


@click.command()
@click.option("--script", is_flag=True, help="Play one fixed conversation and end.")
@click.option("--terminal", is_flag=True, help="Type in this terminal instead of in a browser.")
@click.option("--no-browser", is_flag=True, help="Serve the page, but open no browser.")
def demo(*, script: bool, terminal: bool, no_browser: bool) -> None:
    """Try the bots on this machine: no account, no key, no network."""
    if script:
        sys.exit(0 if asyncio.run(fixed.play()) else 1)
    asyncio.run(channel.talk() if terminal else browser.show(open_it=not no_browser))


@click.command()
@click.option("--port", default=8402, show_default=True, help="0 is any free one.")
@click.option("--compute", default=1000.0, show_default=True, help="Credits to begin with.")
def sandbox(port: int, compute: float) -> None:
    """Run a local Neocu API alone, for developing against it."""

    async def serve() -> None:
        stop = asyncio.Event()
        runtime.stop_on_signals(stop)
        async with Sandbox(port=port, compute=compute) as api:
            click.echo(f"NEOCU_BASE_URL={api.url}\nNEOCU_API_KEY={api.key}")
            click.echo(f"NEOCU_UPLOAD_URL={api.upload_url}")
            await stop.wait()

    asyncio.run(serve())
