"""Discord's way of writing: our Markdown as its own, and what people typed as plain words."""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import replace

import discord

from core import wording
from core.conversation import Button, File, Reply
from core.intent import cut_out
from core.request import Action, Press
from core.wording.markup import Span, spans

# https://docs.discord.com/developers/resources/message#create-message
PART_LENGTH = 2_000
ALT_LENGTH = 1_024
NONCE_LENGTH = 25
MAX_KEY_LENGTH = 60  # of a custom ID's 100 characters
MAX_LABEL = 80
MAX_OPTION = 100  # of a menu's entry, and of the words below it
MAX_OPTIONS = 25  # https://docs.discord.com/developers/components/reference#string-select
MENU = "more"

_MENTION = re.compile(r"<(?:@!?|@&|#)(\d+)>")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SMALL = "-# "


def parts(reply: Reply) -> list[str]:
    """Return the reply as messages that Discord takes, cut between words where that can be."""
    rest, split = _text(spans(reply.text)), []
    while len(rest) > PART_LENGTH:
        # At the end of a line if possible: a link, whose label may have spaces, keeps within one.
        cuts = (rest.rfind("\n", 0, PART_LENGTH), rest.rfind(" ", 0, PART_LENGTH))
        cut = next((cut for cut in cuts if cut > PART_LENGTH // 2), PART_LENGTH)
        # Not between a backslash and what it escapes.
        cut -= (len(rest[:cut]) - len(rest[:cut].rstrip("\\"))) % 2
        split.append(rest[:cut])
        rest = rest[cut:].removeprefix("\n").removeprefix(" ")
    small = "\n".join(_SMALL + line for line in _text(spans(reply.small)).splitlines())
    if small and len(rest) + 1 + len(small) > PART_LENGTH:
        return [*split, rest, small[:PART_LENGTH]]
    return [*split, "\n".join(filter(None, (rest, small)))]


def view(reply: Reply, workspace: str = "") -> discord.ui.View | discord.ui.LayoutView | None:
    """Return what stands of a reply besides its text, or instead of it."""
    return _layout(reply, workspace) if reply.rows else buttons(reply, workspace)


def buttons(reply: Reply, workspace: str = "") -> discord.ui.View | None:
    """Return the reply's buttons, and its menu in a row of its own.

    The view is stopped, so that discord.py forgets it: our listener knows the buttons by their
    IDs, also after a restart.
    """
    if not reply.buttons and not reply.menu:
        return None
    view = discord.ui.View(timeout=None)
    for button in reply.buttons:
        known = None if button.url else custom_id(button, workspace)
        label, url = button.label[:MAX_LABEL], button.url or None
        view.add_item(discord.ui.Button(label=label, custom_id=known, url=url))
    if reply.menu:
        view.add_item(_menu(reply.menu, workspace))
    view.stop()
    return view


def _layout(reply: Reply, workspace: str) -> discord.ui.LayoutView:
    """Return a reply with a list, as a layout: words, with a small picture and buttons for each.

    https://docs.discord.com/developers/components/reference#section
    """
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(_text(spans(reply.text))))
    for row in reply.rows:
        words = discord.ui.TextDisplay[discord.ui.LayoutView](_text(spans(row.text)))
        view.add_item(discord.ui.Separator())
        if row.picture:
            alt = row.description[:ALT_LENGTH]
            picture = discord.ui.Thumbnail[discord.ui.LayoutView](row.picture, description=alt)
            view.add_item(discord.ui.Section(words, accessory=picture))
        else:
            view.add_item(words)
        _add_buttons(view, row.buttons, workspace)
    if reply.buttons:
        view.add_item(discord.ui.Separator())
    _add_buttons(view, reply.buttons, workspace)
    view.stop()
    return view


def _add_buttons(view: discord.ui.LayoutView, some: Sequence[Button], workspace: str) -> None:
    if some:
        row = discord.ui.ActionRow[discord.ui.LayoutView]()
        for button in some:
            known = custom_id(button, workspace)
            row.add_item(discord.ui.Button(label=button.label[:80], custom_id=known))
        view.add_item(row)


def attached(files: Sequence[File]) -> list[discord.File]:
    """Return files as Discord takes them, read from their beginning."""
    return [
        discord.File(
            io.BytesIO(file.data), filename=file.name, description=file.description[:ALT_LENGTH]
        )
        for file in files
    ]


def spoilers(files: Sequence[File]) -> list[File]:
    """Return files that Discord hides until somebody clicks on them: it goes by their names.

    https://docs.discord.com/developers/resources/message#attachment-object
    """
    return [replace(file, name=f"SPOILER_{file.name}") for file in files]


def mentions(reply: Reply) -> discord.AllowedMentions:
    """Return whom the text may notify: the one person that the reply names, or nobody."""
    people = [discord.Object(int(reply.notify))] if reply.notify.isdecimal() else []
    return discord.AllowedMentions(everyone=False, roles=False, users=people, replied_user=False)


def nonce(key: str, number: int) -> str:
    """Return what names a part of a message for Discord, the same in every try."""
    return hashlib.sha256(f"{key}#{number}".encode()).hexdigest()[:NONCE_LENGTH]


def custom_id(button: Button, workspace: str = "") -> str:
    """Return what Discord tells us when the button is pressed.

    The `workspace` is named in direct messages about what was asked in a guild.
    """
    known = f"{button.action.value} {button.asset} {button.source_key}"
    return f"{known} {workspace}" if workspace else known


def _menu(entries: Sequence[Button], workspace: str) -> discord.ui.Select[discord.ui.View]:
    """Return a menu, whose ID names the request as a button's does."""
    known = f"{MENU} 0 {entries[0].source_key}"
    options = [
        discord.SelectOption(
            label=one.label[:MAX_OPTION],
            value=f"{one.action.value} {one.asset} {one.preset}".rstrip(),
            description=one.detail[:MAX_OPTION] or None,
        )
        for one in entries[:MAX_OPTIONS]
    ]
    return discord.ui.Select(
        custom_id=f"{known} {workspace}" if workspace else known,
        placeholder=wording.labels.more(),
        options=options,
    )


def parse_press(custom_id: str, values: Sequence[str] = ()) -> tuple[Press, str] | None:
    """Read a button's ID, or a menu's and what was chosen: the press, and the workspace it names.

    None if it is not ours.
    """
    action, asset, key, workspace = (*custom_id.split(" "), "", "", "", "")[:4]
    preset = ""
    if action == MENU:
        action, asset, preset = (*" ".join(values).split(" "), "", "")[:3]
    if action not in set(Action) or not asset.isdecimal():
        return None
    return Press(Action(action), key, int(asset), preset), workspace


def once_key(action: Action, source_key: str) -> str:
    """Return the key of a press that counts once for ever; it may be a button's source in turn."""
    key = f"discord:{action.value}:{source_key}"
    if len(key) <= MAX_KEY_LENGTH:
        return key
    return f"discord:{action.value}:{hashlib.sha256(source_key.encode()).hexdigest()[:32]}"


def plain_text(message: discord.Message, me: discord.abc.User) -> str:
    """Return what a person typed: names for mentions, and the mention of the bot left out."""
    names = {str(user.id): f"@{user.display_name}" for user in message.mentions}
    names |= {str(role.id): f"@{role.name}" for role in message.role_mentions}
    names |= {str(channel.id): f"#{channel.name}" for channel in message.channel_mentions}
    text = cut_out(message.content, rf"<@!?{me.id}>")
    return _MENTION.sub(lambda found: names.get(found[1], found[0]), text).strip()


def _text(read: list[Span]) -> str:
    text = ""
    for span in read:
        for number, line in enumerate(span.text.split("\n")):
            text += "\n" if number else ""
            if span.quote and (not text or text.endswith("\n")):
                text += "> "
            text += _written(span, line)
    return text


def _written(span: Span, words: str) -> str:
    if span.person:
        return f"<@{span.person}>"
    if span.channel:
        return f"<#{span.channel}>"
    if not words:
        return ""
    if span.code:
        return f"`{words}`"
    # Every mark, for Discord reads more of them than any list has: <t:…>, </…:id>, <#…>, lists.
    words = _PUNCTUATION.sub(r"\\\1", words)
    if span.link:
        words = f"[{words}](<{span.link}>)"
    words = f"~~{words}~~" if span.strike else words
    return f"**{words}**" if span.bold else words
