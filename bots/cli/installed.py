"""`neocu-bots workspaces`: list, show, pause, resume, remove."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import click

from bots.cli.ending import run_until_done
from core.ledger import Ledger, LedgerError
from core.ledger.stores import store_for
from core.settings import Settings, SettingsError
from core.workspaces.workspace import Presence, Workspace

MAX_LISTED = 10_000
MAX_LOGGED = 10
platform_argument = click.argument("platform", type=click.Choice(["slack", "discord"]))
id_argument = click.argument("id_", metavar="ID")


@click.group()
def workspaces() -> None:
    """Show who has installed the bots; pause or remove them."""


@workspaces.command("list")
def list_() -> None:
    """List the workspaces, those that spent most in 30 days first."""
    _run(_list)


@workspaces.command()
@platform_argument
@id_argument
def show(platform: str, id_: str) -> None:
    """Show what a workspace has chosen, who changed it, and who pays."""
    _run(lambda ledger: _show(ledger, platform, id_))


@workspaces.command()
@platform_argument
@id_argument
def pause(platform: str, id_: str) -> None:
    """Let nobody of a workspace ask, until `resume`. What is under way ends as usual."""
    _run(lambda ledger: _mark(ledger, platform, id_, Presence.PAUSED))


@workspaces.command()
@platform_argument
@id_argument
def resume(platform: str, id_: str) -> None:
    """Let a paused workspace ask again."""
    _run(lambda ledger: _mark(ledger, platform, id_, Presence.INSTALLED))


@workspaces.command()
@platform_argument
@id_argument
@click.option("--yes", is_flag=True, help="Don't ask before removing.")
def remove(platform: str, id_: str, *, yes: bool) -> None:
    """Delete a workspace's tokens, Neocu key and settings at once; its requests a week later."""
    if not yes:
        click.confirm(f"Remove {platform} {id_} for good?", abort=True)
    _run(lambda ledger: _remove(ledger, platform, id_))


def _run(command: Callable[[Ledger], Awaitable[None]]) -> None:
    run_until_done(lambda: _with_ledger(command))


async def _with_ledger(command: Callable[[Ledger], Awaitable[None]]) -> None:
    settings = Settings.load()
    try:
        async with store_for(settings.database_url) as store:
            ledger = Ledger(store, [])
            await ledger.open()
            await command(ledger)
    except LedgerError as error:
        raise SettingsError(f"{error} Stop the bots first: one process has the file.") from error


async def _list(ledger: Ledger) -> None:
    found = await ledger.overview.workspaces(MAX_LISTED)
    if not found:
        click.echo("No workspace has been installed, and none has asked.")
        return
    click.echo("platform  ID                    state      pays      requests  credits  waiting")
    for one in found:
        state = one.presence or "let in"
        pays = "itself" if one.account else "operator"
        click.echo(
            f"{one.platform:<9} {one.id:<21} {state:<10} {pays:<9} {one.requests:>8}  "
            f"{one.credits:>7.0f}  {one.waiting:>7}  {_printable(one.name)}".rstrip()
        )


async def _show(ledger: Ledger, platform: str, id_: str) -> None:
    one, log = await asyncio.gather(
        ledger.workspaces.get(platform, id_), ledger.workspaces.log(platform, id_, MAX_LOGGED)
    )
    click.echo(f"{platform} {id_} {_printable(one.name)}".rstrip())
    click.echo(f"  {one.presence}{f' since {_day(one.since)}' if one.since else ''}")
    click.echo(f"  {await _payer(ledger, one)}")
    chosen = one.settings.model_dump(mode="json", exclude_defaults=True)
    for name, value in chosen.items() or {"nothing chosen": "the operator's settings hold"}.items():
        click.echo(f"  {name}: {value}")
    for change in log:
        click.echo(
            f"  {_day(change.at)} {change.person}: {change.name}, {change.before} → {change.after}"
        )


async def _payer(ledger: Ledger, one: Workspace) -> str:
    if not one.pays_itself:
        return "paid by the operator"
    kept = await ledger.vault.account(one.account)
    return f"pays itself, with a key that ends in {kept[1] or '…'}" if kept else "its key is gone"


async def _mark(ledger: Ledger, platform: str, id_: str, presence: Presence) -> None:
    before = await ledger.workspaces.get(platform, id_)
    if before.presence is Presence.LEFT:
        click.echo(f"{platform} {id_} has removed the bot.")
        return
    await ledger.workspaces.mark(platform, id_, presence)
    click.echo(f"{platform} {id_} is {presence}.")


async def _remove(ledger: Ledger, platform: str, id_: str) -> None:
    await ledger.workspaces.mark(platform, id_, Presence.LEFT)
    await ledger.workspaces.forget(platform, id_)
    click.echo(
        f"Removed: the tokens, the Neocu key and the settings of {platform} {id_}. Its requests go "
        f"in a week; `neocu-bots data workspace {id_} --delete` deletes them now."
    )


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _printable(name: str) -> str:
    return "".join(one for one in name if one.isprintable())
