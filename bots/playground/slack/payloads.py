"""Messages, files, people, channels and views as Slack's JSON."""

from bots.playground.slack.state import Channel, File, Json, Message, Person, View
from bots.playground.slack.team import Team


def message_json(team: Team, message: Message, *, metadata: bool = False) -> Json:
    """Return a message as `conversations.replies` shows it."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": team.team_of(message.user),
    }
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": team.app.id}
    optional = {
        "subtype": message.subtype,
        "thread_ts": message.thread_ts,
        "blocks": message.blocks,
        "files": [file_json(team, file) for file in message.files],
        "edited": message.edited and {"user": message.user, "ts": message.edited},
        "reactions": [{"name": n, "users": [team.bot.id], "count": 1} for n in message.reactions],
        "metadata": message.metadata if metadata else None,
    }
    shown |= {name: value for name, value in optional.items() if value}
    channel = team.channels[message.channel]
    replies = [m for m in channel.thread(message.ts) if m is not message and not m.only_for]
    if message.thread_ts == message.ts and replies:
        users = list(dict.fromkeys(reply.user for reply in replies))
        shown |= {"reply_count": len(replies), "reply_users": users, "latest_reply": replies[-1].ts}
    if message.thread_ts not in (None, message.ts) and (parent := channel.find(message.thread_ts)):
        shown["parent_user_id"] = parent.user
    return shown


def file_json(team: Team, file: File) -> Json:
    """Return a file as messages and `files.info` show it (https://api.slack.com/types/file)."""
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel_id, ts, thread_ts in file.shares:
        public = team.channels[channel_id].kind == "channel"
        share = {"ts": ts} | ({"thread_ts": thread_ts} if thread_ts else {})
        where = shares.setdefault("public" if public else "private", {})
        where.setdefault(channel_id, []).append(share)
    return {
        "id": file.id,
        "created": int(float(file.shares[0][1])) if file.shares else 0,
        "name": file.name,
        "title": file.title,
        # Empty until Slack has looked at the file: java-slack-sdk#1349, bolt-python#1251.
        "mimetype": file.mimetype if file.processed else "",
        "filetype": file.filetype if file.processed else "",
        "user": file.user,
        "user_team": team.team_of(file.user),
        "mode": "hosted",
        "size": len(file.content),
        "alt_txt": file.alt_txt,
        "url_private": file.url.replace("/download/", "/"),
        "url_private_download": file.url,
        "permalink": f"{team.base_url}files/{file.user}/{file.id}/{file.name}",
        "channels": [c for c, _, _ in file.shares if team.channels[c].kind == "channel"],
        "shares": shares,
        "file_access": "visible",
    }


def file_stub(file: File) -> Json:
    """Return a file of another workspace as events show it: `files.info` tells the rest."""
    return {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}


def person_json(team: Team, person: Person, *, locale: bool = False) -> Json:
    """Return a person as `users.info` shows them (https://docs.slack.dev/reference/objects/user-object)."""
    shown: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": False,
        "is_bot": person.is_bot,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "profile": {"real_name": person.real_name, "display_name": person.name},
    }
    if person.team_id != team.id:
        shown["is_stranger"] = True
    return shown | ({"locale": person.locale} if locale else {})


def channel_json(team: Team, channel: Channel) -> Json:
    """Return a channel as `conversations.info` shows it."""
    kind = channel.kind
    shown: Json = {
        "id": channel.id,
        "is_channel": kind == "channel",
        "is_group": kind == "group",
        "is_im": kind == "im",
        "is_mpim": kind == "mpim",
        "is_private": kind != "channel",
        "is_archived": channel.is_archived,
        "is_ext_shared": bool(channel.connected),
        "is_member": team.bot.id in channel.members,
        "context_team_id": team.id,
    }
    return shown | ({"user": channel.im_with} if channel.im_with else {"name": channel.name})


def view_json(team: Team, view: View, values: Json | None = None) -> Json:
    """Return a view as the app gets it; `values` are what the person filled in."""
    defaults = {"private_metadata": "", "callback_id": "", "close": None, "submit": None}
    return {
        **defaults,
        **view.content,
        "id": view.id,
        "team_id": team.id,
        "app_id": team.app.id,
        "app_installed_team_id": team.holder,
        "bot_id": team.bot_id,
        "state": {"values": values or {}},
        "hash": view.hash,
        "root_view_id": view.id,
        "previous_view_id": None,
    }
