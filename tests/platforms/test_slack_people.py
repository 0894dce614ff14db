"""Who asks in Slack, and in whose workspace; and what people type there."""

from pathlib import Path

import pytest
from house import press_on, result, told
from slack_bots import Bots, bots_on_slack

from bots.playground.slack import Channel, Message
from core import wording
from core.request import Action

WAYS = [
    {},
    {"connect_names_team": False},
    {"connect_tells_twice": True},
    {"connect_outer_is_ours": True},
]


def shared(bots: Bots) -> Channel:
    """Return a channel that is shared with another company, whose dora is in it."""
    workspace = bots.workspace
    dora = workspace.add_person("dora", company=workspace.add_company())
    people = ("ada", "ben", dora, workspace.bot_user_id)
    return workspace.add_channel("shared", people)


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_other_companies_people_do_not_spend(way: dict[str, bool], tmp_path: Path) -> None:
    """They can mention the bot in shared channels; only a setting lets them in."""
    async with bots_on_slack(tmp_path) as bots:
        vars(bots.workspace.rules).update(way)
        await bots.workspace.say("dora", shared(bots), "@neocu a boat")
        await bots.told("own people")

        assert bots.posts == 0


async def test_a_named_workspace_lets_no_strangers_in(tmp_path: Path) -> None:
    """ALLOWED_WORKSPACES says which workspaces may spend, not that another company's people may."""
    async with bots_on_slack(tmp_path, allowed_workspaces="*") as bots:
        await bots.workspace.say("dora", shared(bots), "@neocu a boat")
        await bots.told("own people")

        assert bots.posts == 0


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_a_setting_lets_other_companies_people_in(
    way: dict[str, bool], tmp_path: Path
) -> None:
    """And however often Slack tells of one mention, it is one."""
    async with bots_on_slack(tmp_path, slack={"allow_external": True}) as bots:
        vars(bots.workspace.rules).update(way)
        await bots.workspace.say("dora", shared(bots), "@neocu a boat")
        result = await bots.result()
        told_of = bots.workspace.deliveries
        await bots.workspace.journal.until(lambda: all(one.over for one in told_of))

        assert bots.posts == 1
        assert bots.said() == [result]


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_in_a_shared_channel_our_own_people_go_on(
    way: dict[str, bool], tmp_path: Path
) -> None:
    """Again, Edit and recent find what was made there, though another company's is near."""
    async with bots_on_slack(tmp_path) as bots:
        vars(bots.workspace.rules).update(way)
        channel = shared(bots)
        await bots.workspace.say("ada", channel, "@neocu a boat")
        result = await bots.result()
        await bots.press(result, "Again")
        await bots.result(2)
        await bots.press(result, "Edit…")
        form = bots.workspace.modal("ada")
        await bots.workspace.command("ada", channel, "/neocu", "recent")
        await bots.told("a boat", "ada")

        assert form is not None
        assert "a boat" in str(form.content["blocks"])
        assert bots.posts == 2


async def test_other_companies_people_press_nothing_that_costs(tmp_path: Path) -> None:
    """A button in a shared channel can be pressed by everybody who sees it."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.workspace.say("ada", shared(bots), "@neocu a boat")
        result = await bots.result()
        await bots.press(result, "Again", "dora")
        await bots.told("own people")

        assert bots.posts == 1


@pytest.mark.parametrize("question", ["balance", "recent"])
async def test_other_companies_people_hear_nothing_of_ours(question: str, tmp_path: Path) -> None:
    """The balance is nobody else's business."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.workspace.say("dora", shared(bots), f"@neocu {question}")
        heard = await bots.told("own people")

        assert heard.only_for == bots.workspace.person("dora").id


async def test_guests_do_not_spend(tmp_path: Path) -> None:
    """They are told apart where the app may look people up."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.person("ada").is_restricted = True
        await bots.seat().type("@neocu a boat")
        await bots.told("Guests")
        await bots.seat().type("@neocu another boat")
        await bots.workspace.journal.until(lambda: len(bots.said()) > 1)

        assert bots.posts == 0
        assert bots.calls("users.info") == 1


async def test_without_users_read_nobody_is_looked_up(tmp_path: Path) -> None:
    """The scope is optional: it costs no call, and stops nobody."""
    async with bots_on_slack(tmp_path, without=["users:read"]) as bots:
        await bots.seat().type("@neocu a portrait of @ben")
        await bots.result()
        [task] = bots.sandbox.generated

        assert bots.workspace.person("ben").id in task.query
        assert bots.calls("users.info") == 0


async def test_an_admin_of_another_company_takes_nothing_down(tmp_path: Path) -> None:
    """They look after their own workspace, not after ours."""
    async with bots_on_slack(tmp_path, slack={"allow_external": True}) as bots:
        bots.workspace.rules.scopes |= {"users:read"}
        channel = shared(bots)
        bots.workspace.person("dora").is_admin = True
        await bots.workspace.say("ada", channel, "@neocu a boat")
        dora = bots.seat("dora", "shared")
        await press_on(dora, await result(dora), Action.DELETE)
        await told(dora, wording.not_yours())


# What people type


async def prompt_of(bots: Bots, text: str) -> str:
    """Return what Neocu is asked for when ada types a text."""
    await bots.seat().type(text)
    await bots.sandbox.journal.until(lambda: bots.sandbox.generated)
    [task] = bots.sandbox.generated
    return task.query


async def test_a_mentioned_person_has_a_name(tmp_path: Path) -> None:
    """Neocu can do nothing with an ID."""
    async with bots_on_slack(tmp_path) as bots:
        assert await prompt_of(bots, "@neocu a portrait of @ben") == "a portrait of @ben"


async def test_names_that_come_late_hold_nothing_up(tmp_path: Path) -> None:
    """They are asked for after the acknowledgement."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.ack_within = 0.5
        bots.workspace.faults.slow("users.info", seconds=1)
        asked = await prompt_of(bots, "@neocu a portrait of @ben")

        assert asked == "a portrait of @ben"
        assert all(one.acknowledged for one in bots.workspace.deliveries if one.over)


async def test_a_file_and_a_name_come_together(tmp_path: Path) -> None:
    """Two events of one mention, of which one lacks the file, and neither the name."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type(
            "@neocu a portrait of @ben", files=[("sketch.png", b"sketch", "image/png")]
        )
        await bots.sandbox.journal.until(lambda: bots.sandbox.generated)
        [task] = bots.sandbox.generated

        assert task.query == "a portrait of @ben"
        assert len(task.files) == 1


async def test_a_labelled_link_keeps_its_address(tmp_path: Path) -> None:
    """The label alone says nothing to Neocu."""
    async with bots_on_slack(tmp_path) as bots:
        asked = await prompt_of(bots, "@neocu like [this boat](https://boats.example/1)")

        assert asked == "like this boat (https://boats.example/1)"


async def test_an_edit_that_mentions_the_bot_counts_once(tmp_path: Path) -> None:
    """People forget the mention, and add it; then they mend a letter."""
    async with bots_on_slack(tmp_path) as bots:
        message: Message = await bots.workspace.say("ada", "general", "a boat")
        await bots.workspace.edit("ada", message, "@neocu a boat")
        await bots.result()
        await bots.workspace.edit("ada", message, "@neocu a boat!")
        told_of = bots.workspace.deliveries
        await bots.workspace.journal.until(lambda: all(one.over for one in told_of))

        assert bots.posts == 1
