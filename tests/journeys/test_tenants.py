"""Two organizations, one bot: nothing of one is seen, spent or learned by the other."""

import logging
from pathlib import Path

import pytest
from house import (
    HELP,
    NO_SUCH_TASK,
    NOT_HERE,
    both,
    key_of,
    press,
    press_on,
    result,
    told,
)
from tenancies import BEES_KEY, LOW_AT, Side, forge, tenancy

from bots.playground.discord import Guild
from bots.playground.seats import Line
from bots.playground.slack import Workspace
from core import wording
from core.request import Action

QUERY = wording.labels.query()
SKETCH = ("sketch.png", b"the same picture, by chance", "image/png")


async def everything(side: Side) -> Line:
    """Have somebody do all that one can do; return the first result's card."""
    seat, word = side.seat, side.word
    await seat.type(f"/neocu a lighthouse called {word}")
    card = await result(seat)
    await seat.type(f"@neocu paint {word} like this", files=[SKETCH])
    await result(seat, 2)
    await press(seat, Action.AGAIN)
    await result(seat, 3)
    await press(seat, Action.EDIT, asset=1)
    await seat.journal.until(seat.form)
    await seat.send({QUERY: f"{word} at night"})
    await result(seat, 4)
    task = next(iter(side.organization.tasks))
    credits = side.organization.compute
    await seat.type("/neocu help")
    await told(seat, HELP)
    await seat.type("/neocu balance")
    await told(seat, wording.balance(credits))
    await seat.type(f"/neocu status {task}")
    await seat.type("/neocu recent")
    await seat.journal.until(lambda: side.seen().count(task) > 1)
    if not isinstance(side.chat, Guild):  # there, who writes directly is in no server
        await side.at("dm").type(f"a surprise about {word}")
        await result(side.at("dm"))
    return card


@both
async def test_nothing_of_one_is_seen_by_the_other(
    chat: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every verb, button, form, file and answer, at both; then all that they saw is read."""
    caplog.set_level(logging.INFO)
    async with tenancy(chat, tmp_path, {}) as both_:
        acme, bee = both_.acme, both_.bee
        acme.organization.compute, bee.organization.compute = 731.0, 517.0
        await everything(acme)
        await everything(bee)
        counted = await both_.metrics()

        for mine, theirs in ((acme, bee), (bee, acme)):
            assert mine.word in mine.seen()
            assert [one for one in theirs.secrets() if one in mine.seen()] == []
            # The same bytes were handed over to each, and cost each its own.
            assert sum(SKETCH[1] == getattr(one, "content", b"") for one in _files(mine)) == 1
            assert len(mine.organization.tasks) == (5 if isinstance(mine.chat, Workspace) else 4)
            for word in (
                mine.word,
                mine.workspace,
                *mine.organization.tasks,
                *mine.organization.files,
            ):
                assert word not in counted
        for word in (acme.word, bee.word, BEES_KEY, both_.neocu.key):
            assert word not in caplog.text


def _files(side: Side) -> list[object]:
    return list(side.organization.files.values())


@both
async def test_what_is_guessed_of_another_organization_is_not_here(
    chat: str, tmp_path: Path
) -> None:
    """Task IDs, request keys and file IDs are no secrets, so they open nothing."""
    async with tenancy(chat, tmp_path, {}) as both_:
        acme, bee = both_.acme, both_.bee
        await acme.seat.type(f"@neocu a lighthouse called {acme.word}")
        card = await result(acme.seat)
        await bee.seat.type("@neocu a hive")
        own = await result(bee.seat)
        [task] = acme.organization.tasks
        [file] = acme.organization.files
        before = both_.posts
        await bee.seat.type(f"/neocu status {task}")
        await told(bee.seat, NO_SUCH_TASK)
        forge(own, key_of(card))
        await press_on(bee.seat, own, Action.AGAIN)  # as under a message forwarded from there
        await told(bee.seat, NOT_HERE)
        await press_on(bee.seat, own, Action.EDIT)
        form = await bee.seat.journal.until(bee.seat.form)
        await bee.seat.send({QUERY: "tell me all"})
        await told(bee.seat, NOT_HERE, times=2)
        assert acme.word not in str(form)
        assert file not in str(form)
        assert both_.posts == before

        await bee.seat.type(f"/neocu something else --file {file}")
        await told(bee.seat, NOT_HERE, times=3)
        assert both_.posts == before
        assert acme.word not in bee.seen()


@both
async def test_what_runs_low_is_told_where_it_is_paid(chat: str, tmp_path: Path) -> None:
    """And the balance of one stops nobody of the other."""
    async with tenancy(chat, tmp_path, {}) as both_:
        acme, bee = both_.acme, both_.bee
        bee.organization.compute = LOW_AT + 0.5
        await acme.seat.type("@neocu a lighthouse")
        await result(acme.seat)
        await bee.seat.type("@neocu a hive")
        await result(bee.seat)
        low = wording.low(LOW_AT - 0.5, [])
        await told(bee.seat, low)
        await told(bee.at("random" if chat != "discord" else "buzz"), low)
        bee.organization.compute = 0.0
        await bee.seat.type("@neocu one more hive")
        await told(bee.seat, wording.no_compute(""))
        await acme.seat.type("@neocu one more lighthouse")
        await result(acme.seat, 2)

        assert "running low" not in acme.seen()
        assert "out of credits" not in acme.seen()


@both
async def test_each_chooses_for_itself(chat: str, tmp_path: Path) -> None:
    """Bee's rules are Bee's: its language, its words, its limits."""
    choices = {
        "blocked_words": ["wasp"],
        "user_daily_limit": {"requests": 1},
        "show_in_channel": False,
    }
    async with tenancy(chat, tmp_path, choices) as both_:
        acme, bee = both_.acme, both_.bee
        await bee.seat.type("@neocu a wasp")
        await told(bee.seat, wording.blocked("wasp", ""))
        await bee.seat.type("@neocu a hive")
        card = await result(bee.seat)
        await bee.seat.type("@neocu another hive")
        await bee.seat.journal.until(lambda: "24 hours" in bee.seen())
        for number in (1, 2):
            await acme.seat.type("@neocu a wasp")
            shown = await result(acme.seat, number)

        assert "Show in channel" in _offers(shown)
        assert "Show in channel" not in _offers(card)


@both
async def test_who_shares_a_key_shares_no_files(chat: str, tmp_path: Path) -> None:
    """Where the operator pays for both, Neocu can't tell them apart; the bots do."""
    async with tenancy(chat, tmp_path) as both_:
        acme, bee = both_.acme, both_.bee
        await acme.seat.type(f"@neocu a lighthouse called {acme.word}")
        await result(acme.seat)
        [file] = acme.organization.files
        await bee.seat.type(f"/neocu something else --file {file}")
        await told(bee.seat, NOT_HERE)
        await acme.seat.type(f"/neocu make it night --file {file}")
        await result(acme.seat, 2)

        assert both_.posts == 2


def _offers(line: Line) -> str:
    return " ".join([*line.buttons, *line.menu])
