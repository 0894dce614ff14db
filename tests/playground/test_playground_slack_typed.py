import pytest

from bots.playground.slack.state import Channel, Person
from bots.playground.slack.typed import encode

NEOCU = Person("U1", "neocu", "Neocu", is_bot=True)
ADA = Person("U2", "ada", "Ada")
GENERAL = Channel("C1", "general")

TYPED = {
    "a < b & c > d": "a &lt; b &amp; c &gt; d",
    "@neocu a cat": "<@U1> a cat",
    "@Ada, look: #general": "<@U2>, look: <#C1|general>",
    "@channel and @here": "<!channel> and <!here>",
    "<!channel> <@U1>": "&lt;!channel&gt; &lt;@U1&gt;",
    "mail ada@neocu.example": "mail ada@neocu.example",
    "@nobody": "@nobody",
    "see https://a.example/?x=1&y=@ada.": "see <https://a.example/?x=1&amp;y=@ada>.",
    "[a & b](https://a.example/?x)": "<https://a.example/?x|a &amp; b>",
    "[ada] (https://a.example/)": "[ada] (<https://a.example/>)",
    "two\nlines": "two\nlines",
}


@pytest.mark.parametrize(("typed", "stored"), TYPED.items())
def test_typed_text_is_stored_as_slack_stores_it(typed: str, stored: str) -> None:
    """The bot has to undo this to get the prompt as it was typed."""
    assert encode(typed, [NEOCU, ADA], [GENERAL]) == stored
