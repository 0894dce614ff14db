"""`neocu-bots data`."""

from datetime import UTC, datetime

import click

from bots.cli.ending import run_until_done
from core.ledger import Ledger, LedgerError
from core.ledger.personal import Kept, Personal, Subject
from core.ledger.stores import store_for
from core.settings import Settings, SettingsError


@click.command()
@click.argument("subject", type=click.Choice([one.value for one in Subject]))
@click.argument("id_", metavar="ID")
@click.option("--delete", is_flag=True, help="Delete what is shown.")
@click.option("--yes", is_flag=True, help="Don't ask before deleting.")
def data(subject: str, id_: str, *, delete: bool, yes: bool) -> None:
    """Show, and with --delete delete, what is kept of a person or a workspace.

    ID is the platform's own: U… or T… in Slack, digits in Discord.
    """
    run_until_done(lambda: _data(Subject(subject), id_, delete=delete, yes=yes))


async def _data(subject: Subject, id_: str, *, delete: bool, yes: bool) -> None:
    settings = Settings.load()
    try:
        async with store_for(settings.database_url) as store:
            await Ledger(store, []).open()
            personal = Personal(store)
            kept = await personal.kept(subject, id_)
            _show(subject, id_, kept, settings.retention_days)
            if not delete or not (kept.total or kept.days or kept.prompts):
                return
            if not yes:
                click.confirm("Delete this for good?", abort=True)
            deleted = await personal.delete(subject, id_)
            click.echo(
                f"Deleted: words, files, results, messages and names of {_requests(deleted)}. "
                "When each was and what it cost stays, without a name."
            )
            if kept.open:
                click.echo(f"{_requests(kept.open)} under way: delete again when they have ended.")
            click.echo("What was posted in the chats stays there; delete it there.")
    except LedgerError as error:
        raise SettingsError(f"{error} Stop the bots first: one process has the file.") from error


def _show(subject: Subject, id_: str, kept: Kept, days: float) -> None:
    if not (kept.total or kept.days or kept.prompts):
        click.echo(f"Nothing is kept of the {subject} {id_}.")
        return
    click.echo(f"Of the {subject} {id_} the bots keep:")
    for state, number in kept.requests.items():
        click.echo(f"  {_requests(number)} {state}")
    click.echo(f"  {kept.messages} messages about them")
    if kept.total:
        click.echo(f"from {_day(kept.first)} to {_day(kept.last)}.")
    click.echo(f"And {kept.days} sums of what was used on a day, which go after 30 days.")
    click.echo(f"And {kept.prompts} saved prompts, which stay until somebody forgets them.")
    click.echo(
        "Each holds: who asked, where and when, the words, file names and IDs, the task and its "
        "results' addresses."
    )
    click.echo(f"It is deleted by itself {days:g} days after the request has ended.")


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"


def _day(at: float | None) -> str:
    return datetime.fromtimestamp(at or 0.0, UTC).strftime("%Y-%m-%d")
