"""`neocu-bots doctor`."""

import asyncio
import dataclasses
import json
import logging
import sys

import click

from bots.doctor import Finding, Level, examine

MARKS = {Level.OK: ("ok", "green"), Level.NOTE: ("note", "yellow"), Level.WRONG: ("WRONG", "red")}
WIDTH = 10


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
def doctor(*, as_json: bool) -> None:
    """Check everything: settings, keys, Slack, Discord, database. Exit status 1 if one is wrong."""
    sys.exit(asyncio.run(report(as_json=as_json)))


async def report(*, as_json: bool = False) -> int:
    """Print what the doctor finds as it is found; return the exit status."""
    logging.disable()  # what the SDKs think of a wrong token is said here, in words
    findings = []
    async for finding in examine():
        findings.append(finding)
        if not as_json:
            _show(finding)
    bad = sum(finding.level is Level.WRONG for finding in findings)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(one) for one in findings], indent=2))
    elif bad:
        click.echo(f"\n{bad} {'thing' if bad == 1 else 'things'} to mend.")
    else:
        click.echo("\nAll is well: `neocu-bots run` starts the bots.")
    return 1 if bad else 0


def _show(finding: Finding) -> None:
    mark, colour = MARKS[finding.level]
    styled = click.style(mark.ljust(len("WRONG")), fg=colour)
    click.echo(f"{styled}  {finding.area.ljust(WIDTH)}{finding.text}")
    if finding.remedy:
        click.echo(f"{' ' * (len('WRONG') + 2 + WIDTH)}→ {finding.remedy}")
