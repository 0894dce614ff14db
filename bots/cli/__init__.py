"""The command line: `neocu-bots run`, `demo` and `sandbox`."""

import click

from bots.cli.demo import demo, sandbox
from bots.cli.run import run

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="neocu-bots", message="neocu-bots %(version)s")
def main() -> None:
    """Neocu in Slack and Discord."""


for command in (run, demo, sandbox):
    main.add_command(command)
