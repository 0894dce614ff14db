"""The Socket Mode link: it heals, and a wrong token is one sentence."""

import logging
from pathlib import Path

import pytest
from slack_bots import QUICK, bots_on_slack, running

from bots.playground.neocu import Sandbox
from bots.playground.slack import Workspace
from bots.slack import Timing
from core.settings import SettingsError


async def test_a_link_that_lost_its_ticket_is_built_anew(tmp_path: Path) -> None:
    """slack_sdk tries a used ticket for ever: only a new handler gets a new one."""
    async with bots_on_slack(tmp_path, socket=True, timing=Timing(heal=1.0)) as bots:
        workspace = bots.workspace
        opened = bots.calls("apps.connections.open")
        workspace.rules.retry_after = (0.5, 1.0, 2.0, 4.0)
        workspace.faults.refuse_handshake(times=1)
        await workspace.drop_sockets(warn=False)
        await bots.seat().type("@neocu a boat")
        await workspace.journal.until(lambda: bots.calls("apps.connections.open") > opened, 20)
        await workspace.journal.until(lambda: bots.posts, 20)

        assert bots.posts == 1


async def test_a_refused_app_token_is_one_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It looped with tracebacks, and nobody knew which of the three tokens it was."""
    async with Sandbox(seconds=QUICK) as sandbox, Workspace() as workspace:
        wrong = {"slack_app_token": "xapp-wrong"}
        bots = running(tmp_path, sandbox, workspace, 0, socket=True, slack=wrong)
        with caplog.at_level(logging.ERROR), pytest.raises(SettingsError) as caught:
            async with bots as started:
                await started.running

        assert str(caught.value).startswith("SLACK_APP_TOKEN was refused by Slack (invalid_auth)")
        assert "Traceback" not in caplog.text


async def test_slack_out_of_reach_at_the_start_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A deploy during an outage must not end the bots; the log says when it is over."""
    async with Sandbox(seconds=QUICK) as sandbox, Workspace() as workspace:
        workspace.faults.fail("apps.connections.open")
        async with running(tmp_path, sandbox, workspace, 0, socket=True) as bots:
            assert bots.slack.ready
            assert caplog.text.count("can't be reached") == 1
            assert caplog.text.count("can be reached again") == 1
