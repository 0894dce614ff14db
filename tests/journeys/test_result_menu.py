"""The menu under a result: what can be made of it by one press, and where else it can go."""

from pathlib import Path

from house import actions, both, bots_on, house_for, made, press, result, running, said

from bots.playground.seats import Seat
from core.neocu.presets import PRESETS
from core.request import Action


async def choose(seat: Seat, label: str) -> None:
    """Choose from the menu of the newest card."""
    card = await result(seat)
    await seat.press(card, label)


@both
async def test_an_image_can_be_animated(chat: str, tmp_path: Path) -> None:
    """The prompt is the preset's, the file is the result, and anybody there may press."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        card = await result(ada)
        await ben.press(card, "Animate it")
        await result(ben, 2)

        first, second = house.sandbox.generated
        assert second.query == PRESETS["image"]["animate"]
        assert second.files == (first.assets[0].id,)


@both
async def test_each_of_several_results_has_its_own_entries(chat: str, tmp_path: Path) -> None:
    """The third of three pictures is the one that is made larger."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu 3 pictures of a red sailing boat")
        await choose(ada, "3. Upscale")
        await result(ada, 2)

        first, second = house.sandbox.generated
        assert second.files == (first.assets[2].id,)


@both
async def test_a_preset_asks_for_its_price_first(chat: str, tmp_path: Path) -> None:
    """One press in a menu spends no more unasked than words do."""
    async with bots_on(chat, folder=tmp_path, confirm_above=9) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a small picture of a lighthouse, 1 MP")
        await choose(ada, "Make it 3D")
        await press(ada, Action.CONFIRM)
        second = await made(house, 2)

        assert second.query == PRESETS["image"]["make_3d"]
        assert second.files == (house.sandbox.generated[0].assets[0].id,)


@both
async def test_the_menu_works_after_a_restart(chat: str, tmp_path: Path) -> None:
    """What it is about stands in the message, not in a process."""
    async with house_for(chat) as house:
        ada = house.seat("ada")
        async with running(house, chat, folder=tmp_path):
            await ada.type("@neocu a lighthouse at dusk")
            await result(ada)
        async with running(house, chat, folder=tmp_path):
            await choose(ada, "Upscale")
            await result(ada, 2)

            assert house.posts == 2


@both
async def test_a_result_is_sent_to_whoever_wants_it(chat: str, tmp_path: Path) -> None:
    """By direct message, with the file, to the one who pressed."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada, ben = house.seat("ada"), house.seat("ben")
        await ada.type("@neocu a lighthouse at dusk")
        await press(ben, Action.SEND_TO_ME)
        own = await result(house.seat("ben", "dm"))

        assert own.files
        assert Action.PRESET in actions(own)
        assert not said(house.seat("ada", "dm"))


@both
async def test_the_original_is_linked_for_one_person_alone(chat: str, tmp_path: Path) -> None:
    """A link that may stop working is no business of the channel's."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await press(ada, Action.ORIGINAL)
        address = house.sandbox.generated[0].assets[0].id

        def linked() -> bool:
            return any(line.private and address[-8:] in line.text for line in said(ada))

        await ada.journal.until(linked)
