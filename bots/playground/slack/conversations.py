"""The conversations.*, users.* and reactions.* methods."""

from bots.playground.slack.args import Args
from bots.playground.slack.compose import visible_channel, writable_channel
from bots.playground.slack.desk import Desk
from bots.playground.slack.payloads import channel_json, message_json, person_json
from bots.playground.slack.slack_error import SlackError
from bots.playground.slack.state import Json, Message

MOST_MESSAGES = 999
USUAL_MESSAGES = 100


async def replies(desk: Desk, args: Args) -> Json:
    """conversations.replies: parent first, then the thread, oldest first."""
    channel = visible_channel(desk.team, args.need("channel", "channel_not_found"))
    if desk.team.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    root = channel.find(args.text("ts"))
    if root is None or root.only_for:
        raise SlackError("thread_not_found")
    thread = channel.thread(root.thread_ts or root.ts)
    parent, *answers = [message for message in thread if not message.only_for]
    page, more = _page(args, answers)
    shown = page if args.text("cursor") else [parent, *page]
    return _shown(desk, args, shown, more)


async def history(desk: Desk, args: Args) -> Json:
    """conversations.history: what stands in the channel itself, newest first."""
    channel = visible_channel(desk.team, args.need("channel", "channel_not_found"))
    if desk.team.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    top = [m for m in channel.messages if not m.is_reply and not m.only_for]
    page, more = _page(args, top[::-1])
    return _shown(desk, args, page, more)


async def open_dm(desk: Desk, args: Args) -> Json:
    """conversations.open, for one person."""
    users = args.need("users", "users_list_not_supplied").split(",")
    if len(users) > 1 or users[0] not in desk.team.people:
        raise SlackError("user_not_found" if len(users) == 1 else "not_enough_users")
    channel = desk.team.dm(users[0])
    full = args.flag("return_im")
    return {"channel": channel_json(desk.team, channel) if full else {"id": channel.id}}


async def info(desk: Desk, args: Args) -> Json:
    """conversations.info."""
    channel = visible_channel(desk.team, args.need("channel", "channel_not_found"))
    return {"channel": channel_json(desk.team, channel)}


async def users_info(desk: Desk, args: Args) -> Json:
    """users.info."""
    if (person := desk.team.people.get(args.text("user"))) is None:
        raise SlackError("user_not_found")
    return {"user": person_json(desk.team, person)}


async def add_reaction(desk: Desk, args: Args) -> Json:
    """reactions.add."""
    channel = writable_channel(desk.team, args.need("channel", "channel_not_found"))
    name = args.need("name", "invalid_name")
    if (message := channel.find(args.text("timestamp"))) is None:
        raise SlackError("message_not_found")
    if name in message.reactions:
        raise SlackError("already_reacted")
    message.reactions.append(name)
    desk.team.journal.changed()
    return {}


def _page(args: Args, messages: list[Message]) -> tuple[list[Message], str]:
    """Return the messages asked for and the cursor of the next page ("" after the last)."""
    latest, oldest = args.text("latest"), args.text("oldest", "0")
    inclusive = args.flag("inclusive")
    found = [
        m
        for m in messages
        if (not latest or float(m.ts) < float(latest) or (inclusive and m.ts == latest))
        and (float(m.ts) > float(oldest) or (inclusive and m.ts == oldest))
    ]
    start = args.number("cursor", 0) if args.text("cursor") else 0
    end = start + max(1, min(args.number("limit", USUAL_MESSAGES), MOST_MESSAGES))
    return found[start:end], str(end) if end < len(found) else ""


def _shown(desk: Desk, args: Args, messages: list[Message], cursor: str) -> Json:
    metadata = args.flag("include_all_metadata")
    return {
        "messages": [message_json(desk.team, m, metadata=metadata) for m in messages],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }
