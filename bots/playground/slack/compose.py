"""From what an app sent to a message, and what Slack refuses to show."""

import json

import aiohttp

from bots.playground.slack import blocks as block_kit
from bots.playground.slack.args import Args
from bots.playground.slack.image_blocks import image_problems
from bots.playground.slack.slack_error import SlackError, invalid
from bots.playground.slack.state import Channel, Json, Message
from bots.playground.slack.team import Team

MAX_TEXT = 40_000
MAX_METADATA = 8_000


async def checked_blocks(team: Team, session: aiohttp.ClientSession, args: Args) -> list[Json]:
    """Return the blocks to show; `invalid_blocks` says what Slack has against them."""
    blocks = args.json("blocks", "invalid_blocks_format") or []
    if markdown := args.text("markdown_text"):
        if blocks or args.text("text"):
            raise SlackError("markdown_text_conflict")
        blocks = [{"type": "markdown", "text": markdown}]
    if problems := block_kit.problems(blocks):
        raise invalid("invalid_blocks", problems)
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > block_kit.MAX_MARKDOWN:
        raise invalid("invalid_blocks", ["markdown text is too long [json-pointer:/blocks]"])
    if block_kit.length(blocks) > block_kit.MAX_ALL_TEXT:
        raise SlackError("msg_blocks_too_long")
    if problems := await image_problems(team, session, blocks):
        raise invalid("invalid_blocks", problems)
    return block_kit.with_ids(blocks)


async def compose(
    team: Team, session: aiohttp.ClientSession, args: Args, channel: Channel
) -> Message:
    """Return the bot's message, not yet posted.

    https://docs.slack.dev/reference/methods/chat.postMessage
    """
    text = args.text("text")
    blocks = await checked_blocks(team, session, args)
    if not text and not blocks and not args.json("attachments"):
        raise SlackError("no_text")
    if len(text) > MAX_TEXT:
        raise SlackError("msg_too_long")
    return Message(
        channel.id,
        team.new_ts(),
        team.bot.id,
        text,
        thread_ts=thread_of(team, channel, args.text("thread_ts")),
        blocks=blocks,
        bot_id=team.bot_id,
        metadata=checked_metadata(args),
        unfurls=args.flag("unfurl_links", default=True) or args.flag("unfurl_media", default=True),
    )


def thread_of(team: Team, channel: Channel, thread_ts: str) -> str | None:
    """Return the thread that a `thread_ts` means; a reply's own ts means the thread it is in."""
    if not thread_ts:
        return None
    parent = channel.find(thread_ts)
    if parent is None or parent.only_for:
        raise SlackError("cannot_reply_to_message" if parent else "thread_not_found")
    return team.thread(channel, thread_ts)


def checked_metadata(args: Args) -> Json | None:
    """Return message metadata; https://docs.slack.dev/messaging/message-metadata."""
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    well_formed = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not well_formed:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata["event_payload"])) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return dict(metadata)
