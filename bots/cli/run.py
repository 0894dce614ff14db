"""`neocu-bots run`."""

import asyncio
import logging

import click

from bots import discord, slack
from bots.cli.ending import run_until_done
from bots.doctor import at_start
from bots.platforms import CHOICES, load, wanted
from core import logs, runtime
from core.ledger import LedgerError
from core.settings import Settings, secrets_of

log = logging.getLogger(__name__)


@click.command()
@click.argument("platform", required=False, type=click.Choice(CHOICES))
def run(platform: str | None) -> None:
    """Run the bots: every platform whose token is set, or the one named."""
    run_until_done(lambda: _run(platform))


async def _run(platform: str | None) -> None:
    settings = Settings.load()
    chosen = load(wanted(platform))
    logs.configure(settings.log_level, secrets_of(settings, *chosen), (LedgerError,))
    for odd in await at_start(settings, *chosen):
        log.warning("%s %s", odd.text, odd.remedy)
    platforms = [
        slack.Slack(one) if isinstance(one, slack.SlackSettings) else discord.Discord(one)
        for one in chosen
    ]
    stop = asyncio.Event()
    runtime.stop_on_signals(stop)
    await runtime.run(settings, platforms, stop)
