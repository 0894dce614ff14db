"""Discord's way of writing: words arrive whole, nobody is pinged, and buttons outlive us."""

import re
import time
from types import SimpleNamespace
from typing import cast

import discord
import pytest
from discord.utils import remove_markdown
from hypothesis import given
from hypothesis import strategies as st

from bots.discord.render import (
    PART_LENGTH,
    attached,
    buttons,
    custom_id,
    mentions,
    nonce,
    once_key,
    parse_press,
    parts,
    plain_text,
)
from bots.playground.discord import markdown
from core.conversation import Button, File, Reply
from core.request import Action, Press
from core.wording import markup

ID = "123456789012345678"
PIECES = (
    f"@everyone @here <@{ID}> <@!{ID}> <@&{ID}> **b** _i_ ~~s~~ ||h|| `c` ``` # - > >>> [a](b) "
    "https://x.example/a_b_c word \\"
)
letters = st.characters(exclude_characters="\0\u200b", exclude_categories=["Cs"])
texts = st.text(letters) | st.lists(st.sampled_from([*PIECES.split(), " ", "\n"])).map("".join)
plain = st.lists(st.text("abcdefgäöü,.", min_size=1, max_size=60), min_size=1).map(" ".join)


def folded(text: str) -> str:
    """Return the text with each stretch of white space as one space."""
    return " ".join(text.split())


@given(texts)
def test_other_peoples_words_ping_nobody(text: str) -> None:
    """On top of AllowedMentions.none(): it must not even look like a ping."""
    reply = Reply(f"{markup.verbatim(text)}\n{markup.quote(text)}\n\n**{markup.verbatim(text)}**")

    assert not any("mention" in markdown.markup(part) for part in parts(reply))


@given(texts)
def test_other_peoples_words_are_all_there(text: str) -> None:
    """Escaped: what Discord shows is what they typed."""
    said = "".join(parts(Reply(markup.verbatim(text))))

    assert folded(markdown.plain(said)) == folded(text)


@given(texts)
def test_other_peoples_words_have_no_style(text: str) -> None:
    """No bold, heading, timestamp, command or link out of a prompt."""
    said = "".join(parts(Reply(markup.verbatim(text))))

    assert markdown.markup(said) == set()


@given(plain, st.integers(1, 60))
def test_a_text_over_the_limit_arrives_whole(text: str, times: int) -> None:
    """In parts that Discord takes, cut between words."""
    long = folded(f"{text} " * times)
    found = parts(Reply(long))

    assert all(0 < len(part) <= PART_LENGTH for part in found)
    assert " ".join(markdown.plain(part) for part in found) == long


@given(texts, st.integers(PART_LENGTH - 50, 3 * PART_LENGTH))
def test_a_text_without_spaces_arrives_whole(text: str, length: int) -> None:
    """Some languages have none."""
    long = folded(text) + "本" * length
    found = parts(Reply(markup.verbatim(long)))
    bare = "".join(markdown.plain(part) for part in found)

    assert all(0 < len(part) <= PART_LENGTH for part in found)
    assert bare.replace(" ", "") == long.replace(" ", "")


def test_a_quote_is_a_quote_line_by_line() -> None:
    """So that one sees who said what."""
    assert parts(Reply(f"{markup.person(ID)} asked:\n{markup.quote('a*b' + chr(10) + 'c')}")) == [
        f"<@{ID}> asked\\:\n> a\\*b\n> c"
    ]


def test_our_own_styles_become_discords() -> None:
    """Bold, code and a link without a preview."""
    text = f"**Done.** {markup.code('a`7')} {markup.link('a *b*', 'https://x.example/?a=1&b=2')}"

    assert parts(Reply(text)) == [
        "**Done\\.** `a 7` [a \\*b\\*](<https://x.example/?a=1&b=2>)",
    ]
    assert remove_markdown("".join(parts(Reply("**Done**")))) == "Done"


def test_links_are_not_cut_within() -> None:
    """Half a link is none, and the result behind it would be lost."""
    links = [
        markup.link(f"picture {n} of a lighthouse at dusk", f"https://x.example/{n:0100}")
        for n in range(40)
    ]
    whole = r"\[picture [0-9]+ of a lighthouse at dusk\]\(<https://x\.example/[0-9]{100}>\)"
    found = parts(Reply("\n".join(links)))

    assert all(len(part) <= PART_LENGTH for part in found)
    assert [
        line for part in found for line in part.split("\n") if not re.fullmatch(whole, line)
    ] == []


def test_the_small_line_stands_below_in_the_same_message() -> None:
    """Time, cost and task ID are there, but small."""
    assert parts(Reply("Ready", small="2 s · 1 credit")) == ["Ready\n-# 2 s · 1 credit"]


def test_a_small_line_that_no_longer_fits_is_not_lost() -> None:
    """The task ID is in it."""
    found = parts(Reply("a" * PART_LENGTH, small="task 1"))

    assert found == ["a" * PART_LENGTH, "-# task 1"]


def test_only_the_asker_is_notified() -> None:
    """Whatever a text names besides: everybody, roles, the author replied to."""
    told, nobody = mentions(Reply("ready", notify=ID)), mentions(Reply("ready"))

    assert [(one.everyone, one.roles, one.replied_user) for one in (told, nobody)] == [
        (False, False, False),
        (False, False, False),
    ]
    assert told.users == [discord.Object(int(ID))]
    assert nobody.users == []


def test_a_file_is_read_from_its_beginning_each_time() -> None:
    """The next try sends it whole."""
    file = File("a.png", b"data", "image/png", "a boat")
    first, second = attached([file]), attached([file])
    first[0].fp.read()

    assert second[0].fp.read() == b"data"
    assert (second[0].filename, second[0].description) == ("a.png", "a boat")


def test_a_nonce_names_a_message_and_its_part() -> None:
    """The same in every try, and no longer than Discord takes."""
    assert nonce("key/result", 0) == nonce("key/result", 0) != nonce("key/result", 1)
    assert len(nonce("key/result", 0)) <= 25


@pytest.mark.parametrize("workspace", ["", ID])
async def test_a_buttons_id_says_what_it_does_and_to_what(workspace: str) -> None:
    """It is all that is left of the button after a restart."""
    button = Button("Edit 4…", Action.EDIT, "discord:123", 4)
    view = buttons(Reply("Done.", buttons=(button,)), workspace)

    assert view is not None
    assert view.timeout is None
    [item] = view.children
    assert isinstance(item, discord.ui.Button)
    assert item.custom_id == custom_id(button, workspace)
    assert parse_press(item.custom_id) == (Press(Action.EDIT, "discord:123", 4), workspace)


def test_a_button_under_a_button_under_a_button_has_room_for_its_id() -> None:
    """A press that counts once is named after its source, which may be such a press itself."""
    key = f"discord:{ID}"
    for _ in range(5):
        key = once_key(Action.SEND_AGAIN, key)

    button = Button("Show in channel", Action.SHOW_IN_CHANNEL, f"{key}:2", 10)
    assert len(custom_id(button, f"1{ID}")) <= 100


async def test_a_reply_without_buttons_has_no_view() -> None:
    """Discord would show an empty row."""
    assert buttons(Reply("Done.")) is None


@pytest.mark.parametrize("other", ["", "else", "again2 x", "AGAIN x", " again x"])
def test_another_bots_button_is_not_ours(other: str) -> None:
    """Components reach us by their ID alone."""
    assert parse_press(other) is None


def test_any_number_of_spaces_is_read_in_no_time() -> None:
    """Whoever types a thousand spaces, in each of a thousand messages, must hold up nobody."""
    message = SimpleNamespace(
        content="<@5>" + 500_000 * " " + "a lighthouse <@5>",
        mentions=[],
        role_mentions=[],
        channel_mentions=[],
    )
    began = time.process_time()
    said = plain_text(cast("discord.Message", message), cast("discord.User", discord.Object(5)))

    assert said == "a lighthouse"
    assert time.process_time() - began < 2.0
