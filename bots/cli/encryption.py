"""`neocu-bots secrets new` and `secrets rotate`."""

import click

from bots.cli.ending import run_until_done
from core.ledger import Ledger, LedgerError
from core.ledger.stores import store_for
from core.settings import Settings, SettingsError
from core.workspaces.credentials import rotate as rotate_all
from core.workspaces.secrets import Secrets, new_key


@click.group()
def secrets() -> None:
    """Make keys for ENCRYPTION_KEYS, and encrypt what is kept under a new one."""


@secrets.command()
def new() -> None:
    """Print a new key. Nothing is written."""
    click.echo(new_key())
    click.echo(
        "Put it into ENCRYPTION_KEYS, before the keys that are there, and keep a copy elsewhere: "
        "without it, every workspace has to install the bot again.",
        err=True,
    )


@secrets.command()
def rotate() -> None:
    """Encrypt everything under the first of ENCRYPTION_KEYS; then the others can go."""
    run_until_done(_rotate)


async def _rotate() -> None:
    settings = Settings.load()
    if not settings.encryption_keys:
        raise SettingsError("ENCRYPTION_KEYS is not set: `neocu-bots secrets new` makes a key.")
    try:
        async with store_for(settings.database_url) as store:
            ledger = Ledger(store, [])
            await ledger.open()
            rotated, lost = await rotate_all(ledger, Secrets(settings.encryption_keys))
    except LedgerError as error:
        raise SettingsError(f"{error} Stop the bots first: one process has the file.") from error
    click.echo(f"Encrypted anew: {rotated}. All others are under the first key already.")
    if lost:
        click.echo(
            f"{lost} can't be read: ENCRYPTION_KEYS lacks their key. Nothing of them was changed.",
        )
    else:
        click.echo("Once every replica runs with the new key, the others can go.")
