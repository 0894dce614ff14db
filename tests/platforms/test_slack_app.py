"""What only Slack does: two events of one mention, response_urls, its two transports."""

import json
from pathlib import Path

import pytest
from house import BALANCE, DONE, HTTP, SOCKET, STARTED, House, bots_on, plain, said, told

from bots.playground.neocu import Fault
from bots.playground.neocu.media_files import Upload
from bots.playground.slack.payloads import message_json

slack = pytest.mark.parametrize("chat", [HTTP, SOCKET])
SKETCH = ("sketch.png", b"a small boat", "image/png")


async def deliver(house: House, event: dict[str, object]) -> None:
    """Tell the bots an event, as Slack would."""
    workspace = house.workspace
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": workspace.team_id,
            "event_id": f"Ev{event['type']}",
            "event": event,
            "authorizations": [{"team_id": workspace.team_id, "user_id": workspace.bot_user_id}],
        }
    ).encode()
    assert await workspace.deliver_raw(body, workspace.signed(body)) == 200


def handed_over(house: House) -> list[bytes]:
    """Return the bytes of the files that the only task uses."""
    [task] = house.sandbox.generated
    files = [house.sandbox.files[one] for one in task.files]
    return [file.content for file in files if isinstance(file, Upload)]


@slack
async def test_a_mention_that_comes_as_a_message_only_counts(chat: str, tmp_path: Path) -> None:
    """With a file, app_mention may not come: https://github.com/slackapi/bolt-python/issues/925."""
    async with bots_on(chat, folder=tmp_path) as house:
        house.workspace.rules.mention_with_file_as_message_only = True
        ada = house.seat()
        await ada.type("@neocu put it into the picture", files=[SKETCH])
        await told(ada, DONE)

        assert handed_over(house) == [SKETCH[1]]


@pytest.mark.parametrize("order", [("app_mention", "message"), ("message", "app_mention")])
async def test_one_mention_in_two_events_is_one_request_with_its_file(
    order: tuple[str, str], tmp_path: Path
) -> None:
    """app_mention may come without the files that its message has, before it or after."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        workspace, ada = house.workspace, house.seat()
        workspace.rules.events.clear()
        await ada.type("@neocu put it into the picture", files=[SKETCH])
        [message] = workspace.channel("general").messages
        whole = message_json(workspace.desk.team, message) | {"channel": message.channel}
        bare = {key: value for key, value in whole.items() if key not in ("files", "subtype")}
        events = {
            "message": whole | {"type": "message", "channel_type": "channel"},
            "app_mention": bare | {"type": "app_mention"},
        }
        for name in order:
            await deliver(house, events[name])
        await told(ada, DONE)

        assert handed_over(house) == [SKETCH[1]]
        assert await house.noted() == 1


async def test_a_file_of_another_workspace_is_looked_up(tmp_path: Path) -> None:
    """Slack Connect tells a file's ID only; files.info knows where it is."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        house.workspace.rules.files_of_other_workspaces = True
        ada = house.seat()
        await ada.type("@neocu put it into the picture", files=[SKETCH])
        await told(ada, DONE)

        assert handed_over(house) == [SKETCH[1]]


@slack
async def test_where_the_bot_is_no_member_it_answers_and_says_what_helps(
    chat: str, tmp_path: Path
) -> None:
    """A command works everywhere; a thread needs an invitation."""
    async with bots_on(chat, folder=tmp_path) as house:
        ada = house.seat("ada", "random")
        await ada.type("/neocu a lighthouse at dusk")
        said_there = house.workspace.channel("random").messages
        await ada.journal.until(lambda: any("Task" in one.text for one in said_there))

        assert "/invite @neocu" in said_there[0].text
        assert "a lighthouse at dusk" in said_there[0].text
        assert house.posts == 1


@slack
async def test_slack_hears_at_once_however_long_neocu_takes(chat: str, tmp_path: Path) -> None:
    """Three seconds are allowed; the note on disk is all that comes before."""
    async with bots_on(chat, folder=tmp_path) as house:
        faults = house.sandbox.faults
        faults.next("generate", Fault.HANG)
        delivery = await house.workspace.command("ada", "general", "/neocu", "a lighthouse")
        await house.sandbox.journal.until(lambda: faults.hanging)

        assert delivery.acknowledged
        faults.close()
        await told(house.seat(), "connection to Neocu failed")


async def test_slack_can_check_the_address(tmp_path: Path) -> None:
    """It is not taken into the app's configuration otherwise."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        assert await house.workspace.verify_events_url()


async def test_a_closed_socket_is_opened_again(tmp_path: Path) -> None:
    """Slack refreshes every connection after a few hours."""
    async with bots_on(SOCKET, folder=tmp_path) as house:
        house.workspace.rules.retry_after = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
        ada = house.seat()
        await house.workspace.drop_sockets()
        await ada.type("@neocu a lighthouse at dusk")
        await told(ada, DONE)

        assert house.posts == 1


@slack
async def test_what_was_not_asked_for_is_acknowledged(chat: str, tmp_path: Path) -> None:
    """Else Slack sends it three times more, and in the end nothing at all."""
    async with bots_on(chat, folder=tmp_path) as house:
        await house.workspace.open_messages_tab("ada")
        await house.workspace.say("ada", "general", "good morning")
        told_of = house.workspace.deliveries
        await house.workspace.journal.until(lambda: all(one.over for one in told_of))

        assert all(one.acknowledged for one in told_of)
        assert said(house.seat()) == []


async def test_an_outage_of_slack_delays_the_answer_only(tmp_path: Path) -> None:
    """What is to be said waits, in order, and is said once."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        ada = house.seat()
        house.workspace.faults.fail("chat.postMessage", after=True)
        await ada.type("@neocu a lighthouse at dusk")
        lines = await told(ada, DONE)

        assert sum(STARTED in plain(line) for line in lines) <= 1
        assert house.posts == 1


async def test_an_answer_that_comes_after_half_an_hour_arrives(tmp_path: Path) -> None:
    """A response_url is dead by then; the person still gets the private answer."""
    async with bots_on(HTTP, folder=tmp_path) as house:
        house.workspace.rules.response_url_lifetime = -1
        ada = house.seat()
        await ada.type("/neocu balance")
        [line] = await told(ada, BALANCE)

        assert line.private
