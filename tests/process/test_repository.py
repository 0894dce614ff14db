"""What the repository says about itself: honest, complete, and in the shape that it promises."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Context

from bots.cli import COMMANDS, main
from bots.discord.settings import DiscordSettings
from bots.slack.settings import SlackSettings
from core.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CHANGELOG.md", "deploy/README.md")
SOURCES = [path for folder in ("bots", "core") for path in (ROOT / folder).rglob("*.py")]
LOCKS = ("requirements.lock", "requirements-dev.lock")
TOP_LEVEL = {
    *("bots", "core", "tests", "deploy", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"),
    *("Makefile", ".ci", ".env.example", ".gitignore", *LOCKS),
}
README_LIMIT = 150
LONGEST_FILE = 300
# A file that is called so is named by nothing that it knows.
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
# Folders that may have the same file names: two platforms, and the ports that both implement.
TWINS = (
    {"bots/slack", "bots/discord", "core"},
    {"bots/playground/slack", "bots/playground/discord"},
    {"bots/playground/page/static/slack", "bots/playground/page/static/discord"},
)
# What still has a namesake, until the folders around it are in order.
NAMESAKES = {
    *(
        "commands.py",
        "conftest.py",
        "delivery.py",
        "errors.py",
        "forms.py",
        "pictures.py",
        "render.py",
        "tasks.py",
        "workspace.py",
    ),
}
PRAGMA = re.compile(r"# pragma: no (cover|branch) \(\w.+\)$")
# The last resort: whatever is wrong with one request must not stop the others.
CATCH_ALL = {"core/worker.py": 1}


def name_of(path: Path) -> str:
    """Return a path as it is called in the repository."""
    return path.relative_to(ROOT).as_posix()


def output(*command: str) -> str:
    """Return what a command prints. It is run at the top of the repository, and has to succeed."""
    done = subprocess.run(  # noqa: S603 (the commands stand in this file)
        command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_targets() -> set[str]:
    """Return what `make` can be asked for."""
    return set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )


def settings_table() -> Iterator[tuple[str, str]]:
    """Return the names and defaults of the README's settings table, one pair a setting."""
    table = README.partition("\n## Settings\n")[2].partition("\n## ")[0]
    for names, defaults in re.findall(r"^\| (`[A-Z].*?) \| (.*?) \|", table, re.MULTILINE):
        named, shown = names.split(", "), defaults.split(", ")
        yield from zip(named, shown * len(named) if len(shown) == 1 else shown, strict=True)


def test_top_level_is_the_agreed_one() -> None:
    """A newcomer sees at a glance what there is; strays don't creep in."""
    if not (ROOT / ".git").exists():
        pytest.skip("an archive has no list of what belongs to it")
    # CI may check out as one user and test as another, which git refuses otherwise.
    tracked = output("git", "-c", "safe.directory=*", "ls-files").splitlines()

    assert {path.partition("/")[0] for path in tracked} <= TOP_LEVEL


def test_readme_is_short() -> None:
    """Longer ones aren't read."""
    assert len(README.splitlines()) <= README_LIMIT


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_pages_exist(page: str) -> None:
    """Whoever types what a page says gets what it says."""
    text = (ROOT / page).read_text(encoding="utf-8")

    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= make_targets()
    assert set(re.findall(r"neocu-bots (\w+)", text)) <= set(COMMANDS)


def test_make_calls_commands_that_exist() -> None:
    """A renamed command would break `make demo` in silence."""
    called = re.findall(r"/neocu-bots ([a-z]+)", (ROOT / "Makefile").read_text("utf-8"))

    assert set(called) == {"demo", "doctor", "run", "setup"}
    assert set(called) <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_links_in_the_pages_lead_somewhere(page: str) -> None:
    """A moved file takes its links along."""
    path = ROOT / page
    links = re.findall(r"\]\(((?!https:)[^)#]+)\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize(("name", "default"), list(settings_table()))
def test_settings_in_the_readme_are_real(name: str, default: str) -> None:
    """A setting that only the README knows is a trap, and so is a default that is another."""
    fields = Settings.model_fields | SlackSettings.model_fields | DiscordSettings.model_fields

    field = fields[name.strip("`").lower()]

    if field.is_required() or field.default in (None, frozenset()):
        assert default in {"needed", "not set"}
    else:
        assert default == f"`{field.default}`"


def test_readme_shows_what_the_demo_prints() -> None:
    """The transcript is the promise; every line of it comes out of `make demo ARGS=--script`."""
    shown = re.search(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert shown is not None

    played = output(sys.executable, "-m", "bots", "demo", "--script")

    said = {comparable(line) for line in played.splitlines()}
    assert [line for line in shown[1].splitlines() if comparable(line) not in said] == []


def comparable(line: str) -> str:
    """Return a line without what is another at each run: task IDs and ports."""
    return re.sub(r"[0-9a-f]{24}|-[0-9a-f]{8}\b|127\.0\.0\.1:\d+", "…", line).rstrip()


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_everything_and_name_no_address(lock: str) -> None:
    """What is installed is what was tested, from whichever index pip is set to."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert "://" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == []
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", entry)


def test_what_runs_is_what_was_tested() -> None:
    """The image is made from one lock, the tests run from the other."""
    run, dev = (
        dict(re.findall(r"^(\S+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        for lock in LOCKS
    )

    assert run.items() <= dev.items()


def test_import_contracts_hold() -> None:
    """The core knows no platform, and the platforms don't know each other."""
    # As a process: in this one it would switch the loggers of all later tests off.
    printed = output(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")

    assert "0 broken" in printed


def test_run_imports_nothing_of_the_playground() -> None:
    """What serves people carries no stand-ins."""
    code = "import bots.cli.run, sys; print(*sys.modules)"
    loaded = output(sys.executable, "-c", code).split()

    assert "core.runtime" in loaded
    assert [
        name for name in loaded if name.startswith(("bots.playground", "bots.playground.neocu"))
    ] == []


def test_help_needs_no_command() -> None:
    """Whoever only asks what there is waits for no SDK, and reads what each command says."""
    code = "import bots.__main__, sys; print(*sys.modules)"
    loaded = output(sys.executable, "-c", code).split()

    assert {"aiohttp", "pydantic", "discord", "slack_bolt"} & set(loaded) == set()
    for name, (_, about) in COMMANDS.items():
        command = main.get_command(Context(main), name)
        assert command is not None
        assert (command.help or "").startswith(about.partition(",")[0].rstrip("."))


@pytest.mark.parametrize(("other", "mine"), [("slack_bolt", "discord"), ("discord", "slack")])
def test_run_loads_no_sdk_of_another_chat(other: str, mine: str) -> None:
    """Each takes 20 MB of memory, of everybody who runs the bots on one chat only."""
    code = f"import bots.cli.run, bots.{mine}.app, sys; print(*sys.modules)"
    loaded = output(sys.executable, "-c", code).split()

    assert other not in loaded


def test_files_are_short() -> None:
    """A file that does not fit into a head has two subjects."""
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_files_are_named_by_what_they_know() -> None:
    """A drawer for odds and ends fills up."""
    assert [name_of(path) for path in SOURCES if NAMELESS & set(path.stem.split("_"))] == []


def test_one_name_is_one_file() -> None:
    """Whoever looks for a file by its name finds one, or its twin."""
    folders: dict[str, set[str]] = {}
    for top in ("bots", "core", "tests"):
        for path in (ROOT / top).rglob("*.*"):
            if path.suffix in {".py", ".js"} and path.name != "__init__.py":
                folders.setdefault(path.name, set()).add(name_of(path.parent))
    several = {name: found for name, found in folders.items() if len(found) > 1}
    twins = {name for name, found in several.items() if any(found <= pair for pair in TWINS)}

    assert several.keys() - twins - NAMESAKES == set()


def test_everything_is_caught_in_the_last_resort_only() -> None:
    """Catching everything hides the bug that one would want to hear of."""
    found = {name_of(path): catch_alls(path) for path in SOURCES}

    assert {path: count for path, count in found.items() if count} == CATCH_ALL


def test_what_no_test_reaches_has_its_reason_beside_it() -> None:
    """What is left out of the measure without one is a hole that nobody sees."""
    lines = [line for path in SOURCES for line in path.read_text("utf-8").splitlines()]
    left_out = [line.strip() for line in lines if "pragma" in line]

    assert [one for one in left_out if not PRAGMA.search(one)] == []


def catch_alls(path: Path) -> int:
    """Count the handlers of a file that catch everything."""
    handlers = [
        node.type
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
    ]
    caught = ["Exception" if kind is None else ast.unparse(kind) for kind in handlers]
    return sum(bool(re.search(r"\b(Base)?Exception\b", one)) for one in caught)
