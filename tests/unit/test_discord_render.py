"""Discord's way of writing: words arrive whole, nobody is pinged, and buttons outlive us."""

import re

import discord
import pytest
from discord.utils import remove_markdown
from hypothesis import assume, given
from hypothesis import strategies as st

from bots.discord.render import PART, buttons, custom_id, parts, pressed
from core.conversation import Action, Button, Reply
from core.wording import markup

ID = "123456789012345678"
PIECES = (
    f"@everyone @here <@{ID}> <@!{ID}> <@&{ID}> **b** _i_ ~~s~~ ||h|| `c` ``` # - > >>> [a](b) "
    "https://x.example/a_b_c word \\"
)
letters = st.characters(exclude_characters="\0\u200b", exclude_categories=["Cs"])
texts = st.text(letters) | st.lists(st.sampled_from([*PIECES.split(), " ", "\n"])).map("".join)
plain = st.lists(st.text("abcdefgäöü,.", min_size=1, max_size=60), min_size=1).map(" ".join)

# https://docs.discord.com/developers/reference#message-formatting
PING = re.compile(r"@(everyone|here)|<@[!&]?[0-9]{17,20}>")


def folded(text: str) -> str:
    """Return the text with each stretch of white space as one space."""
    return " ".join(text.split())


@given(texts)
def test_other_peoples_words_ping_nobody(text: str) -> None:
    """On top of AllowedMentions.none(): it must not even look like a ping."""
    reply = Reply(f"{markup.verbatim(text)}\n{markup.quote(text)}\n\n**{markup.verbatim(text)}**")

    assert not any(PING.search(part) for part in parts(reply))


@given(texts)
def test_other_peoples_words_are_all_there(text: str) -> None:
    """With escapes, and zero-width spaces where a mention would be; no word is lost."""
    said = "".join(parts(Reply(markup.verbatim(text))))
    bare = said.replace("\u200b", "").replace("\\", "")

    assert folded(bare) == folded(text.replace("\\", ""))


@given(texts)
def test_other_peoples_words_have_no_style(text: str) -> None:
    """No bold, spoiler or heading out of a prompt, except in what looks like an address or link."""
    assume("://" not in text and "](" not in text)
    said = "".join(parts(Reply(markup.verbatim(text))))

    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`~|]", said)
    assert not said.startswith(("# ", "- ", "> "))


@given(plain, st.integers(1, 60))
def test_a_text_over_the_limit_arrives_whole(text: str, times: int) -> None:
    """In parts that Discord takes, cut between words."""
    long = folded(f"{text} " * times)
    found = parts(Reply(long))

    assert all(0 < len(part) <= PART for part in found)
    assert " ".join(found) == long


@given(texts, st.integers(PART - 50, 3 * PART))
def test_a_text_without_spaces_arrives_whole(text: str, length: int) -> None:
    """Some languages have none."""
    long = folded(text) + "本" * length
    found = parts(Reply(markup.verbatim(long)))
    bare = "".join(found).replace("\u200b", "").replace("\\", "")

    assert all(0 < len(part) <= PART for part in found)
    assert bare.replace(" ", "") == long.replace(" ", "").replace("\\", "")


def test_a_quote_is_a_quote_line_by_line() -> None:
    """So that one sees who said what."""
    assert parts(Reply(f"{markup.person(ID)} asked:\n{markup.quote('a*b' + chr(10) + 'c')}")) == [
        f"<@{ID}> asked:\n> a\\*b\n> c"
    ]


def test_our_own_styles_become_discords() -> None:
    """Bold, code and a link without a preview."""
    text = f"**Done.** {markup.code('a`7')} {markup.link('a *b*', 'https://x.example/?a=1&b=2')}"

    assert parts(Reply(text)) == [
        "**Done.** `a 7` [a \\*b\\*](<https://x.example/?a=1&b=2>)",
    ]
    assert remove_markdown("".join(parts(Reply("**Done.**")))) == "Done."


def test_links_are_not_cut_within() -> None:
    """Half a link is none, and the result behind it would be lost."""
    links = [
        markup.link(f"picture {n} of a lighthouse at dusk", f"https://x.example/{n:0100}")
        for n in range(40)
    ]
    whole = r"\[picture [0-9]+ of a lighthouse at dusk\]\(<https://x\.example/[0-9]{100}>\)"
    found = parts(Reply("\n".join(links)))

    assert all(len(part) <= PART for part in found)
    assert [
        line for part in found for line in part.split("\n") if not re.fullmatch(whole, line)
    ] == []


async def test_a_buttons_id_says_what_it_does_and_to_what() -> None:
    """It is all that is left of the button after a restart."""
    button = Button("Again", Action.AGAIN, "discord:123 4")
    view = buttons(Reply("Done.", buttons=(button,)))

    assert view is not None
    assert view.timeout is None
    [item] = view.children
    assert isinstance(item, discord.ui.Button)
    assert item.custom_id == custom_id(button)
    assert (pressed(custom_id(button)) or ())[:2] == (Action.AGAIN, "discord:123 4")


async def test_a_reply_without_buttons_has_no_view() -> None:
    """Discord would show an empty row."""
    assert buttons(Reply("Done.")) is None


@pytest.mark.parametrize("other", ["", "else", "again2 x", "AGAIN x", " again x"])
def test_another_bots_button_is_not_ours(other: str) -> None:
    """Components reach us by their ID alone."""
    assert pressed(other) is None
