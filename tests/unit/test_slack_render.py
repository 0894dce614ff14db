"""Slack's way of writing: words arrive whole, nobody is pinged, and what was typed comes back."""

import html
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack.render import (
    MAX_BLOCK_TEXT,
    MAX_MESSAGE_TEXT,
    beside_files,
    mentions,
    messages,
    people,
    words,
)
from core.conversation import Button, Reply
from core.request import Action
from core.wording import markup

BOT = "U0BOT"
PIECES = (
    "<!channel> <!here|here> <@U1> <@U0BOT> <#C1> <!subteam^S1> &lt;!channel&gt; &amp; & < > *b* "
    "_i_ ~s~ `c` ```d``` @everyone :wave: https://x.example/?a=1&b=2 word"
)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.lists(
    st.sampled_from([*PIECES.split(), " ", "\n"])
).map("".join)


def folded(text: str) -> str:
    """Return the text with each stretch of white space as one space."""
    return " ".join(text.split())


def elements(reply: Reply) -> list[dict[str, Any]]:
    """Return the rich text's innermost elements of all parts."""
    return [
        element
        for message in messages(reply)
        for block in message.blocks
        if block["type"] == "rich_text"
        for outer in block["elements"]
        for element in outer["elements"]
    ]


def typed(text: str) -> str:
    """Return the text as Slack sends it.

    https://docs.slack.dev/messaging/formatting-message-text/
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(texts)
def test_other_peoples_words_are_data(text: str) -> None:
    """Rich text has no syntax: nothing in it can call anybody, look bold or be a link."""
    found = elements(Reply(f"{markup.verbatim(text)}\n{markup.quote(text)}"))

    assert {element["type"] for element in found} <= {"text"}
    assert not any("style" in element for element in found)
    assert folded("".join(element["text"] for element in found)) == folded(f"{text} {text}")


@given(texts)
def test_the_notification_text_calls_nobody(text: str) -> None:
    """It is read as mrkdwn: only our own mention may be one."""
    reply = Reply(f"{markup.person('U1')} asked:\n{markup.quote(text)}")
    said = "".join(message.text for message in messages(reply))

    assert said.startswith("<@U1> asked:")
    rest = said.removeprefix("<@U1>")
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", rest)
    assert folded(html.unescape(rest)) == folded(f" asked: {text}")


@given(texts, st.integers(MAX_BLOCK_TEXT - 9, MAX_BLOCK_TEXT + 9), st.integers(0, 7))
def test_a_text_over_the_limit_arrives_whole(text: str, length: int, times: int) -> None:
    """In blocks and messages that Slack takes, none of them or of their elements empty."""
    long = folded((text + "x" * length) * times) or "x"
    found = messages(Reply(f"**So:** {markup.verbatim(long)}"))
    shown = [
        "".join(element["text"] for outer in block["elements"] for element in outer["elements"])
        for message in found
        for block in message.blocks
    ]

    assert "".join(shown) == f"So: {long}"
    assert all(0 < len(part) <= MAX_BLOCK_TEXT for part in shown)
    assert all(len(html.unescape(message.text)) <= MAX_MESSAGE_TEXT for message in found)
    assert all(element["text"] for element in elements(Reply(markup.verbatim(long))))


def test_a_part_that_is_just_full_leaves_no_empty_element() -> None:
    """Slack refuses an element without text, and with it the whole message."""
    found = elements(Reply(f"**{'a' * MAX_BLOCK_TEXT}** {'b' * 10}"))

    assert [element["text"] for element in found] == ["a" * MAX_BLOCK_TEXT, " " + "b" * 10]


def test_our_own_styles_become_rich_text() -> None:
    """Bold, code, a link, a person and a quote."""
    text = f"**Done.** {markup.code('7')} {markup.link('a & b', 'https://x.example/?a=1&b=2')}"
    found = elements(Reply(f"{text} {markup.person('U1')}"))

    assert [element for element in found if element.get("text") != " "] == [
        {"type": "text", "text": "Done.", "style": {"bold": True}},
        {"type": "text", "text": "7", "style": {"code": True}},
        {"type": "link", "text": "a & b", "url": "https://x.example/?a=1&b=2"},
        {"type": "user", "user_id": "U1"},
    ]


def test_a_quote_is_a_quote() -> None:
    """So that one sees who said what."""
    [message] = messages(Reply("He asked:\n> a\n> b"))

    assert [outer["type"] for outer in message.blocks[0]["elements"]] == [
        "rich_text_section",
        "rich_text_quote",
    ]


def test_what_follows_a_quote_follows_it_at_once() -> None:
    """Slack breaks the line there by itself; a second break would leave a hole."""
    [message] = messages(Reply("He said:\n> a\n\nSo what?"))

    assert message.blocks[0]["elements"][-1] == {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "So what?"}],
    }


def test_buttons_and_the_small_line_stand_below_the_last_part() -> None:
    """Once, and where the text ends."""
    button = Button("Again", Action.AGAIN, "slack:T1:7")
    found = messages(Reply("x" * 2 * MAX_MESSAGE_TEXT, small="2 s", buttons=(button,)))
    kinds = [[block["type"] for block in message.blocks] for message in found]

    assert kinds == [["rich_text"] * 3, [*["rich_text"] * 3, "context", "actions"]]
    [element] = found[-1].blocks[-1]["elements"]
    assert element["action_id"].startswith("again")
    assert element["value"] == "slack:T1:7"
    assert found[-1].text.endswith("2 s")


def test_buttons_of_one_kind_differ() -> None:
    """Slack refuses a message in which two action IDs are the same."""
    buttons = tuple(Button(f"Show {n}", Action.SHOW, f"key {n}") for n in range(10))
    [message] = messages(Reply("x", buttons=buttons))

    assert len({one["action_id"] for one in message.blocks[-1]["elements"]}) == 10


@given(texts)
def test_beside_files_the_words_call_nobody(text: str) -> None:
    """There they are mrkdwn, of which nothing is taken for a name."""
    reply = Reply(
        f"{markup.person('U1')} asked:\n{markup.quote(text)}", small=markup.verbatim(text)
    )
    blocks = beside_files(reply)
    said = "".join(
        inner["text"]
        for block in blocks
        for inner in ([block["text"]] if "text" in block else block["elements"])
    )

    assert said.startswith("<@U1> asked:")
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", said.removeprefix("<@U1>"))
    assert all(block.get("text", {"verbatim": True})["verbatim"] for block in blocks)


def test_beside_files_our_own_styles_are_mrkdwn() -> None:
    """Bold, code and a link, whose address can't break out."""
    link = markup.link("a & b", "https://x.example/?a=1&b=2|c")
    [block] = beside_files(Reply(f"**Done.** {markup.code('7')} {link}"))

    assert block["text"]["text"] == "*Done.* `7` <https://x.example/?a=1&amp;b=2%7Cc|a &amp; b>"


# What people typed


@given(texts)
def test_typed_words_come_back_as_they_were(text: str) -> None:
    """Slack escapes three characters; whoever types `&amp;` means `&amp;`."""
    assert words(typed(text), BOT) == text.strip()


@given(texts)
def test_the_bots_mention_is_left_out(text: str) -> None:
    """It calls the bot and is no part of the prompt."""
    said = f"<@{BOT}> {typed(text.strip())}"

    assert mentions(said, BOT)
    assert words(said, BOT) == text.strip()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("<https://x.example>", "https://x.example"),
        ("<https://x.example/?a=1&amp;b=2>", "https://x.example/?a=1&b=2"),
        ("go to <http://x.example|x.example> now", "go to x.example now"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<https://x.example|a &lt;b&gt; &amp; c>", "a <b> & c (https://x.example)"),
        ("<https://x.example/1|https://x.example/1>", "https://x.example/1"),
        ("in <#C1|general> please", "in #general please"),
        ("<#C1>", "#C1"),
        ("as <@U1|mia> said", "as @mia said"),
        ("as <@U1> said", "as @U1 said"),
        ("<!channel> <!here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@designers>", "@designers"),
        ("<!subteam^S1>", "@subteam"),
        ("one\n\n  two\n", "one\n\n  two"),
        (f"draw <@{BOT}|neocu> a boat", "draw a boat"),
        (f"<@{BOT}>\na boat", "a boat"),
        (f"a boat <@{BOT}>", "a boat"),
        (f"<@{BOT}>", ""),
        ("&amp;lt;!channel&amp;gt; &amp;copy;", "&lt;!channel&gt; &copy;"),
    ],
)
def test_links_and_mentions_become_what_people_see(said: str, meant: str) -> None:
    """A prompt is words: IDs and brackets are Slack's."""
    assert words(said, BOT) == meant


def test_only_the_bots_own_mention_calls_it() -> None:
    """People talk to others, and about the bot."""
    assert not mentions("<@U1> hello", BOT)
    assert not mentions(typed(f"<@{BOT}>"), BOT)
    assert not mentions(f"<@{BOT}2>", BOT)
    assert words(f"<@{BOT}2> hello", BOT) == f"@{BOT}2 hello"


def test_names_stand_in_place_of_ids() -> None:
    """As far as they are known."""
    assert words("<@U1> and <@U2>", BOT, {"U1": "mia"}) == "@mia and @U2"
    assert people(f"<@U1>, <@U2|ben> and <@{BOT}>", BOT) == {"U1"}


def test_any_number_of_spaces_is_read_in_no_time() -> None:
    """Whoever types 40,000 spaces held up everybody for the better part of a second."""
    began = time.process_time()
    said = words(f"<@{BOT}>" + 500_000 * " " + f"a lighthouse <@{BOT}>" + 50_000 * f"<@{BOT}|", BOT)

    assert said.startswith("a lighthouse")
    assert time.process_time() - began < 2.0
