"""What people's words ask for, and what is refused before anything is spent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intent import (
    FILES_LIMIT,
    QUERY_LIMIT,
    BadFileIdError,
    Generate,
    InputError,
    QueryTooLongError,
    TooManyFilesError,
    Verb,
    check,
    is_question,
    read,
)

PIECES = [
    "files:",
    "file:",
    "--file",
    "--files=",
    "status",
    "help",
    ",",
    "a",
    "b-1",
    "ä",
    "\n",
    " ",
]
texts = st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join)


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "help", " HELP ", "\u00a0"])
def test_nothing_to_make_asks_for_help(text: str) -> None:
    """An empty prompt costs nothing."""
    assert read(text) == Verb("help")


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("balance", Verb("balance")),
        ("Recent ", Verb("recent")),
        ("status", Verb("status")),
        ("status 65f0c0ffee", Verb("status", "65f0c0ffee")),
        ("STATUS\t65F0", Verb("status", "65F0")),
    ],
)
def test_a_verb_alone_asks_a_question(text: str, verb: Verb) -> None:
    """The answer is for the asker alone, so each has to be told from a prompt."""
    assert read(text) == verb
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "help me draw a boat",
        "a balance of light and dark",
        "recently built towers",
        "status of the liberty statue",
        "status\n65f0",
        "helpful",
    ],
)
def test_a_verb_within_a_prompt_is_a_word(text: str) -> None:
    """People write about anything."""
    assert read(text) == Generate(text)
    assert not is_question(text)


@pytest.mark.parametrize(
    ("text", "query", "files"),
    [
        ("make it night files: a1, b-2", "make it night", ("a1", "b-2")),
        ("make it night FILES:a1,b_2,", "make it night", ("a1", "b_2")),
        ("files: a1 b2\nmake it night", "make it night", ("a1", "b2")),
        ("one\nfiles: a1\ntwo", "one\n\ntwo", ("a1",)),
        ("make --file a1 it --file=b2 night", "make it night", ("a1", "b2")),
        ("--files a1,b2 night", "night", ("a1", "b2")),
        ("night --file a1\nfiles: a1, c3", "night", ("a1", "c3")),
    ],
)
def test_files_are_named_at_the_end_of_a_line_or_as_an_option(
    text: str, query: str, files: tuple[str, ...]
) -> None:
    """Each once, and out of the query."""
    wanted = read(text)

    assert isinstance(wanted, Generate)
    assert " ".join(wanted.query.split(" ")).replace("  ", " ") == query
    assert sorted(wanted.files) == sorted(files)


@pytest.mark.parametrize(
    "text",
    [
        "profiles: a1",
        "a poster that says “files:”",
        "files:",
        "a picture --file",
        "--filename x",
        "https://x.example/files:7",
        "stacks of files and folders",
    ],
)
def test_what_only_looks_like_files_stays_in_the_query(text: str) -> None:
    """Words are not to be taken out of people's prompts."""
    assert read(text) == Generate(text)


def test_files_without_a_query_ask_for_help() -> None:
    """The API needs words."""
    assert read("files: a1, b2") == Verb("help")


@pytest.mark.parametrize("bad", ["<@U1>", "a/b", "ü", "..", "a" * 129, "“a1”", "<!channel>", "a;b"])
def test_a_file_id_with_odd_characters_is_named(bad: str) -> None:
    """The sentence quotes it, so that it can be mended."""
    with pytest.raises(BadFileIdError) as caught:
        read(f"make it night\nfiles: a1, {bad}")

    assert caught.value.file_id == bad


def test_too_many_files_are_counted() -> None:
    """Fifty IDs are a slip of the clipboard."""
    with pytest.raises(TooManyFilesError) as caught:
        read("make it night files: " + ", ".join(f"a{n}" for n in range(50)))

    assert caught.value.count == 50


def test_as_many_files_as_allowed_are_taken() -> None:
    """The limit itself is within."""
    ids = tuple(f"a{n}" for n in range(FILES_LIMIT))

    assert read(f"night files: {', '.join(ids)}") == Generate("night", ids)


def test_a_query_over_the_limit_is_counted() -> None:
    """The sentence tells the limit and the length; white space around does not count."""
    assert read(" " + "a" * QUERY_LIMIT + " ") == Generate("a" * QUERY_LIMIT)
    with pytest.raises(QueryTooLongError) as caught:
        read("a" * (QUERY_LIMIT + 1))

    assert caught.value.length == QUERY_LIMIT + 1


def test_a_bad_query_is_no_question() -> None:
    """It is told where it was asked, like any other request."""
    assert not is_question("a" * (QUERY_LIMIT + 1))


def test_what_a_platform_read_from_its_own_fields_is_checked_alike() -> None:
    """Discord's slash command has fields for both."""
    assert check(Generate("night", ("a1",))) == Generate("night", ("a1",))
    with pytest.raises(BadFileIdError):
        check(Generate("night", ("a 1",)))


@given(texts)
def test_any_text_is_read_or_refused_in_our_own_words(text: str) -> None:
    """Nothing but an InputError may come out of what people type."""
    try:
        wanted = read(text)
    except InputError:
        return

    assert isinstance(wanted, Verb) or wanted.query.strip()


@given(st.text(max_size=QUERY_LIMIT))
def test_a_prompt_without_files_keeps_its_words_exactly(text: str) -> None:
    """Inner white space and line breaks are part of a prompt."""
    prompt = f"draw {text} please"

    if "file" not in text.lower() and len(prompt) <= QUERY_LIMIT:
        assert read(prompt) == Generate(prompt)
