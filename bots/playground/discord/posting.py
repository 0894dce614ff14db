"""Creating, editing and deleting messages, by whatever door they came in."""

import mimetypes
import time
from collections.abc import Iterable
from typing import Any

from bots.playground.discord import payloads
from bots.playground.discord.body import Body, check_body
from bots.playground.discord.components import walk
from bots.playground.discord.error_codes import DiscordError, Form, invalid
from bots.playground.discord.mentions import Pings, allowed, mark
from bots.playground.discord.state import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SUPPRESS_EMBEDS,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    User,
    Version,
)
from bots.playground.discord.visibility import event_data
from bots.playground.discord.world import World

THREAD_STARTER = 21
# In normal messages everything pings by default, in answers to interactions only users do.
NORMAL, WEBHOOK = Pings(), Pings(everyone=False, every_role=False)


def publish(world: World, message: Message) -> None:
    """Put a message into its channel and tell of it; an ephemeral one only its invoker sees."""
    message.channel.messages[message.id] = message
    _add_mentioned(message)
    announce(world, message, "MESSAGE_CREATE")


def announce(world: World, message: Message, event: str = "MESSAGE_UPDATE") -> None:
    """Tell of a message as it is now, unless it is ephemeral."""
    if message.seen_only_by:
        world.journal.changed()
        return
    world.emit(event, event_data(world, message), message.channel, message)


def announce_starter(world: World, thread: Channel, message: Message) -> None:
    """Tell of a thread's first message: an empty one that points at the message it grew from.

    It has that message's ID and author, so that who does not look at its type hears people twice.
    https://docs.discord.com/developers/resources/message#message-types (21)
    """
    starter = Message(thread.id, thread, message.author, kind=THREAD_STARTER, reply_to=message)
    world.emit("MESSAGE_CREATE", event_data(world, starter), thread, starter)


def post(world: World, channel: Channel, body: Body, reply_to: Message | None = None) -> Message:
    """Return a new message of the bot's own, made with its token."""
    message = Message(world.snowflake(), channel, world.bot, reply_to=reply_to)
    message.kind = 19 if reply_to else 0  # REPLY, DEFAULT
    nonce = body.data.get("nonce")
    message.nonce = None if nonce is None else str(nonce)
    fill(world, message, body, NORMAL)
    publish(world, message)
    return message


def respond(world: World, interaction: Interaction, body: Body, kind: int) -> Message:
    """Return a new message that answers an interaction; ephemeral by its flag or by force."""
    message = Message(
        world.snowflake(), interaction.channel, world.bot, kind=kind, interaction=interaction
    )
    hidden = bool(int(body.data.get("flags") or 0) & EPHEMERAL)
    if hidden or interaction.forced_ephemeral:
        message.seen_only_by = interaction.user
    fill(world, message, body, WEBHOOK)
    publish(world, message)
    return message


def placeholder(world: World, interaction: Interaction, kind: int) -> Message:
    """Return the "thinking" message of a deferred response."""
    message = Message(
        world.snowflake(), interaction.channel, world.bot, kind=kind, interaction=interaction
    )
    message.flags = LOADING | (EPHEMERAL if interaction.ephemeral else 0)
    message.seen_only_by = interaction.user if interaction.ephemeral else None
    publish(world, message)
    return message


def fill(world: World, message: Message, body: Body, pings: Pings) -> None:
    """Put a body into a message; DiscordError if Discord would not take it. All or nothing."""
    data, form = body.data, Form()
    kept = _kept(message, data)
    v2 = bool(message.flags & COMPONENTS_V2) or body.v2
    file_limit, names = world.file_limit(message.channel), [file.filename for file in kept]
    check_body(body, form, names, file_limit=file_limit, v2=v2)
    content = (data.get("content", message.content) or "").strip()
    embeds = data.get("embeds", message.embeds)
    if v2 and (content or embeds):
        reason = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        form.wrong("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", reason)
    may_ping = allowed(data.get("allowed_mentions"), pings, form)
    form.check()
    components = data.get("components", message.components)
    if not (content or embeds or components or body.files or kept):
        raise DiscordError(50006)
    message.attachments = [*kept, *_stored(world, message, body)]
    message.content = content
    links = {file.filename: world.link(file) for file in message.attachments}
    message.embeds = [{"type": "rich"} | embed for embed in _linked(embeds or [], links)]
    message.components = _numbered(_linked(components or [], links))
    own = EPHEMERAL if message.seen_only_by else 0
    asked = int(data.get("flags") or 0) & ~EPHEMERAL
    cleared = LOADING | (SUPPRESS_EMBEDS if "flags" in data else 0)
    message.flags = (message.flags & ~cleared) | asked | own
    mark(world, message, may_ping)


def revise(world: World, message: Message, body: Body, pings: Pings = NORMAL) -> Message:
    """Return the message with the edit in it, told to everyone who sees it.

    An edit notifies nobody, and neither does what is put into a deferred response:
    https://github.com/discord/discord-api-docs/issues/4034
    """
    if message.flags & COMPONENTS_V2 and "flags" in body.data and not body.v2:
        reason = "The IS_COMPONENTS_V2 flag cannot be removed"
        raise invalid("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", reason)
    waited, pinged, earlier = message.thinking, message.pinged, version(message)
    fill(world, message, body, pings)
    message.pinged = pinged
    if not waited:
        message.versions.append(earlier)
        message.edited_at = earlier.until
    _add_mentioned(message)
    announce(world, message)
    return message


def version(message: Message) -> Version:
    """Return what a message says now, to be kept when it is edited."""
    files, embeds, components = message.attachments, message.embeds, message.components
    return Version(time.time(), message.content, tuple(files), tuple(embeds), tuple(components))


def remove(world: World, message: Message) -> None:
    """Take a message away."""
    message.deleted = True
    del message.channel.messages[message.id]
    message.channel.deleted_messages.append(message)
    if message.seen_only_by:
        world.journal.changed()
        return
    data: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild_id:
        data["guild_id"] = str(message.channel.guild_id)
    world.emit("MESSAGE_DELETE", data, message.channel)


def _add_mentioned(message: Message) -> None:
    # A mention makes one a member of the thread; in an edit too, though that notifies nobody.
    # https://github.com/MarcusOtter/discord-needle/issues/107
    if message.channel.parent:
        message.channel.joined |= {who.id for who in message.mentions}


def typing(world: World, channel: Channel, who: User) -> None:
    """Show that somebody types."""
    channel.typing[who.id] = time.time()
    channel.typing_times.append((who.id, channel.typing[who.id]))
    data: Json = {
        "channel_id": str(channel.id),
        "user_id": str(who.id),
        "timestamp": int(time.time()),
    }
    if channel.guild_id:
        member = payloads.member(who) | {"user": payloads.user(who)}
        data |= {"guild_id": str(channel.guild_id), "member": member}
    world.emit("TYPING_START", data, channel)


# Since API version 10 `attachments` lists all that the message holds after an edit, what is new
# too: https://docs.discord.com/developers/resources/message#edit-message
def _kept(message: Message, data: Json) -> list[Attachment]:
    if "attachments" not in data:
        return message.attachments
    ids = {str(entry.get("id")) for entry in data["attachments"] or []}
    return [file for file in message.attachments if str(file.id) in ids]


def _stored(world: World, message: Message, body: Body) -> Iterable[Attachment]:
    entries = {str(entry.get("id")): entry for entry in body.data.get("attachments") or []}
    edits = message.id in message.channel.messages
    for number, file in sorted(body.files.items()):
        if edits and "attachments" in body.data and str(number) not in entries:
            continue
        entry = entries.get(str(number), {})
        name = entry.get("filename") or file.filename
        stored = world.store(message.channel, name, _kind(name, file.content_type), file.data)
        stored.description = entry.get("description")
        stored.ephemeral = message.seen_only_by is not None
        yield stored


def _kind(filename: str, declared: str | None) -> str | None:
    # Discord goes by the name; a bot's library says octet-stream of everything.
    return mimetypes.guess_type(filename)[0] or declared


def _linked(value: Any, links: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _linked(inner, links) for key, inner in value.items()}
    if isinstance(value, list):
        return [_linked(inner, links) for inner in value]
    if isinstance(value, str) and value.startswith("attachment://"):
        return links.get(value.removeprefix("attachment://"), value)
    return value


def _numbered(components: list[Json]) -> list[Json]:
    # Discord numbers components from 1 where the bot gave no id.
    for number, component in enumerate(walk(components), 1):
        component.setdefault("id", number)
    return components
