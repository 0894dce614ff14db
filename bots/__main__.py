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
