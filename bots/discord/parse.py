"""What Discord tells of a message, a command, a form or a press, as the core's Request."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import discord

from bots.discord import render
from bots.discord.conversation import TITLE_LENGTH, Place, channel_of
from core import intent
from core.conversation import Attachment, Request

THREADED = {discord.ChannelType.text, discord.ChannelType.news}
THREADS = {
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
}


def of_message(message: discord.Message, me: discord.abc.User) -> Request:
    """Return what a message asks: in a thread of it, or as a reply where there is none."""
    text, channel, reference = render.words(message, me), message.channel, message.reference
    threaded = channel.type in THREADED and not intent.is_question(text)
    place = Place(
        channel=channel.id,
        guild=message.guild.id if message.guild else 0,
        message=message.id,
        title=title(text) if threaded else "",
        thread=channel.type in THREADS,
    )
    return Request(
        key=f"discord:{message.id}",
        platform="discord",
        workspace=workspace(message.guild, message.author),
        channel=channel_of(channel),
        person=str(message.author.id),
        text=text,
        address=place.dump(),
        attachments=attachments([*message.attachments, *attachments_of(reference)]),
        thread=str(channel.id) if place.thread else "",
        reply_to=str(reference.message_id) if reference else "",
        roles=roles(message.author),
    )


def of_interaction(interaction: discord.Interaction, place: Place, **about: Any) -> Request:
    """Return what a command, a press or a form asks; `about` is what is known besides."""
    guild = None if place.visiting else interaction.guild
    return Request(
        key=f"discord:{interaction.id}",
        platform="discord",
        workspace=workspace(guild, interaction.user),
        channel=channel_of(interaction.channel) or str(place.channel),
        person=str(interaction.user.id),
        address=place.dump(),
        thread=str(place.channel) if place.thread else "",
        roles=roles(interaction.user),
        **({"text": ""} | about),
    )


def answered_at(
    interaction: discord.Interaction, *, text: str = "", private: bool = False
) -> Place:
    """Return the place of an answer to the interaction itself; with a text, it gets a thread."""
    place, channel = place_of(interaction), interaction.channel
    threaded = channel is not None and channel.type in THREADED and not place.visiting
    return replace(place, title=title(text) if threaded else "", private=private)


def beside(interaction: discord.Interaction) -> Place:
    """Return the place of an answer that stands below the message with the button."""
    message = interaction.message
    return replace(place_of(interaction), message=message.id if message else 0, answered=True)


def place_of(interaction: discord.Interaction) -> Place:
    """Return where an interaction took place."""
    channel = interaction.channel
    return Place(
        channel=interaction.channel_id or 0,
        guild=interaction.guild_id or 0,
        thread=channel is not None and channel.type in THREADS,
        token=interaction.token,
        interaction=interaction.id,
        visiting=interaction.is_user_integration() and not interaction.is_guild_integration(),
    )


def may_answer(message: discord.Message) -> bool:
    """Whether we may speak where we are asked, or in a thread that we make there."""
    if message.guild is None or isinstance(message.channel, discord.DMChannel):
        return True
    may = message.channel.permissions_for(message.guild.me)
    if message.channel.type in THREADS:
        return may.send_messages_in_threads
    return may.send_messages or (may.create_public_threads and may.send_messages_in_threads)


def roles(person: discord.abc.User) -> tuple[str, ...]:
    """Return the IDs of a person's roles; outside of guilds there are none."""
    if not isinstance(person, discord.Member):
        return ()
    return tuple(str(role.id) for role in person.roles)


def title(text: str) -> str:
    """Return the name of a thread: its question, on one line."""
    return " ".join(text.split())[:TITLE_LENGTH]


def workspace(guild: discord.Guild | None, person: discord.abc.User) -> str:
    """Return the guild; outside of guilds, everybody is a workspace of their own."""
    return str(guild.id) if guild is not None else f"person {person.id}"


def attachments_of(reference: discord.MessageReference | None) -> list[discord.Attachment]:
    """Return the files of the message replied to, as far as Discord shows them to us."""
    replied = reference.resolved if reference else None
    if not isinstance(replied, discord.Message) or replied.author.bot:
        return []
    return replied.attachments


def attachments(files: Iterable[discord.Attachment]) -> tuple[Attachment, ...]:
    """Read files."""
    return tuple(
        Attachment(
            id=str(file.id),
            name=file.filename,
            url=file.url,
            size=file.size,
            media_type=file.content_type or "",
        )
        for file in files
    )


def inputs(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the inputs of a sent modal, in rows or under labels."""
    for part in components:
        yield from inputs(part.get("components", ()))
        inner = part.get("component", part)
        if "custom_id" in inner:
            yield inner
