"""What a refusal offers: the way on, in the same message."""

from pathlib import Path

from house import actions, both, bots_on, press, press_on, result, told

from core import wording
from core.intent import MAX_FILES, TooManyFilesError
from core.request import Action

TOPUP = "https://pay.example/credits"


@both
async def test_without_credits_one_can_top_up_or_ask_for_less(chat: str, tmp_path: Path) -> None:
    """The link leads to where it is done; the form holds what was asked."""
    async with bots_on(chat, folder=tmp_path, neocu_topup_url=TOPUP) as house:
        ada = house.seat("ada")
        house.sandbox.faults.next("generate", 402)
        await ada.type("@neocu a lighthouse at dusk")
        refused = await told(ada, wording.no_compute(""))

        assert actions(refused) == [Action.TRY_AGAIN, Action.EDIT, Action.OPEN]
        assert TOPUP in str(refused.shown)
        await press_on(ada, refused, Action.EDIT)
        form = await ada.journal.until(ada.form)
        query = wording.labels.query()
        assert form[query] == "a lighthouse at dusk"
        await ada.send({query: "a small lighthouse at dusk"})
        await result(ada)
        assert [task.query for task in house.sandbox.generated] == ["a small lighthouse at dusk"]


@both
async def test_what_is_too_much_is_changed_where_it_stands(chat: str, tmp_path: Path) -> None:
    """Nobody has to find their words again."""
    files = ", ".join(f"65f0c0ffee{number:014}" for number in range(MAX_FILES + 1))
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type(f"@neocu a lighthouse files: {files}")
        refused = await told(ada, wording.bad_input(TooManyFilesError(MAX_FILES + 1)))
        await press_on(ada, refused, Action.EDIT)
        form = await ada.journal.until(ada.form)

        assert form[wording.labels.query()] == "a lighthouse"


async def test_slack_tells_of_a_link_and_nothing_is_made_of_it(tmp_path: Path) -> None:
    """It says so of every button, those that only lead somewhere, too."""
    async with bots_on("slack over HTTP", folder=tmp_path, neocu_topup_url=TOPUP) as house:
        ada = house.seat("ada")
        house.sandbox.faults.next("generate", 402)
        await ada.type("@neocu a lighthouse at dusk")
        await press(ada, Action.OPEN)

        assert await house.noted() == 1
