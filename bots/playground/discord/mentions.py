"""Who is mentioned in a text, and who is pinged by it.

https://docs.discord.com/developers/resources/message#allowed-mentions-object
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bots.playground.discord.error_codes import Form
from bots.playground.discord.permissions import Permission, may
from bots.playground.discord.state import Channel, Json, Message, User
from bots.playground.discord.world import World

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
# Since March 2026 a backslash before it keeps it quiet; `<@…>` pings with one too, as far as known.
# https://discord.com/blog/discord-patch-notes-march-6-2026
EVERYONE = re.compile(r"(?<!\\)@(?:everyone|here)")
TYPED = re.compile(r"(?<![\w<])@(\w+)")
MAX_IDS = 100


@dataclass(frozen=True)
class Pings:
    """Whom a message may notify."""

    everyone: bool = True
    every_user: bool = True
    every_role: bool = True
    roles: frozenset[int] = field(default_factory=frozenset)
    users: frozenset[int] = field(default_factory=frozenset)
    replied_user: bool = True


def allowed(data: Json | None, default: Pings, form: Form) -> Pings:
    """Return what `allowed_mentions` allows; `default` where it is left out."""
    if data is None:
        return default
    parse = data.get("parse", [])
    users = data.get("users", [])
    form.count("allowed_mentions.users", users, MAX_IDS)
    if "users" in parse and users:
        reason = 'parse:["users"] and users: [ids...] are mutually exclusive.'
        form.wrong("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", reason)
    return Pings(
        everyone="everyone" in parse,
        every_user="users" in parse,
        every_role="roles" in parse,
        roles=frozenset(map(int, data.get("roles", []))),
        users=frozenset(map(int, users)),
        replied_user=bool(data.get("replied_user")),
    )


def typed(world: World, text: str) -> str:
    """Return a text as the client sends it: `@name` becomes a mention."""
    names = {user.name: user for user in world.users.values()}

    def mention(match: re.Match[str]) -> str:
        user = names.get(match[1])
        return f"<@{user.id}>" if user else match[0]

    return TYPED.sub(mention, text)


def mark(world: World, message: Message, pings: Pings) -> None:
    """Fill in whom a message mentions and pings; text in code mentions nobody."""
    text = CODE.sub("", "\n".join([message.content, *texts(message.components)]))
    named = [world.users.get(int(match)) for match in USER.findall(text)]
    message.mentions = [
        user
        for user in dict.fromkeys(named)
        if user and (pings.every_user or user.id in pings.users)
    ]
    replied = message.reply_to
    if replied and pings.replied_user and replied.author not in message.mentions:
        message.mentions.append(replied.author)
    # MENTION_EVERYONE is for roles that not everybody may mention too, such as the bot's own.
    may_all = may(world, message.author, message.channel, Permission.MENTION_EVERYONE)
    message.mention_everyone = bool(pings.everyone and EVERYONE.search(text) and may_all)
    named_roles = set(map(int, ROLE.findall(text)))
    may_role = pings.every_role or world.bot_role_id in pings.roles
    message.mentions_role = world.bot_role_id in named_roles and may_role and may_all
    message.pinged = _notified(world, message.channel, message.mentions, message.mention_everyone)
    message.pinged.discard(message.author.id)


def _notified(
    world: World,
    channel: Channel,
    mentions: list[User],
    everyone: bool,  # noqa: FBT001 -- private
) -> set[int]:
    called = world.users.values() if everyone else mentions
    return {user.id for user in called if may(world, user, channel, Permission.VIEW_CHANNEL)}


def texts(components: Iterable[Json]) -> list[str]:
    """Return every Text Display's text, in reading order."""
    found: list[str] = []
    for component in components:
        if "content" in component:
            found.append(component["content"])
        found += texts(component.get("components", []))
    return found
