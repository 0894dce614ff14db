"""Whether one slow thing holds up another: `help`, while Neocu is slow and a channel is limited."""

from bench_figures import Figure, percentile
from bench_load import Commands
from bench_stage import Stage

POSTS, SLOW_SECONDS = 60, 40.0
HELPS, AT_ONCE = 20, 1
LIMITED, QUIET = "CLIMITED", "CQUIET"
MS = 1000.0


async def help_beside_a_slow_neocu(stage: Stage) -> list[Figure]:
    """Measure `help` in one channel while another is limited and Neocu takes 40 s for 60 POSTs."""
    figure = Figure("help while all else is slow: p95", "ms", "help in quiet", at_most=1.5)
    for _ in range(stage.size.rounds):
        async with stage.slack() as (_, people):
            await stage.reset()
            await _helped(stage, people)
            quiet = await _helped(stage, people)
            await stage.reset(generate_seconds=SLOW_SECONDS, limited_channel=LIMITED)
            await people.burst(POSTS, POSTS, lambda number: f"a slow lighthouse, number {number}")
            await people.burst(POSTS, POSTS, lambda number: f"unheard, {number}", LIMITED)
            await stage.seen("generate", 1)
            busy = await _helped(stage, people)
        figure.add(busy, quiet)
    return [figure]


async def _helped(stage: Stage, people: Commands) -> float:
    """Return the milliseconds until `help` was answered, at the 95th percentile."""
    people.sent.clear()
    before = (await stage.control())["counts"].get("answered", 0)
    await people.burst(HELPS, AT_ONCE, lambda _: "help", QUIET)
    marks = await stage.seen("answered", before + HELPS)
    waits = [
        marks[f"answered {trigger.partition('.')[0]}"] - sent
        for trigger, sent in people.sent.items()
    ]
    return percentile(waits, 0.95) * MS
