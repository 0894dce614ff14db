"""What whoever runs the bots sees of everybody: `neocu-bots workspaces`, and /admin."""

import asyncio
from base64 import b64encode
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from house import HTTP, bots_on, result

from bots.cli import main
from core.admin import page
from core.ledger import Ledger
from core.ledger.overview import Use
from core.ledger.stores import store_for
from core.workspaces.secrets import Sealed
from core.workspaces.workspace import Presence, Workspace, WorkspaceSettings

TOKEN = "very-secret-token"


async def test_the_page_is_for_whoever_has_the_token_here(tmp_path: Path) -> None:
    """Numbers of everybody, nobody's words; and nothing for another machine, behind a proxy too."""
    basic = {"Authorization": f"Basic {b64encode(f'me:{TOKEN}'.encode()).decode()}"}
    wrong = {"Authorization": f"Basic {b64encode(b'me:guess').decode()}"}
    async with bots_on(HTTP, folder=tmp_path, admin_token=TOKEN) as house:
        await house.seat().type("/neocu a very private lighthouse")
        await result(house.seat())
        async with aiohttp.ClientSession() as session:

            async def status(headers: dict[str, str]) -> int:
                async with session.get(f"{house.url}/admin", headers=headers) as answer:
                    return answer.status

            assert await status({}) == 401
            assert await status(wrong) == 401
            assert await status({"Authorization": "Basic %%%"}) == 401
            assert await status(basic | {"X-Forwarded-For": "203.0.113.9"}) == 404
            assert await status({"Authorization": f"Bearer {TOKEN}"}) == 200
            async with session.get(f"{house.url}/admin", headers=basic) as answer:
                text = await answer.text()

    assert house.workspace.team_id in text
    assert "1 credits in 30 days" in text
    assert "lighthouse" not in text


async def test_without_a_token_there_is_no_page(tmp_path: Path) -> None:
    """Nothing is open that nobody has asked for."""
    async with bots_on(HTTP, folder=tmp_path) as house, aiohttp.ClientSession() as session:
        answer = await session.get(f"{house.url}/admin")

    assert answer.status == 404


def test_a_name_stays_a_name() -> None:
    """A workspace may be called anything."""
    text = page([Use("slack", "T1", "<script>x</script>", "left", "", 1, 2.0, 3, 4)], [0.0] * 30)

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger with two workspaces, one of which pays itself."""
    url = f"sqlite:///{tmp_path / 'bots.db'}"

    async def fill() -> None:
        async with store_for(url) as store:
            ledger = Ledger(store, [])
            await ledger.open()
            await ledger.workspaces.mark("discord", "2", Presence.INSTALLED, "Bee\n\x1b[31m")
            await ledger.vault.keep_account("a1", "wxyz", Sealed("gAAAA-sealed", "k"))
            chosen = WorkspaceSettings(language="fr")
            acme = Workspace("slack", "T1", "Acme", account="a1", settings=chosen)
            await ledger.workspaces.save(acme, "U1", {"language": (None, "fr")})

    asyncio.run(fill())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEOCU_API_KEY", "k")
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def neocu_bots(*arguments: str) -> str:
    """Run a command that has to succeed."""
    done = CliRunner().invoke(main, ["workspaces", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("database")
def test_workspaces_are_listed_shown_paused_and_removed() -> None:
    """A key is told by its end, and goes at once; a name can't paint the terminal."""
    listed, shown = neocu_bots("list").splitlines(), neocu_bots("show", "slack", "T1")
    assert [line.split()[:4] for line in listed[1:]] == [
        ["discord", "2", "installed", "operator"],
        ["slack", "T1", "installed", "itself"],
    ]
    assert "\x1b" not in "".join(listed)
    assert "ends in wxyz" in shown
    assert "gAAAA" not in shown
    assert "language: fr" in shown
    assert 'U1: language, null → "fr"' in shown

    assert neocu_bots("pause", "slack", "T1") == "slack T1 is paused.\n"
    assert "paused" in neocu_bots("show", "slack", "T1")
    assert neocu_bots("resume", "slack", "T1") == "slack T1 is installed.\n"
    assert neocu_bots("remove", "--yes", "slack", "T1").startswith("Removed")
    assert "paid by the operator" in neocu_bots("show", "slack", "T1")
    assert "language" not in neocu_bots("show", "slack", "T1")
    assert neocu_bots("resume", "slack", "T1") == "slack T1 has removed the bot.\n"
