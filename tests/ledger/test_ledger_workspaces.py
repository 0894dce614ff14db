"""Workspaces, their settings, and what is kept encrypted of them."""

from dataclasses import replace

from ledgers import column
from pydantic import SecretStr

from core.ledger import Ledger
from core.ledger.stores.base import Statement, Store
from core.settings import DailyLimit
from core.workspaces.credentials import Credentials, lost_secrets, rotate
from core.workspaces.secrets import Secrets, new_key
from core.workspaces.workspace import Presence, Workspace, WorkspaceSettings

TOKENS = {"bot_token": "xoxb-very-secret", "scopes": ["chat:write"]}
OLD, NEW = SecretStr(new_key()), SecretStr(new_key())


async def test_credentials_are_kept_per_workspace(ledger: Ledger, other: Ledger) -> None:
    """Each replica finds a workspace's own token, and no other's."""
    mine, theirs = (Credentials("slack", one, Secrets([OLD])) for one in (ledger, other))
    await mine.store("T1", TOKENS)
    await mine.store("T2", TOKENS | {"bot_token": "xoxb-2"})
    await mine.store("T1", TOKENS | {"bot_token": "xoxb-rotated"})

    assert await theirs.fetch("T1") == TOKENS | {"bot_token": "xoxb-rotated"}
    assert await Credentials("discord", other, Secrets([OLD])).fetch("T1") is None
    await theirs.forget("T1")
    assert await mine.fetch("T1") is None
    assert await mine.fetch("T2") == TOKENS | {"bot_token": "xoxb-2"}


async def test_a_stolen_database_tells_no_secret(ledger: Ledger, store: Store) -> None:
    """A backup may end up anywhere."""
    secrets = Secrets([OLD])
    await Credentials("slack", ledger, secrets).store("T1", TOKENS)
    await ledger.vault.keep_account("a1", "cret", secrets.seal("nk-very-secret"))

    tables = [
        str(await store.read(Statement(f"SELECT * FROM {table}")))  # noqa: S608 (our own names)
        for table in ("credentials", "accounts")
    ]
    assert "very-secret" not in "".join(tables)
    assert OLD.get_secret_value() not in "".join(tables)


async def test_a_lost_key_is_told_and_deletes_nothing(ledger: Ledger) -> None:
    """Whoever finds the old key again has everything again."""
    await Credentials("slack", ledger, Secrets([OLD])).store("T1", TOKENS)

    assert "1 secret was encrypted under a key" in await lost_secrets(ledger, Secrets([NEW]))
    assert "1 secret was encrypted" in await lost_secrets(ledger, Secrets([]))
    assert await Credentials("slack", ledger, Secrets([NEW])).fetch("T1") is None
    assert await rotate(ledger, Secrets([NEW])) == (0, 1)
    assert await Credentials("slack", ledger, Secrets([NEW, OLD])).fetch("T1") == TOKENS
    assert await lost_secrets(ledger, Secrets([NEW, OLD])) == ""


async def test_rotation_makes_the_old_key_needless(ledger: Ledger) -> None:
    """A key that somebody may know can be retired, for tokens and Neocu keys alike."""
    old, both, new = Secrets([OLD]), Secrets([NEW, OLD]), Secrets([NEW])
    await Credentials("slack", ledger, old).store("T1", TOKENS)
    await ledger.vault.keep_account("a1", "cret", old.seal("nk-very-secret"))

    assert await rotate(ledger, both) == (2, 0)
    assert await rotate(ledger, both) == (0, 0)
    assert await Credentials("slack", ledger, new).fetch("T1") == TOKENS
    kept = await ledger.vault.account("a1")
    assert kept is not None
    assert new.open(kept[0]) == "nk-very-secret"


async def test_a_token_for_one_use_is_used_once(ledger: Ledger, other: Ledger) -> None:
    """An OAuth state that is replayed, or comes late, or was never given out, is worth nothing."""
    await ledger.vault.issue("state", 60)
    await ledger.vault.issue("late", -1)

    assert not await other.vault.use("forged")
    assert not await other.vault.use("late")
    assert await other.vault.use("state")
    assert not await ledger.vault.use("state")


async def test_a_workspace_comes_and_goes(ledger: Ledger, store: Store) -> None:
    """What is gone leaves nothing that could be misused, and may come back."""
    await Credentials("slack", ledger, Secrets([OLD])).store("T1", TOKENS)
    await ledger.vault.keep_account("a1", "cret", Secrets([OLD]).seal("nk-very-secret"))
    await ledger.workspaces.mark("slack", "T1", Presence.INSTALLED, "Acme")
    await ledger.workspaces.mark("slack", "T2", Presence.INSTALLED, "Bee")
    await ledger.workspaces.save(
        replace(await ledger.workspaces.get("slack", "T1"), account="a1"), "U1", {}
    )
    await ledger.workspaces.mark("slack", "T1", Presence.PAUSED)
    paused = await ledger.workspaces.get("slack", "T1")
    await ledger.workspaces.forget("slack", "T1")

    assert (paused.presence, paused.name, paused.account) == (Presence.PAUSED, "Acme", "a1")
    assert await column(store, "SELECT count(*) FROM credentials") == [0]
    assert await column(store, "SELECT count(*) FROM accounts") == [0]
    page = await ledger.workspaces.page("slack")
    assert [(one.id, one.presence) for one in page] == [
        ("T1", Presence.LEFT),
        ("T2", Presence.INSTALLED),
    ]
    assert [one.id for one in await ledger.workspaces.page("slack", after="T1")] == ["T2"]
    await ledger.workspaces.mark("slack", "T1", Presence.INSTALLED)
    assert (await ledger.workspaces.get("slack", "T1")).account == ""


async def test_of_two_changes_at_once_one_is_kept(ledger: Ledger, other: Ledger) -> None:
    """The second admin must not undo, unseen, what the first has just saved."""
    chosen = WorkspaceSettings(language="fr", user_daily_limit=DailyLimit(20, 500))
    first = await ledger.workspaces.get("slack", "T1")
    second = await other.workspaces.get("slack", "T1")

    saved = await ledger.workspaces.save(
        replace(first, settings=chosen), "U1", first.settings.differences(chosen)
    )

    assert first == Workspace("slack", "T1")
    assert saved
    assert not await other.workspaces.save(second, "U2", {"language": (None, "de")})
    now = await other.workspaces.get("slack", "T1")
    assert (now.version, now.settings) == (1, chosen)
    log = await other.workspaces.log("slack", "T1", 10)
    assert sorted((one.person, one.name, one.before, one.after) for one in log) == [
        ("U1", "language", "null", '"fr"'),
        ("U1", "user_daily_limit", "null", '{"requests": 20.0, "credits": 500.0}'),
    ]
    again = await ledger.workspaces.save(replace(now, settings=WorkspaceSettings()), "U2", {})
    assert again
    assert (await other.workspaces.get("slack", "T1")).version == 2
