"""The Discord tab: what one person sees of the guild, and what they do there."""

import time
from collections.abc import Mapping
from typing import Any

from bots.playground.discord import Attachment, Channel, Guild, Message, User
from bots.playground.discord.invoking import ATTACHMENT
from bots.playground.discord.people import MENU, SLASH
from bots.playground.discord.permissions import Permission, may, may_send
from bots.playground.discord.state import COMPONENTS_V2, snowflake_time
from bots.playground.page.seen import File, Json, Things
from bots.playground.page.tab import Files, Tab, Verb, file_json, person_json, still_there

# https://docs.discord.com/developers/resources/channel#trigger-typing-indicator
TYPING_SECONDS = 10.0
# What clients put before the name of a file that is to be covered.
SPOILER = "SPOILER_"


class DiscordTab(Tab):
    """The guild as one page shows it."""

    def __init__(self, guild: Guild, home: int) -> None:
        self._guild = guild
        self._home = guild.world.guilds[home]
        self.home, self.title = str(home), self._home.name

    @property
    def has_app(self) -> bool:
        """Whether the bot is a member."""
        return self._home.with_bot

    def _is_here(self, channel: Channel) -> bool:
        """Whether a channel is of this server, or of none that one could look at instead."""
        unknown = channel.guild_id not in self._guild.world.guilds
        in_first = self._home.id == self._guild.guild_id
        return not channel.guild_id or channel.guild_id == self._home.id or (in_first and unknown)

    def seen(self, person: str) -> Things:
        """Return everything that a person sees."""
        guild, who = self._guild, self._guild.person(person)
        guild.dm(who)
        things: Things = {
            "discord/home": {
                "me": str(who.id),
                "bot": str(guild.bot.id),
                "people": {
                    str(one.id): person_json(one.name, bot=one.bot) for one in guild.people.values()
                },
                "menu": [one["name"] for one in guild.commands if one["type"] == MENU],
                "commands": [f"/{one['name']}" for one in guild.commands if one["type"] == SLASH],
            }
        }
        for channel in guild.channels.values():
            if self._is_here(channel) and may(guild.world, who, channel, Permission.VIEW_CHANNEL):
                things[f"discord/channel/{channel.id}"] = self._channel(channel, who)
                things |= {
                    f"discord/message/{channel.id}/{message.id}": _message(message)
                    for message in guild.seen_by(who, channel)
                }
        if modal := guild.modal(who):
            things["discord/modal"] = {
                "id": str(modal.interaction.id),
                "title": modal.title,
                "components": modal.components,
            }
        return things

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a person can do, by name."""
        return {**super().verbs, "choose": self.choose}

    def file(self, file_id: str) -> tuple[bytes, str]:
        """Return a file's bytes and media type; LookupError if there is none."""
        file = self._guild.world.attachments[int(file_id)]
        return file.data, file.content_type or "application/octet-stream"

    async def say(self, person: str, args: Json, files: Files) -> str:
        """Post what was typed, or use the command that it is."""
        text, attached = args["text"], list(files.get("files", ()))
        channel = self._guild.channel(int(args["channel"]))
        if not text.startswith("/"):
            message = args.get("reply_to")
            reply_to = channel.messages.get(int(message)) if message else None
            await self._guild.say(person, channel, text, reply_to=reply_to, files=attached)
            return ""
        name, _, words = text[1:].partition(" ")
        await self._guild.command(
            person,
            channel,
            name,
            user_install=self._is_elsewhere(channel),
            **self._options(name, words, attached),
        )
        return ""

    async def press(self, person: str, args: Json, _: Files) -> str:
        """Press a button."""
        await self._guild.press(person, self._message(args), args["custom_id"])
        return ""

    async def choose(self, person: str, args: Json, _: Files) -> str:
        """Choose from a menu under a message."""
        await self._guild.choose(person, self._message(args), args["custom_id"], args["value"])
        return ""

    async def shortcut(self, person: str, args: Json, _: Files) -> str:
        """Use a command of a message's menu."""
        message = self._message(args)
        elsewhere = self._is_elsewhere(message.channel)
        name = args["name"]
        await self._guild.message_command(person, message, name, user_install=elsewhere)
        return ""

    async def submit(self, person: str, args: Json, files: Files) -> str:
        """Send the modal off."""
        if modal := self._guild.modal(person):
            await self._guild.submit(person, modal, {**args["values"], **files})
        return ""

    async def close(self, person: str, _: Json, __: Files) -> str:
        """Close the modal; the bot does not hear of it."""
        world = self._guild.world
        world.modals.pop(self._guild.person(person).id, None)
        world.journal.changed()
        return ""

    def _options(self, name: str, words: str, files: list[File]) -> dict[str, Any]:
        """Return what was typed after a command as its options: its first text, and files."""
        found = [one for one in self._guild.commands if one["name"] == name]
        declared = found[0].get("options", []) if found else []
        slots = [one["name"] for one in declared if one["type"] == ATTACHMENT]
        if len(files) > len(slots):
            raise ValueError(f"/{name} takes up to {len(slots)} files.")
        options: dict[str, Any] = dict(zip(slots, files, strict=False))
        if words := words.strip().removeprefix("query:").strip():
            options["query"] = words
        return options

    def _message(self, args: Json) -> Message:
        channel = self._guild.channel(int(args["channel"]))
        return still_there(channel.messages.get(int(args["message"])))

    def _is_elsewhere(self, channel: Channel) -> bool:
        return bool(channel.group) or channel.guild_id not in (None, self._home.id)

    def _channel(self, channel: Channel, who: User) -> Json:
        now, users = time.time(), self._guild.people
        return {
            "id": str(channel.id),
            "name": ", ".join(one.name for one in channel.group if one is not who) or channel.name,
            "parent": channel.parent and str(channel.parent.id),
            "direct": channel.is_dm,
            "group": bool(channel.group),
            "elsewhere": self._is_elsewhere(channel),
            "open": may_send(self._guild.world, who, channel) and not channel.locked,
            "archived": channel.archived,
            "typing": [
                users[one].name
                for one, at in channel.typing.items()
                if now - at < TYPING_SECONDS and _quiet_since(channel, one, at)
            ],
        }


def _quiet_since(channel: Channel, user: int, at: float) -> bool:
    """Whether somebody who was typing has not posted it yet."""
    return not any(
        message.author.id == user and snowflake_time(message.id) > at
        for message in channel.messages.values()
    )


def _message(message: Message) -> Json:
    act = message.interaction
    return {
        "id": str(message.id),
        "channel": str(message.channel.id),
        "author": str(message.author.id),
        "at": snowflake_time(message.id),
        "content": message.content,
        "kind": message.kind,
        "attachments": [_attachment(file) for file in message.attachments],
        "embeds": message.embeds,
        "components": message.components,
        "v2": bool(message.flags & COMPONENTS_V2),
        "private": message.seen_only_by is not None,
        "thinking": message.thinking,
        "failed": message.failed,
        "edited": message.edited_at is not None,
        "thread": message.thread and str(message.thread.id),
        "reply_to": message.reply_to and str(message.reply_to.id),
        "mentions_me": [str(one) for one in sorted(message.pinged)],
        "asked": act and {"who": str(act.user.id), "name": act.name},
    }


def _attachment(file: Attachment) -> Json:
    kind = file.content_type or "application/octet-stream"
    shown = file_json("discord", str(file.id), file.filename, kind, len(file.data))
    # https://docs.discord.com/developers/resources/message#attachment-object: IS_SPOILER
    spoiler = file.filename.startswith(SPOILER)
    return shown | {"id": str(file.id), "alt": file.description or "", "spoiler": spoiler}
