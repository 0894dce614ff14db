"""What is slow, or limited, holds up nothing but itself: another channel is answered at once."""

import asyncio
from collections import Counter
from pathlib import Path

from house import (
    ANYTHING,
    DISCORD,
    ENTRY,
    HTTP,
    House,
    both,
    bots_on,
    finish,
    made,
    result,
    shown,
    told,
)

from bots.playground.discord import Message as DiscordMessage
from bots.playground.neocu import Fault
from core import wording
from core.records import Part, Slot

CROWD = 40
MANY = {"person_tasks": 500, "workspace_tasks": 500, "overall_tasks": 500, "drain_seconds": 0}
AT_ONCE = 5.0  # seconds, on a busy machine
POLLED_WITHIN = 15.0  # a task of some seconds is polled every few seconds


PNG = b"\x89PNG\r\n\x1a\n"
ELSEWHERE = "random"


async def answered_at_once(house: House) -> None:
    """Have a question asked and answered in another channel, and a picture made there."""
    house.workspace.invite(ELSEWHERE)
    ben = house.seat("ben", ELSEWHERE)
    async with asyncio.timeout(AT_ONCE):
        await ben.type("/neocu help")
        await told(ben, wording.help_with(ANYTHING))
        await ben.type("@neocu a boat")
        await result(ben, under="a boat")


def refused(house: House, call: str) -> Counter[str]:
    """Return how many calls were refused as too many, by their path."""
    calls = [*house.guild.journal.calls, *house.workspace.journal.calls]
    return Counter(one.path for one in calls if call in one.path and one.status == 429)


async def test_a_limited_channel_of_slack_holds_up_no_other(tmp_path: Path) -> None:
    """Slack takes one message of a channel a second, and may say to wait for minutes."""
    async with bots_on(HTTP, folder=tmp_path, **MANY) as house:
        house.workspace.rules.posts_per_second, house.workspace.rules.post_burst = 1 / 300, 1
        ada = house.seat("ada")
        for number in range(CROWD):
            await ada.type(f"@neocu lighthouse {number}")
        await house.workspace.journal.until(lambda: refused(house, "chat.postMessage"))
        house.workspace.rules.post_burst = 5  # elsewhere
        await answered_at_once(house)

        assert await house.noted() == CROWD + 2
        assert refused(house, "chat.postMessage").total() < CROWD / 4


async def test_edits_that_slack_limits_hold_up_nothing_new(tmp_path: Path) -> None:
    """chat.update has a limit for the whole workspace: the progress of many uses it up."""
    async with bots_on(HTTP, folder=tmp_path, **MANY) as house:
        house.workspace.rules.calls_per_minute = {"chat.update": 1}
        house.sandbox.seconds = 3600.0
        ada = house.seat("ada")
        for number in range(CROWD):
            await ada.type(f"@neocu lighthouse {number}")
        await made(house, CROWD)
        await house.workspace.journal.until(lambda: refused(house, "chat.update"))
        house.sandbox.seconds = 0.0
        await answered_at_once(house)

        assert refused(house, "chat.update").total() < CROWD


async def test_what_discord_py_waits_out_holds_up_no_other_channel(tmp_path: Path) -> None:
    """discord.py itself waits for up to 30 seconds, and can't be told not to."""
    async with bots_on(DISCORD, folder=tmp_path, **MANY) as house:
        ada = house.seat("ada", "dm")
        await ada.type("a lighthouse")
        await result(ada)
        house.guild.faults.throttle("POST /channels/*/messages", 3, 25.0)
        for number in range(CROWD):
            await ada.type(f"lighthouse {number}")
        await ada.journal.until(lambda: spoken(house, "On it") >= 3)

        await answered_at_once(house)


def spoken(house: House, words: str) -> int:
    """Return how many messages of the bot have these words."""
    messages: list[DiscordMessage] = house.guild.inspection.by_bot()
    return sum(words in one.content for one in messages)


def polls(house: House) -> int:
    """Return how often Neocu was asked how a task is doing."""
    return sum("/v1/task/" in call.path for call in house.sandbox.journal.calls)


@both
async def test_a_slow_neocu_holds_up_nothing_that_needs_none_of_it(
    chat: str, tmp_path: Path
) -> None:
    """Sixty requests that Neocu does not answer for as long as it may take."""
    async with bots_on(chat, folder=tmp_path, **MANY) as house:
        house.sandbox.seconds = 3600.0
        house.workspace.invite(ELSEWHERE)
        ben = house.seat("ben", ELSEWHERE)
        await ben.type("@neocu a boat")
        await made(house, 1)
        house.sandbox.faults.always("generate", Fault.HANG)
        ada = house.seat("ada")
        for number in range(60):
            await ada.type(f"@neocu lighthouse {number}")
        await house.sandbox.journal.until(lambda: house.sandbox.faults.hanging >= 32)
        async with asyncio.timeout(AT_ONCE):
            await ben.type("/neocu help")
            await told(ben, wording.help_with(ANYTHING))
        polled = polls(house)
        async with asyncio.timeout(POLLED_WITHIN):
            await house.sandbox.journal.until(lambda: polls(house) > polled)
        finish(house)
        async with asyncio.timeout(POLLED_WITHIN):
            await result(ben, under="a boat")


@both
async def test_one_place_serves_all_without_a_pause(chat: str, tmp_path: Path) -> None:
    """Who waits for room goes on when it is there, not at the next look some time later."""
    async with bots_on(chat, folder=tmp_path, overall_tasks=1) as house:
        ada = house.seat("ada")
        for number in range(8):
            await ada.type(f"@neocu lighthouse {number}")
        async with asyncio.timeout(20):
            for number in range(8):
                await result(ada, under=f"lighthouse {number}")

        assert house.posts == 8


@both
async def test_what_waits_for_room_takes_its_attachment_once(chat: str, tmp_path: Path) -> None:
    """It is settled at the first step: no later one reads it, or hands it over, again."""
    async with bots_on(chat, folder=tmp_path, overall_tasks=1) as house:
        house.sandbox.seconds = 3600.0
        ada = house.seat("ada")
        await ada.type("@neocu a boat")
        await made(house, 1)
        house.sandbox.faults.next("generate", 429)
        await ada.type("@neocu make it night", [("cat.png", PNG, "image/png")])
        await told(ada, shown(wording.queued(ENTRY, 1), Part(Slot.PROGRESS)), under="make it night")
        finish(house)
        await made(house, 2)
        finish(house)
        await result(ada, under="make it night")
        calls = [*house.guild.journal.calls, *house.workspace.journal.calls]
        fetched = [call for call in calls if call.path.endswith("/cat.png")]

        assert len(fetched) == 1
        assert len(house.sandbox.generated[1].files) == 1
