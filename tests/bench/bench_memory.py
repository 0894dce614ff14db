"""Memory with many requests under way, and with large results."""

import asyncio

from bench_figures import Figure
from bench_stage import Stage

REQUESTS, AT_ONCE = 10_000, 50
FILES, FILE_MIB = 16, 50
BUDGET_MIB = 200  # of bytes in flight
SETTLE_SECONDS = 1.0
MIB = 1024 * 1024


async def many_under_way(stage: Stage) -> list[Figure]:
    """Measure the memory for 10,000 requests that Neocu works on."""
    figure = Figure("memory for 10,000 under way", "MiB", "idle", by="more", at_most=20)
    requests = stage.size.scaled(REQUESTS, 200)
    async with stage.slack(NEOCU_POLL_INTERVAL="3600") as (bots, people):
        await stage.reset(task_seconds=36000.0)
        await people.burst(200, AT_ONCE, lambda number: f"the first lighthouses, {number}")
        await stage.seen("generate", 200)
        await asyncio.sleep(SETTLE_SECONDS)
        before = bots.memory
        await people.burst(requests, AT_ONCE, lambda number: f"a lighthouse, {number}")
        await stage.seen("generate", 200 + requests, within=300)
        await asyncio.sleep(SETTLE_SECONDS)
        figure.add(bots.memory, before)
    return [figure]


async def large_results(stage: Stage) -> list[Figure]:
    """Measure the peak of memory while many large results are on their way to Slack."""
    title = f"peak with {FILES} times {FILE_MIB} MB on their way"
    figure = Figure(title, "MiB", "idle", by="more", at_most=BUDGET_MIB + 50)
    files = stage.size.scaled(FILES, 2)
    async with stage.slack() as (bots, people):
        await stage.reset(file_bytes=FILE_MIB * MIB)
        before = bots.memory
        bots.forget_peak()
        await people.burst(files, files, lambda number: f"a large lighthouse, {number}")
        await stage.seen("files.completeUploadExternal", files, within=120)
        figure.add(bots.peak, before)
    return [figure]
