"""The Markdown of replies: how to write other people's words in it, and how to read it.

Bold, struck words, code, quotes, links, `person(id)`: a platform renders the spans its own way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_REMEMBERED = 256  # texts that were read
_PERSON = "person:"
_CHANNEL = "channel:"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ESCAPED = r"\\\1"
_markdown = MarkdownIt("zero").enable(
    ["blockquote", "backticks", "emphasis", "escape", "link", "newline", "strikethrough"]
)


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style.

    A `person` or a `channel` is an ID of the platform's; their text is none.
    """

    text: str
    bold: bool = False
    strike: bool = False
    code: bool = False
    quote: bool = False
    link: str = ""
    person: str = ""
    channel: str = ""


def verbatim(text: str) -> str:
    """Return Markdown that shows the text as it is, on one line, whatever it looks like."""
    return _PUNCTUATION.sub(_ESCAPED, " ".join(text.split()))


def sentence(text: str) -> str:
    """Return Markdown that shows the text as it is, ended by a full stop where it has no end."""
    said = text.strip()
    return verbatim(f"{said}." if said[-1:].isalnum() else said)


def quote(text: str) -> str:
    """Return Markdown that shows the text as a quote, line by line."""
    return "\n".join(f"> {verbatim(line)}" for line in text.splitlines())


def code(text: str) -> str:
    """Return Markdown that shows the text, an ID say, as code."""
    return f"`{' '.join(text.split()).replace('`', ' ') or ' '}`"


def person(id_: str) -> str:
    """Return Markdown that names a person without calling them."""
    return f"[]({_PERSON}{id_})"


def channel(id_: str) -> str:
    """Return Markdown that names a channel, to those who may see it."""
    return f"[]({_CHANNEL}{id_})"


def link(label: str, url: str) -> str:
    """Return Markdown for a link; only the web can be linked to, all else is shown as text."""
    if not url.startswith(("https://", "http://")) or re.search(r"[\s<>\\]", url):
        return verbatim(label)
    # An `&amp;` of the address is no entity of ours, so the address is escaped, too.
    return f"[{verbatim(label) or verbatim(url)}](<{_PUNCTUATION.sub(_ESCAPED, url)}>)"


def plain(markdown: str) -> str:
    """Return the words alone, for places that show no style."""
    return "".join(span.text for span in spans(markdown))


def spans(markdown: str) -> list[Span]:
    """Read Markdown; blocks and lines are parted by newlines within the spans' texts."""
    return list(_spans(markdown))


# Most of what is said is said again: to somebody else, in an edit, in the text beside the blocks.
@lru_cache(MAX_REMEMBERED)
def _spans(markdown: str) -> tuple[Span, ...]:
    found: list[Span] = []
    depth = 0
    for token in _markdown.parse(markdown):
        match token.type:
            case "blockquote_open":
                depth += 1
            case "blockquote_close":
                depth -= 1
            case "inline":
                style = Span("", quote=depth > 0)
                if found:
                    found.append(Span("\n", quote=style.quote and found[-1].quote))
                found += _inline(token.children or [], style)
    return tuple(span for span in found if span.text or span.person or span.channel)


def _inline(tokens: list[Token], style: Span) -> Iterator[Span]:
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=token.nesting > 0)
            case "s_open" | "s_close":
                style = replace(style, strike=token.nesting > 0)
            case "link_open":
                url = str(token.attrs["href"])
                if url.startswith(_PERSON):
                    yield replace(style, person=url.removeprefix(_PERSON))
                elif url.startswith(_CHANNEL):
                    yield replace(style, channel=url.removeprefix(_CHANNEL))
                else:
                    style = replace(style, link=url)
            case "link_close":
                style = replace(style, link="")
            case "code_inline":
                yield replace(style, text=token.content, code=True)
            case "softbreak" | "hardbreak":
                yield replace(style, text="\n")
            case _:
                yield replace(style, text=token.content)
