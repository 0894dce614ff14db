"""What only Slack does: two events of one mention, response_urls, its two transports."""

import json
from pathlib import Path

import pytest
from slack_bots import Bots, bots_on_slack, files

from bots.playground.neocu import Fault
from bots.playground.slack.payloads import message_json
from core import wording

transports = pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
SKETCH = ("sketch.png", b"a small boat", "image/png")


async def deliver(bots: Bots, event: dict[str, object]) -> None:
    """Tell the bots an event, as Slack would."""
    workspace = bots.workspace
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


async def handed_over(bots: Bots) -> list[bytes]:
    """Return the bytes of the files that the only task uses."""
    await bots.sandbox.journal.until(lambda: bots.sandbox.generated)
    [task] = bots.sandbox.generated
    found = [bots.sandbox.files[one] for one in task.files]
    return [file.content for file in found if hasattr(file, "content")]


@transports
async def test_a_mention_is_answered_by_one_card(socket: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter)
    """A sign of life, then the result in its place, with the task ID in its small line."""
    async with bots_on_slack(tmp_path, socket=socket) as bots:
        bots.sandbox.seconds = 0.5
        message = await bots.workspace.say("ada", "general", "@neocu a lighthouse at dusk")
        await bots.told("On it")
        statuses = bots.workspace.channel("general").statuses
        await bots.workspace.journal.until(lambda: statuses.get(message.ts))
        result = await bots.result()
        [task] = bots.sandbox.generated

        assert bots.said() == [result]
        assert result.thread_ts == message.ts
        assert task.task_id in result.words
        assert bots.workspace.notified(result) == {"ada": "mention"}


@transports
async def test_a_mention_that_comes_as_a_message_only_counts(socket: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter)
    """With a file, app_mention may not come: https://github.com/slackapi/bolt-python/issues/925."""
    async with bots_on_slack(tmp_path, socket=socket) as bots:
        bots.workspace.rules.mention_with_file_as_message_only = True
        await bots.seat().type("@neocu put it into the picture", files=[SKETCH])

        assert await handed_over(bots) == [SKETCH[1]]


@pytest.mark.parametrize("order", [("app_mention", "message"), ("message", "app_mention")])
async def test_one_mention_in_two_events_is_one_request_with_its_file(
    order: tuple[str, str], tmp_path: Path
) -> None:
    """app_mention may come without the files that its message has, before it or after."""
    async with bots_on_slack(tmp_path) as bots:
        workspace = bots.workspace
        workspace.rules.events.clear()
        await bots.seat().type("@neocu put it into the picture", files=[SKETCH])
        [message] = workspace.channel("general").messages
        whole = message_json(workspace.desk.team, message) | {"channel": message.channel}
        bare = {key: value for key, value in whole.items() if key not in ("files", "subtype")}
        events = {
            "message": whole | {"type": "message", "channel_type": "channel"},
            "app_mention": bare | {"type": "app_mention"},
        }
        for name in order:
            await deliver(bots, events[name])
        await bots.result()

        assert await handed_over(bots) == [SKETCH[1]]
        assert len(bots.said()) == 1


async def test_a_file_of_another_workspace_is_looked_up(tmp_path: Path) -> None:
    """Slack Connect tells a file's ID only; files.info knows where it is."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.files_of_other_workspaces = True
        await bots.seat().type("@neocu put it into the picture", files=[SKETCH])

        assert await handed_over(bots) == [SKETCH[1]]


@transports
async def test_slack_hears_at_once_however_long_neocu_takes(socket: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter)
    """Three seconds are allowed; the note on disk is all that comes before."""
    async with bots_on_slack(tmp_path, socket=socket, neocu_timeout=1) as bots:
        bots.sandbox.faults.next("generate", Fault.HANG)
        bots.workspace.rules.ack_within = 0.5
        delivery = await bots.workspace.command("ada", "general", "/neocu", "a lighthouse")

        assert delivery.acknowledged
        await bots.told("didn't answer in time")


async def test_slack_can_check_the_address(tmp_path: Path) -> None:
    """It is not taken into the app's configuration otherwise."""
    async with bots_on_slack(tmp_path) as bots:
        assert await bots.workspace.verify_events_url()


async def test_a_closed_socket_is_opened_again(tmp_path: Path) -> None:
    """Slack refreshes every connection after a few hours."""
    async with bots_on_slack(tmp_path, socket=True) as bots:
        bots.workspace.rules.retry_after = (0.2, 0.5, 1.0, 2.0)
        await bots.workspace.drop_sockets()
        await bots.seat().type("@neocu a lighthouse at dusk")
        await bots.result()

        assert bots.posts == 1


@transports
async def test_what_was_not_asked_for_is_acknowledged(socket: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter)
    """Else Slack sends it three times more, and in the end nothing at all."""
    async with bots_on_slack(tmp_path, socket=socket) as bots:
        await bots.workspace.open_messages_tab("ada")
        await bots.workspace.say("ada", "general", "good morning")
        told_of = bots.workspace.deliveries
        await bots.workspace.journal.until(lambda: all(one.over for one in told_of))

        assert all(one.acknowledged for one in told_of)
        assert bots.said() == []


async def test_an_outage_of_slack_delays_the_answer_only(tmp_path: Path) -> None:
    """What is to be said waits, in order, and is said once."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.faults.fail("chat.postMessage", after=True)
        await bots.seat().type("@neocu a lighthouse at dusk")
        result = await bots.result()

        assert bots.said() == [result]
        assert bots.posts == 1


async def test_an_answer_that_comes_after_half_an_hour_arrives(tmp_path: Path) -> None:
    """A response_url is dead by then; the person still gets the private answer."""
    async with bots_on_slack(tmp_path) as bots:
        bots.workspace.rules.response_url_lifetime = -1
        await bots.seat().type("/neocu balance")
        heard = await bots.told("credits", "ada")

        assert heard.only_for


async def test_a_form_sends_exactly_what_it_shows(tmp_path: Path) -> None:
    """Edit shows the query and the result's ID; whoever takes the ID out gets none."""
    async with bots_on_slack(tmp_path) as bots:
        await bots.seat().type("@neocu put it into the picture", files=[SKETCH])
        result = await bots.result()
        await bots.press(result, "Edit…")
        ada = bots.seat()
        query, ids = wording.labels.query(), wording.labels.file_ids()
        shown = ada.form()
        await ada.send({query: "a boat", ids: ""})
        await bots.result(2)
        first, second = bots.sandbox.generated

        assert shown[query] == "put it into the picture"
        assert shown[ids]
        assert len(first.files) == 1
        assert second.files == ()


async def test_a_message_can_be_used_with_its_files(tmp_path: Path) -> None:
    """From its menu; the answer comes below it."""
    async with bots_on_slack(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("what a boat", files=[SKETCH])
        [line] = ada.lines()
        await ada.use(line)
        query = next(iter(ada.form()))
        shown = ada.form()[query]
        await ada.send({query: "this boat at night"})
        result = await bots.result()

        assert shown == "what a boat"
        assert result.thread_ts == line.shown.ts
        assert await handed_over(bots) == [SKETCH[1]]


async def test_our_own_result_is_used_as_it_is(tmp_path: Path) -> None:
    """Neocu has it already: it is not fetched from Slack and handed over again."""
    async with bots_on_slack(tmp_path) as bots:
        ada = bots.seat()
        await ada.type("@neocu a boat")
        result = await bots.result()
        line = next(one for one in ada.lines() if one.shown is result)
        await ada.use(line)
        query, ids = wording.labels.query(), wording.labels.file_ids()
        shown = ada.form()
        await ada.send({query: "the same at night", ids: shown[ids]})
        await bots.result(2)
        _, second = bots.sandbox.generated

        assert shown[query] == "a boat"
        assert list(second.files) == [shown[ids]]
        assert files(result)
