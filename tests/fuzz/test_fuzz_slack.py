"""Whatever Slack tells us of what people do: a request that can be kept, or nothing."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd import RECORDED, changed, collected
from slack_bots import bots_on_slack

from bots.slack import forms, ladder, parse
from core.inbox import Prefill
from core.ledger.codec import REQUEST
from core.request import Request

# What Slack's documents promise always, and what makes an event what it is.
RELIED_ON = frozenset(
    {
        *("type", "event", "channel", "channel_id", "user", "user_id", "id", "ts", "message_ts"),
        *("trigger_id", "container", "action_id", "value", "view", "private_metadata", "state"),
        *("values", "message", "actions", "command", "api_app_id", "team_id", "team", "token"),
        *("payload", "event_id", "callback_id", "blocks", "authorizations", "input"),
    }
)
FORM_INPUTS = frozenset(forms.__dict__[name] for name in ("QUERY", "MORE", "FILES", "UPLOADS"))
ME = {"team_id": "T1", "enterprise_id": None, "bot_user_id": "U0"}
SLACK = RECORDED["slack"] | {"app_home_opened": RECORDED["slack_home"]}
EVENTS = [name for name, one in SLACK.items() if "event" in one]
MESSAGES = [name for name in EVENTS if name != "app_home_opened"]


def odd(*names: str) -> st.SearchStrategy[Any]:
    """Return a strategy of recorded payloads of these kinds, changed."""
    return st.sampled_from(names).flatmap(
        lambda name: changed(SLACK[name], RELIED_ON | FORM_INPUTS)
    )


@given(odd(*MESSAGES))
def test_any_message_is_a_request(body: Any) -> None:
    """A file without a name, a team that is not told: what was asked is there all the same."""
    keeps(parse.of_message(body["event"], body, ME, {}))


def test_a_thread_that_is_null_is_none() -> None:
    """20,000 odd messages found it: the answer's place could be written down, and never read."""
    body = SLACK["reply"] | {"event": SLACK["reply"]["event"] | {"thread_ts": None, "text": ""}}
    keeps(parse.of_message(body["event"], body, ME, {}))


@given(odd("command"))
def test_any_command_is_a_request(body: Any) -> None:
    """With any words."""
    keeps(parse.of_command(body, ME))


@given(odd("block_actions"))
def test_any_press_is_a_request(body: Any) -> None:
    """Of a button that we made."""
    keeps(parse.of_press(body, ME, body["actions"][0]))


@given(odd("view_submission"))
def test_any_form_is_a_request(body: Any) -> None:
    """With any words, and with files of any kind."""
    keeps(parse.of_form(body, ME))


@given(odd("message_action"))
def test_any_messages_menu_opens_a_form(body: Any) -> None:
    """Of messages that may be anybody's, and older than we are."""
    form = parse.form_of_shortcut(body, ME, forms.MAX_NAME)
    filled = Prefill(body["message"].get("text") or "")
    view = form.view(filled, "", uploads=True)
    ladder.load(form.address)
    keeps(parse.about_message(body, ME))

    assert forms.Form.load(view).channel == form.channel


async def test_the_listeners_survive_them_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is acknowledged, none is a traceback, and what comes next is answered."""
    events = [one for name in EVENTS for one in collected(odd(name))]
    async with bots_on_slack(tmp_path) as bots:
        for body in events:
            raw = json.dumps(body).encode()
            status = await bots.workspace.deliver_raw(raw, bots.workspace.signed(raw))
            assert status == 200
        await bots.seat("ben").type("/neocu help")
        await bots.told("opens a form", "ben")

    assert [one for one in caplog.records if one.exc_info] == []


def keeps(request: Request) -> None:
    """Check that a request can be written down, read again, and answered."""
    assert REQUEST.validate_json(REQUEST.dump_json(request)) == request
    if request.address:
        ladder.load(request.address)
    logging.getLogger(__name__).debug("%s", request)
