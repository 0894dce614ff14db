"""What deploy/ says in words: it names tests, files and settings that there are."""

import ast
import re
from functools import cache

import pytest
from deploy_files import DEPLOY, ROOT, text_of

from bots.discord.settings import DiscordSettings
from bots.slack.settings import SlackSettings
from core.settings import Settings

PAGES = ("README.md", "SECURITY.md", "METRICS.md")
NAMED = re.findall(r"^- `(tests/\S+\.py)::(\w+)`$", text_of("SECURITY.md"), re.MULTILINE)
THREATS = [
    part.partition("\n")
    for part in re.split(r"\n(?=\*\*)", text_of("SECURITY.md").partition("\n## Open")[0])
    if part.startswith("**")
]
# What the pages name besides the bots' own settings: of the web server, the database, the backup.
OTHERS = {
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "SITE_ADDRESS",
    "UPSTREAMS",
    "POSTGRES_PASSWORD",
    "YOUR_HOST",
}


@cache
def functions_of(path: str) -> set[str]:
    """Return the names of the functions in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_threat_is_held_by_a_test_that_there_is(path: str, name: str) -> None:
    """A renamed test takes its mention along; one that is deleted leaves a hole to be seen."""
    assert name.startswith("test_")
    assert name in functions_of(path)


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: threat[0][:40])
def test_every_threat_names_its_tests(threat: tuple[str, str, str]) -> None:
    """What no test holds belongs under "Open"."""
    _, _, tests = threat

    assert re.search(r"^- `tests/", tests, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_settings_in_the_pages_are_real(page: str) -> None:
    """A setting that only a page knows is a trap."""
    fields = Settings.model_fields | SlackSettings.model_fields | DiscordSettings.model_fields
    named = set(re.findall(r"`([A-Z][A-Z]+_[A-Z_]+)\b(?!…)", text_of(page)))
    backup = {name for name in named if name.startswith("LITESTREAM_")}

    assert {name.lower() for name in named - OTHERS - backup} <= set(fields)
    assert all(f"${{{name}}}" in text_of("litestream.yml") for name in backup)


@pytest.mark.parametrize("page", PAGES)
def test_links_and_files_in_the_pages_lead_somewhere(page: str) -> None:
    """A moved file takes its links, and the commands that name it, along."""
    text = text_of(page)
    links = re.findall(r"\]\(((?!https:)[^)#]+)\)", text)
    files = re.findall(r"\b(deploy/[\w./-]*\w)", text)
    anchors = re.findall(r"\]\(#([\w-]+)\)", text)
    headings = {
        re.sub(r"[^\w -]", "", heading).replace(" ", "-").lower()
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }

    assert [link for link in links if not (DEPLOY / link).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert set(anchors) <= headings
