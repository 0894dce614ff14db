"""What Discord makes of a message's text: which of it is markup, and what people read.

https://docs.discord.com/developers/reference#message-formatting
https://support.discord.com/hc/en-us/articles/210298617
"""

import re

# A backslash takes the meaning of any character that is no letter, digit or space.
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
# Escaped characters are kept out of the patterns' sight in a private area of Unicode.
HIDDEN = 0xE000

MARKUP = {
    "mention": r"<@[!&]?\d+>|@(?:everyone|here)",
    "channel": r"<#\d+>|<id:(?:customize|browse|guide|linked-roles)(?::\d+)?>",
    "command": r"</[-_\w ]{1,98}:\d+>",
    "timestamp": r"<t:-?\d+(?::[tTdDfFsSR])?>",
    "emoji": r"<a?:\w{2,32}:\d+>",
    "masked link": r"\[[^\]\n]+\]\(\s*<?https?://[^\s)]+>?(?:\s+[^)\n]*)?\)",
    "address": r"https?://[^\s<>]+",
    "heading": r"^#{1,3} +\S",
    "small": r"^-# +\S",
    "quote": r"^>(?:>>)? +\S",
    "list": r"^ *(?:[-*]|\d+\.) +\S",
    "bold": r"\*\*(?=\S).+?(?<=\S)\*\*",
    "italic": r"\*(?=[^\s*]).+?(?<=[^\s*])\*|\b_(?=[^\s_]).+?(?<=[^\s_])_\b",
    "underline": r"__(?=\S).+?(?<=\S)__",
    "strike": r"~~(?=\S).+?(?<=\S)~~",
    "spoiler": r"\|\|(?=\S).+?(?<=\S)\|\|",
}
PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in MARKUP.items()}


def markup(text: str) -> set[str]:
    """Return the kinds of markup in a text, such as "bold" or "timestamp"; none if it is plain."""
    bare = CODE.sub("", _hide(text))
    found = {name for name, pattern in PATTERNS.items() if pattern.search(bare)}
    return found | ({"code"} if CODE.search(_hide(text)) else set())


def plain(text: str) -> str:
    """Return a text as people read it where none of it is markup: without its backslashes."""
    return ESCAPED.sub(r"\1", text)


def _hide(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(HIDDEN + ord(match[1]) % 0x1000), text)
