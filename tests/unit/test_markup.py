"""The Markdown of replies: other people's words stay words, whatever they look like."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording.markup import Span, code, link, person, quote, sentence, spans, verbatim

# NUL is replaced in Markdown, https://spec.commonmark.org/0.31.2/#insecure-characters, and half a
# character can't come out of JSON that a chat or the client has read.
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
# What would mean something in Markdown, or to a chat.
UGLY = (
    "** * _ ` `` ~~ > # - + 1. [ ]( ) < > ! \\ & &amp; &lt; | [](person:U1) <@U1> <!channel> "
    "@everyone https://x.example a b"
)
ugly = st.lists(st.sampled_from([*UGLY.split(), " ", "\n", "\n\n", "\t"])).map("".join)
texts = words | ugly
ADDRESS = "https://cdn.neocu.com/"


def folded(text: str) -> str:
    """Return the text with each stretch of white space as one space."""
    return " ".join(text.split())


def shown(markdown: str) -> str:
    """Return the words that a reader sees."""
    return "".join(span.text for span in spans(markdown))


def plain(span: Span) -> bool:
    """Whether the span is text and nothing else."""
    return span == Span(span.text)


@given(texts)
def test_verbatim_shows_just_the_words(text: str) -> None:
    """Never bold, a link or a person out of what somebody typed."""
    found = spans(verbatim(text))

    assert "".join(span.text for span in found) == folded(text)
    assert all(plain(span) for span in found)


@given(texts, texts)
def test_verbatim_stays_itself_between_our_own_styles(one: str, other: str) -> None:
    """The words must not end our bold, nor begin a style that our text ends."""
    found = spans(f"**So** it is: “{verbatim(one)}” and **{verbatim('x' + other)}** *now*")
    bold = "".join(span.text for span in found if span.bold)

    assert "".join(span.text for span in found) == (
        f"So it is: “{folded(one)}” and {folded('x' + other)} now"
    )
    assert bold == "So" + folded("x" + other)
    assert not any(span.link or span.person or span.code for span in found)


@given(texts)
def test_a_quote_shows_the_words_line_by_line(text: str) -> None:
    """Empty lines fall away, as spaces in a line do; no line leaves the quote."""
    found = spans(quote(text))
    lines = [folded(line) for line in text.splitlines() if line.strip()]

    assert "".join(span.text for span in found) == "\n".join(lines)
    assert all(plain(replace(span, quote=False)) for span in found)
    assert all(span.quote for span in found)


@given(texts)
def test_code_shows_the_words_as_code(text: str) -> None:
    """A task ID is Neocu's, and may look like anything; a backtick becomes a space."""
    found = spans(f"Task {code(text)} is done")

    assert found[0] == Span("Task ")
    assert found[-1] == Span(" is done")
    assert all(span.code for span in found[1:-1])
    assert folded(shown(code(text))) == folded(text.replace("`", " "))


@given(texts, st.text("abcXYZ019-._~:/?#[]@!$&'()*+,;=%{}|^`\"", max_size=40))
def test_a_link_shows_its_label_and_leads_where_it_says(label: str, path: str) -> None:
    """Whoever names the asset must not choose where its link leads, nor break it."""
    found = spans(link(label, ADDRESS + path))

    assert "".join(span.text for span in found) == (folded(label) or ADDRESS + path)
    assert all(span == Span(span.text, link=found[0].link) for span in found)
    assert found[0].link.startswith(ADDRESS)


@pytest.mark.parametrize(
    "query", ["", "?a=1&b=2", "?a=1&amp;b=2", "?a=&lt;", "?sig=a%2Fb%3D", "?a=(1)", "?a=[1]_*2*"]
)
def test_a_links_address_arrives_as_it_was(query: str) -> None:
    """A signed address is worth nothing when one character of it differs."""
    address = f"{ADDRESS}a.png{query}".replace("[", "%5B").replace("]", "%5D")

    assert spans(link("a", address)) == [Span("a", link=address)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "person:U1",
        "ftp://x.example",
        "//x.example",
        "https://x.example/a b",
        "https://x.example/>",
        "https://x.example/\n[](person:U1)",
        "https://x.example/\\",
    ],
)
def test_only_the_web_can_be_linked_to(url: str) -> None:
    """Anything else is shown as its label."""
    assert spans(link("a *label*", url)) == [Span("a *label*")]


@given(texts)
def test_no_address_of_other_people_makes_a_person(url: str) -> None:
    """A mention is ours alone to make."""
    assert not any(span.person or span.bold for span in spans(link("label", url)))


def test_a_person_is_named_by_their_id() -> None:
    """The one way to make a mention."""
    assert spans(f"{person('U1')} asked") == [Span("", person="U1"), Span(" asked")]


def test_our_own_styles_are_read() -> None:
    """What wording writes: bold, code, a quote, and lines."""
    found = spans("**Done.** Task `7`\nnext\n\n> so *be* it\n> yes")

    assert found == [
        Span("Done.", bold=True),
        Span(" Task "),
        Span("7", code=True),
        Span("\n"),
        Span("next"),
        Span("\n"),
        Span("so ", quote=True),
        Span("be", quote=True),
        Span(" it", quote=True),
        Span("\n", quote=True),
        Span("yes", quote=True),
    ]


@given(texts)
def test_any_text_at_all_can_be_read(text: str) -> None:
    """Reading never fails, whoever forgot to use verbatim."""
    spans(text)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no weapons", "no weapons."),
        ("No.", "No."),
        ("Why? ", "Why?"),
        ("だめ。", "だめ。"),
        ("", ""),
    ],
)
def test_what_others_say_ends_like_a_sentence(said: str, shown: str) -> None:
    """Ours goes on behind it, and would run into it."""
    assert "".join(span.text for span in spans(sentence(said))) == shown
