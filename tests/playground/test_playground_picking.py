"""Picking people, channels and choices in a form: what the platforms refuse of it."""

from typing import Any

import pytest

from bots.playground.discord import Guild
from bots.playground.discord.components import check_modal
from bots.playground.discord.error_codes import Form
from bots.playground.discord.modals import fill_in
from bots.playground.discord.state import Interaction, Modal
from bots.playground.slack import Workspace
from bots.playground.slack.blocks import problems
from bots.playground.slack.inputs import state_values

USERS, ROLES, CHANNELS, LABEL, NEWS = 5, 6, 8, 18, 5


def slack_input(**element: Any) -> dict[str, Any]:
    """Return an input block of Slack's."""
    label = {"type": "plain_text", "text": "Pick"}
    named = {"action_id": "pick", **element}
    return {"type": "input", "block_id": "pick", "label": label, "element": named}


def option(value: str) -> dict[str, Any]:
    """Return an entry of a menu."""
    return {"text": {"type": "plain_text", "text": "Some"}, "value": value}


@pytest.mark.parametrize(
    ("element", "word"),
    [
        ({"options": []}, "between 1 and 100"),
        ({"options": [option("a")] * 101}, "between 1 and 100"),
        ({"options": [option("a" * 151)]}, "less than 151"),
        ({"options": [option("")]}, "more than 0"),
        ({"options": [option("a")], "initial_option": option("b")}, "one of the options"),
    ],
)
def test_slack_refuses_a_menu_that_breaks_its_rules(element: dict[str, Any], word: str) -> None:
    """Else a form would open here that Slack never shows."""
    found = problems([slack_input(type="static_select", **element)])

    assert len({one.partition(" [")[0] for one in found}) == 1
    assert word in found[0]


async def test_slack_tells_who_was_picked_and_offers_nobody_else() -> None:
    """Nothing picked is an empty list, or null where one can be picked."""
    async with Workspace() as workspace:
        team, ada = workspace.desk.team, workspace.person("ada")
        several = slack_input(type="multi_users_select", initial_users=[ada.id])
        one = slack_input(type="conversations_select")
        kept = state_values(team, ada, [several], {})
        empty = state_values(team, ada, [several], {"pick": []})
        none = state_values(team, ada, [one], {})

        assert kept["pick"]["pick"]["selected_users"] == [ada.id]
        assert empty["pick"]["pick"]["selected_users"] == []
        assert none["pick"]["pick"]["selected_conversation"] is None
        with pytest.raises(ValueError, match="U0NOBODY"):
            state_values(team, ada, [several], {"pick": ["U0NOBODY"]})


def discord_modal(**menu: Any) -> dict[str, Any]:
    """Return a modal of Discord's with one menu."""
    component = {"custom_id": "pick", "min_values": 0, **menu}
    label = {"type": LABEL, "label": "Pick", "component": component}
    return {"custom_id": "form", "title": "Form", "components": [label]}


@pytest.mark.parametrize(
    "menu",
    [
        {"max_values": 26},
        {"default_values": [{"id": "1"}, {"id": "2"}], "max_values": 1},
    ],
)
def test_discord_refuses_a_menu_that_breaks_its_rules(menu: dict[str, Any]) -> None:
    """Among them more chosen than may be."""
    right, wrong = Form(), Form()
    check_modal(right, discord_modal(type=USERS, max_values=25, default_values=[{"id": "1"}]))
    check_modal(wrong, discord_modal(type=USERS, **menu))

    right.check()
    with pytest.raises(Exception, match="50035"):
        wrong.check()


async def test_discord_describes_what_was_picked_and_offers_nothing_else() -> None:
    """What nobody touched is sent as it stands there."""
    async with Guild() as guild:
        world, ada, general = guild.world, guild.person("ada"), guild.channel("general")

        def picked(*values: object, **menu: Any) -> dict[str, Any]:
            data = discord_modal(max_values=2, **menu)
            interaction = Interaction(1, "token", 5, ada, general, {})
            modal = Modal(interaction, "form", "Form", data["components"])
            return fill_in(world, modal, {"pick": [str(one) for one in values]} if values else {})

        person = picked(ada.id, type=USERS)
        role = picked(world.bot_role_id, type=ROLES)
        channel = picked(type=CHANNELS, default_values=[{"id": str(general.id)}])

        assert str(ada.id) in person["resolved"]["users"]
        assert str(world.bot_role_id) in role["resolved"]["roles"]
        assert str(general.id) in channel["resolved"]["channels"]
        with pytest.raises(ValueError, match="does not offer general"):
            picked(general.id, type=CHANNELS, channel_types=[NEWS])
        with pytest.raises(ValueError, match="no role 7"):
            picked(7, type=ROLES)
