"""What Slack itself shows of work in a thread: an agent session with a Stop button, or a status.

Sessions are for apps that are declared as agents, where the workspace has them; all others get the
plain status. https://docs.slack.dev/ai/agent-sessions
"""

import logging
from contextlib import suppress

from bots.slack.calls import map_slack_errors
from bots.slack.installs import Team
from bots.slack.ladder import Thread
from core import wording
from core.conversation import ConversationError, UndeliverableError

log = logging.getLogger(__name__)

PROCESSING, ACTIVE = "processing", "active"


async def show_working(team: Team, place: Thread) -> None:
    """Show that more is to come, where Slack allows it: it is a nicety, and may fail."""
    if await _set_status(team, place, PROCESSING):
        return
    # It ends with the next message: https://docs.slack.dev/reference/methods/assistant.threads.setStatus
    with suppress(ConversationError), map_slack_errors():
        await team.client.assistant_threads_setStatus(
            channel_id=place.channel,
            thread_ts=place.thread_ts,
            status=wording.labels.working(),
        )


async def show_done(team: Team, place: Thread) -> None:
    """Take Slack's Stop away: a session, unlike the plain status, does not end by itself."""
    await _set_status(team, place, ACTIVE)


async def _set_status(team: Team, place: Thread, status: str) -> bool:
    """Set the status of a thread's session; False where there are no sessions, now or at all.

    https://docs.slack.dev/reference/methods/agents.sessions.setStatus
    """
    if not team.has_sessions:
        return False
    try:
        with map_slack_errors():
            await team.client.agents_sessions_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=status
            )
    except UndeliverableError as error:
        log.info("There are no agent sessions in %s: %s", team.id or "the workspace", error)
        team.has_sessions = False
        return False
    except ConversationError:
        return False
    return True
