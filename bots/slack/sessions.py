"""What Slack itself shows of work in a thread: an agent session with a Stop button, or a status.

Sessions are for apps that are declared as agents, where the workspace has them; all others get the
plain status. https://docs.slack.dev/ai/agent-sessions
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncApp

from bots.slack import ladder, parse
from bots.slack.calls import map_slack_errors
from bots.slack.installs import Team
from bots.slack.ladder import Ephemeral, Thread
from core import wording
from core.conversation import ConversationError, UndeliverableError
from core.inbox import Inbox
from core.request import Action, Press, Request

log = logging.getLogger(__name__)

STOPPED = "agent_session_stopped"
PROCESSING, ACTIVE = "processing", "active"

Json = dict[str, Any]


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


class Sessions:
    """Listens to Slack's own Stop."""

    def __init__(self, inbox: Inbox, team: Callable[[str], Team]) -> None:
        self._inbox = inbox
        self._team = team

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; before the listener of all other events."""
        app.event(STOPPED)(self.on_stopped)

    async def on_stopped(self, event: Json, body: Json, context: Json) -> None:
        """Stop what is under way in a thread: cancelled for free, or no more said of it.

        https://docs.slack.dev/reference/events/agent_session_stopped
        """
        asked = _stop(event, body, context)
        for key in await self._inbox.under_way(asked):
            await self._inbox.press(_stop(event, body, context, key))
        # Slack leaves that to us: what goes on all the same shows so with its next edit.
        place = Thread(event["channel"], event["thread_ts"])
        await show_done(self._team(asked.workspace), place)


def _stop(event: Json, body: Json, context: Json, source_key: str = "") -> Request:
    """Return that a person wants something stopped, which is told to them alone."""
    team, channel, person = parse.workspace(context), event["channel"], event["user"]
    thread_ts: str = event["thread_ts"]
    place: Thread | Ephemeral = Ephemeral(channel, person, thread_ts)
    if ladder.is_direct(channel):
        place = Thread(channel, thread_ts)
    return Request(
        key=f"slack:{team}:{body['event_id']}:{source_key}",
        platform="slack",
        workspace=team,
        channel=channel,
        person=person,
        body=Press(Action.STOP, source_key),
        address=ladder.dump(place, team),
        thread=ladder.thread_name(channel, thread_ts),
        in_private=True,
    )
