"""What Discord tells of a message, a command, a form or a press, as the core's Request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import discord

from bots.discord import forms, ladder, render
from bots.discord.forms import About, Inputs
from bots.discord.ladder import Channel, DirectMessage, Place, Thread, Token
from bots.discord.places import (
    THREADS,
    is_visit,
    place_below,
    place_of_answer,
    place_of_message,
    place_of_press,
)
from core.intent import Ask, Generate, encodable, parse_text, with_files
from core.request import ONCE_ACTIONS, Attachment, Body, FormSent, Joined, Press, Request
from core.voice import closest

# ---- Requests ------------------------------------------------------------------------------------


def of_message(message: discord.Message, me: discord.abc.User) -> Request:
    """Return what a mention, a reply to us or a direct message asks."""
    body, reference = parse_text(render.plain_text(message, me)), message.reference
    place = place_of_message(message, body)
    replied = reference.resolved if reference else None
    replied = replied if isinstance(replied, discord.Message) and replied.author != me else None
    in_thread = message.channel.type in THREADS
    return Request(
        key=f"discord:{message.id}",
        platform="discord",
        workspace=workspace(message.guild, message.author),
        channel=channel_of(message.channel),
        person=str(message.author.id),
        body=body,
        address=ladder.dump(place),
        attachments=attachments(files_of(message) + (files_of(replied) if replied else [])),
        thread=str(message.channel.id) if in_thread else "",
        reply_to=str(reference.message_id) if reference and reference.message_id else "",
        roles=roles(message.author),
        in_private=message.guild is None,
        unseen=replied is not None and is_hidden(replied),
        language=language_of(message.guild),
        admin=is_admin(message.author),
        age_restricted=_is_for_adults(message.channel, place),
    )


def of_joining(guild: discord.Guild) -> Request | None:
    """Return that the bot has come to a guild, once each time; None where it may not speak."""
    channels = (guild.system_channel, *guild.text_channels)
    open_ = (one for one in channels if one and one.permissions_for(guild.me).send_messages)
    channel = next(open_, None)
    if channel is None:
        return None
    return Request(
        key=f"discord:{guild.id}:joined{_since(guild)}",
        platform="discord",
        workspace=str(guild.id),
        channel=str(channel.id),
        person=str(guild.owner_id or ""),
        body=Joined(server=True),
        address=ladder.dump(Channel(channel.id, guild.id)),
        language=language_of(guild),
    )


def _since(guild: discord.Guild) -> str:
    """Return when we came to a guild; whoever lets us in again is greeted again."""
    joined = guild.me.joined_at
    return f":{joined.timestamp():.3f}" if joined else ""


def of_command(
    interaction: discord.Interaction, text: str, files: Sequence[discord.Attachment]
) -> Request:
    """Return what a slash command asks."""
    body = parse_text(text)
    place = place_of_answer(interaction, body)
    return _of_interaction(
        interaction,
        body,
        place,
        attachments=attachments(files),
        prompt_visible=body.private,
    )


def of_typing(interaction: discord.Interaction) -> Request:
    """Return who types a command, and where: what they are offered depends on it."""
    body = Generate("")
    return _of_interaction(interaction, body, place_of_answer(interaction, body))


def of_press(interaction: discord.Interaction, press: Press, guild: str = "") -> Request:
    """Return what a press of a button asks; `guild` is what the button says it is about."""
    key = f"discord:{interaction.id}"
    if press.action in ONCE_ACTIONS:
        key = render.once_key(press.choice, press.source_key)
    place = place_of_press(interaction, press, guild)
    return _of_interaction(
        interaction, press, place, key=key, prompt_visible=press.private, guild=guild
    )


def of_form(interaction: discord.Interaction, data: Mapping[str, Any], about: About) -> Request:
    """Return what a form asks, with the files that it shows; a question typed there is one."""
    values = inputs(data)
    text, ids = (values.get(name, {}).get("value") or "" for name in (forms.QUERY, forms.FILES))
    wanted = parse_text(with_files(text, ids))
    body: Body = wanted
    if not isinstance(wanted, Ask) or not text.strip():
        # What looks like a slip in a message is meant in a form.
        named = wanted.files if isinstance(wanted, Generate) else ()
        query = "" if isinstance(wanted, Ask) else wanted.query
        query = forms.written(query, values)
        body = FormSent(query, named, about.source_key, about.asset)
    below = interaction.message is not None and not body.private and not about.public
    place = (
        place_below(interaction, about.guild)
        if below
        else place_of_answer(interaction, body, public=about.public)
    )
    files = data.get("resolved", {}).get("attachments", {})
    return _of_interaction(
        interaction,
        body,
        place,
        attachments=tuple(
            Attachment(
                id=id_,
                name=encodable(files[id_]["filename"]),
                url=files[id_]["url"],
                size=files[id_]["size"],
                media_type=files[id_].get("content_type") or "",
            )
            for id_ in values.get(forms.UPLOADS, {}).get("values", ())
        ),
        prompt_visible=body.private,
        guild=about.guild,
    )


def of_menu(interaction: discord.Interaction, message: discord.Message) -> Request:
    """Return what the form for a message has to know: its files, and whose result it may be."""
    forwarded = message.reference if message.message_snapshots else None
    message_id = forwarded.message_id if forwarded and forwarded.message_id else message.id
    return _of_interaction(
        interaction,
        Generate(""),
        place_of_answer(interaction, Generate("")),
        attachments=attachments(files_of(message)),
        reply_to=str(message_id),
    )


def of_edit(interaction: discord.Interaction, about: About) -> Request:
    """Return what the form for an edit has to know: which result it is about."""
    source = FormSent("", (), about.source_key, about.asset)
    place = place_below(interaction, about.guild)
    return _of_interaction(interaction, source, place, guild=about.guild)


def _of_interaction(
    interaction: discord.Interaction, body: Body, place: Place, guild: str = "", **more: Any
) -> Request:
    person = str(interaction.user.id)
    home = None if is_visit(interaction) else interaction.guild
    alone = isinstance(place, DirectMessage) or (isinstance(place, Token) and place.private)
    return Request(
        **{
            "key": f"discord:{interaction.id}",
            "platform": "discord",
            "workspace": guild or workspace(home, interaction.user),
            "channel": channel_of(interaction.channel) or str(interaction.channel_id or ""),
            "person": person,
            "body": body,
            "address": ladder.dump(place),
            "thread": str(place.channel) if isinstance(place, Thread) else "",
            "roles": roles(interaction.user),
            # A question's answer is private by itself, wherever it was asked.
            "in_private": (alone and not body.private) or interaction.guild_id is None,
            "moderator": interaction.permissions.manage_messages,
            "language": closest(interaction.locale),
            "age_restricted": _is_for_adults(interaction.channel, place),
            "admin": interaction.guild_id is not None and interaction.permissions.manage_guild,
        }
        | more
    )


# ---- What Discord tells --------------------------------------------------------------------------


def language_of(guild: discord.Guild | None) -> str:
    """Return the language that a guild has chosen; only Community guilds can.

    https://docs.discord.com/developers/resources/guild#guild-object
    """
    chosen = guild is not None and "COMMUNITY" in guild.features
    return closest(guild.preferred_locale) if guild is not None and chosen else ""


def channel_of(channel: object) -> str:
    """Return the ID of a channel; a thread counts as the channel that it is in."""
    return str(getattr(channel, "parent_id", None) or getattr(channel, "id", ""))


def roles(person: discord.abc.User) -> tuple[str, ...]:
    """Return the IDs of a person's roles; outside of guilds there are none."""
    if not isinstance(person, discord.Member):
        return ()
    return tuple(str(role.id) for role in person.roles)


def is_admin(person: discord.abc.User) -> bool:
    """Whether a person may manage the server that they write in."""
    return isinstance(person, discord.Member) and person.guild_permissions.manage_guild


def _is_for_adults(channel: object, place: Place) -> bool:
    """Whether only adults read an answer: in an age-restricted channel, or a thread of one.

    https://support.discord.com/hc/en-us/articles/115000084051
    """
    here = channel if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else None
    is_nsfw = getattr(here, "is_nsfw", None)
    return is_nsfw is not None and bool(is_nsfw()) and not isinstance(place, DirectMessage)


def workspace(guild: discord.Guild | None, person: discord.abc.User) -> str:
    """Return the guild; outside of guilds, everybody is a workspace of their own."""
    return str(guild.id) if guild is not None else f"person {person.id}"


def files_of(message: discord.Message) -> list[discord.Attachment]:
    """Return a message's files, those of what it forwards, too."""
    forwarded = [file for one in message.message_snapshots for file in one.attachments]
    return [*message.attachments, *forwarded]


def is_hidden(message: discord.Message) -> bool:
    """Whether Discord hides from us what a message says and shows: it is not meant for us.

    https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    told = (
        message.content,
        message.attachments,
        message.embeds,
        message.stickers,
        message.components,
        message.message_snapshots,
        message.poll,
    )
    return not any(told)


def attachments(files: Iterable[discord.Attachment]) -> tuple[Attachment, ...]:
    """Read files."""
    return tuple(
        Attachment(
            id=str(file.id),
            name=encodable(file.filename),
            url=file.url,
            size=file.size,
            media_type=file.content_type or "",
        )
        for file in files
    )


def inputs(data: Mapping[str, Any]) -> Inputs:
    """Return the inputs of a sent modal, by their names."""
    return {part["custom_id"]: part for part in _inputs(data.get("components", ()))}


def _inputs(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the inputs in rows or under labels."""
    for part in components:
        yield from _inputs(part.get("components", ()))
        inner = part.get("component", part)
        if "custom_id" in inner:
            yield inner
