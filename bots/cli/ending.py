"""How a command ends: what is wrong is a sentence, and an exit status that a supervisor knows."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import click

from core.ledger import LedgerError
from core.settings import SettingsError

log = logging.getLogger(__name__)


def run_until_done(command: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a command; wrong settings end it with a sentence and exit status 78 (EX_CONFIG)."""
    try:
        asyncio.run(command())
    except SettingsError as error:
        click.echo(error, err=True)
        sys.exit(os.EX_CONFIG)
    except LedgerError as error:
        click.echo(error, err=True)
        sys.exit(1)
    except ExceptionGroup:  # the last resort: runtime's task group ends in one
        log.exception("A part of the bots has failed in a way that nobody thought of")
        click.echo(
            "A part of the bots has failed, so all of them end; what is under way goes on at the "
            "next start. The log says where it failed.",
            err=True,
        )
        sys.exit(1)
