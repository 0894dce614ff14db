"""`neocu-bots setup slack` and `setup discord`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from bots.cli.doctor import report
from bots.setup import dotenv_file, steps
from bots.setup.discord_invite import application_of, invite_link
from bots.setup.slack_manifest import as_text, slack_manifest

MANIFEST_FILE = "slack-manifest.json"
KEY = ("NEOCU_API_KEY", "your organization's key, from the Neocu platform under API keys")
MANY = (
    ("SLACK_CLIENT_ID", "the Client ID"),
    ("SLACK_CLIENT_SECRET", "the Client Secret"),
    ("ENCRYPTION_KEYS", "a key that `neocu-bots secrets new` prints"),
)
write_option = click.option(
    "--write/--no-write",
    default=None,
    help="Ask for the values and write them into .env; by default, if this is a terminal.",
)


@click.group()
def setup() -> None:
    """Set up Slack or Discord: what to click, what to copy, and .env."""


@setup.command()
@click.option("--url", default="", help="Your public address (https://…); without, Socket Mode.")
@click.option("--many", is_flag=True, help="For many workspaces, which install it by a button.")
@click.option("--agent/--no-agent", default=True, help="With Slack's agent view, or without.")
@click.option(
    "--manifest",
    type=click.Path(dir_okay=False, path_type=Path),
    default=MANIFEST_FILE,
    show_default=True,
    help="Where to write the manifest.",
)
@write_option
def slack(*, url: str, many: bool, agent: bool, manifest: Path, write: bool | None) -> None:
    """Make the Slack app: a link with everything filled in, and three values to copy."""
    if many and not url:
        raise click.BadParameter("installing needs your public address", param_hint="--url")
    if url and not url.startswith("https://"):
        raise click.BadParameter(
            "Slack needs an address that begins with https://", param_hint="--url"
        )
    wanted = slack_manifest(url, agent=agent, many=many)
    manifest.write_text(as_text(wanted), encoding="utf-8")
    _show(steps.slack_steps(wanted, str(manifest)))
    way_in = (
        ("SLACK_SIGNING_SECRET", "the Signing Secret")
        if url
        else ("SLACK_APP_TOKEN", "the App-Level Token (xapp-…)")
    )
    identity = MANY if many else (("SLACK_BOT_TOKEN", "the Bot User OAuth Token (xoxb-…)"),)
    _finish((KEY, *identity, way_in), steps.SLACK_LAST, write=write)


@setup.command()
@click.option("--application", default="", help="The Application ID, if you have it.")
@write_option
def discord(*, application: str, write: bool | None) -> None:
    """Make the Discord app: what to switch on, and the link that adds it to your server."""
    _show(steps.discord_steps(application))
    names = (KEY, ("DISCORD_TOKEN", "the bot's token"))
    values = _finish(names, steps.DISCORD_LAST, write=write)
    found = application_of(values.get("DISCORD_TOKEN", ""))
    if found and not application:
        click.echo(f"\nThe link that adds the bot to your server:\n{invite_link(found)}")


def _show(told: Sequence[str]) -> None:
    for number, step in enumerate(told, 1):
        click.echo(f"{number}. {step}\n")


def _finish(names: Sequence[tuple[str, str]], last: str, *, write: bool | None) -> dict[str, str]:
    """Ask for the values, write them, and let the doctor look; return what was typed."""
    terminal = sys.stdin.isatty()
    if not (terminal if write is None else write):
        click.echo(f"Then put {', '.join(name for name, _ in names)} into .env,")
        click.echo("and let `neocu-bots doctor` look at it.")
        return {}
    click.echo("Paste the values; they are not shown. Enter alone keeps what .env has.\n")
    values = {}
    for name, about in names:
        value = click.prompt(
            f"{name} ({about})", default="", hide_input=terminal, show_default=False, err=True
        ).strip()
        if value:
            values[name] = value
    dotenv_file.write(Path(".env"), values)
    click.echo("\n.env is written; only you can read it. Now the doctor looks:\n")
    status = asyncio.run(report())
    if not status:
        click.echo(last)
    return values
