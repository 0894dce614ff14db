"""Where what was asked is to be answered: the first rung, by where it was asked and what it is."""

from collections.abc import Mapping
from typing import Any

import discord

from bots.discord import ladder
from bots.discord.ladder import (
    Answer,
    Channel,
    ChannelReply,
    DirectMessage,
    NewThread,
    Place,
    Thread,
    Token,
)
from bots.discord.tokens import Call
from core.request import Action, Body, Press

THREADED = {discord.ChannelType.text, discord.ChannelType.news}
THREADS = {
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
}


def place_of_message(message: discord.Message, body: Body) -> Place:
    """Return where a message is answered: in private, in its thread, in one to be made of it."""
    channel, guild = message.channel, message.guild.id if message.guild else 0
    asked = place_of_reply(message)
    if body.private and guild:
        return DirectMessage(message.author.id, guild, asked=asked)
    if channel.type in THREADED:
        title = _title(getattr(body, "query", ""))
        return NewThread(channel.id, guild, message.id, title)
    return asked


def place_of_reply(message: discord.Message) -> Thread | ChannelReply:
    """Return the place of a reply to a message."""
    channel, guild = message.channel, message.guild.id if message.guild else 0
    if isinstance(channel, discord.Thread):
        return Thread(channel.id, guild, channel.parent_id, message.id)
    return ChannelReply(channel.id, guild, message.id)


def place_of_answer(interaction: discord.Interaction, body: Body, *, public: bool = False) -> Place:
    """Return where a command or a form is answered: where Discord shows "thinking".

    A `public` answer is for all, though the form was opened from what one person sees.
    """
    call, channel = Call(interaction.id, interaction.token), interaction.channel
    here, guild = interaction.channel_id or 0, interaction.guild_id or 0
    if body.private or (is_hushed(interaction) and not public):
        # The acknowledgement of a menu draws it anew: what is said follows.
        return Token(call, here, guild, private=True, answered=is_menu(interaction))
    if not may_write(interaction):
        return Token(call, here, guild)
    if isinstance(channel, discord.Thread):
        return Answer(here, guild, parent=channel.parent_id, call=call)
    threaded = channel is not None and channel.type in THREADED
    title = _title(getattr(body, "query", "")) if threaded else ""
    return Answer(here, guild, title=title, call=call)


def place_of_press(interaction: discord.Interaction, press: Press, guild: str = "") -> Place:
    """Return where a press is answered: to the person alone, in the channel, or below the card."""
    if press.action is Action.MAKE_PRIVATELY:
        home = 0 if is_visit(interaction) else interaction.guild_id or 0
        return DirectMessage(interaction.user.id, int(guild or home))
    if press.action is Action.SEND_TO_ME:
        here, home = interaction.channel_id or 0, int(guild or interaction.guild_id or 0)
        call = Call(interaction.id, interaction.token)
        alone = Token(call, here, home, private=True, answered=True)
        return DirectMessage(interaction.user.id, home, asked=alone)
    if press.action is Action.PAGE:
        here, home = interaction.channel_id or 0, interaction.guild_id or 0
        call = Call(interaction.id, interaction.token)
        return Token(call, here, int(guild or home), private=True, replaces=True)
    if press.private and not guild:
        return place_of_answer(interaction, press)
    place = place_below(interaction, guild)
    if press.action is Action.SHOW_IN_CHANNEL and isinstance(place, Thread) and place.parent:
        return Channel(place.parent, place.guild, place.call)
    return place


def place_below(interaction: discord.Interaction, guild_of_source: str = "") -> Place:
    """Return the place below the message with the button: a press is acknowledged without words.

    A button that names a guild stands in a direct message about what was asked there.
    """
    if guild_of_source:
        here = interaction.channel_id or 0
        return DirectMessage(interaction.user.id, int(guild_of_source), channel=here)
    call, channel = Call(interaction.id, interaction.token), interaction.channel
    here, guild = interaction.channel_id or 0, interaction.guild_id or 0
    message = interaction.message.id if interaction.message else 0
    if is_hushed(interaction):
        return Token(call, here, guild, private=True, answered=is_menu(interaction))
    if not may_write(interaction):
        return Token(call, here, guild, answered=True)
    if isinstance(channel, discord.Thread):
        return Thread(here, guild, channel.parent_id, message, call)
    return ChannelReply(here, guild, message, call)


def is_menu(interaction: discord.Interaction) -> bool:
    """Whether something was chosen from a menu under a message."""
    data: Mapping[str, Any] = interaction.data or {}
    return bool(data.get("component_type") == discord.ComponentType.select.value)


def is_hushed(interaction: discord.Interaction) -> bool:
    """Whether it was pressed under what one person alone sees: the answer is theirs, too."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def is_visit(interaction: discord.Interaction) -> bool:
    """Whether only a person brought us here. Our own direct messages are no visit.

    https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-context-types
    """
    if interaction.context.dm_channel:
        return False
    return interaction.is_user_integration() and not interaction.is_guild_integration()


def may_write(interaction: discord.Interaction) -> bool:
    """Whether we may write here without the token: nothing is tried that will be refused."""
    if interaction.context.dm_channel:
        return True
    guild = interaction.client.get_guild(interaction.guild_id or 0)
    if guild is None:  # a chat of others, or a guild where only the commands were let in
        return False
    may = interaction.app_permissions
    if interaction.channel is not None and interaction.channel.type in THREADS:
        return may.send_messages_in_threads
    return may.send_messages or (may.create_public_threads and may.send_messages_in_threads)


def _title(text: str) -> str:
    """Return the name of a thread: its question, on one line."""
    return " ".join(text.split())[: ladder.TITLE_LENGTH] or "Neocu"
