"""The command line: run, doctor, setup, data, demo, sandbox."""

import click

from bots.cli.data import data
from bots.cli.demo import demo, sandbox
from bots.cli.doctor import doctor
from bots.cli.run import run
from bots.cli.setup import setup

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="neocu-bots", message="neocu-bots %(version)s")
def main() -> None:
    """Neocu in Slack and Discord."""


for command in (run, doctor, setup, data, demo, sandbox):
    main.add_command(command)
