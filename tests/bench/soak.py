"""People ask for minutes while calls fail now and then; memory and open files have to stay flat.

`soak.py 30` looks for 30 minutes, after six in which caches fill. It prints both slopes, and exits
1 where one of them is steep.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

import click
from bench_load import Commands
from bench_process import Bots, running
from bench_stage import Size, Stage, stage

RATE = 10  # requests a second, on each platform
SAMPLE_SECONDS = 2.0
FAULT_SHARE = 0.02
# Until then memory grows: discord.py forgets the rate limits of a channel after 300 s, and each
# request makes a thread; SQLite caches no more pages once as much is forgotten as is asked.
WARM_UP_SECONDS = 360.0
MAX_BYTES_A_REQUEST = 500.0  # what a leak of one small object a request takes
MAX_FILES_A_THOUSAND = 0.5
MENTION = "<@100> a lighthouse at dusk"
# What is finished is forgotten within the soak, as after a month it would be.
SETTINGS = {"RETENTION_DAYS": "0.0007"}
MIB = 1024 * 1024


async def soak(stage: Stage, seconds: float) -> list[tuple[float, float, float]]:
    """Return samples, taken at the same intervals: requests so far, MiB of memory, open files."""
    await stage.reset(guilds=[1, 5, 3], task_seconds=1.0)
    async with running(stage.bots(**SETTINGS)) as bots:
        await stage.control(fault_share=FAULT_SHARE)
        people = Commands(bots.url, f"{stage.url}/")
        samples: list[tuple[float, float, float]] = []
        sampling = asyncio.create_task(_sample(bots, people, samples))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await stage.control(messages=[f"{MENTION}, {n}" for n in range(RATE)])
            await people.steady(RATE, 1, lambda number: f"a lighthouse, number {number}")
        sampling.cancel()
        seen = (await stage.control())["counts"]
    click.echo(f"asked of Neocu {seen['generate']}, faults {seen['fault']}, polls {seen['poll']}")
    return samples


async def _sample(bots: Bots, people: Commands, samples: list[tuple[float, float, float]]) -> None:
    while True:
        samples.append((2.0 * len(people.sent), bots.memory, float(bots.descriptors)))
        await asyncio.sleep(SAMPLE_SECONDS)


def slope(pairs: Sequence[tuple[float, float]]) -> float:
    """Return by how much y grows with x: least squares."""
    count = len(pairs)
    middle_x, middle_y = (sum(values) / count for values in zip(*pairs, strict=True))
    above = sum((x - middle_x) * (y - middle_y) for x, y in pairs)
    return above / (sum((x - middle_x) ** 2 for x, _ in pairs) or 1.0)


async def main() -> bool:
    """Soak for as long as the command line says; whether both slopes are flat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=5.0)
    parser.add_argument("--warm-up", type=float, default=WARM_UP_SECONDS, help="seconds")
    args = parser.parse_args()
    seconds = args.minutes * 60
    async with stage(Size()) as one:
        samples = await soak(one, args.warm_up + seconds)
    late = samples[-round(len(samples) * seconds / (args.warm_up + seconds)) :]
    memory = slope([(asked, mib * MIB) for asked, mib, _ in late])
    files = slope([(asked, opened) for asked, _, opened in late]) * 1000
    first, last = late[0], late[-1]
    click.echo(f"warm after {args.warm_up:.0f} s: memory {samples[0][1]:.1f} → {first[1]:.1f} MiB")
    click.echo(f"requests {last[0] - first[0]:.0f} in {args.minutes:g} minutes")
    click.echo(f"memory {first[1]:.1f} → {last[1]:.1f} MiB: {memory:+.0f} bytes a request")
    click.echo(f"open files {first[2]:.0f} → {last[2]:.0f}: {files:+.2f} a thousand requests")
    return memory <= MAX_BYTES_A_REQUEST and files <= MAX_FILES_A_THOUSAND


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
