"""Whose workspaces spend the organization's compute."""

from pathlib import Path

import pytest
from house import DISCORD, both, bots_on, house_for, result, running, told

from core import wording
from core.request import Refusal


@both
@pytest.mark.parametrize("named", ["ours", "*"])
async def test_a_named_workspace_may_ask(chat: str, named: str, tmp_path: Path) -> None:
    """By its ID among others, or as any."""
    async with house_for(chat) as house:
        id_ = house.guild.guild_id if chat == DISCORD else house.workspace.team_id
        allowed = f"T0ELSEWHERE, {id_}" if named == "ours" else named
        async with running(house, chat, folder=tmp_path, allowed_workspaces=allowed):
            ada = house.seat("ada")
            await ada.type("@neocu a lighthouse at dusk")
            await result(ada)

        assert house.posts == 1


@both
async def test_a_workspace_that_is_not_named_spends_nothing(chat: str, tmp_path: Path) -> None:
    """It hears so, and nothing is made."""
    async with bots_on(chat, folder=tmp_path, allowed_workspaces="T0ELSEWHERE") as house:
        ada = house.seat("ada")
        await ada.type("@neocu a lighthouse at dusk")
        await told(ada, wording.refused_person(Refusal.UNKNOWN_WORKSPACE))

        assert house.posts == 0
