"""`usage`: what it cost, as a picture and in words, to whom it concerns alone."""

from pathlib import Path

import pytest
from house import (
    DISCORD,
    HTTP,
    House,
    both,
    bots_on,
    house_for,
    plain,
    result,
    running,
    said,
    shows,
    told,
)

from bots.playground.seats import Seat
from core import wording
from core.conversation import Reply
from core.records import Outlook, Scope

NOBODY = Outlook(None, (), (), 0.0)
NOTHING = {
    scope: wording.usage(scope, [], [], [], NOBODY, with_private=True)
    for scope in (Scope.PERSON, Scope.CHANNEL, Scope.WORKSPACE)
}
MINE, CHANNELS, TEAMS = (
    "Your last 30 days",
    "This channel's last 30 days",
    "The team's last 30 days",
)


def alone(house: House, chat: str, person: str = "ada") -> Seat:
    """Return where one person reads a picture: no message for them alone can have one in Slack."""
    return house.seat(person, "dm" if chat == HTTP else "general")


def make_admin(house: House, chat: str) -> None:
    """Have Ada manage the workspace."""
    if chat == DISCORD:
        guild = house.guild
        guild.world.guilds[guild.guild_id].owner = guild.person("ada")
        return
    people_there = house.workspace.people.values()
    next(one for one in people_there if one.name == "ada").is_admin = True


@both
async def test_usage_is_a_picture_and_the_same_in_words(chat: str, tmp_path: Path) -> None:
    """For the asker alone; what was asked in private is not among it."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben, private = house.seat(), house.seat("ben"), house.seat("ada", "dm")
        for seat in (ada, ben, private):
            await seat.type("@neocu an image of a boat")
            await result(seat)
        await ada.type("/neocu usage")
        line = await told(alone(house, chat), Reply(MINE))

        assert shows(line) == 1
        assert "1 request" in plain(line)
        assert "Images 1" in plain(line)
        assert "left" in plain(line)
        assert "private" in plain(line)
        assert not [one for one in said(ben) if MINE in one.text]
        if chat == HTTP:
            await told(ada, wording.answered_in_person())


@both
@pytest.mark.parametrize("way", ["/neocu usage", "@neocu usage"])
async def test_usage_without_a_request_is_a_sentence(chat: str, tmp_path: Path, way: str) -> None:
    """An empty chart would tell nothing."""
    async with bots_on(chat, folder=tmp_path) as house:
        await house.seat().type(way)
        slash = chat == DISCORD and way.startswith("/")
        line = await told(house.seat("ada", "general" if slash else "dm"), NOTHING[Scope.PERSON])

        assert shows(line) == 0
        assert house.posts == 0


@both
async def test_what_others_used_is_for_admins(chat: str, tmp_path: Path) -> None:
    """Others hear just that; an admin sees the channel, and who used most in the team."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada, ben = house.seat(), house.seat("ben")
            await ben.type("@neocu an image of a boat")
            await result(ben)
            for scope in ("here", "team"):
                await ben.type(f"/neocu usage {scope}")
                await told(alone(house, chat, "ben"), wording.admins_only())
                await ada.type(f"/neocu usage {scope}")
            here = await told(alone(house, chat), Reply(CHANNELS))
            team = await told(alone(house, chat), Reply(TEAMS))

            assert shows(here) == shows(team) == 1
            assert "@ben" not in here.text
            assert "@ben 1" in team.text
