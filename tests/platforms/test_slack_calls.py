"""Every error of Slack's in its class: what passes, what an admin mends, what is final here."""

import pytest
from rungs_slack import SlackStage, settings_for, thread

from bots.playground.slack import Workspace
from bots.slack import Slack
from bots.slack.calls import ADMIN_SECONDS, INTERNAL
from core.conversation import Attempt, Barrier, Reply, TryLaterError, UndeliverableError

POST = "chat.postMessage"
MAYBE_SENT = ("fatal_error", "internal_error", "request_timeout", "service_unavailable")
BUSY = ("rate_limited", "ratelimited", "message_limit_exceeded")
FOR_ADMINS = (
    *("account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"),
    *("team_added_to_org", "org_login_required", "accesslimited", "ekm_access_denied"),
    *("missing_scope", "two_factor_setup_required"),
)
FINAL = {
    "not_in_channel": Barrier.NOT_A_MEMBER,
    "channel_not_found": Barrier.NOT_A_MEMBER,
    "is_archived": Barrier.CLOSED,
    "restricted_action": Barrier.NO_PERMISSION,
    "restricted_action_read_only_channel": Barrier.NO_PERMISSION,
    "restricted_action_thread_only_channel": Barrier.NO_PERMISSION,
    "restricted_action_non_threadable_channel": Barrier.NO_PERMISSION,
    "restricted_action_thread_locked": Barrier.CLOSED,
    "thread_not_found": Barrier.GONE,
    "messages_tab_disabled": Barrier.NO_PERMISSION,
    "invalid_blocks": Barrier.UNKNOWN,
    "an_error_of_next_year": Barrier.UNKNOWN,
}


async def meets(code: str) -> Exception:
    """Return what a post raises when Slack answers with this code."""
    async with Workspace() as workspace, Slack(settings_for(workspace)) as slack:
        stage = SlackStage(workspace, slack, await thread(workspace), POST)
        workspace.faults.refuse(POST, code)
        with pytest.raises((TryLaterError, UndeliverableError)) as caught:
            await stage.at(stage.address).post(Reply("drawn"), (), Attempt("key"))

        assert str(caught.value) == code
        return caught.value


@pytest.mark.parametrize("code", MAYBE_SENT)
async def test_slacks_own_trouble_is_transient(code: str) -> None:
    """It may have been said all the same; an error inside may be because of this very message."""
    error = await meets(code)

    assert isinstance(error, TryLaterError)
    assert (error.maybe_sent, error.outage) == (True, code not in INTERNAL)


@pytest.mark.parametrize("code", BUSY)
async def test_what_is_limited_was_not_said(code: str) -> None:
    """It is said a little later."""
    error = await meets(code)

    assert isinstance(error, TryLaterError)
    assert (error.maybe_sent, error.outage) == (False, True)


@pytest.mark.parametrize("code", FOR_ADMINS)
async def test_what_an_admin_mends_is_tried_again(code: str) -> None:
    """Not often, and nothing is lost meanwhile."""
    error = await meets(code)

    assert isinstance(error, TryLaterError)
    assert (error.seconds, error.maybe_sent) == (ADMIN_SECONDS, False)


@pytest.mark.parametrize(("code", "barrier"), FINAL.items())
async def test_what_is_final_says_why(code: str, barrier: Barrier) -> None:
    """Here, but not for the request: its person hears it elsewhere."""
    error = await meets(code)

    assert isinstance(error, UndeliverableError)
    assert error.barrier is barrier
