"""The command line: run, doctor, setup, data, workspaces, secrets, demo, sandbox."""

from importlib import import_module

import click

__all__ = ["main"]

# Each command's module, and what `--help` says of it.
COMMANDS = {
    "run": ("bots.cli.run", "Run the bots: every platform whose token is set, or the one named."),
    "doctor": ("bots.cli.doctor", "Check everything: settings, keys, Slack, Discord, database."),
    "setup": ("bots.cli.setup", "Set up Slack or Discord: what to click, what to copy, and .env."),
    "data": ("bots.cli.data", "Show, or delete, what is kept of a person or a workspace."),
    "workspaces": (
        "bots.cli.installed",
        "Show who has installed the bots; pause or remove them.",
    ),
    "secrets": (
        "bots.cli.encryption",
        "Make keys for ENCRYPTION_KEYS, and encrypt under a new one.",
    ),
    "demo": ("bots.cli.demo", "Try the bots on this machine: no account, no key, no network."),
    "sandbox": ("bots.cli.demo", "Run a local Neocu API alone, for developing against it."),
}


class Commands(click.Group):
    """The commands, each of which is loaded when it is run: `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click calls it with this)
        """Return their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click calls it with this)
        """Return one, None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click calls it with this)
        """Write what each is for."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="neocu-bots", message="neocu-bots %(version)s")
def main() -> None:
    """Neocu in Slack and Discord."""
