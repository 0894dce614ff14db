"""What the local Discord guild takes for markup: what a person typed must come out as text."""

import string

import pytest

from bots.playground.discord.markdown import markup, plain

TYPED = {
    "<@123> hi": "mention",
    "<@&123> hi": "mention",
    "@everyone": "mention",
    "<#123>": "channel",
    "<id:browse>": "channel",
    "</neocu:123>": "command",
    "</neocu edit:123>": "command",
    "<t:1700000000:R>": "timestamp",
    "<t:1700000000>": "timestamp",
    "<a:party:123>": "emoji",
    "[safe](https://evil.example)": "masked link",
    "[safe](<https://evil.example> 'title')": "masked link",
    "see https://evil.example/a": "address",
    "# loud": "heading",
    "-# small": "small",
    "> quoted": "quote",
    "- item": "list",
    "1. item": "list",
    "**bold**": "bold",
    "*slanted*": "italic",
    "_slanted_": "italic",
    "__under__": "underline",
    "~~gone~~": "strike",
    "||hidden||": "spoiler",
    "`code`": "code",
}


@pytest.mark.parametrize("text", TYPED)
def test_markup_is_known(text: str) -> None:
    """Each kind that Discord renders is seen."""
    assert TYPED[text] in markup(text)


@pytest.mark.parametrize("text", TYPED)
def test_escaped_punctuation_is_text(text: str) -> None:
    """A backslash before every punctuation mark leaves nothing to render, and reads the same."""
    escaped = "".join(f"\\{char}" if char in string.punctuation else char for char in text)

    assert markup(escaped) == set()
    assert plain(escaped) == text


@pytest.mark.parametrize("text", ["a lighthouse", "2 * 3 * 4", "snake_case_name", "a - b", "#1"])
def test_plain_text_is_plain(text: str) -> None:
    """What only looks like markup is none."""
    assert markup(text) == set()


def test_second_masked_link_counts() -> None:
    """Where only the first of two is escaped the second still links."""
    assert "masked link" in markup(r"\[a](https://a.example) [b](https://b.example)")


def test_code_hides_markup() -> None:
    """In code nothing else is rendered."""
    assert markup("`**not bold** <t:1>`") == {"code"}
