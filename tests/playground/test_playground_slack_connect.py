from collections.abc import AsyncIterator
from typing import Any

import pytest
from playground_slack_app import Heard, connected, error_of, over_http, over_socket, sdk
from slack_bolt.app.async_app import AsyncApp

from bots.playground.slack import Channel, Person, Workspace

BUTTON = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
ROW = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace whose retries come at once."""
    async with Workspace() as workspace:
        workspace.rules.retry_after = (0.0, 0.01, 0.02)
        yield workspace


@pytest.fixture
def zoe(workspace: Workspace) -> Person:
    """A person of another company."""
    return workspace.add_person("zoe", company=workspace.add_company())


@pytest.fixture
def shared(workspace: Workspace, zoe: Person) -> Channel:
    """A channel that both companies and the bot are in."""
    return workspace.add_channel("shared", ["ada", zoe, "neocu"])


@pytest.fixture(params=[over_http, over_socket], ids=["http", "socket"])
async def bolt(workspace: Workspace, request: Any) -> AsyncIterator[tuple[AsyncApp, Heard]]:
    """A real Bolt app on either transport."""
    async with connected(workspace, request.param) as connection:
        yield connection


async def test_bolt_finds_the_installed_workspace(
    workspace: Workspace, bolt: tuple[AsyncApp, Heard], zoe: Person, shared: Channel
) -> None:
    """The outer team_id is the author's company's; whoever keys by it finds nothing of ours."""
    app, _ = bolt
    teams: list[tuple[str, str | None, str]] = []

    @app.middleware
    async def note(body: dict[str, Any], context: Any, next: Any) -> None:  # noqa: A002 - Bolt's
        teams.append((body["team_id"], context.team_id, body["event"]["user_team"]))
        workspace.journal.changed()
        await next()

    await workspace.say(zoe, shared, "hello")
    await workspace.journal.until(lambda: teams)

    assert teams == [(zoe.team_id, workspace.team_id, zoe.team_id)]


async def test_a_mention_can_be_told_twice(
    workspace: Workspace, bolt: tuple[AsyncApp, Heard], zoe: Person, shared: Channel
) -> None:
    """Under both companies' names and with two event IDs; the ts alone tells that it is one."""
    _, heard = bolt
    workspace.rules.connect_tells_twice = True
    workspace.rules.events = {"app_mention"}
    message = await workspace.say(zoe, shared, "@neocu a lighthouse")
    await workspace.journal.until(lambda: len(heard) == 2)

    assert {event["ts"] for event in heard} == {message.ts}
    assert len({event["event_id"] for event in heard}) == 2
    outer = {delivery.payload["team_id"] for delivery in workspace.deliveries}
    assert outer == {zoe.team_id, workspace.team_id}


@pytest.mark.usefixtures("bolt")
async def test_events_may_hide_whose_they_are(
    workspace: Workspace, zoe: Person, shared: Channel
) -> None:
    """Seen in production: neither `team` nor `user_team`; only `users.info` tells."""
    workspace.rules.connect_names_team = False
    workspace.rules.connect_outer_is_ours = True
    workspace.scopes.add("users:read")
    await workspace.say(zoe, shared, "hello")
    [payload] = [delivery.payload for delivery in workspace.deliveries]
    person = (await sdk(workspace).users_info(user=zoe.id))["user"]

    assert payload["team_id"] == workspace.team_id
    assert not {"team", "user_team"} & payload["event"].keys()
    assert (person["team_id"], person["is_stranger"]) == (zoe.team_id, True)


async def test_a_press_names_both_teams(
    workspace: Workspace, bolt: tuple[AsyncApp, Heard], zoe: Person, shared: Channel
) -> None:
    """`team` is where the app is installed, `user.team_id` who pays for something else."""
    app, _ = bolt
    bodies: list[dict[str, Any]] = []

    @app.action("again")
    async def on_again(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        bodies.append(body)

    await app.client.chat_postMessage(channel=shared.id, text="a", blocks=ROW)
    [message] = workspace.seen_by(zoe, shared)
    assert (await workspace.press(zoe, message, "again")).acknowledged

    assert bodies[0]["team"]["id"] == workspace.team_id
    assert bodies[0]["user"]["team_id"] == zoe.team_id


@pytest.mark.usefixtures("bolt")
async def test_commands_and_shortcuts_are_for_the_installing_team(
    workspace: Workspace, zoe: Person, shared: Channel
) -> None:
    """Other companies' people don't even find them, and see no other channel."""
    message = await workspace.say("ada", shared, "a")
    with pytest.raises(PermissionError):
        await workspace.command(zoe, shared, "/neocu", "a")
    with pytest.raises(PermissionError):
        await workspace.shortcut(zoe, message, "use")
    await workspace.say("ada", "general", "secret")

    assert workspace.seen_by(zoe, "general") == []
    assert workspace.seen_by(zoe, shared) == [message]


@pytest.mark.usefixtures("bolt")
async def test_their_files_come_without_an_address(
    workspace: Workspace, zoe: Person, shared: Channel
) -> None:
    """`files.info` has to be asked for it."""
    message = await workspace.say(zoe, shared, "look", files=[("a.png", b"a", "image/png")])
    [delivery] = workspace.deliveries
    [stub] = delivery.payload["event"]["files"]
    info = await sdk(workspace).files_info(file=stub["id"])

    assert stub["file_access"] == "check_file_info"
    assert info["file"]["url_private_download"] == message.files[0].url
    assert info["file"]["user_team"] == zoe.team_id


async def test_people_are_told_apart_with_the_scope_for_it(workspace: Workspace) -> None:
    """Guests, admins and languages: all of it is withheld once the scope is withdrawn."""
    client, ada = sdk(workspace), workspace.person("ada")
    ada.is_admin, ada.is_ultra_restricted, ada.locale = True, True, "de-DE"
    workspace.scopes.add("users:read")
    plain = (await client.users_info(user=ada.id))["user"]
    user = (await client.users_info(user=ada.id, include_locale=True))["user"]
    workspace.scopes.discard("users:read")

    assert "locale" not in plain
    assert user["locale"] == "de-DE"
    flags = [user[f"is_{name}"] for name in ("admin", "owner", "restricted", "ultra_restricted")]
    assert flags == [True, False, False, True]
    assert await error_of(client.users_info(user=ada.id)) == "missing_scope"
