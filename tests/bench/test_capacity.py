"""The capacity page: computed from what was measured, not from hopes."""

import json
from pathlib import Path

from bench_pages import performance
from capacity import WORKSPACES, Costs, need, page

DEPLOY = Path(__file__).parents[2] / "deploy"
SAMPLES = json.loads((DEPLOY / "bench.json").read_text("utf-8"))
MEASURED = Costs.load(SAMPLES)


def test_pages_are_what_was_measured() -> None:
    """Whoever buys machines by the pages gets what the last full run found."""
    assert performance(SAMPLES) in (DEPLOY / "PERFORMANCE.md").read_text("utf-8")
    assert page(MEASURED) in (DEPLOY / "CAPACITY.md").read_text("utf-8")


def test_ten_workspaces_need_no_database() -> None:
    """A small organization runs one process on a file, and is told so."""
    few = need(WORKSPACES[0], MEASURED)

    assert (few.replicas, few.store, few.shards) == (1, "SQLite", 1)


def test_more_people_never_need_less() -> None:
    """A table that shrinks somewhere would be a slip of the script."""
    needs = [need(one, MEASURED) for one in WORKSPACES]

    assert [one.replicas for one in needs] == sorted(one.replicas for one in needs)
    assert needs[-1].replicas > 1
