"""Slack's listener for its own Stop, below a thread in which an agent is at work."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bots.slack import ladder, parse
from bots.slack.intake import Intake
from bots.slack.ladder import Ephemeral, Thread
from bots.slack.sessions import show_done
from core.inbox import Inbox
from core.request import Action, Press, Request

STOPPED = "agent_session_stopped"

Json = dict[str, Any]


class SessionListeners:
    """Listens to Slack's own Stop."""

    def __init__(self, inbox: Inbox, intake: Intake) -> None:
        self._inbox = inbox
        self._intake = intake

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
        self._intake.then(show_done(self._intake.team(context), place))


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
