"""Breaks the product in one place, many times over, and names what no test has noticed.

`python tests/mutants/mutants.py 60 [seed]`: each mutant meets only the tests that reach its line,
the quickest first, in a copy of the repository. The first run measures which tests those are.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from coverage import CoverageData
from mutations import Mutation, mutations
from reached import DURATIONS

ROOT = Path(__file__).parents[2]
PRODUCT = ("core", "bots/slack", "bots/discord")
COPIED = ("core", "bots", "tests", "deploy", "pyproject.toml", "README.md", ".env.example")
REACHED = ".coverage/reached"  # apart from what `make test` measures; delete it to measure anew
COUNT, SEED = 60, 1
# Of what reaches a line, tests of so many seconds are run; a mutant that takes longer hangs.
MAX_TEST_SECONDS, MAX_SECONDS = 120.0, 480.0
FAILED = 1  # pytest's exit status where a test has failed; what can't be collected is 2


def main(count: int = COUNT, seed: int = SEED) -> int:
    """Print the score of so many mutants; 1 if one has survived."""
    data, seconds = _measured()
    points = [one for path in _files() for one in mutations(path, (ROOT / path).read_text("utf-8"))]
    chosen = random.Random(seed).sample(points, count)  # noqa: S311 (nothing secret)
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy(copy)
        for number, one in enumerate(chosen, 1):
            tests = _tests(data, seconds, one)
            outcome = _try(copy, one, tests) if tests else "not reached"
            print(f"{number}/{count} {outcome} ({len(tests)} tests) {_described(one)}", flush=True)
            if outcome != "killed":
                survivors.append(one)
    killed = count - len(survivors)
    print(f"\n{killed} of {count} killed ({killed / count:.0%}) of {len(points)}, seed {seed}")
    for one in survivors:
        print(f"survived: {_described(one)}")
    return 1 if survivors else 0


def _files() -> list[str]:
    found = (path for part in PRODUCT for path in (ROOT / part).rglob("*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


def _measured() -> tuple[CoverageData, dict[str, float]]:
    """Return what each test reaches, and how many seconds it takes; measured if need be."""
    if not (ROOT / REACHED).exists():
        print("Measuring which tests reach which lines: this takes as long as `make test`.")
        folders = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
        environment = os.environ | {"PYTHONPATH": folders, "COVERAGE_FILE": str(ROOT / REACHED)}
        pytest = ("pytest", "-q", "-p", "reached", "--numprocesses=3", "--dist=loadfile")
        for command in (("run", "-m", *pytest), ("combine", "--quiet")):
            subprocess.run(  # noqa: S603 (our own words)
                [sys.executable, "-m", "coverage", *command],
                cwd=ROOT,
                env=environment,
                check=command[0] == "combine",  # a test that fails is left out
            )
    data = CoverageData(str(ROOT / REACHED))
    data.read()
    return data, json.loads((ROOT / DURATIONS).read_text("utf-8"))


def _tests(data: CoverageData, seconds: Mapping[str, float], one: Mutation) -> list[str]:
    """Return the tests that reach a line, or its file, the quickest first."""
    by_line = data.contexts_by_lineno(str(ROOT / one.path))
    reaching = {test for test in by_line.get(one.line, ()) if test in seconds}
    if one.at_import:
        reaching = {test for tests in by_line.values() for test in tests if test in seconds}
    chosen, total = [], 0.0
    for test in sorted(reaching, key=lambda test: (seconds[test], test)):
        total += seconds[test]
        if chosen and total > MAX_TEST_SECONDS:
            break
        chosen.append(test)
    return chosen


def _copy(folder: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)


def _try(copy: Path, one: Mutation, tests: list[str]) -> str:
    """Return whether the tests notice a mutant: "killed", "survived"."""
    source = (copy / one.path).read_text("utf-8")
    (copy / one.path).write_text(one.apply(source), "utf-8")
    options = ("-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=no")
    process = subprocess.Popen(  # noqa: S603 (our own words)
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=copy,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        status = process.wait(MAX_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        status = FAILED
    finally:
        (copy / one.path).write_text(source, "utf-8")
    return "killed" if status else "survived"


def _described(one: Mutation) -> str:
    before, after = (" ".join(text.split()) for text in (one.before, one.after))
    return f"{one.path}:{one.line}: {before[:70]} → {after[:70]}"


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:3])))
