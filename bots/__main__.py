"""The command line: `neocu-bots run`, `demo` and `sandbox`."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import click

from bots.discord import Discord, DiscordSettings
from bots.slack import Slack, SlackSettings
from core import runtime
from core.ledger import LedgerError
from core.settings import EnvSettings, Key, Settings, SettingsError

CHOICES = ("slack", "discord")
# Our requests hold what people write, and tokens: the SDKs log those when they may.
QUIET = ("slack_bolt", "slack_sdk", "discord", "aiohttp", "stamina")


class Tokens(EnvSettings):
    """Which platforms are wanted: those whose token is set."""

    slack_bot_token: Key | None = None
    discord_token: Key | None = None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Neocu in Slack and Discord."""


@main.command()
@click.argument("platform", required=False, type=click.Choice(CHOICES))
def run(platform: str | None) -> None:
    """Run the bots: every platform whose token is set, or the one named."""
    _go(lambda: _run(platform))


async def _run(platform: str | None) -> None:
    settings = Settings.load()
    _log(settings.log_level)
    tokens = Tokens.load()
    platforms: list[runtime.Platform] = []
    if platform == "slack" or (platform is None and tokens.slack_bot_token):
        platforms.append(Slack(SlackSettings.load()))
    if platform == "discord" or (platform is None and tokens.discord_token):
        platforms.append(Discord(DiscordSettings.load()))
    if not platforms:
        raise SettingsError(
            "Neither SLACK_BOT_TOKEN nor DISCORD_TOKEN is set: "
            "get one from api.slack.com/apps or discord.com/developers/applications."
        )
    stop = asyncio.Event()
    runtime.stop_on_signals(stop)
    await runtime.run(settings, platforms, stop)


@main.command()
@click.option("--script", is_flag=True, help="Play one fixed conversation and end.")
@click.option("--terminal", is_flag=True, help="Type in this terminal instead of in a browser.")
@click.option("--no-browser", is_flag=True, help="Serve the page, but open no browser.")
def demo(*, script: bool, terminal: bool, no_browser: bool) -> None:
    """Try the bots on this machine: no account, no key, no network."""
    from bots.playground import browser  # noqa: PLC0415 (`run` must not need it)
    from bots.playground import script as fixed  # noqa: PLC0415 (nor this)
    from bots.playground import terminal as channel  # noqa: PLC0415 (nor this)

    if script:
        sys.exit(0 if asyncio.run(fixed.play()) else 1)
    asyncio.run(channel.talk() if terminal else browser.show(open_it=not no_browser))


@main.command()
@click.option("--port", default=8402, show_default=True, help="0 is any free one.")
@click.option("--compute", default=1000.0, show_default=True, help="Credits to begin with.")
def sandbox(port: int, compute: float) -> None:
    """Run a local Neocu API alone, for developing against it."""
    from bots.playground.neocu import Sandbox  # noqa: PLC0415 (`run` must not need it)

    async def serve() -> None:
        stop = asyncio.Event()
        runtime.stop_on_signals(stop)
        async with Sandbox(port=port, compute=compute) as api:
            click.echo(f"NEOCU_BASE_URL={api.url}\nNEOCU_API_KEY={api.key}")
            click.echo(f"NEOCU_UPLOAD_URL={api.upload_url}")
            await stop.wait()

    asyncio.run(serve())


def _log(level: str) -> None:
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level.upper(), format=form)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def _go(command: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a command; what is wrong with the settings is one sentence, and exit status 78."""
    try:
        asyncio.run(command())
    except SettingsError as error:
        click.echo(error, err=True)
        sys.exit(os.EX_CONFIG)
    except LedgerError as error:
        click.echo(error, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="neocu-bots")
