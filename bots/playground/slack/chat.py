"""The chat.* methods (https://docs.slack.dev/reference/methods?family=chat)."""

from bots.playground.slack.args import Args
from bots.playground.slack.compose import (
    checked_blocks,
    checked_metadata,
    compose,
    visible_channel,
    writable_channel,
)
from bots.playground.slack.desk import Desk
from bots.playground.slack.payloads import message_json
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Json, Message


async def post_message(desk: Desk, args: Args) -> Json:
    """chat.postMessage: the one method that takes a channel by name too."""
    name = args.need("channel", "channel_not_found")
    named = [c.id for c in desk.team.channels.values() if c.name == name.removeprefix("#")]
    channel = writable_channel(desk.team, named[0] if named else name)
    message = await compose(desk.team, desk.session, args, channel)
    if message.thread_ts and args.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    desk.team.add_message(message)
    desk.events.posted(message)
    shown = message_json(desk.team, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


async def post_ephemeral(desk: Desk, args: Args) -> Json:
    """chat.postEphemeral: one person sees it, and no history keeps it."""
    channel = writable_channel(desk.team, args.need("channel", "channel_not_found"))
    user = args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = await compose(desk.team, desk.session, args, channel)
    message.only_for = user
    desk.team.add_message(message)
    return {"message_ts": message.ts}


async def update(desk: Desk, args: Args) -> Json:
    """chat.update: the bot's own messages; text without blocks removes the blocks."""
    message = _own(desk, args, "cant_update_message")
    blocks = await checked_blocks(desk.team, desk.session, args)
    text = args.text("text")
    if not text and not blocks:
        raise SlackError("no_text")
    before = message_json(desk.team, message)
    message.text = text or ("" if "text" in args.values else message.text)
    message.blocks = blocks
    message.metadata = checked_metadata(args) or message.metadata
    if "blocks" not in args.values:
        message.edited = desk.team.new_ts()
    desk.team.journal.changed()
    desk.events.changed(message, before)
    shown = message_json(desk.team, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


async def delete(desk: Desk, args: Args) -> Json:
    """chat.delete: the bot's own messages."""
    message = _own(desk, args, "cant_delete_message")
    before = message_json(desk.team, message)
    desk.events.deleted(message, before)
    desk.team.channels[message.channel].messages.remove(message)
    desk.team.journal.changed()
    return {"channel": message.channel, "ts": message.ts}


async def get_permalink(desk: Desk, args: Args) -> Json:
    """chat.getPermalink."""
    channel = visible_channel(desk.team, args.need("channel", "channel_not_found"))
    message = channel.find(args.text("message_ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    link = f"{desk.team.base_url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _own(desk: Desk, args: Args, not_own: str) -> Message:
    channel = visible_channel(desk.team, args.need("channel", "channel_not_found"))
    message = channel.find(args.text("ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if message.user != desk.team.bot.id:
        raise SlackError(not_own)
    return message
