"""Real bot processes are killed while people ask on both platforms; then everything is counted.

`chaos.py` plays all scenarios, `chaos.py sqlite --requests 40` one.
"""

import argparse
import asyncio
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import click

# Run as a script, it knows its own folder only.
sys.path.append(str(Path(__file__).parents[1] / "support"))

from chaos_audit import Figures
from chaos_crowd import SLACK
from chaos_stage import Chaos, chaos

from bots.playground.neocu.api_faults import Fault

KILLS = 5
REPLICAS = 3
LOG_LINES = 100
SHORT, LONG = 1.0, 4.0  # seconds that the database is away; notes wait two


async def one_process(stage: Chaos, requests: int) -> None:
    """Play one process on a SQLite file: killed five times, and stopped for a new version."""
    await stage.add_replica()
    async with stage.asking(requests) as pause:
        for step in (*[stage.kill] * KILLS, stage.deploy):
            await pause(0.14)
            await step()


async def two_replicas(stage: Chaos, requests: int) -> None:
    """Play two processes on PostgreSQL: killed thrice, the database twice, then one for good."""
    await stage.add_replica()
    await stage.add_replica()
    async with stage.asking(requests) as pause:
        await pause(0.12)
        await stage.kill()
        await pause(0.12)
        await stage.restart_database(SHORT)
        await pause(0.12)
        await stage.kill()
        await pause(0.12)
        await stage.restart_database(LONG)
        await pause(0.12)
        await stage.kill()
        await pause(0.12)
        await stage.kill(again=False)


async def rolling(stage: Chaos, requests: int) -> None:
    """Play an update of three processes on PostgreSQL, one after the other, and once more."""
    for _ in range(REPLICAS):
        await stage.add_replica()
    async with stage.asking(requests) as pause:
        for number in range(2 * REPLICAS):
            await pause(0.12)
            await stage.deploy(number % REPLICAS)


async def outages(stage: Chaos, requests: int) -> None:
    """Play Slack, Discord and Neocu away, one after the other, while people go on asking."""
    slack, discord, neocu = stage.stage.workspace, stage.stage.guild, stage.stage.sandbox
    await stage.add_replica()
    async with stage.asking(requests) as pause:
        await pause(0.1)
        await stage.slack.cut()
        slack.faults.outage = True  # what people ask still comes
        await pause(0.15)
        slack.faults.outage = False
        stage.watch()
        await pause(0.1)
        ways, stage.crowd.ways = stage.crowd.ways, SLACK  # nobody can ask where nobody is let in
        await stage.discord.cut()
        discord.faults.outage = True
        await pause(0.15)
        discord.faults.outage = False
        stage.crowd.ways = ways
        stage.watch()
        await pause(0.1)
        await stage.neocu.shut()
        await pause(0.15)
        await stage.neocu.open()
        stage.watch()
        neocu.faults.next("generate", Fault.ACCEPT_AND_DROP, times=3)
        await pause(0.1)
        for door in (stage.neocu, stage.slack, stage.discord):
            await door.cut()


@dataclass(frozen=True)
class Scenario:
    """What is played, with how many requests, and whether replicas share a database."""

    play: Callable[[Chaos, int], Awaitable[None]]
    requests: int
    shared: bool = False


SCENARIOS = {
    "sqlite": Scenario(one_process, 360),
    "postgres": Scenario(two_replicas, 320, shared=True),
    "outages": Scenario(outages, 240),
    "rolling": Scenario(rolling, 240, shared=True),
}


async def play(name: str, requests: int, seed: int) -> Figures:
    """Play a scenario and return its figures; what is wrong, and what the bots logged, is told."""
    scenario = SCENARIOS[name]
    start = time.monotonic()
    async with chaos(seed, shared=scenario.shared) as stage:
        await scenario.play(stage, requests or scenario.requests)
        figures = await stage.figures()
    for complaint in stage.audit.complaints(stage.crowd.asks):
        click.echo(f"  {complaint}")
    if not figures.good:
        click.echo("\n".join(stage.log.splitlines()[-LOG_LINES:]))
    seconds = time.monotonic() - start
    click.echo(f"{name}: {figures}")
    click.echo(
        f"  ({len(stage.crowd.asks)} requests, {figures.details}, {seconds:.0f} s, seed {seed})"
    )
    return figures


def main() -> None:
    """Play what the command line names, print figures, and exit 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS, help="all, unless one is named")
    parser.add_argument("--requests", type=int, default=0, help="how many, instead of the usual")
    parser.add_argument("--seed", type=int, help="play that again; processes never do quite so")
    args = parser.parse_args()
    seed = secrets.randbelow(10**6) if args.seed is None else args.seed
    names = [args.scenario] if args.scenario else SCENARIOS
    figures = [asyncio.run(play(name, args.requests, seed)) for name in names]
    sys.exit(0 if all(one.good for one in figures) else 1)


if __name__ == "__main__":
    main()
