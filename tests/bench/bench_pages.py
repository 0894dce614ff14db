"""Writes what `bench.py --json` measured into deploy/: the table, and the capacity.

`bench_pages.py bench.json`; what stands between the markers is replaced.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from bench_figures import Figure, table
from capacity import Costs, page

DEPLOY = Path(__file__).parents[2] / "deploy"
BETWEEN = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)


def performance(measured: dict[str, Any]) -> str:
    """Return the table, and the machine that it was measured on."""
    machine = measured["machine"]
    figures = [Figure.from_json(one) for one in measured["figures"]]
    before = machine["load"][0]
    return (
        f"{machine['cores']} cores ({machine['machine']}), {machine['system'].split('-')[0]}, "
        f"Python {machine['python']}; load before the run: {before:.1f}.\n\n{table(figures)}\n"
    )


def main() -> None:
    """Write both pages, and the samples beside them."""
    text = Path(sys.argv[1]).read_text("utf-8")
    measured = json.loads(text)
    (DEPLOY / "bench.json").write_text(text, "utf-8")
    parts = {
        "PERFORMANCE.md": performance(measured),
        "CAPACITY.md": page(Costs.load(measured)) + "\n",
    }
    for name, part in parts.items():
        path = DEPLOY / name
        path.write_text(BETWEEN.sub(lambda _, part=part: part, path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
