"""The agents.sessions.* methods: a session's status, and Slack's own Stop button.

https://docs.slack.dev/ai/agent-sessions
"""

from bots.playground.slack.access import writable_channel
from bots.playground.slack.args import Args
from bots.playground.slack.compose import thread_of
from bots.playground.slack.desk import Desk
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Json

STATUSES = {"active", "processing", "suspended", "closed"}
PROCESSING = "processing"
MAX_TITLE = 200
STOPPED = "agent_session_stopped"


async def set_status(desk: Desk, args: Args) -> Json:
    """agents.sessions.setStatus: for apps declared as agents, in a thread.

    What other apps hear is not documented; `not_allowed` is a guess.
    https://docs.slack.dev/reference/methods/agents.sessions.setStatus
    """
    rules, status = desk.team.rules, args.need("status")
    if not rules.agent:
        raise SlackError("not_allowed")
    if status not in STATUSES or len(args.text("title")) > MAX_TITLE:
        raise SlackError("invalid_arguments")
    name, thread_ts = args.need("channel_id", "channel_not_found"), args.need("thread_ts")
    channel = writable_channel(desk.team, name, thread_ts=thread_ts)
    channel.sessions[thread_of(desk.team, channel, thread_ts) or thread_ts] = status
    desk.team.journal.changed()
    answer = {"agent_status": status}
    if status == PROCESSING and STOPPED not in rules.events:
        answer["warning"] = f"missing_{STOPPED}_event_subscription"
    return answer
