"""The conversations.*, users.* and reactions.* methods."""

from bots.playground.slack.access import joined_channel, visible_channel, writable_channel
from bots.playground.slack.args import Args
from bots.playground.slack.desk import Desk
from bots.playground.slack.payloads import channel_json, message_json, person_json
from bots.playground.slack.slack_error import SlackError, missing_scope
from bots.playground.slack.state import Json, Message

DEFAULT_LIMIT = 100
MAX_PEOPLE = 8


async def replies(desk: Desk, args: Args) -> Json:
    """conversations.replies: parent first, then the thread, oldest first."""
    channel = joined_channel(desk.team, args.need("channel", "channel_not_found"))
    root = channel.find(args.text("ts"))
    if root is None or root.only_for:
        raise SlackError("thread_not_found")
    thread = channel.thread(root.thread_ts or root.ts)
    parent, *answers = [message for message in thread if not message.only_for]
    page, more = _page(desk, args, answers)
    shown = page if args.text("cursor") else [parent, *page]
    return _page_json(desk, args, shown, more)


async def history(desk: Desk, args: Args) -> Json:
    """conversations.history: what stands in the channel itself, newest first."""
    channel = joined_channel(desk.team, args.need("channel", "channel_not_found"))
    top = [m for m in channel.messages if not m.is_reply and not m.only_for]
    page, more = _page(desk, args, top[::-1])
    return _page_json(desk, args, page, more)


async def open_dm(desk: Desk, args: Args) -> Json:
    """conversations.open: a direct message with one person, or with up to eight.

    https://docs.slack.dev/reference/methods/conversations.open
    """
    team, users = desk.team, args.need("users", "users_list_not_supplied").split(",")
    if len(users) > MAX_PEOPLE:
        raise SlackError("too_many_users")
    if not team.people.keys() >= set(users) or team.bot.id in users:
        raise SlackError("user_not_found")
    if len(users) > 1 and "mpim:write" not in team.rules.scopes:
        raise missing_scope(("mpim:write",), team.rules.scopes)
    channel = team.dm(users[0]) if len(users) == 1 else team.group_dm({team.bot.id, *users})
    full = args.flag("return_im")
    return {"channel": channel_json(team, channel) if full else {"id": channel.id}}


async def join(desk: Desk, args: Args) -> Json:
    """conversations.join: public channels only.

    https://docs.slack.dev/reference/methods/conversations.join
    """
    team = desk.team
    channel = visible_channel(team, args.need("channel", "channel_not_found"))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if team.bot.id in channel.members:
        return {"channel": channel_json(team, channel), "warning": "already_in_channel"}
    channel.members.add(team.bot.id)
    text, ts = f"<@{team.bot.id}> has joined the channel", team.new_ts()
    team.add_message(Message(channel.id, ts, team.bot.id, text, subtype="channel_join"))
    desk.events.joined(team.bot, channel)
    return {"channel": channel_json(team, channel)}


async def info(desk: Desk, args: Args) -> Json:
    """conversations.info."""
    channel = visible_channel(desk.team, args.need("channel", "channel_not_found"))
    return {"channel": channel_json(desk.team, channel)}


async def users_info(desk: Desk, args: Args) -> Json:
    """users.info; the language only where it is asked for."""
    if (person := desk.team.people.get(args.text("user"))) is None:
        raise SlackError("user_not_found")
    return {"user": person_json(desk.team, person, locale=args.flag("include_locale"))}


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


def _page(desk: Desk, args: Args, messages: list[Message]) -> tuple[list[Message], str]:
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
    end = start + max(1, min(args.number("limit", DEFAULT_LIMIT), desk.team.rules.history_page))
    return found[start:end], str(end) if end < len(found) else ""


def _page_json(desk: Desk, args: Args, messages: list[Message], cursor: str) -> Json:
    metadata = args.flag("include_all_metadata")
    return {
        "messages": [message_json(desk.team, m, metadata=metadata) for m in messages],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }
