"""The chat.* methods (https://docs.slack.dev/reference/methods?family=chat)."""

import time

from bots.playground.slack.access import addressed_channel, visible_channel, writable_channel
from bots.playground.slack.args import Args
from bots.playground.slack.compose import MAX_TEXT, checked_blocks, checked_metadata, compose
from bots.playground.slack.desk import Desk
from bots.playground.slack.image_blocks import image_files
from bots.playground.slack.payloads import message_json
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import BROADCAST, File, Json, Message


async def post_message(desk: Desk, args: Args) -> Json:
    """chat.postMessage: a reply with `reply_broadcast` is shown in the channel too."""
    name = args.need("channel", "channel_not_found")
    channel = addressed_channel(desk.team, name, args.text("thread_ts"))
    message = await compose(desk.team, desk.session, args, channel)
    if message.thread_ts and args.flag("reply_broadcast"):
        message.subtype = BROADCAST
    desk.team.add_message(message)
    desk.events.posted(message)
    shown = message_json(desk.team, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


async def post_ephemeral(desk: Desk, args: Args) -> Json:
    """chat.postEphemeral: one person sees it, and no history keeps it.

    Both the bot and that person have to be in the channel:
    https://docs.slack.dev/reference/methods/chat.postEphemeral#errors
    """
    name, thread_ts = args.need("channel", "channel_not_found"), args.text("thread_ts")
    channel = writable_channel(desk.team, name, thread_ts=thread_ts, as_member=True)
    user = args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = await compose(desk.team, desk.session, args, channel)
    message.only_for = user
    desk.team.add_message(message)
    return {"message_ts": message.ts}


async def update(desk: Desk, args: Args) -> Json:
    """chat.update: the bot's own messages; text without blocks removes the blocks.

    What is left out of `metadata` stays; `reply_broadcast` shows a reply in the channel too.
    https://docs.slack.dev/reference/methods/chat.update
    """
    team, message = desk.team, _own(desk, args, "cant_update_message")
    _check_editable(desk, message)
    blocks = await checked_blocks(team, desk.session, args)
    text = args.text("text")
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > MAX_TEXT:
        raise SlackError("msg_too_long")
    before = message_json(team, message)
    team.note_revision(message)
    _mark_broken(desk, message, blocks)
    message.text = text or ("" if "text" in args.values else message.text)
    message.blocks = blocks
    message.metadata = checked_metadata(args) or message.metadata
    message.files = _kept_files(args, message)
    if message.is_reply and args.flag("reply_broadcast"):
        message.subtype = BROADCAST
    if "blocks" not in args.values:
        message.edited = team.new_ts()
    team.journal.changed()
    desk.events.changed(message, before)
    shown = message_json(team, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


async def delete(desk: Desk, args: Args) -> Json:
    """chat.delete: the bot's own messages."""
    message = _own(desk, args, "cant_delete_message")
    before = message_json(desk.team, message)
    desk.events.deleted(message, before)
    desk.team.channels[message.channel].remove(message)
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


def _check_editable(desk: Desk, message: Message) -> None:
    """Raise where a message is not edited: a frozen place, or a team's time limit for edits."""
    if desk.team.channels[message.channel].is_archived:
        raise SlackError("is_inactive")
    window = desk.team.rules.edit_window
    if window is not None and time.time() - float(message.ts) > window:
        raise SlackError("edit_window_closed")


def _mark_broken(desk: Desk, message: Message, blocks: list[Json]) -> None:
    """Note which pictures stay broken: files put into a message that stood there without them.

    The call says ok all the same. https://github.com/slackapi/java-slack-sdk/issues/1441,
    https://github.com/slackapi/bolt-python/issues/1295
    """
    earlier, now = (image_files(desk.team, some) for some in (message.blocks, blocks))
    message.broken_images = (message.broken_images & now) | (now - earlier)


def _kept_files(args: Args, message: Message) -> list[File]:
    """Return the files that `file_ids` leaves; it adds none to a message that stands.

    Unconfirmed for new files; a maintainer says that none can be added:
    https://github.com/slackapi/python-slack-sdk/issues/1500
    """
    named = args.values.get("file_ids")
    if named is None:
        return message.files
    ids = named.split(",") if isinstance(named, str) else named
    return [file for file in message.files if file.id in ids]
