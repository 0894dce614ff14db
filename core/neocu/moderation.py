"""Whether words of Neocu's say that it refuses something for its content.

Its documentation names no status, field or code for that (https://guide.neocu.com), so its words
are all there is. They are read narrowly: one who is wrongly told that their words are at fault
changes them for nothing.
"""

import re

_RULES = r"(?:polic(?:y|ies)|guidelines?|standards?|rules?|terms)"
_BAD = r"(?:inappropriate|prohibited|disallowed|unsafe|offensive|explicit|harmful|nsfw)"
_MADE = r"(?:content|prompts?|material|images?|words?|language|requests?)"
_MODERATION = re.compile(
    "|".join((
        r"\bmoderat(?:ed|ion|or)\b",
        rf"\b(?:content|usage|use|safety|community)[\s-]{_RULES}\b",
        r"\b(?:content|safety|nsfw)[\s-](?:filters?|checks?|systems?|violations?)\b",
        rf"\b(?:violat|breach|break)\w*\b[^.]{{0,40}}\b{_RULES}\b",
        rf"\b{_BAD}[\s-]{_MADE}\b",
        rf"\b{_MADE}\b[^.]{{0,30}}\b(?:flagged|{_BAD})\b",
    )),
    re.IGNORECASE,
)  # fmt: skip


def is_moderation(words: str) -> bool:
    """Whether these words of Neocu's refuse something for its content."""
    return _MODERATION.search(words) is not None
