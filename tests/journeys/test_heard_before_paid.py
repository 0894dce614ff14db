"""Nothing is spent until the place of the answer has taken a first message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from house import (
    DISCORD,
    HTTP,
    SOCKET,
    House,
    actions,
    both,
    bots_on,
    everywhere,
    house_for,
    is_progress,
    is_question,
    only,
    press,
    result,
    running,
    said,
    says,
    shows,
    told,
)

from core import wording
from core.conversation import Barrier
from core.request import Action

POSTED = ("chat.postMessage", "/messages", "/@original")
WRITING = ("send_messages", "send_messages_in_threads", "create_public_threads")


@asynccontextmanager
async def silenced(chat: str, folder: Path, **changed: Any) -> AsyncIterator[House]:
    """Run the bots where they may not speak in #general, and people can."""
    async with house_for(chat) as house:
        if chat == DISCORD:
            for permission in WRITING:
                house.guild.deny("general", permission)
        else:
            house.workspace.channel("general").restricted = "restricted_action"
        async with running(house, chat, folder=folder, **changed):
            yield house


def faults(house: House, chat: str) -> Any:
    """Return the switches of a chat's faults."""
    return house.guild.faults if chat == DISCORD else house.workspace.faults


def posting(chat: str) -> str:
    """Return what the faults call a new message."""
    return "POST /channels/*/messages" if chat == DISCORD else "chat.postMessage"


def heard_before_paid(house: House, chat: str) -> bool:
    """Whether the chat had taken a message before Neocu was first asked."""
    journal = house.guild.journal if chat == DISCORD else house.workspace.journal
    taken = [
        call.at + call.seconds
        for call in journal.calls
        if call.path.endswith(POSTED) and call.method in {"POST", "PATCH"} and call.status == 200
    ]
    paid = [call.at for call in house.sandbox.journal.calls if call.path == "/v1/generate"]
    return min(taken) <= min(paid)


# A place that never takes it


@everywhere
async def test_a_mention_where_the_bot_may_not_speak_costs_nothing(
    chat: str, tmp_path: Path
) -> None:
    """The person hears it as a direct message, with a way on, instead of paying for silence."""
    async with silenced(chat, tmp_path) as house:
        ada, alone = house.seat("ada"), house.seat("ada", "dm")
        await ada.type("@neocu a lighthouse at dusk")
        line = await told(alone, wording.cannot_speak(Barrier.NO_PERMISSION, ""))

        assert said(ada) == []
        assert said(alone) == [line]
        assert Action.MAKE_PRIVATELY in actions(line)
        assert house.posts == 0


@everywhere
async def test_made_anyway_it_comes_as_a_direct_message(chat: str, tmp_path: Path) -> None:
    """Whoever still wants it gets it for themselves."""
    async with silenced(chat, tmp_path) as house:
        alone = house.seat("ada", "dm")
        await house.seat("ada").type("@neocu a lighthouse at dusk")
        await told(alone, wording.cannot_speak(Barrier.NO_PERMISSION, ""))
        await press(alone, Action.MAKE_PRIVATELY)
        card = await result(alone)

        assert shows(card) == 1
        assert said(house.seat("ada")) == []
        assert [task.query for task in house.sandbox.generated] == ["a lighthouse at dusk"]


async def test_slacks_command_outside_tells_the_ways_in(tmp_path: Path) -> None:
    """Commands work where the bot is no member; what it would say there, Slack refuses."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat("ada", "random")
        await ada.type("/neocu a lighthouse at dusk")
        line = await told(ada, wording.cannot_speak(Barrier.NOT_A_MEMBER, ""))

        assert line.private
        assert actions(line) == [Action.INVITE, Action.MAKE_PRIVATELY]
        assert said(house.seat("ben", "random")) == []
        assert house.posts == 0


@pytest.mark.parametrize("chat", [HTTP, SOCKET])
async def test_invited_on_slack_it_is_made_there(chat: str, tmp_path: Path) -> None:
    """One press, and the answer stands where it was asked for."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.workspace.rules.scopes.add("channels:join")
        ada = house.seat("ada", "random")
        await ada.type("/neocu a lighthouse at dusk")
        await press(ada, Action.INVITE)
        card = await result(ada)

        assert not card.private
        assert house.posts == 1


async def test_discords_command_is_answered_by_its_token(tmp_path: Path) -> None:
    """Where the bot may not write, the interaction still lets it speak for 15 minutes."""
    async with silenced(DISCORD, tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        card = await result(ada)

        assert shows(card) == 1
        assert heard_before_paid(house, DISCORD)


@both
async def test_a_first_message_that_is_refused_leaves_no_progress(
    chat: str, tmp_path: Path
) -> None:
    """What went through beside it must not stand there as if something were coming."""
    async with bots_on(chat, folder=tmp_path) as house:
        if chat == DISCORD:
            house.guild.faults.refuse("PATCH /webhooks/*", 50035)
            house.guild.faults.refuse(posting(chat), 50035)
        else:
            house.workspace.faults.refuse(posting(chat), "invalid_blocks")
        ada, alone = house.seat("ada"), house.seat("ada", "dm")
        await ada.type("/neocu a lighthouse at dusk")
        unknown = wording.cannot_speak(Barrier.UNKNOWN, "")
        seats = (ada, alone)
        await ada.journal.until(
            lambda: any(says(line, unknown) for seat in seats for line in said(seat))
        )
        await ada.journal.until(lambda: not any(is_progress(line) for line in said(ada)))

        assert house.posts == 0


# A place that can't take it now


@both
@pytest.mark.parametrize("trouble", ["limited", "away"])
async def test_a_place_that_is_out_is_waited_for(chat: str, trouble: str, tmp_path: Path) -> None:
    """Nothing is spent until it takes the first message; then it goes on by itself."""
    async with bots_on(chat, folder=tmp_path) as house:
        if trouble == "limited":
            faults(house, chat).rate_limit(posting(chat), times=3, retry_after=1)
        else:
            faults(house, chat).fail(posting(chat), times=3)
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)

        assert said(ada) == [card]
        assert heard_before_paid(house, chat)
        assert house.posts == 1


@both
async def test_a_command_is_heard_before_it_is_paid(chat: str, tmp_path: Path) -> None:
    """What shows the question is the first message here."""
    async with bots_on(chat, folder=tmp_path) as house:
        faults(house, chat).fail("PATCH /webhooks/*" if chat == DISCORD else posting(chat), times=2)
        ada = house.seat("ada")
        await ada.type("/neocu a lighthouse at dusk")
        card = await result(ada)

        assert [is_question(line) for line in said(ada)] == [True, False]
        assert said(ada)[-1] == card
        assert heard_before_paid(house, chat)
        assert house.posts == 1


@both
async def test_a_place_that_is_out_too_long_ends_it_in_words(chat: str, tmp_path: Path) -> None:
    """Nobody wants a picture an hour later that they gave up; nothing was spent on it."""
    async with bots_on(chat, folder=tmp_path, announce_within=0.5) as house:
        faults(house, chat).fail(posting(chat), times=3)
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        line = await only(ada, wording.not_announced(""))

        assert actions(line) == [Action.TRY_AGAIN]
        assert house.posts == 0

        await press(ada, Action.TRY_AGAIN)
        await result(ada)
        assert house.posts == 1
