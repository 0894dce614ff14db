"""What `make chaos` does at length, briefly: bots are killed, and nothing is lost or paid twice."""

import asyncio

from chaos_crowd import DISCORD, Ask
from chaos_stage import chaos

from core.ledger.shards import SHARD_LEASE_SECONDS

REQUESTS = 20
COMMAND_IN_DISCORD = DISCORD[1]
TAKEOVER_SECONDS = SHARD_LEASE_SECONDS + 4.0  # until the lease has run out, and to log in


async def test_a_killed_process_goes_on_where_it_was() -> None:
    """A process that dies in the middle of anything keeps every promise when it is back."""
    async with chaos(seed=1) as stage:
        await stage.add_replica()
        async with stage.asking(REQUESTS) as pause:
            await pause(0.5)
            await stage.kill()
        figures = await stage.figures()

    assert figures.good, "\n".join(stage.audit.complaints(stage.crowd.asks))
    assert figures.generated > 0


async def test_a_dead_replica_is_taken_over() -> None:
    """The other replica finishes what a dead one had begun, and nobody starts it twice."""
    async with chaos(seed=2, shared=True) as stage:
        await asyncio.gather(stage.add_replica(), stage.add_replica())
        async with stage.asking(REQUESTS) as pause:
            await pause(0.5)
            await stage.kill(again=False)
        figures = await stage.figures()
    later = [ask for ask in stage.crowd.asks if _was_heard(ask, stage.audit.kills)]

    assert figures.good, "\n".join(stage.audit.complaints(stage.crowd.asks))
    assert stage.audit.figures(later, (), 0).unseen == 0  # what it was killed over may be


async def test_an_update_of_replicas_one_by_one_loses_nothing() -> None:
    """What people ask meanwhile is taken by the others, or by whoever goes on from there."""
    async with chaos(seed=3, shared=True) as stage:
        await asyncio.gather(stage.add_replica(), stage.add_replica())
        async with stage.asking(REQUESTS) as pause:
            for number in range(2):
                await pause(0.2)
                await stage.deploy(number)
        figures = await stage.figures()
    commands = [ask for ask in stage.crowd.asks if ask.way != COMMAND_IN_DISCORD]

    assert figures.good, "\n".join(stage.audit.complaints(stage.crowd.asks))
    assert stage.audit.figures(commands, (), 0).unseen == 0


def _was_heard(ask: Ask, kills: list[float]) -> bool:
    """Whether somebody surely heard it: a command is not repeated to who takes over a shard."""
    takeover = TAKEOVER_SECONDS if ask.way == COMMAND_IN_DISCORD else 0.0
    return ask.at > kills[-1] + takeover
