"""What one process carries, and what many workspaces need: computed from what was measured.

`capacity.py bench.json` prints the tables of deploy/CAPACITY.md.
"""

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

# What people do. Change these to what is true for you.
PEOPLE = 50  # in a workspace
REQUESTS_A_DAY = 2.0  # of each
BUSY_HOUR = 0.2  # of a day's requests fall into its busiest hour
BURST = 3.0  # how much more than that hour's mean comes in its busiest seconds
MESSAGES_A_REQUEST = 100  # messages among people in Discord, for each that is for the bot
# What a machine may be used for, so that it stays quick.
UTILIZATION = 0.5
WORKSPACES = (10, 1_000, 100_000)
GUILDS_A_SHARD = 1_000  # https://docs.discord.com/developers/events/gateway#sharding: 2,500 at most
HEADINGS = ("workspaces", "requests/s", "store", "replicas", "database cores", "Discord shards")
HOUR = 3600.0
MS = 1000.0


@dataclass(frozen=True)
class Costs:
    """What was measured: CPU ms of a whole request, µs of somebody else's message, MiB, share."""

    request_ms: float
    message_us: float
    idle_mib: float
    guilds_mib: float
    database_share: float

    @classmethod
    def load(cls, measured: dict[str, Any]) -> "Costs":
        """Read them from what `bench.py --json` wrote."""
        ours = {one["name"]: sorted(one["ours"]) for one in measured["figures"]}

        def middle(name: str) -> float:
            return float(ours[name][len(ours[name]) // 2])

        return cls(
            request_ms=middle("CPU of a whole request"),
            message_us=middle("CPU of a message that isn't for the bot"),
            idle_mib=middle("idle: memory"),
            guilds_mib=middle("memory with 1,000 guilds"),
            database_share=middle("the database's share of CPU, 2 replicas") / 100,
        )

    @property
    def requests_a_second(self) -> float:
        """What one core carries, and stays quick."""
        return UTILIZATION / (self.request_ms / MS)


@dataclass(frozen=True)
class Need:
    """What so many workspaces need."""

    workspaces: int
    a_second: float
    replicas: int
    store: str
    database_cores: float
    shards: int


def need(workspaces: int, costs: Costs) -> Need:
    """Return what so many workspaces need, each a Slack team or a Discord server."""
    a_day = workspaces * PEOPLE * REQUESTS_A_DAY
    a_second = a_day * BUSY_HOUR * BURST / HOUR
    share = costs.database_share / (1 - costs.database_share)  # of the bots' own CPU
    others = a_second * MESSAGES_A_REQUEST * costs.message_us / MS**2
    bots = a_second * costs.request_ms / MS + others
    replicas = max(1, math.ceil(bots / UTILIZATION))
    return Need(
        workspaces,
        a_second,
        replicas,
        "SQLite" if replicas == 1 else "PostgreSQL",
        0.0 if replicas == 1 else bots * share / UTILIZATION,
        math.ceil(workspaces / GUILDS_A_SHARD),
    )


def page(costs: Costs) -> str:
    """Return the tables in Markdown."""
    lines = [
        "| one process on SQLite | |",
        "|---|---|",
        f"| CPU of a whole request | {costs.request_ms:.1f} ms |",
        f"| requests a second at {UTILIZATION:.0%} of a core | {costs.requests_a_second:.0f} |",
        f"| memory, both chats, idle | {costs.idle_mib:.0f} MiB |",
        f"| memory with 1,000 Discord servers of 50 channels | {costs.guilds_mib:.0f} MiB |",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|---:|---:|---|---:|---:|---:|",
    ]
    for workspaces in WORKSPACES:
        one = need(workspaces, costs)
        database = f"{one.database_cores:.1f}" if one.database_cores else "none"
        lines.append(
            f"| {one.workspaces:,} | {one.a_second:,.1f} | {one.store} | {one.replicas} "
            f"| {database} | {one.shards} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    click.echo(page(Costs.load(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
