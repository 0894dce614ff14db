"""What the terminal shows of a message: what people read, not how it was written."""

import click
import pytest

from bots.playground import styled
from core.wording import markup

BOLD, DIM, STRUCK = "\x1b[1m", "\x1b[2m", "\x1b[9m"


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("**Ready**\\, @ada\\.", "Ready, @ada."),
        ("asked for\\:\n> a \\*red\\* boat\n-# Done", "asked for:\n│ a *red* boat\nDone"),
        ("-# 2 s · task `64a9` · made with AI", "2 s · task 64a9 · made with AI"),
        ("~~It runs low~~", "It runs low"),
        ("", ""),
    ],
)
def test_discord_is_read_without_its_marks(content: str, read: str) -> None:
    """A backslash before every comma is Discord's business, not the reader's."""
    assert click.unstyle(styled.discord(content)) == read


def test_styles_of_both_chats_are_the_terminals() -> None:
    """A warning that is over has to look so, and a small line small."""
    discord = styled.discord("**a** ~~b~~\n-# c")
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*a* ~b~"}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "c"}]},
    ]

    assert discord == styled.slack("", blocks, str)
    assert [discord.count(style) for style in (BOLD, DIM, STRUCK)] == [1, 1, 1]


def test_slack_is_read_from_its_blocks() -> None:
    """The text beside blocks is for notifications; what people see are the blocks."""
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "U1"},
                    {"type": "text", "text": " asked for:\n", "style": {"bold": True}},
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]},
        ],
    }

    read = click.unstyle(styled.slack("in short", [rich], lambda _: "ada"))
    assert read == "@ada asked for:\n│ a\n│ b"
    assert styled.slack("1 &lt; 2, <@U1>", [], lambda _: "ada") == "1 < 2, @ada"


def test_other_peoples_words_stay_as_they_were_typed() -> None:
    """A prompt full of stars is shown with its stars."""
    words = "*not bold* ~nor struck~ `nor code`"

    assert click.unstyle(styled.discord(markup.verbatim(words))) == words
