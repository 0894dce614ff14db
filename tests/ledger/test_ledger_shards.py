"""Shards are leased to one process each, shared out evenly, and taken over from the dead."""

import pytest
from ledgers import pass_time

from core.ledger.shards import SHARD_LEASE_SECONDS, Shards
from core.ledger.stores.base import Store

ON = "discord"


def process(store: Store, name: str) -> Shards:
    """Return the shards as a process of this name sees them."""
    return Shards(store, name)


async def test_a_shard_is_leased_once(store: Store) -> None:
    """Two replicas never both hear one guild."""
    ada, ben = process(store, "ada"), process(store, "ben")
    await ada.join(ON, 4)
    await ben.join(ON, 4)
    first = await ada.take(ON, 4, range(4), 3)
    second = await ben.take(ON, 4, range(4), 3)

    assert [one.number for one in first] == [0, 1, 2]
    assert [one.number for one in second] == [3]
    assert (await ada.check_in(ON)).total == 4


async def test_the_shards_of_the_dead_are_taken_over(store: Store) -> None:
    """Whoever takes them goes on where they stopped; who comes back late has lost them."""
    ada, ben = process(store, "ada"), process(store, "ben")
    await ada.join(ON, 2)
    await ada.take(ON, 2, range(2), 2)
    await ada.renew(ON, 2, {0: "heard so far", 1: ""})
    await pass_time(store, SHARD_LEASE_SECONDS / 2)
    assert await ada.renew(ON, 2, {0: "heard so far"}) == {0}
    await pass_time(store, SHARD_LEASE_SECONDS / 2 + 1)
    assert [one.number for one in await ben.take(ON, 2, range(2), 2)] == [1]
    await pass_time(store, SHARD_LEASE_SECONDS)
    [taken] = await ben.take(ON, 2, [0], 1)

    assert (taken.number, taken.session) == (0, "heard so far")
    assert await ada.renew(ON, 2, {0: "late"}) == set()


async def test_what_is_released_is_free_at_once(store: Store) -> None:
    """A deploy does not wait for leases to run out."""
    ada, ben = process(store, "ada"), process(store, "ben")
    await ada.join(ON, 1)
    await ada.take(ON, 1, [0], 1)
    await ben.release(ON, 1, {0: "not mine"})
    assert await ben.take(ON, 1, [0], 1) == []
    await ada.release(ON, 1, {0: "the end"})
    [taken] = await ben.take(ON, 1, [0], 1)

    assert taken.session == "the end"


async def test_listeners_are_those_seen_lately(store: Store) -> None:
    """A fair part is told by who is there."""
    ada, ben = process(store, "ada"), process(store, "ben")

    assert (await ada.check_in(ON)).listeners == 1
    assert (await ben.check_in(ON)).listeners == 2
    await ben.leave(ON)
    assert (await ada.check_in(ON)).listeners == 1
    await ben.check_in(ON)
    await pass_time(store, SHARD_LEASE_SECONDS + 1)
    assert (await ada.check_in(ON)).listeners == 1


async def test_logins_of_a_bucket_are_paced_for_everybody(store: Store) -> None:
    """Discord ends the login of who comes too soon after another."""
    ada, ben = process(store, "ada"), process(store, "ben")

    assert await ada.may_log_in(ON, 0, 5.0)
    assert not await ben.may_log_in(ON, 0, 5.0)
    assert await ben.may_log_in(ON, 1, 5.0)
    await pass_time(store, 6.0)
    assert await ben.may_log_in(ON, 0, 5.0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_one_process_waits_for_no_dead_one(store: Store) -> None:
    """Nobody else can be alive at a file."""
    await process(store, "before").join(ON, 1)
    await process(store, "before").take(ON, 1, [0], 1)
    now = process(store, "now")
    await now.expire_all()

    assert len(await now.take(ON, 1, [0], 1)) == 1
