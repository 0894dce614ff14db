"""How a command ends: what is wrong is a sentence, and an exit status that a supervisor knows."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from core.ledger import LedgerError
from core.settings import SettingsError

log = logging.getLogger(__name__)


def run_until_done(command: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a command; wrong settings end it with a sentence and exit status 78 (EX_CONFIG)."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(command())
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


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's, which takes a fifth less CPU; None, Python's own, where there is none."""
    if find_spec("uvloop") is None:  # on Windows
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return factory
