"""Slack: how fast commands are acknowledged, what a request costs, and how soon it is told."""

from bench_figures import Figure, percentile
from bench_load import Commands
from bench_process import Program
from bench_stage import Stage, sides

BURST, AT_ONCE = 600, 50
RATE = 100  # commands a second
MS = 1000.0
API_SECONDS = 0.01
CURVE = (1, 10, 50, 100, 150, 200)  # requests a second


def prompt(number: int) -> str:
    """Return a prompt that no other request has."""
    return f"a lighthouse at dusk, number {number}"


async def acknowledged_in_a_burst(stage: Stage) -> list[Figure]:
    """Measure commands that are acknowledged in a second, each noted on disk before."""
    speed = Figure("acknowledged in a burst of 600", "/s", "bare Bolt", at_least=0.80)
    commands = stage.size.scaled(BURST, AT_ONCE)
    for number in range(stage.size.rounds):
        async with stage.slack() as (_, ours), stage.bare_bolt() as (_, theirs):
            await stage.reset(task_seconds=3600.0)
            got: dict[str, float] = {}
            for side, people in sides(number, ours, theirs):
                await people.burst(AT_ONCE, AT_ONCE, prompt)  # connections, caches
                if side == "ours":
                    await stage.seen("generate", AT_ONCE)
                seconds, _ = await people.burst(commands, AT_ONCE, prompt)
                got[side] = commands / seconds
            speed.add(got["ours"], got["theirs"])
    return [speed]


async def acknowledged_at_a_steady_pace(stage: Stage) -> list[Figure]:
    """Measure how late an acknowledgement is at 100 commands a second."""
    middle = Figure("acknowledged at 100/s: p50", "ms", "bare Bolt")
    late = Figure("acknowledged at 100/s: p99", "ms", "bare Bolt", at_most=0.5)
    seconds = stage.size.scaled(4)
    async with stage.slack() as (_, ours), stage.bare_bolt() as (_, theirs):
        await stage.reset(task_seconds=3600.0)
        for number in range(stage.size.rounds):
            got: dict[str, list[float]] = {}
            for side, people in sides(number, ours, theirs):
                got[side] = [one * MS for one in await people.steady(RATE, seconds, prompt)]
            for figure, share in ((middle, 0.5), (late, 0.99)):
                figure.add(percentile(got["ours"], share), percentile(got["theirs"], share))
    return [middle, late]


async def cpu_of_a_whole_request(stage: Stage) -> list[Figure]:
    """Measure the CPU time from the command to the finished card with its picture."""
    cost = Figure(
        "CPU of a whole request", "ms", "a bare Bolt acknowledgement", by="more", at_most=4.0
    )
    requests = stage.size.scaled(200, 20)
    async with stage.slack() as (bots, ours), stage.bare_bolt() as (bolt, theirs):
        await _whole(stage, ours, 10)
        await theirs.burst(10, 5, prompt)
        for number in range(stage.size.rounds):
            got: dict[str, float] = {}
            who: tuple[Program, Commands]
            for side, who in sides(number, (bots, ours), (bolt, theirs)):
                program, people = who
                before = program.cpu
                if side == "ours":
                    await _whole(stage, people, requests)
                else:
                    await people.burst(requests, 5, prompt)
                got[side] = (program.cpu - before) / requests * MS
            cost.add(got["ours"], got["theirs"])
    return [cost]


async def told(stage: Stage) -> list[Figure]:
    """Measure how long our own part of a request takes, as the load grows.

    The chat's API takes 10 ms to post the first message, which is before Neocu is asked: that is
    its time, and not counted.
    """
    figures = []
    async with stage.slack() as (_, people):
        for rate in CURVE if stage.size.share == 1 else (50,):
            rounds = stage.size.rounds if rate in (50, 100) else 1
            at_most = 8.0 if rate == 50 else None
            first = Figure(f"asked → first message, at {rate}/s: p95", "ms", by="value")
            asked = Figure(f"asked → Neocu asked, at {rate}/s: p95", "ms", by="value")
            asked.at_most = at_most
            for _ in range(rounds):
                await stage.reset(task_seconds=3600.0, chat_seconds=API_SECONDS)
                people.sent.clear()
                sent = stage.size.scaled(3, 1)
                await people.steady(rate, sent, prompt)
                marks = await stage.seen("generate", rate * sent)
                first.add(percentile(_first_messages(people, marks), 0.95))
                asked.add(percentile(_asked(people, marks), 0.95))
            figures += [first, asked]
    return figures


def _first_messages(people: Commands, marks: dict[str, float]) -> list[float]:
    posted = (
        marks[f"chat.postMessage slack:T1:{trigger}/question"] - sent
        for trigger, sent in people.sent.items()
    )
    return [(seconds - API_SECONDS) * MS for seconds in posted]


def _asked(people: Commands, marks: dict[str, float]) -> list[float]:
    # The question is posted first, which takes the chat's time.
    asked = (
        marks[f"generate {prompt(int(trigger.partition('.')[0]))}"] - sent
        for trigger, sent in people.sent.items()
    )
    return [(seconds - API_SECONDS) * MS for seconds in asked]


async def _whole(stage: Stage, people: Commands, requests: int) -> None:
    await stage.reset()
    await people.burst(requests, 5, prompt)
    await stage.seen("files.completeUploadExternal", requests)
    await stage.quiet()
