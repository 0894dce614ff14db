"""What a workspace's admins change holds everywhere, is logged, and undoes nobody else's change."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from ledgers import asked, column, in_a_file, pass_time, taken
from pydantic import SecretStr

from bots.playground.neocu import Sandbox
from core.ledger import Ledger
from core.ledger.stores.base import Statement, Store
from core.neocu.client import NeocuClient
from core.records import SavedPrompt, State
from core.settings import DailyLimit, Settings
from core.tidying import LEFT_SECONDS, tidy
from core.workspaces.account import Accounts
from core.workspaces.administration import KEY, Administration, Conflict, Invalid, Problem, Saved
from core.workspaces.secrets import Secrets, new_key
from core.workspaces.tenants import Tenants
from core.workspaces.workspace import Presence

SETTINGS = Settings(
    _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
    neocu_api_key="sandbox-key",
    person_tasks=5,
    user_daily_limit="20 requests",
)
KEYS = Secrets([SecretStr(new_key())])
THEIR_KEY = "bees-very-own-key"
T1 = ("slack", "T1")


@pytest.fixture
async def neocu() -> AsyncIterator[Sandbox]:
    """A Neocu that knows the operator, and Bee."""
    async with Sandbox(key="sandbox-key") as neocu:
        neocu.add_organization(THEIR_KEY, compute=30.0)
        yield neocu


@pytest.fixture
async def client(neocu: Sandbox) -> AsyncIterator[NeocuClient]:
    """The operator's client."""
    async with NeocuClient(SETTINGS.neocu_api_key, neocu.url, attempts=1) as client:
        yield client


def administration(
    ledger: Ledger, client: NeocuClient, secrets: Secrets = KEYS
) -> tuple[Administration, Tenants]:
    """Return what one replica changes settings with, and what it goes by."""
    accounts = Accounts(SETTINGS, client, ledger, secrets, {})
    tenants = Tenants(SETTINGS, ledger, accounts)
    return Administration(SETTINGS, ledger, secrets, accounts, tenants), tenants


async def test_a_change_holds_on_every_replica_within_a_second(
    ledger: Ledger, other: Ledger, client: NeocuClient
) -> None:
    """Who shuts a channel out does not wait for a restart."""
    here, mine = administration(ledger, client)
    _, theirs = administration(other, client)
    assert (await mine.terms_of(asked())).language == "en"
    assert (await theirs.terms_of(asked())).language == "en"
    saved = await here.change(*T1, "U1", 0, {"language": "fr", "allowed_channels": {"C2"}})

    assert isinstance(saved, Saved)
    assert dict(saved.changed) == {"language": (None, "fr"), "allowed_channels": (None, ["C2"])}
    assert (await mine.terms_of(asked())).language == "fr"
    async with asyncio.timeout(1):
        while (await theirs.terms_of(asked())).language != "fr":  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.02)
    tenant = await theirs.of(await taken(other))
    assert not tenant.budget.allows(asked())
    assert tenant.budget.allows(asked(channel="C2"))


async def test_the_second_of_two_admins_sees_what_the_first_has_changed(
    ledger: Ledger, other: Ledger, client: NeocuClient
) -> None:
    """Two forms were open; the later one must not undo the earlier, unseen."""
    here, _ = administration(ledger, client)
    there, _ = administration(other, client)
    shown = (await here.settings_of(*T1)).version
    await here.change(*T1, "U1", shown, {"language": "fr"})
    lost = await there.change(*T1, "U2", shown, {"confirm_above": 50})

    assert isinstance(lost, Conflict)
    assert [(one.person, one.name, one.before, one.after) for one in lost.theirs] == [
        ("U1", "language", "null", '"fr"')
    ]
    assert lost.workspace.settings.confirm_above is None
    again = await there.change(*T1, "U2", lost.workspace.version, {"confirm_above": 50})
    assert isinstance(again, Saved)
    assert (again.workspace.settings.language, again.workspace.settings.confirm_above) == ("fr", 50)
    log = await here.log(*T1)
    assert [(one.person, one.name) for one in log] == [("U2", "confirm_above"), ("U1", "language")]


@in_a_file
@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"person_tasks": 6}, {"person_tasks": Problem.ABOVE_CEILING}),
        ({"person_tasks": 0}, {"person_tasks": Problem.WRONG}),
        ({"language": "tlh"}, {"language": Problem.WRONG}),
        ({"colour": "red"}, {"colour": Problem.WRONG}),
        ({"user_daily_limit": DailyLimit(21)}, {"user_daily_limit": Problem.ABOVE_CEILING}),
        ({"user_daily_limit": DailyLimit(20, 9e9)}, {}),
        ({"person_tasks": 5, "confirm_above": 1e9}, {}),
    ],
)
async def test_what_may_not_be_is_said_and_not_saved(
    ledger: Ledger,
    client: NeocuClient,
    changes: dict[str, object],
    problems: dict[str, Problem],
) -> None:
    """The operator's limits are ceilings; all that is wrong is told at once."""
    here, _ = administration(ledger, client)
    done = await here.change(*T1, "U1", 0, changes)

    assert isinstance(done, Invalid if problems else Saved)
    assert getattr(done, "problems", {}) == problems
    assert (await here.settings_of(*T1)).version == (0 if problems else 1)


async def test_a_key_is_checked_and_then_pays(
    ledger: Ledger, client: NeocuClient, store: Store
) -> None:
    """It is kept encrypted, and nobody is shown more of it than its end."""
    here, tenants = administration(ledger, client)
    saved = await here.set_key(*T1, "U1", 0, SecretStr(f" {THEIR_KEY}\n"))
    tenant = await tenants.of(await taken(ledger))

    assert isinstance(saved, Saved)
    assert dict(saved.changed) == {KEY: ("", "-key")}
    assert await here.last_four(saved.workspace) == "-key"
    assert await tenant.account.client.get_compute() == 30.0
    for table in ("workspaces", "accounts", "settings_log"):
        rows = await store.read(Statement(f"SELECT * FROM {table}"))  # noqa: S608 (our own names)
        assert THEIR_KEY not in str(rows)

    removed = await here.remove_key(*T1, "U1", saved.workspace.version)
    assert isinstance(removed, Saved)
    tenant = await tenants.of(await taken(ledger, asked(2)))
    assert await tenant.account.client.get_compute() == 1000.0


@in_a_file
@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("nobodys-key", Problem.KEY_REFUSED),
        ("", Problem.KEY_REFUSED),
        ("clé", Problem.KEY_REFUSED),
    ],
)
async def test_a_key_that_neocu_does_not_know_is_not_kept(
    ledger: Ledger, client: NeocuClient, store: Store, key: str, problem: Problem
) -> None:
    """A slip of the clipboard must not stop everybody's work."""
    here, _ = administration(ledger, client)

    assert await here.set_key(*T1, "U1", 0, SecretStr(key)) == Invalid({KEY: problem})
    assert await column(store, "SELECT count(*) FROM accounts") == [0]


@in_a_file
async def test_a_key_that_can_not_be_checked_or_kept_is_not_taken(
    ledger: Ledger, client: NeocuClient, neocu: Sandbox
) -> None:
    """Each is told for what it is: one tries again later, or asks whoever runs the bots."""
    here, _ = administration(ledger, client)
    off, _ = administration(ledger, client, Secrets(()))
    neocu.faults.always("compute", 500)
    key = SecretStr(THEIR_KEY)

    assert await here.set_key(*T1, "U1", 0, key) == Invalid({KEY: Problem.KEY_UNCHECKED})
    assert await off.set_key(*T1, "U1", 0, key) == Invalid({KEY: Problem.SECRETS_OFF})


@in_a_file
async def test_each_workspace_is_forgotten_as_it_has_chosen(
    ledger: Ledger, client: NeocuClient, store: Store
) -> None:
    """Sooner than the operator forgets, but never another's; and a week after it has left, all."""
    here, _ = administration(ledger, client)
    await here.change(*T1, "U1", 0, {"retention_days": 2})
    await ledger.workspaces.mark("slack", "T3", Presence.INSTALLED)
    await ledger.workspaces.forget("slack", "T3")
    dusk = SavedPrompt("dusk", "a lighthouse at dusk", shared=True)
    for number, workspace in enumerate(("T1", "T2", "T3"), 1):
        entry = await taken(ledger, asked(number, workspace=workspace))
        await ledger.prompts.save(entry.request, dusk)
        await ledger.entries.move(entry, State.REFUSED)
    await pass_time(store, 3 * 24 * 3600)
    await tidy(ledger, 30)
    assert await column(store, "SELECT workspace FROM requests ORDER BY 1") == ["T2", "T3"]

    await store.write(
        Statement("UPDATE workspaces SET since = since - $1 RETURNING 1", (LEFT_SECONDS + 1,))
    )
    await tidy(ledger, 30)
    assert await column(store, "SELECT workspace FROM requests") == ["T2"]
    assert await column(store, "SELECT workspace FROM prompts ORDER BY 1") == ["T1", "T2"]
    assert [one.id for one in await ledger.workspaces.page("slack")] == ["T1"]


@in_a_file
async def test_nobody_forgets_within_a_day(ledger: Ledger, client: NeocuClient) -> None:
    """The operator's daily limits count what is remembered, and results are still to arrive."""
    here, _ = administration(ledger, client)
    changed = await here.change(*T1, "U1", 0, {"retention_days": 0.5})

    assert changed == Invalid({"retention_days": Problem.WRONG})


async def test_a_key_is_deleted_once_nothing_under_way_needs_it(
    ledger: Ledger, store: Store
) -> None:
    """What it has paid for is fetched under it, also after the workspace has another."""
    await ledger.vault.keep_account("a1", "-key", KEYS.seal(THEIR_KEY))
    entry = replace(await taken(ledger), account="a1")
    await ledger.entries.move(entry, State.RECEIVED, after=60)
    await store.write(Statement("UPDATE accounts SET created = created - 7200 RETURNING 1"))
    await ledger.vault.delete_unused_accounts()
    assert await ledger.vault.account("a1")

    await ledger.entries.move(entry, State.REFUSED)
    await ledger.vault.delete_unused_accounts()
    assert await ledger.vault.account("a1") is None
