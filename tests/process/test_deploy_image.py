"""The image: its recipe is sound, and its steps, run in an empty folder, give bots that run."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deploy_files import ROOT, output, text_of, tool
from house import result
from processes import inherited

from bots.discord.settings import DiscordSettings
from bots.playground.seats import SlackSeat
from bots.playground.stage import Stage
from bots.slack.settings import SlackSettings
from core.settings import Settings

SETTINGS = Settings.model_fields | SlackSettings.model_fields | DiscordSettings.model_fields
# The base image has about 125 MB; together they stay under 200.
VENV_BYTES = 70_000_000
WITHIN = 30.0  # seconds, for anything that a process is asked to do


@dataclass(frozen=True)
class Step:
    """One instruction of the Dockerfile."""

    name: str
    arguments: str


def dockerfile() -> str:
    """Return the Dockerfile, one instruction a line, without its comments."""
    text = re.sub(r"^\s*#.*\n", "", text_of("Dockerfile"), flags=re.MULTILINE)
    return re.sub(r"\s*\\\n\s*", " ", text)


def stages() -> list[list[Step]]:
    """Return the instructions of each stage, its FROM first."""
    steps = [Step(*line.split(maxsplit=1)) for line in dockerfile().splitlines() if line]
    starts = [number for number, step in enumerate(steps) if step.name == "FROM"]
    return [steps[a:b] for a, b in zip(starts, [*starts[1:], len(steps)], strict=True)]


def test_hadolint_finds_nothing() -> None:
    """The linter of Dockerfiles knows the usual traps."""
    assert output(tool("hadolint"), "--failure-threshold", "style", "Dockerfile") == ""


def test_image_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    """Root in a container is a root outside of it, one bug away."""
    builder, final = stages()
    last = {step.name: step.arguments for step in final}

    assert last["USER"] == "10001:10001"
    assert "/healthz" in last["HEALTHCHECK"]
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert not [step for step in final if "pip" in step.arguments.split()]
    for step in (*builder, *final):
        for command in re.findall(r"\bpip .*?install (.*?)(?:&&|$)", step.arguments):
            assert "--require-hashes" in command or "--no-index" in command


def test_image_sets_real_settings() -> None:
    """A misspelt variable would put the database where no volume is."""
    given = dict(re.findall(r"\b((?:HTTP|DATABASE)_[A-Z]+)=(\S+)", text_of("Dockerfile")))

    assert {name.lower() for name in given} <= set(SETTINGS)
    assert given["DATABASE_URL"] == "sqlite:////data/neocu-bots.db"


def test_image_takes_in_what_it_is_made_of_only() -> None:
    """What is sent to the builder may stay in a layer: no .env, no database, no history."""
    first, *kept = [
        line for line in text_of("Dockerfile.dockerignore").splitlines() if not line.startswith("#")
    ]
    copied = {
        name for step in stages()[0] if step.name == "COPY" for name in step.arguments.split()[:-1]
    }

    assert first == "*"
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == copied


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run the builder's steps in an empty folder; return what becomes of /venv."""
    root = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", root / "python"], check=True)  # noqa: S603 (ours)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    path = f"{root / 'python' / 'bin'}:{kept['PATH']}"
    place = Path()
    for step in stages()[0][1:]:
        arguments = re.sub(r"(?<=[\s=])/(venv|src)\b", f"{root}/\\1", f" {step.arguments}").strip()
        if step.name == "WORKDIR":
            place = Path(arguments)
            place.mkdir()
        elif step.name == "COPY":
            *names, _ = arguments.split()
            for name in names:
                copy(ROOT / name, place / name)
        else:
            assert step.name == "RUN"
            output("sh", "-ec", arguments, cwd=place, within=180, PATH=path)
    yield root / "venv"
    shutil.rmtree(root)


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, as .dockerignore lets it through."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_image_runs_with_what_is_in_it(image: Path, tmp_path: Path, arguments: list[str]) -> None:
    """A file that the wheel forgets, or a package that the lock forgets, ends here."""
    said = output(str(image / "bin" / "neocu-bots"), *arguments, cwd=tmp_path)

    assert "Usage: neocu-bots" in said


def test_image_says_what_is_not_set(image: Path, tmp_path: Path) -> None:
    """All of `run` can be imported there, and the settings are read from the environment."""
    done = subprocess.run(  # noqa: S603 (our own command)
        [image / "bin" / "neocu-bots", "run"],
        cwd=tmp_path,
        env={**inherited()},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert (done.returncode, done.stdout) == (os.EX_CONFIG, "")
    assert done.stderr.startswith("NEOCU_API_KEY is not set")


async def test_image_answers_and_says_that_it_is_well(image: Path, tmp_path: Path) -> None:
    """From the wheel and the lock alone: asked, answered, healthy, and gone when told."""
    check = re.search(r'HEALTHCHECK .*CMD \["python", "-c", "(.*)"\]', dockerfile())
    assert check
    async with Stage(seconds=0.1) as stage:
        bots = await asyncio.create_subprocess_exec(
            *(image / "bin" / "neocu-bots", "run"),
            cwd=tmp_path,
            env={**inherited(), **stage.environment},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await stage.bots_ready()
            well = await asyncio.to_thread(healthcheck, image, check[1], stage)
            seat = SlackSeat(stage.workspace)
            await seat.type("@neocu a lighthouse at dusk")
            await result(seat)
            bots.terminate()
            ended = await asyncio.wait_for(bots.wait(), WITHIN)
        finally:
            if bots.returncode is None:
                bots.kill()
                await bots.wait()
        ill = await asyncio.to_thread(healthcheck, image, check[1], stage)

    assert (well, ended) == (0, 0)
    assert ill != 0


def healthcheck(image: Path, code: str, stage: Stage) -> int:
    """Run the Dockerfile's health check; return its exit status."""
    return subprocess.run(  # noqa: S603 (the Dockerfile's own words)
        [image / "bin" / "python", "-c", code],
        env={"HTTP_PORT": stage.environment["HTTP_PORT"]},
        check=False,
        capture_output=True,
        timeout=WITHIN,
    ).returncode


def test_image_holds_nothing_that_only_tests_need(image: Path) -> None:
    """Neither an installer nor a linter: less to carry, and less to patch."""
    (packages,) = image.glob("lib/python*/site-packages")
    names = {path.name.partition("-")[0] for path in packages.glob("*.dist-info")}

    assert "neocu_bots" in names
    assert names.isdisjoint({"pip", "setuptools", "hatchling", "pytest", "ruff", "pillow", "av"})


def test_image_stays_small(image: Path) -> None:
    """A small image starts sooner on a new node. Measured without bytecode, as it is shipped."""
    files = [path for path in image.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files if path.suffix != ".pyc")

    assert size < VENV_BYTES, f"{size:,} bytes"
