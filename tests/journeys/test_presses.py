"""Buttons: what pays twice is pressed once for ever, all else once per press."""

import asyncio
from pathlib import Path

from house import actions, both, bots_on, press_on, result, said, says

from bots.playground.seats import Line, Seat
from core import wording
from core.records import Kind, Limit, Scope
from core.request import Action

NEARLY_A_DAY = 24 * 3600.0 - 60


def offering(seat: Seat, action: Action) -> Line | None:
    """Return the message that offers this, None if there is none."""
    return next((line for line in said(seat) if action in actions(line)), None)


@both
async def test_again_is_once_a_press(chat: str, tmp_path: Path) -> None:
    """By anybody who may ask, as often as they like: it is no accident that a person presses."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        for number, seat in enumerate((ada, ada, ben), 2):
            await press_on(seat, card, Action.AGAIN)
            await result(seat, number)

        assert house.posts == 4
        assert {task.query for task in house.sandbox.generated} == {"a lighthouse at dusk"}


@both
async def test_a_refused_press_may_be_pressed_again(chat: str, tmp_path: Path) -> None:
    """Send again pays once for ever; a press that could not pay does not count."""
    limit = wording.limit_reached(Limit(Scope.PERSON, Kind.REQUESTS, 1), NEARLY_A_DAY)
    async with bots_on(chat, folder=tmp_path, user_daily_limit="1") as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        house.sandbox.faults.next("generate", 500)
        await ada.type("@neocu a lighthouse at dusk")
        card = await ada.journal.until(lambda: offering(ada, Action.SEND_AGAIN))
        await press_on(ada, card, Action.SEND_AGAIN)
        await ada.journal.until(lambda: any(says(line, limit) for line in said(ada)))
        await press_on(ben, card, Action.SEND_AGAIN)
        await result(ben)

        assert house.posts == 2


@both
async def test_a_used_button_goes_and_says_why_it_does_nothing(chat: str, tmp_path: Path) -> None:
    """Of two who press at the same time one pays; the other hears it alone."""
    async with bots_on(chat, folder=tmp_path) as house:
        seats = house.seat("ada"), house.seat("ben")
        house.sandbox.faults.next("generate", 500)
        await seats[0].type("@neocu a lighthouse at dusk")
        card = await seats[0].journal.until(lambda: offering(seats[0], Action.SEND_AGAIN))
        await asyncio.gather(*(press_on(seat, card, Action.SEND_AGAIN) for seat in seats))
        await result(seats[0])
        await seats[0].journal.until(lambda: not offering(seats[0], Action.SEND_AGAIN))

        def in_vain() -> list[Line]:
            lines = [line for seat in seats for line in said(seat)]
            return [line for line in lines if says(line, wording.already_pressed())]

        [line] = await seats[0].journal.until(in_vain)

        assert line.private
        assert house.posts == 2


@both
async def test_only_what_was_asked_among_others_can_be_shown_to_them(
    chat: str, tmp_path: Path
) -> None:
    """In private there is no channel, and what is made there stays there."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, alone = house.seat("ada"), house.seat("ada", "dm")
        await ada.type("@neocu a lighthouse at dusk")
        await alone.type("a surprise for ben")

        assert Action.SHOW_IN_CHANNEL in actions(await result(ada))
        assert Action.SHOW_IN_CHANNEL not in actions(await result(alone))
