"""Discord's way of writing: our Markdown as its own, and what people typed as plain words."""

import io
import re
from typing import Any

import discord
from discord.utils import escape_markdown, escape_mentions

from core.conversation import Action, Button, Reply
from core.files.download import Fetched
from core.wording.markup import Span, spans

# https://docs.discord.com/developers/resources/message#create-message
PART = 2_000
ALT_LIMIT = 1_024

_MENTION = re.compile(r"<(?:@!?|@&|#)(\d+)>")


class _File(discord.File):
    """A file that every try to send it reads anew: discord.py would go on where the last ended."""

    def reset(self, *, seek: int | bool = True) -> None:  # noqa: ARG002 (what it would go by)
        """Begin at the beginning."""
        super().reset()


def parts(reply: Reply) -> list[str]:
    """Return the reply as messages that Discord takes, cut between words where that can be."""
    rest, split = _text(spans(reply.text)), []
    while len(rest) > PART:
        # At the end of a line if possible: a link, whose label may have spaces, keeps within one.
        cuts = (rest.rfind("\n", 0, PART), rest.rfind(" ", 0, PART))
        cut = next((cut for cut in cuts if cut > PART // 2), PART)
        split.append(rest[:cut])
        rest = rest[cut:].removeprefix("\n").removeprefix(" ")
    return [*split, rest]


def buttons(reply: Reply) -> discord.ui.View | None:
    """Return the reply's buttons.

    The view is stopped, so that discord.py forgets it: our listener knows the buttons by their
    IDs, also after a restart.
    """
    if not reply.buttons:
        return None
    view = discord.ui.View(timeout=None)
    for button in reply.buttons:
        view.add_item(discord.ui.Button(label=button.label, custom_id=custom_id(button)))
    view.stop()
    return view


def extras(reply: Reply, file: Fetched | None) -> dict[str, Any]:
    """Return what a message has besides its text: buttons, and a file with its description."""
    found: dict[str, Any] = {}
    if view := buttons(reply):
        found["view"] = view
    if reply.media is not None and file is not None:
        found["file"] = _File(
            io.BytesIO(file.data),
            filename=reply.media.name,
            description=reply.media.description[:ALT_LIMIT],
        )
    return found


def custom_id(button: Button) -> str:
    """Return what Discord tells us when the button is pressed."""
    return f"{button.action.value} {button.asset} {button.about}"


def pressed(custom_id: str) -> tuple[Action, str, int] | None:
    """Read a button's ID: what it does, about which request, which of its results.

    None if it is not ours.
    """
    action, _, rest = custom_id.partition(" ")
    asset, _, about = rest.partition(" ")
    return (Action(action), about, int(asset)) if action in set(Action) else None


def words(message: discord.Message, me: discord.abc.User) -> str:
    """Return what a person typed: names for mentions, and the mention of the bot left out."""
    names = {str(user.id): f"@{user.display_name}" for user in message.mentions}
    names |= {str(role.id): f"@{role.name}" for role in message.role_mentions}
    names |= {str(channel.id): f"#{channel.name}" for channel in message.channel_mentions}
    text = re.sub(rf"[ \t]*<@!?{me.id}>[ \t]*", " ", message.content)
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
    if not words:
        return ""
    if span.code:
        return f"`{words}`"
    words = escape_mentions(escape_markdown(words))
    if span.link:
        words = f"[{words}](<{span.link}>)"
    return f"**{words}**" if span.bold else words
