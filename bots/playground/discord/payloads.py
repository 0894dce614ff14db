"""The state as the JSON that Discord sends.

https://docs.discord.com/developers/resources/message#message-object and its sister pages.
"""

from datetime import UTC, datetime

from bots.playground.discord.permissions import Permission, permissions
from bots.playground.discord.state import (
    DM,
    GROUP_DM,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    User,
    snowflake_time,
)
from bots.playground.discord.world import World

# What an app may do where its bot is no member: answer, but neither see nor write by itself.
# https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
TAKEN_ALONG = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.USE_EXTERNAL_EMOJIS
# Where an interaction was started: in a guild, with the bot, in somebody else's direct message.
# https://docs.discord.com/developers/interactions/receiving-and-responding
CONTEXTS = {DM: 1, GROUP_DM: 2}


# Kinds of message reference, and what a forward tells of its message.
REPLY, FORWARD = 0, 1
SNAPSHOT_FIELDS = (
    "type",
    "content",
    "embeds",
    "attachments",
    "timestamp",
    "edited_timestamp",
    "flags",
    "mentions",
    "mention_roles",
    "components",
)


def timestamp(moment: float) -> str:
    """Return a Unix time as ISO 8601."""
    return datetime.fromtimestamp(moment, UTC).isoformat()


def user(who: User) -> Json:
    """Return a user object."""
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": None if who.bot else who.name.title(),
        "discriminator": "0000" if who.bot else "0",
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
    }


def member(who: User, roles: tuple[int, ...] = ()) -> Json:
    """Return a guild member object without its user."""
    return {
        "roles": [str(role) for role in roles],
        "nick": None,
        "joined_at": timestamp(snowflake_time(who.id)),
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def team(team_id: int, members: tuple[User, ...]) -> Json:
    """Return a team object: https://docs.discord.com/developers/topics/teams#team-object."""
    return {
        "id": str(team_id),
        "name": "Playground",
        "icon": None,
        "owner_user_id": str(members[0].id),
        "members": [
            {"membership_state": 2, "team_id": str(team_id), "user": user(who), "role": "admin"}
            for who in members
        ],
    }


def attachment(world: World, file: Attachment) -> Json:
    """Return an attachment object with freshly signed links."""
    link = world.link(file)
    data: Json = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.data),
        "url": link,
        "proxy_url": link,
    }
    if file.content_type:
        data["content_type"] = file.content_type
    if file.description:
        data["description"] = file.description
    if file.ephemeral:
        data["ephemeral"] = True
    return data


def channel(world: World, place: Channel) -> Json:
    """Return a channel object: text channel, thread or direct message."""
    data: Json = {
        "id": str(place.id),
        "type": place.kind,
        "last_message_id": str(max(place.messages)) if place.messages else None,
        "flags": 0,
    }
    if place.person:
        return data | {"recipients": [user(place.person)]}
    if place.group:
        return data | {"recipients": [user(who) for who in place.group], "name": place.name}
    data |= {"guild_id": str(place.guild_id), "name": place.name, "rate_limit_per_user": 0}
    if place.parent:
        return data | _thread_fields(world, place, place.parent)
    return data | {
        "position": list(world.channels).index(place.id),
        "parent_id": None,
        "topic": None,
        "nsfw": place.nsfw,
        "permission_overwrites": [
            {"id": str(who), "type": int(who != place.guild_id), "allow": str(yes), "deny": str(no)}
            for who, (yes, no) in place.overwrites.items()
        ],
    }


def _thread_fields(world: World, thread: Channel, parent: Channel) -> Json:
    born = timestamp(snowflake_time(thread.id))
    data: Json = {
        "parent_id": str(parent.id),
        "owner_id": str((thread.owner or world.bot).id),
        "message_count": len(thread.messages),
        "total_message_sent": len(thread.messages),
        "member_count": len(thread.joined),
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": born,
            "create_timestamp": born,
        },
    }
    if world.bot.id in thread.joined:
        data["member"] = thread_member(thread, world.bot.id)
    return data


def thread_member(thread: Channel, user_id: int) -> Json:
    """Return a thread member object."""
    born = timestamp(snowflake_time(thread.id))
    return {"id": str(thread.id), "user_id": str(user_id), "join_timestamp": born, "flags": 0}


def message(world: World, note: Message, *, nested: bool = False) -> Json:
    """Return a message object with everything in it; `nested` leaves out what it replies to."""
    data: Json = {
        "id": str(note.id),
        "channel_id": str(note.channel.id),
        "author": user(note.author),
        "type": note.kind,
        "content": note.content,
        "timestamp": timestamp(snowflake_time(note.id)),
        "edited_timestamp": timestamp(note.edited_at) if note.edited_at else None,
        "tts": False,
        "pinned": False,
        "flags": note.flags,
        "mention_everyone": note.mention_everyone,
        "mentions": [user(who) for who in note.mentions],
        "mention_roles": [str(world.bot_role_id)] if note.mentions_role else [],
        "attachments": [attachment(world, file) for file in note.attachments],
        "embeds": note.embeds,
        "components": note.components,
    }
    if note.nonce is not None:
        data["nonce"] = note.nonce
    if note.forward_of:
        data["message_reference"] = _reference(note.forward_of, FORWARD)
        data["message_snapshots"] = [{"message": _snapshot(world, note.forward_of)}]
    if note.reply_to:
        data["message_reference"] = _reference(note.reply_to, REPLY)
        if not nested:
            gone = note.reply_to.deleted
            data["referenced_message"] = (
                None if gone else message(world, note.reply_to, nested=True)
            )
    if note.interaction:
        app = str(world.bot.id)
        data |= {"webhook_id": app, "application_id": app}
        data["interaction_metadata"] = interaction_metadata(note.interaction)
    if note.thread and not nested:
        data["thread"] = channel(world, note.thread)
    return data


def _reference(target: Message, kind: int) -> Json:
    ids = {"message_id": str(target.id), "channel_id": str(target.channel.id)}
    guild = {"guild_id": str(target.channel.guild_id)} if target.channel.guild_id else {}
    return {"type": kind, **ids, **guild}


def _snapshot(world: World, note: Message) -> Json:
    # https://docs.discord.com/developers/resources/message#message-snapshot-object
    whole = message(world, note, nested=True)
    return {key: whole[key] for key in SNAPSHOT_FIELDS}


def interaction_metadata(interaction: Interaction) -> Json:
    """Return what a message tells of the interaction that it answers."""
    return {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": user(interaction.user),
        "authorizing_integration_owners": owners(interaction),
    }


def owners(interaction: Interaction) -> dict[str, str]:
    """Return who installed the app: "0" the guild (0 in a direct message), "1" the person."""
    if interaction.user_install:
        return {"1": str(interaction.user.id)}
    return {"0": str(interaction.channel.guild_id or 0)}


def interaction(world: World, interaction: Interaction) -> Json:
    """Return an interaction as INTERACTION_CREATE brings it."""
    place = interaction.channel
    rights = str(int(permissions(world, interaction.user, place)))
    is_member = world.bot.id in world.members(place)
    app_rights = permissions(world, world.bot, place) if is_member else TAKEN_ALONG
    data: Json = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(place.id),
        "channel": channel(world, place) | {"permissions": rights},
        "locale": interaction.user.locale,
        "entitlements": [],
        "app_permissions": str(int(app_rights)),
        "attachment_size_limit": world.file_limit(place),
        "authorizing_integration_owners": owners(interaction),
        "context": CONTEXTS.get(place.kind, 0),
    }
    if interaction.message:
        data["message"] = message(world, interaction.message)
    if not place.guild_id:
        return data | {"user": user(interaction.user)}
    return data | {
        "guild_id": str(place.guild_id),
        "guild": {"id": str(place.guild_id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": member(interaction.user)
        | {"user": user(interaction.user), "permissions": rights},
    }
