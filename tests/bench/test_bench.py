"""The benchmark in a tiny form: it runs, and what it measures is not a third worse than it was."""

import json
from pathlib import Path
from statistics import median

from bench import ROWS
from bench_figures import Figure
from bench_stage import Size, stage

EXPECTED: dict[str, float] = json.loads(
    (Path(__file__).parent / "expected.json").read_text("utf-8")
)
TINY = Size(rounds=2, share=0.1)
TRIES = 3  # a busy machine spoils one
WORSE = 4 / 3


def regressed(figure: Figure) -> bool:
    """Whether a result is worse than the recorded one by a third; what is not recorded is not.

    On a busy machine CPU costs more on both sides, so that it is their ratio that tells.
    """
    if figure.name not in EXPECTED:
        return False
    expected, result = EXPECTED[figure.name], figure.result
    if figure.by == "more":
        result = median(figure.ours) / median(figure.theirs)
    if figure.at_least is not None:  # more is better
        return result * WORSE < expected
    return result > expected * WORSE


async def slower(name: str) -> list[str]:
    """Measure a row, up to three times, until nothing has become slower; return what has."""
    worse: list[str] = []
    for _ in range(TRIES):
        async with stage(TINY) as one:
            figures = await ROWS[name](one)
        worse = [" | ".join(figure.row()) for figure in figures if regressed(figure)]
        if not worse:
            break
    return worse


async def test_client_is_as_fast_as_it_was() -> None:
    """What we put around aiohttp is paid for with each call."""
    assert await slower("client") == []


async def test_commands_are_acknowledged_as_fast_as_they_were() -> None:
    """In a burst everybody waits for those before them."""
    assert await slower("burst") == []


async def test_whole_request_costs_what_it_did() -> None:
    """The CPU of a whole request says how many people one machine carries."""
    assert await slower("whole") == []


async def test_others_messages_cost_what_they_did() -> None:
    """In a busy server nearly all messages are for others."""
    assert await slower("others") == []


async def test_tasks_are_looked_at_as_rarely_as_they_were() -> None:
    """Each look is a call to Neocu, and each second of lag is somebody's."""
    assert await slower("polling") == []
