"""`neocu-bots secrets`: keys are made, and what is kept is encrypted under a new one."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from bots.cli import main
from core.ledger import Ledger
from core.ledger.stores import store_for
from core.workspaces.credentials import Credentials
from core.workspaces.secrets import Secrets


async def kept(url: str, key: str, value: dict[str, str] | None = None) -> object:
    """Return what is kept of a workspace, under an encryption key; a `value` is kept first."""
    async with store_for(url) as store:
        ledger = Ledger(store, [])
        await ledger.open()
        credentials = Credentials("slack", ledger, Secrets([SecretStr(key)]))
        if value:
            await credentials.store("T1", value)
        return await credentials.fetch("T1")


def test_a_key_is_made_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As SECURITY asks for when somebody leaves who could read the old one."""
    url = f"sqlite:///{tmp_path / 'bots.db'}"
    runner = CliRunner()
    old, new = (runner.invoke(main, ["secrets", "new"]).stdout.strip() for _ in range(2))

    asyncio.run(kept(url, old, {"token": "x"}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEOCU_API_KEY", "k")
    monkeypatch.setenv("DATABASE_URL", url)
    unset = runner.invoke(main, ["secrets", "rotate"])
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{new}, {old}")
    rotated = runner.invoke(main, ["secrets", "rotate"])

    assert (unset.exit_code, rotated.exit_code) == (78, 0)
    assert "`neocu-bots secrets new` makes a key" in unset.stderr
    assert rotated.stdout.startswith("Encrypted anew: 1.")
    assert new not in rotated.output
    assert asyncio.run(kept(url, new)) == {"token": "x"}
