"""What `make chaos` does at length, briefly: bots are killed, and nothing is lost or paid twice."""

import asyncio

from chaos_stage import chaos

REQUESTS = 20


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
    later = [ask for ask in stage.crowd.asks if ask.at > stage.audit.kills[-1]]

    assert figures.good, "\n".join(stage.audit.complaints(stage.crowd.asks))
    assert stage.audit.figures(later, (), 0).unseen == 0  # what it was killed over may be
