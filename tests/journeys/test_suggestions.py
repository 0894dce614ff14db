"""What is offered while somebody types on Discord: at once, whatever the ledger does."""

import asyncio
from pathlib import Path

from house import DISCORD, House, bots_on, made, result, told
from ledger_away import find, lose

from core import wording
from core.intent import Command
from core.records import SavedPrompt

WITHIN_SECONDS = 10.0


async def offered(house: House, typed: str, person: str = "ada") -> list[str]:
    """Return what is offered for what is typed."""
    asked = await house.guild.suggestions(person, "general", "neocu", "query", typed)
    await house.guild.journal.until(lambda: asked.answered is not None)
    return [choice["value"] for choice in asked.choices]


async def test_verbs_and_what_one_asked_are_offered(tmp_path: Path) -> None:
    """One's own prompts and tasks, and nobody else's; what is asked next comes to it."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat("ada")
        at_first = await offered(house, "")
        await ada.type("@neocu a lighthouse at dusk")
        await result(ada, under="at dusk")
        await offered(house, "")  # which has it read anew
        await ada.type("/neocu save dusk: a harbour at dusk")
        await told(ada, wording.saved(SavedPrompt("dusk", "a harbour at dusk"), with_files=False))
        async with asyncio.timeout(WITHIN_SECONDS):  # it is read behind the person's back
            while await offered(house, "DU") != ["dusk", "a lighthouse at dusk"]:  # noqa: ASYNC110 (nothing tells of it)
                await asyncio.sleep(0.01)
        task = await made(house, 1)

        assert at_first == list(Command)
        assert await offered(house, "light") == ["a lighthouse at dusk"]
        assert await offered(house, "status") == [Command.STATUS, f"status {task.task_id}"]
        assert await offered(house, "light", "ben") == []


async def test_while_the_ledger_is_away_memory_answers(tmp_path: Path) -> None:
    """Or there is nothing but the verbs; either way it is no error, and not late."""
    async with bots_on(DISCORD, folder=tmp_path) as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await result(ada, under="at dusk")
        await offered(house, "")
        lose(tmp_path / "bots.db")
        known, unknown = await offered(house, "light"), await offered(house, "", "ben")
        find(tmp_path / "bots.db")

        assert known == ["a lighthouse at dusk"]
        assert unknown == list(Command)
