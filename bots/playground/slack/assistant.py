"""The assistant.threads.* methods: what stands under a thread while the bot is at work."""

import asyncio
import time

from bots.playground.slack.access import visible_channel, writable_channel
from bots.playground.slack.args import Args
from bots.playground.slack.compose import thread_of
from bots.playground.slack.desk import Desk
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Channel, Json

MAX_PROMPTS = 4
MAX_LOADING_MESSAGES = 10


async def set_status(desk: Desk, args: Args) -> Json:
    """assistant.threads.setStatus: an empty status takes it away, and so does time."""
    channel = writable_channel(desk.team, args.need("channel_id", "channel_not_found"))
    thread = thread_of(desk.team, channel, args.need("thread_ts")) or ""
    if len(args.json("loading_messages") or []) > MAX_LOADING_MESSAGES:
        raise SlackError("invalid_arguments")
    lifetime = desk.team.rules.status_lifetime
    channel.statuses[thread] = args.text("status")
    channel.status_ends[thread] = time.monotonic() + lifetime
    if not channel.statuses[thread]:
        del channel.statuses[thread]
    desk.tasks.spawn(_fade(desk, channel, thread, lifetime))
    desk.team.journal.changed()
    return {}


async def set_suggested_prompts(desk: Desk, args: Args) -> Json:
    """assistant.threads.setSuggestedPrompts; without thread_ts for the Messages tab."""
    channel = visible_channel(desk.team, args.need("channel_id", "channel_not_found"))
    prompts = args.json("prompts") or []
    well_formed = all(p.get("title") and p.get("message") for p in prompts)
    if not prompts or len(prompts) > MAX_PROMPTS or not well_formed:
        raise SlackError("invalid_arguments")
    channel.suggested_prompts = prompts
    desk.team.journal.changed()
    return {}


async def _fade(desk: Desk, channel: Channel, thread: str, lifetime: float) -> None:
    """Take a status away when its time is over; setting it again gives it more time."""
    await asyncio.sleep(lifetime)
    if time.monotonic() >= channel.status_ends[thread]:
        channel.statuses.pop(thread, None)
        desk.team.journal.changed()
