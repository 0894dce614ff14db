"""Compute that runs low, limits and prices, as people see them: on both platforms, real SDKs."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from house import (
    DISCORD,
    HTTP,
    House,
    actions,
    answers,
    both,
    house_for,
    is_question,
    only,
    plain,
    press_on,
    progress,
    result,
    running,
    said,
    says,
    shows,
    told,
    words,
)
from postgres_server import PostgresServer

from bots.playground.neocu import Fault
from bots.playground.seats import DiscordSeat, Line, Seat, SlackSeat
from bots.playground.stage import Stage
from core import wording
from core.conversation import Reply
from core.neocu.errors import InvalidRequestError
from core.neocu.estimates import estimate
from core.records import Kind, Limit, Scope
from core.request import Action
from core.wording import phrases

LOW = Reply(wording.low(60, []).text.partition(".")[0])  # a forecast may follow
EMPTY = wording.empty()
REFUSED = wording.no_compute("")
NEVER = 3600.0  # seconds between looks: only requests have the balance looked at
OFTEN = 0.05
ROOMS = ("general", "kitchen", "studio")
PEOPLE = ("ada", "ben", "cleo", "dora", "emil", "fay", "gus", "hana", "ivo", "jo")
VIDEO = "a 10 s video at 720p"
ESTIMATE = estimate(VIDEO)
assert ESTIMATE is not None
PRICE = phrases.price(ESTIMATE)
NEARLY_A_DAY = 24 * 3600.0 - 60


@asynccontextmanager
async def opened(*chats: str, folder: Path, **changed: Any) -> AsyncIterator[House]:
    """Run the bots on chats with an alert channel, two more channels, and ten people."""
    async with house_for(*chats) as house:
        furnish(house)
        about = {"compute_interval": OFTEN} | changed
        async with running(house, *chats, folder=folder, **about):
            yield house


def furnish(house: House) -> None:
    """Add the people and the channels."""
    for name in PEOPLE[3:]:
        house.workspace.add_person(name)
        house.guild.add_person(name)
    people = {one.id for one in house.workspace.people.values()}
    house.workspace.channel("general").members.update(people)
    for name in (*ROOMS[1:], "alerts"):
        house.workspace.desk.team.add_channel(name, set(people))
        house.workspace.invite(name)
        house.guild.add_channel(name)
    house.alert_channels = {
        HTTP: house.workspace.channel("alerts").id,
        DISCORD: str(house.guild.channel("alerts").id),
    }


def notices(seat: Seat) -> list[Line]:
    """Return what the bot says in the channel itself, unasked."""
    return [line for line in said(seat) if not line.deep and not is_question(line)]


async def noticed(seat: Seat, *replies: Reply) -> list[Line]:
    """Wait until the notices in a channel are these, and nothing else; return them."""

    def there() -> list[Line]:
        found = notices(seat)
        same = len(found) == len(replies) and all(map(says, found, replies))
        return found if same else []

    try:
        return await seat.journal.until(there)
    except TimeoutError:
        found = [line.text for line in notices(seat)]
        pytest.fail(f"not noticed: {[words(one) for one in replies]}; but: {found}")


def is_struck(line: Line) -> bool:
    """Whether a notice is struck through: it is true no more."""
    return "~~" in line.text or "'strike': True" in str(getattr(line.shown, "blocks", ""))


async def looked(house: House, times: int = 3) -> None:
    """Wait until the balance has been looked at so many times more."""
    journal = house.sandbox.journal

    def looks() -> int:
        return sum(call.path == "/v1/compute" for call in journal.calls)

    before = looks()
    await journal.until(lambda: looks() >= before + times)


# The balance


@both
@pytest.mark.parametrize("first", ["refusal", "balance"])
async def test_it_runs_out_while_ten_people_ask_in_three_channels(
    chat: str, tmp_path: Path, first: str
) -> None:
    """Each hears of it once, in their own thread; each channel once, and the alert channel.

    Whether the balance or a refusal is seen first makes no difference.
    """
    interval = OFTEN if first == "balance" else NEVER
    async with opened(chat, folder=tmp_path, compute_interval=interval) as house:
        seats = [house.seat(name, ROOMS[n % 3]) for n, name in enumerate(PEOPLE)]
        house.sandbox.compute = 0.5
        if first == "balance":
            await noticed(house.seat("ada", "alerts"), EMPTY)
        await asyncio.gather(
            *(seat.type(f"@neocu wish of {name}") for seat, name in zip(seats, PEOPLE, strict=True))
        )
        for seat, name in zip(seats, PEOPLE, strict=True):
            await only(seat, REFUSED, under=f"wish of {name}")
        for room in (*ROOMS, "alerts"):
            await noticed(house.seat("ada", room), EMPTY)

        assert house.sandbox.generated == []

        posts = house.posts
        await seats[0].type("@neocu one more wish")
        await told(seats[0], REFUSED, under="one more wish")

        assert house.posts == posts  # refused before Neocu is asked
        await noticed(seats[0], EMPTY)


def struck(seat: Seat) -> list[bool]:
    """Return which notices in a channel are struck through, the oldest first."""
    return [is_struck(line) for line in notices(seat)]


async def test_low_empty_restored_on_both_platforms(tmp_path: Path) -> None:
    """One balance: each platform's channels are told, and the warnings corrected in place."""
    async with opened(HTTP, DISCORD, folder=tmp_path) as house:
        slack, discord = house.seat("ada"), house.seat("ada", chat=DISCORD)
        alerts = [house.seat("ada", "alerts", chat) for chat in (HTTP, DISCORD)]
        for seat in (slack, discord):
            await seat.type("@neocu a lighthouse")
            await result(seat, under="a lighthouse")
        house.sandbox.compute = 60
        for seat in (slack, discord, *alerts):
            await noticed(seat, LOW)
        house.sandbox.compute = 0
        for seat in (slack, discord):
            await seat.type("@neocu a storm")
            await told(seat, REFUSED, under="a storm")
        for seat in (slack, discord, *alerts):
            await noticed(seat, LOW, EMPTY)

        house.sandbox.compute = 50
        for seat in (slack, discord, *alerts):
            await noticed(seat, LOW, EMPTY, wording.restored(50, low=True))
            await seat.journal.until(lambda seat=seat: struck(seat)[:2] == [False, True])

        house.sandbox.compute = 1000
        for seat in (slack, discord, *alerts):
            await noticed(seat, LOW, EMPTY, wording.restored(50, low=True), wording.restored(1000))
            await seat.journal.until(lambda seat=seat: struck(seat)[0] and not struck(seat)[-1])
        await looked(house)
        assert not notices(house.seat("ada", "kitchen"))

        await slack.type("@neocu a calm morning")
        await result(slack, under="a calm morning")


async def test_a_thread_is_no_channel_of_its_own(tmp_path: Path) -> None:
    """On Discord a thread is a channel; the notice goes where all can see it, once."""
    async with opened(DISCORD, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse")
        first = await result(ada, under="a lighthouse")
        before = len(house.sandbox.generated)
        await ada.type("@neocu make it night", thread=first.thread)
        await house.sandbox.journal.until(lambda: len(house.sandbox.generated) > before)
        house.sandbox.compute = 60
        await noticed(ada, LOW)
        await looked(house)

        assert sum(says(line, LOW) for line in said(ada)) == 1


@both
async def test_two_replicas_tell_it_once(
    chat: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Both watch the same balance, and both may find out first."""
    url = await postgres_server.database()
    async with opened(chat, folder=tmp_path, database_url=url) as house:
        twin = House(house.sandbox, house.workspace, house.guild, chat)
        twin.alert_channels = house.alert_channels
        async with running(twin, chat, folder=tmp_path, database_url=url, compute_interval=OFTEN):
            ada, alerts = house.seat("ada"), house.seat("ada", "alerts")
            await ada.type("@neocu a lighthouse")
            await result(ada, under="a lighthouse")
            for credits in (60, 90, 110, 95, 119, 60):
                house.sandbox.compute = credits
                await looked(house, 2)
            for seat in (ada, alerts):
                await noticed(seat, LOW)
            house.sandbox.compute = 0
            await ada.type("@neocu a storm")
            await told(ada, REFUSED, under="a storm")
            for seat in (ada, alerts):
                await noticed(seat, LOW, EMPTY)
            house.sandbox.compute = 500
            for seat in (ada, alerts):
                await noticed(seat, LOW, EMPTY, wording.restored(500))
            await looked(house, 4)

            assert len(notices(ada)) == len(notices(alerts)) == 3


@pytest.mark.parametrize(
    ("chat", "fault"), [(HTTP, 500), (HTTP, Fault.HANG), (DISCORD, Fault.HTML)]
)
async def test_a_neocu_that_can_not_tell_its_balance_still_works(
    chat: str, fault: Fault | int, tmp_path: Path
) -> None:
    """Nobody is warned of what nobody knows, and results come."""
    async with house_for(chat) as house:
        furnish(house)
        house.sandbox.faults.always("compute", fault)
        async with running(house, chat, folder=tmp_path, compute_interval=OFTEN):
            ada = house.seat("ada")
            await ada.type("@neocu a lighthouse")
            lines = await result(ada, under="a lighthouse")

            assert "It cost" not in str(lines)
            assert [notices(house.seat("ada", room)) for room in ("general", "alerts")] == [[], []]


@pytest.mark.parametrize("said_already", [False, True])
async def test_killed_before_the_notice_is_known_to_be_told(*, said_already: bool) -> None:
    """After the restart it is told exactly once, whether or not it had arrived."""
    async with Stage() as stage:
        seats: list[Seat] = [SlackSeat(stage.workspace), DiscordSeat(stage.guild)]
        stage.settings = {
            "COMPUTE_INTERVAL": str(OFTEN),
            "SLACK_ALERT_CHANNEL": stage.workspace.channel("general").id,
            "DISCORD_ALERT_CHANNEL_ID": str(stage.guild.channel("general").id),
        }
        stage.workspace.faults.fail("chat.postMessage", times=99, after=said_already)
        stage.guild.faults.fail("POST /channels/*/messages", times=99, after=said_already)
        await stage.start_bots()
        stage.sandbox.compute = 60
        for seat in seats:
            await seat.journal.until(lambda seat=seat: tried(seat))
        await stage.stop_bots(signal.SIGKILL)
        assert [len(notices(seat)) for seat in seats] == [int(said_already)] * 2

        stage.workspace.faults.clear()
        stage.guild.faults.clear()
        await stage.start_bots()
        for seat in seats:
            await noticed(seat, LOW)
        stage.sandbox.compute = 500
        for seat in seats:
            await noticed(seat, LOW, wording.restored(500))


def tried(seat: Seat) -> bool:
    """Whether the bots have tried to say something."""
    paths = ("chat.postMessage", "/messages")
    return any(call.path.endswith(paths) and call.method == "POST" for call in seat.journal.calls)


# Prices


@both
async def test_the_estimate_stands_with_the_task(chat: str, tmp_path: Path) -> None:
    """As long as it is made, what it will cost can be read beside its ID."""
    async with opened(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type(f"@neocu {VIDEO}, please never finish")
        await house.sandbox.journal.until(lambda: house.sandbox.generated)
        [task] = house.sandbox.generated

        await progress(ada, task.task_id, PRICE, under=VIDEO)


async def test_the_cost_is_told_to_who_was_alone(tmp_path: Path) -> None:
    """Of two that ran at the same time nobody knows which did cost what."""
    async with opened(DISCORD, folder=tmp_path) as house:
        await looked(house)
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a 1 s video at 720p")
        alone = await result(ada, under="a 1 s video")
        house.sandbox.seconds = 0.5
        await asyncio.gather(ada.type("@neocu a 3 MP image"), ben.type("@neocu a 2 MP image"))
        both = [await result(ada, under="a 3 MP image"), await result(ben, under="a 2 MP image")]

        assert phrases.credits(7) in plain(alone)
        assert not any(phrases.credits(cost) in plain(one) for one in both for cost in (2, 3, 5))


@both
async def test_above_a_price_the_bot_asks_first(chat: str, tmp_path: Path) -> None:
    """Nothing is spent until somebody agrees, and whoever presses again pays no second time."""
    async with opened(chat, folder=tmp_path, confirm_above=50) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type(f"@neocu {VIDEO}")
        ask = await told(ada, wording.confirm(ESTIMATE, ""), under=VIDEO)
        assert house.posts == 0
        assert house.sandbox.compute == 1000

        await asyncio.gather(*(press_on(one, ask, Action.CONFIRM) for one in (ada, ada, ben)))
        await result(ada, under=VIDEO)
        pressed = wording.already_pressed()
        await ada.journal.until(lambda: sum(says(line, pressed) for line in in_private(house)) == 2)
        await ada.type("@neocu a 1 MP image")
        await result(ada, under="a 1 MP image")
        await ada.journal.until(
            lambda: not any(Action.CONFIRM in actions(line) for line in answers(ada, VIDEO))
        )

        assert [task.query for task in house.sandbox.generated] == [VIDEO, "a 1 MP image"]
        assert house.sandbox.compute == 929


def in_private(house: House) -> list[Line]:
    """Return what the bot says to ada and to ben alone."""
    seats = (house.seat("ada"), house.seat("ben"))
    return [line for seat in seats for line in said(seat) if line.private]


@both
async def test_no_thanks_is_the_end_of_it(chat: str, tmp_path: Path) -> None:
    """Whoever does not want it at that price says so, and no button offers it any more."""
    async with opened(chat, folder=tmp_path, confirm_above=50) as house:
        ada = house.seat("ada")
        await ada.type(f"@neocu {VIDEO}")
        ask = await told(ada, wording.confirm(ESTIMATE, ""), under=VIDEO)
        await press_on(ada, ask, Action.DECLINE)
        await told(ada, wording.nothing_made())
        line = await told(ada, wording.declined(), under=VIDEO)

        assert line.buttons == ()
        assert house.posts == 0


@both
async def test_to_make_it_or_not_is_one_choice(chat: str, tmp_path: Path) -> None:
    """Of two who press at the same time one is late: "nothing was spent" stands over no picture."""
    async with opened(chat, folder=tmp_path, confirm_above=50) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type(f"@neocu {VIDEO}")
        ask = await told(ada, wording.confirm(ESTIMATE, ""), under=VIDEO)
        yes, no = press_on(ada, ask, Action.CONFIRM), press_on(ben, ask, Action.DECLINE)
        await asyncio.gather(yes, no)

        def heard(reply: Reply) -> bool:
            return any(says(line, reply) for line in in_private(house))

        def decided() -> bool:
            return heard(wording.nothing_made()) or any(map(shows, answers(ada, VIDEO)))

        await ada.journal.until(lambda: heard(wording.already_pressed()) and decided())

        assert bool(house.posts) != heard(wording.nothing_made())


# Limits and lists


@pytest.mark.parametrize(
    ("chat", "setting", "limit"),
    [
        (HTTP, {"user_daily_limit": "2"}, Limit(Scope.PERSON, Kind.REQUESTS, 2)),
        (
            DISCORD,
            {"channel_daily_limit": "10 requests, 20 credits"},
            Limit(Scope.CHANNEL, Kind.CREDITS, 20),
        ),
        (
            DISCORD,
            {"workspace_daily_limit": "16 credits"},
            Limit(Scope.WORKSPACE, Kind.CREDITS, 16),
        ),
    ],
)
async def test_a_daily_limit_is_told_with_its_end(
    chat: str, setting: dict[str, str], limit: Limit, tmp_path: Path
) -> None:
    """What is over it costs nothing, and whoever is refused knows when to come back."""
    async with opened(chat, folder=tmp_path, **setting) as house:
        ada = house.seat("ada")
        house.sandbox.faults.next("generate", 400)
        await ada.type("@neocu a 3 MP image that is refused")  # gives its place back
        detail = "query is required"
        refused = wording.refused(InvalidRequestError(400, detail), "")
        await told(ada, refused, under="that is refused")
        for prompt in ("a 3 MP image of rain", "a 3 MP image of snow"):
            await ada.type(f"@neocu {prompt}")
            await result(ada, under=prompt)
        posts = house.posts
        await ada.type("@neocu a 3 MP image of hail")
        await only(ada, wording.limit_reached(limit, NEARLY_A_DAY), under="of hail")

        assert house.posts == posts


@both
async def test_who_is_not_on_the_lists_is_refused_in_words(chat: str, tmp_path: Path) -> None:
    """Channels and people, by their IDs on the platform."""
    async with house_for(chat) as house:
        furnish(house)
        place = house.guild if chat == DISCORD else house.workspace
        lists = {
            "allowed_channels": str(place.channel("kitchen").id),
            "allowed_people": str(place.person("ada").id),
        }
        async with running(house, chat, folder=tmp_path, **lists):
            for name, room in (("ada", "general"), ("ben", "kitchen")):
                seat = house.seat(name, room)
                await seat.type("@neocu a lighthouse")
                await told(seat, wording.not_allowed(), under="a lighthouse")
            ada = house.seat("ada", "kitchen")
            await ada.type("@neocu a harbour")
            await result(ada, under="a harbour")

            assert [task.query for task in house.sandbox.generated] == ["a harbour"]


@pytest.mark.parametrize("everyone", [True, False])
async def test_discords_roles_open_the_door(tmp_path: Path, *, everyone: bool) -> None:
    """@everyone is a role, too; its ID is the guild's."""
    async with house_for(DISCORD) as house:
        role = str(house.guild.guild_id if everyone else 77)
        async with running(house, DISCORD, folder=tmp_path, allowed_roles=role):
            ada = house.seat("ada")
            await ada.type("/neocu a lighthouse")
            await (result(ada) if everyone else told(ada, wording.not_allowed()))

            assert len(house.sandbox.generated) == int(everyone)
