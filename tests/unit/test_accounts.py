"""What hangs on an account stays there: balance, notices, levels, estimates, limits, keys."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from ledgers import asked, column, in_a_file, lease, room, submitted
from pydantic import SecretStr

from bots.playground.neocu import Sandbox
from bots.playground.neocu.organization import Organization
from core.ledger import Ledger
from core.ledger.room import MAX_WOKEN
from core.ledger.stores.base import Statement, Store
from core.neocu.client import NeocuClient
from core.records import Entry, Kind, Level, Limit, Scope, State
from core.settings import Settings
from core.workspaces.account import Accounts, NoKeyError
from core.workspaces.secrets import LostKeyError, Secrets, new_key
from core.workspaces.tenants import Tenants
from core.workspaces.workspace import Presence, Workspace, WorkspaceSettings

KEYS = Secrets([SecretStr(new_key())])
SETTINGS = Settings(_env_file=None, neocu_api_key="sandbox-key", compute_low_at=100)  # type: ignore[call-arg]  # pydantic-settings' own
THEIR_KEY = "bees-very-own-key"


class Rooms:
    """Slack's channels, and the operator's own for alerts."""

    alert_channel = "CALERTS"

    def channel(self, workspace: str, channel: str) -> str:  # noqa: ARG002 (as Slack's)
        """Return the address of a channel."""
        return channel


@dataclass
class House:
    """Acme, for whom the operator pays, and Bee, who pays with a key of its own."""

    ledger: Ledger
    neocu: Sandbox
    bees: Organization
    accounts: Accounts
    tenants: Tenants
    their_id: str


@pytest.fixture
async def house(ledger: Ledger) -> AsyncIterator[House]:
    """Two workspaces in one ledger, with an organization of Neocu's each."""
    async with (
        Sandbox(key="sandbox-key") as neocu,
        NeocuClient(SETTINGS.neocu_api_key, neocu.url, attempts=1) as client,
    ):
        bees = neocu.add_organization(THEIR_KEY)
        accounts = Accounts(SETTINGS, client, ledger, KEYS, {"slack": Rooms()})
        their_id = accounts.id_of(SecretStr(THEIR_KEY))
        await ledger.vault.keep_account(their_id, "-key", KEYS.seal(THEIR_KEY))
        bee = Workspace(
            "slack", "T2", account=their_id, settings=WorkspaceSettings(alert_channel="CBEES")
        )
        await ledger.workspaces.save(bee, "U2", {})
        tenants = Tenants(SETTINGS, ledger, accounts)
        yield House(ledger, neocu, bees, accounts, tenants, their_id)


async def told(store: Store) -> dict[str, str]:
    """Return the channels that have a notice, with its words."""
    sql = """SELECT r.channel || ' ' || d.reply FROM requests AS r
             JOIN deliveries AS d ON d.request = r.key WHERE r.state = 'notice'"""
    found = [str(one).partition(" ") for one in await column(store, sql)]
    return {channel: words for channel, _, words in found}


async def asked_by_bee(house: House, number: int = 2) -> Entry:
    """Have somebody of Bee's ask for something, at Bee's expense."""
    entry = await submitted(house.ledger, asked(number, workspace="T2", channel="C2"))
    entry = replace(entry, account=house.their_id)
    await house.ledger.entries.move(entry, State.SUBMITTING, after=0)
    return next(one for one in await lease(house.ledger) if one.key == entry.key)


async def test_a_low_balance_is_told_to_those_it_pays_for(house: House, store: Store) -> None:
    """Another organization's balance, or that it has one, is nobody's business."""
    await submitted(house.ledger, asked(1))
    await asked_by_bee(house)
    house.bees.compute = 42.0
    theirs = await house.accounts.get(house.their_id)
    await theirs.compute.look()
    await house.accounts.operators.compute.look()
    channels = await told(store)

    assert set(channels) == {"C2", "CBEES"}
    assert all("42 credits" in words for words in channels.values())
    assert (await house.ledger.levels.compute_state()).level is Level.OK

    house.neocu.compute = 17.0
    await house.accounts.operators.compute.look()
    channels = await told(store)
    assert set(channels) == {"C1", "CALERTS", "C2", "CBEES"}
    assert all("17 credits" in channels[one] for one in ("C1", "CALERTS"))

    house.neocu.compute = 1000.0
    await house.accounts.operators.compute.look()
    open_ = await column(
        store, "SELECT channel FROM requests WHERE state = 'notice' AND ended IS NULL"
    )
    assert set(open_) == {"C2", "CBEES"}  # one account's top-up ends no other's warning


async def test_of_two_that_share_a_key_each_is_not_told_anew(house: House) -> None:
    """Their thresholds differ: who asks last must not end the other's warning, nor begin it."""
    own = WorkspaceSettings(compute_low_at=10)
    cat = Workspace("slack", "T3", account=house.their_id, settings=own)
    await house.ledger.workspaces.save(cat, "U3", {})
    theirs, house.bees.compute = await house.accounts.get(house.their_id), 50.0
    for number, workspace in enumerate(("T2", "T3", "T2"), 1):
        entry = await submitted(house.ledger, asked(number, workspace=workspace))
        await house.tenants.of(replace(entry, account=house.their_id))
        await theirs.compute.look()

    state = await house.ledger.levels_of(house.their_id).compute_state()
    assert (state.level, state.crossing) == (Level.LOW, 1)


async def test_who_pays_alone_by_now_chooses_nothing_for_the_operator(house: House) -> None:
    """Though what was begun before is still paid by the operator."""
    bee = await house.ledger.workspaces.get("slack", "T2")
    own = WorkspaceSettings(compute_low_at=1)
    await house.ledger.workspaces.save(replace(bee, settings=own), "U2", {})
    begun = await submitted(house.ledger, asked(1, workspace="T2", channel="C2"))
    house.neocu.compute = 17.0
    tenant = await house.tenants.of(begun)
    await tenant.account.compute.look()

    assert (await house.ledger.levels.compute_state()).level is Level.LOW


async def test_each_key_opens_its_own_neocu_over_shared_connections(house: House) -> None:
    """Ten thousand workspaces are not twenty thousand connection pools."""
    theirs = await house.accounts.get(house.their_id)
    house.bees.compute = 7.0

    assert await theirs.client.get_compute() == 7.0
    assert await house.accounts.operators.client.get_compute() == 1000.0
    assert theirs.client._sessions is house.accounts.operators.client._sessions  # noqa: SLF001 (it is the point)
    assert (await house.accounts.get(house.their_id)) is theirs


async def test_a_key_that_was_removed_is_used_no_more(house: House) -> None:
    """Nor by a replica that had it in memory; and nothing of theirs is left in the ledger."""
    await house.accounts.get(house.their_id)
    await house.ledger.workspaces.forget("slack", "T2")

    with pytest.raises(NoKeyError):
        await house.accounts.get(house.their_id)
    assert (await house.ledger.workspaces.get("slack", "T2")).presence is Presence.LEFT


@in_a_file
async def test_without_the_encryption_key_nobody_else_pays(house: House) -> None:
    """A lost key must not make the operator pay for everybody."""
    blind = Accounts(SETTINGS, house.accounts.operators.client, house.ledger, Secrets(()), {})

    with pytest.raises(LostKeyError):
        await blind.get(house.their_id)


@in_a_file
async def test_the_operators_key_is_the_operators_account(house: House) -> None:
    """Whoever enters it has no second balance of it."""
    assert house.accounts.id_of(SETTINGS.neocu_api_key) == ""
    assert house.accounts.id_of(SecretStr(THEIR_KEY)) == house.their_id


@in_a_file
async def test_what_was_announced_is_paid_as_it_was_announced(house: House) -> None:
    """A key that is changed in mid-task would look for the task in the wrong organization."""
    entry = await asked_by_bee(house)
    await house.ledger.workspaces.save(
        replace(await house.ledger.workspaces.get("slack", "T2"), account=""), "U2", {}
    )
    house.tenants.forget("slack", "T2")
    begun = await house.tenants.of(entry)
    fresh = await house.tenants.of(replace(entry, state=State.RECEIVED))

    assert (begun.account.id, fresh.account.id) == (house.their_id, "")


async def test_nothing_is_learned_from_what_another_paid(house: House) -> None:
    """What tasks take and cost at one organization is its own affair."""
    entry = await asked_by_bee(house)
    done = replace(entry, query="a 10 s video at 720p", cost=140.0)
    await house.ledger.entries.move(done, State.COMPLETED)
    theirs, ours = house.ledger.samples_of(house.their_id), house.ledger.samples

    assert await theirs.cost_ratios("a 10 s video at 720p") == [2.0]
    assert await ours.cost_ratios("a 10 s video at 720p") == []
    assert len(await theirs.durations("a 10 s video at 720p")) == 1
    assert await ours.durations("a 10 s video at 720p") == []


async def test_whose_tasks_run_does_not_blur_anothers_costs(house: House) -> None:
    """A cost is read off the balance where nothing else of the account ran."""
    ours = await submitted(house.ledger, asked(1))
    await asked_by_bee(house)

    assert await house.ledger.levels.ran_alone_since(ours.key, ours.submitted - 1)
    assert not await house.ledger.levels.ran_alone_since("another", ours.submitted - 1)


@pytest.mark.parametrize("kind", [Kind.REQUESTS, Kind.CREDITS, Kind.RUNNING])
async def test_a_persons_limit_is_one_of_an_account(house: House, kind: Kind) -> None:
    """What one did at another organization's expense takes nothing away here, and is not told."""
    await asked_by_bee(house)  # by the same person, in another workspace
    limits = (Limit(Scope.PERSON, kind, 1),)
    mine = await submitted(house.ledger, asked(1), ())

    assert await house.ledger.queries.has_room(replace(mine, account="other"), limits)
    assert not await house.ledger.queries.has_room(mine, limits)
    usage = await house.ledger.queries.usage(mine.request, house.their_id, Scope.PERSON)
    assert usage[0] == 1


async def test_a_workspace_that_floods_keeps_no_other_waiting(ledger: Ledger, store: Store) -> None:
    """The room that a request leaves goes to each workspace in turn, whoever came first."""
    limits = room(person=100, workspace=100, overall=3)
    running = [await submitted(ledger, asked(n, person=f"U{n}"), limits) for n in range(3)]
    for n in range(10, 10 + 2 * MAX_WOKEN):
        await ledger.entries.note(asked(n, person=f"U{n}"))
    await ledger.entries.note(asked(990, workspace="T2", person="V1"))
    for entry in await lease(ledger):
        await ledger.entries.announce(replace(entry, query="a boat"), {}, 900)
    for entry in await _due(ledger, store):
        assert await ledger.entries.submit(entry, limits) is None
        await ledger.entries.move(entry, State.ANNOUNCED, after=300)
    await ledger.entries.move(running[0], State.COMPLETED)

    first, second, *_ = await lease(ledger)
    assert first.request.workspace == "T2"
    assert await ledger.entries.submit(first, limits)
    assert await ledger.entries.submit(second, limits) is None
    assert second.request.workspace == "T1"


async def _due(ledger: Ledger, store: Store) -> list[Entry]:
    """Return what has been announced, as if its first message had arrived."""
    await store.write(
        Statement(
            """UPDATE requests SET state = 'announced', due = clock()
               WHERE state = 'announcing' RETURNING key"""
        )
    )
    return await lease(ledger)
