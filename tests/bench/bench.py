"""Measures the bots beside their opponents, each in a process of its own, in the same rounds.

`bench.py` measures all; `bench.py --only burst` one; `--rounds 2` quickly; `--json PATH` keeps
every sample.
"""

import argparse
import asyncio
import json
import os
import platform
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import bench_client
import bench_discord
import bench_growth
import bench_idle
import bench_lanes
import bench_memory
import bench_polling
import bench_slack
import bench_stores
import click
from bench_figures import Figure, table
from bench_stage import Size, Stage, stage

Row = Callable[[Stage], Awaitable[list[Figure]]]

ROWS: dict[str, Row] = {
    "client": bench_client.calls_a_second,
    "burst": bench_slack.acknowledged_in_a_burst,
    "steady": bench_slack.acknowledged_at_a_steady_pace,
    "whole": bench_slack.cpu_of_a_whole_request,
    "told": bench_slack.told,
    "others": bench_discord.cpu_of_others_messages,
    "guilds": bench_discord.memory_of_many_guilds,
    "idle": bench_idle.idle,
    "start": bench_idle.start,
    "stores": bench_stores.whole_requests_a_second,
    "replicas": bench_stores.replicas,
    "memory": bench_memory.many_under_way,
    "files": bench_memory.large_results,
    "growth": bench_growth.growth,
    "polling": bench_polling.looks_and_lag,
    "lanes": bench_lanes.help_beside_a_slow_neocu,
}


async def measure(
    names: list[str], size: Size, keep: Callable[[list[Figure]], None]
) -> list[Figure]:
    """Measure what is named, and keep it row by row; what each takes is told as it goes."""
    figures: list[Figure] = []
    for name in names:
        start = time.monotonic()
        async with stage(size) as one:
            measured = await ROWS[name](one)
        click.echo(f"{name}: {time.monotonic() - start:.0f} s", err=True)
        figures += measured
        keep(figures)
    return figures


def machine() -> dict[str, Any]:
    """Return what was measured on, and how busy it was with other things."""
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": os.getloadavg(),
    }


def main() -> None:
    """Measure what the command line names, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=ROWS, action="append", help="a row, instead of all")
    parser.add_argument("--rounds", type=int, default=Size.rounds)
    parser.add_argument("--share", type=float, default=Size.share, help="of the usual amounts")
    parser.add_argument("--json", type=Path, help="where every sample goes")
    parser.add_argument("--expect", type=Path, help="where the results go that tests expect")
    parser.add_argument("--rows", type=int, nargs=2, help="of `growth`: few, and many")
    args = parser.parse_args()
    if args.rows:
        ROWS["growth"] = lambda one: bench_growth.growth(one, *args.rows)
    before = machine()

    def keep(figures: list[Figure]) -> None:
        if args.json:
            written = {"machine": before, "figures": [figure.as_json() for figure in figures]}
            args.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")

    figures = asyncio.run(measure(args.only or [*ROWS], Size(args.rounds, args.share), keep))
    click.echo(table(figures))
    click.echo(f"\n{before['cores']} cores, load before: {before['load'][0]:.1f}")
    if args.expect:
        expected = {one.name: round(one.result, 3) for one in figures}
        args.expect.write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
