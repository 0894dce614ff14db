"""Settings in the chat: admins see and change them by forms, others can't, and no key is shown."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from house import DISCORD, HTTP, House, both, house_for, plain, press, result, running, told

from bots.playground.seats import Line, Seat, SlackSeat
from core import wording
from core.conversation import Reply
from core.request import Action, Group
from core.wording import setting_labels
from core.workspaces.secrets import new_key

OWN_KEY = "a-key-of-their-very-own-0123456789-wxyz"
SETTINGS = Reply("**What holds in this workspace**")
SAVED, NOT_SAVED = Reply("**Saved.**"), Reply("**Not saved.**")
CHANGED_MEANWHILE = Reply("**Not saved: somebody else has changed the settings meanwhile.**")
ABOVE = setting_labels.label("confirm_above")
FOR_ADMINS = wording.settings_for_admins()


def make_admin(house: House, chat: str, person: str = "ada", *, admin: bool = True) -> None:
    """Have a person manage the workspace, or no longer."""
    if chat == HTTP:
        house.workspace.person(person).is_admin = admin
        return
    guild = house.guild
    guild.world.guilds[guild.guild_id].owner = guild.person(person if admin else "olga")


async def open_form(seat: Seat, group: Group) -> dict[str, str]:
    """Ask for the settings and press a group's button; return what stands in the form."""
    await seat.type("/neocu settings")
    await told(seat, SETTINGS)
    await press(seat, Action.SETTINGS, asset=group)
    return await seat.journal.until(seat.form)


async def send(seat: Seat, **values: Any) -> None:
    """Fill the open form in, by the names of the settings, and send it."""
    await seat.send({setting_labels.label(name)[:45]: value for name, value in values.items()})


async def name_an_admin(house: House, chat: str, person: str) -> None:
    """Have ada let another person change the settings, too."""
    people: Any = house.workspace if chat == HTTP else house.guild
    await open_form(house.seat(), Group.WHO)
    await send(house.seat(), admins=[str(people.person(person).id)])
    await told(house.seat(), SAVED)


def said_to(seat: Seat) -> str:
    """Return all that a person has read."""
    return "\n".join(plain(line) for line in seat.lines())


def kept_in(folder: Path) -> bytes:
    """Return all that is written down."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


def errors(seat: Seat, house: House) -> dict[str, str]:
    """Return what Slack shows beside the fields of a form that is still open."""
    view = house.workspace.modal("ada") if isinstance(seat, SlackSeat) else None
    return view.errors if view else {}


@both
async def test_an_admin_changes_limits_and_the_log_tells(chat: str, tmp_path: Path) -> None:
    """What holds is shown, changed by a form, held to at once, and written down."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada, ben = house.seat(), house.seat("ben")
            before = await open_form(ada, Group.LIMITS)
            await send(ada, user_daily_limit="1 request", person_tasks="2")
            saved = await told(ada, SAVED)
            await ben.type("@neocu an image of a boat")
            await result(ben)
            await ben.type("@neocu an image of a second boat")
            refused = await ada.journal.until(
                lambda: [line for line in house.seat("ben").lines() if "1 request" in plain(line)]
            )
            after = await open_form(ada, Group.LIMITS)
            await send(ada)
            await told(ada, wording.settings_saved({}))
            await ada.type("/neocu settings log")
            logged = await told(ada, Reply("**The latest changes of the settings**"))

            assert before[setting_labels.label("user_daily_limit")] == ""
            assert after[setting_labels.label("user_daily_limit")] == "1 requests"
            assert after[setting_labels.label("person_tasks")] == "2"
            assert "Tasks at once, per person: As it was set up → 2" in plain(saved)
            assert saved.private
            assert logged.private
            assert "Daily limit per person: no limit → 1 request" in plain(logged)
            assert "@ada" in logged.text
            assert refused
            assert house.posts == 1


@both
async def test_settings_are_for_admins_and_those_they_name(chat: str, tmp_path: Path) -> None:
    """Others hear a sentence; a person who was named may, and so may a form no more."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada, ben = house.seat(), house.seat("ben")
            await ben.type("/neocu settings")
            await told(ben, FOR_ADMINS)
            await ben.type("/neocu settings log")
            await told(ben, FOR_ADMINS, times=2)
            await name_an_admin(house, chat, "ben")
            await open_form(ben, Group.COSTS)
            await open_form(ada, Group.COSTS)
            make_admin(house, chat, admin=False)
            await send(ada, confirm_above="5")
            await told(ada, FOR_ADMINS)
            await press(ada, Action.SETTINGS, asset=Group.COSTS)
            await told(ada, FOR_ADMINS, times=2)


@both
async def test_the_second_of_two_admins_sees_what_changed(chat: str, tmp_path: Path) -> None:
    """Nobody's choice is overwritten unseen; the form can be opened again."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada, ben = house.seat(), house.seat("ben")
            await name_an_admin(house, chat, "ben")
            first = await open_form(ben, Group.COSTS)
            await open_form(ada, Group.COSTS)
            await send(ada, confirm_above="7")
            await told(ada, SAVED, times=2)
            await send(ben, confirm_above="9")
            conflict = await told(ben, CHANGED_MEANWHILE)
            await ben.press(conflict, "Open the form again")
            again = await ben.journal.until(ben.form)

            assert first[ABOVE] == ""
            assert "@ada" in conflict.text
            assert "no limit → 7" in plain(conflict)
            assert again[ABOVE] == "7"


@both
@pytest.mark.parametrize(
    ("group", "values"),
    [
        (Group.LIMITS, {"person_tasks": "many"}),
        (Group.LIMITS, {"person_tasks": "999"}),
        (Group.LIMITS, {"workspace_daily_limit": "a few"}),
        (Group.COSTS, {"confirm_above": "inf"}),
    ],
)
async def test_what_can_not_be_is_said_beside_its_field(
    chat: str, group: Group, values: dict[str, str], tmp_path: Path
) -> None:
    """Neither nonsense nor more than the operator allows is saved."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path, person_tasks=3):
            ada = house.seat()
            await open_form(ada, group)
            await send(ada, **values)
            if chat == HTTP:
                assert errors(ada, house).keys() == values.keys()
            else:
                line = await told(ada, NOT_SAVED)
                assert setting_labels.label(next(iter(values))) in plain(line)
                await ada.press(line, "Open the form again")
            form = await ada.journal.until(ada.form)

            assert form
            assert SAVED.text.strip("*") not in said_to(ada).replace("Not saved.", "")


@both
async def test_people_and_channels_are_picked(chat: str, tmp_path: Path) -> None:
    """They stand there when the form is opened again, and can be taken out."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada = house.seat()
            people: Any = house.workspace if chat == HTTP else house.guild
            general, one = people.channel("general"), people.person("ada")
            await open_form(ada, Group.WHO)
            await send(ada, allowed_channels=[str(general.id)], allowed_people=[str(one.id)])
            await told(ada, SAVED)
            ben = house.seat("ben")
            await ben.type("@neocu an image of a boat")
            await open_form(ada, Group.WHO)
            await send(ada)  # as it stands
            await told(ada, wording.settings_saved({}))
            await open_form(ada, Group.WHO)
            await send(ada, allowed_people=[])
            line = await told(ada, SAVED, times=2)

            assert "People: @ada → no restriction" in plain(line)
            assert house.posts == 0


@both
async def test_a_key_pays_is_shown_by_its_end_and_removed(chat: str, tmp_path: Path) -> None:
    """It stands in no message, no log, and no file; a wrong one is refused."""
    keys = new_key()
    async with house_for(chat) as house:
        make_admin(house, chat)
        theirs = house.sandbox.add_organization(OWN_KEY)
        async with running(house, chat, folder=tmp_path, encryption_keys=keys):
            ada = house.seat()
            await open_form(ada, Group.KEY)
            await send(ada, neocu_key="no key at all")
            await told(ada, NOT_SAVED)
            await open_form(ada, Group.KEY)
            await send(ada, neocu_key=OWN_KEY)
            saved = await told(ada, SAVED)
            await ada.type("@neocu an image of a boat")
            await result(ada)
            await open_form(ada, Group.KEY)
            await send(ada, remove_key=removal(chat))
            removed = await told(ada, SAVED, times=2)

            assert "ends in wxyz" in plain(saved)
            assert "ends in wxyz → none" in plain(removed)
            assert len(theirs.tasks) == 1
            assert OWN_KEY not in said_to(ada)
        assert OWN_KEY.encode() not in kept_in(tmp_path)


def removal(chat: str) -> str | list[str]:
    """Return the choice to remove a key, as a chat's menu sends it."""
    return ["remove"] if chat == DISCORD else "remove"


@both
@pytest.mark.parametrize(
    ("group", "values"), [(Group.COSTS, {"confirm_above": "5"}), (Group.KEY, {"neocu_key": "k"})]
)
async def test_settings_that_can_not_be_reached_have_a_sentence(
    chat: str, group: Group, values: dict[str, str], tmp_path: Path
) -> None:
    """Neither a press nor a form is left without an answer."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path, encryption_keys=new_key()):
            ada = house.seat()
            await open_form(ada, group)
            with lost(tmp_path / "bots.db"):
                await send(ada, **values)
                await told(ada, wording.settings_not_saved())
                await press(ada, Action.SETTINGS, asset=group)
                await told(ada, wording.settings_not_saved(), times=2)


@contextmanager
def lost(database: Path) -> Iterator[None]:
    """Have a SQLite file without its table of workspaces."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("ALTER TABLE workspaces RENAME TO lost")
        yield
        connection.execute("ALTER TABLE lost RENAME TO workspaces")


@both
async def test_in_a_direct_message_about_a_server_it_is_asked_who_manages_it(
    chat: str, tmp_path: Path
) -> None:
    """There Discord tells no permission with a press."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada, ben = house.alone(), house.alone("ben")
            await name_an_admin(house, chat, "ben")
            for person, seat in (("ada", ada), ("ben", ben)):
                await house.seat(person).type("@neocu settings")
                await told(seat, SETTINGS)
                await press(seat, Action.SETTINGS, asset=Group.WHO)
                await seat.journal.until(seat.form)
            await send(ada, admins=[])
            await ada.journal.until(lambda: "@ben → none" in said_to(ada))
            await send(ben, allowed_people=[])
            await told(ben, FOR_ADMINS)


@both
async def test_without_encryption_no_key_is_taken(chat: str, tmp_path: Path) -> None:
    """And it is said who can change that."""
    async with house_for(chat) as house:
        make_admin(house, chat)
        async with running(house, chat, folder=tmp_path):
            ada = house.seat()
            await open_form(ada, Group.KEY)
            await send(ada, neocu_key=OWN_KEY)
            line: Line = await told(ada, NOT_SAVED)

            assert "ENCRYPTION_KEYS" in plain(line)
            with suppress(LookupError):
                assert OWN_KEY not in said_to(ada)
