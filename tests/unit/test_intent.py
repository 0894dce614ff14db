"""What people's words ask for, and what is refused before anything is spent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intent import (
    MAX_FILES,
    MAX_QUERY_LENGTH,
    Ask,
    BadFileIdError,
    Command,
    Generate,
    QueryTooLongError,
    TooManyFilesError,
    Unsure,
    check,
    looks_like_id,
    parse_text,
    with_files,
)

A, B, C = "64a9250aabcdef0123456789", "65f0c0ffee00000000000001", "0190163d-8694-739b-aea5-966c"
WORDS = ("balance", "help", "recent", "status", "please", "hello", "test", "thanks", "my", "a")
PIECES = ["files:", "file:", "--file", "--files=", *WORDS, ",", A, "b-1", "ä", "\n", " "]
texts = st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join)
letters = st.characters(categories=["L"], max_codepoint=0x24F)
words = st.text(letters, min_size=1, max_size=12)


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "help", " HELP ", "\u00a0"])
def test_nothing_to_make_asks_for_help(text: str) -> None:
    """An empty prompt costs nothing."""
    assert parse_text(text) == Ask(Command.HELP)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("balance", Ask(Command.BALANCE)),
        ("Recent ", Ask(Command.RECENT)),
        ("status", Ask(Command.STATUS)),
        ("status 65f0c0ffee", Ask(Command.STATUS, "65f0c0ffee")),
        ("STATUS\t65F0", Ask(Command.STATUS, "65F0")),
    ],
)
def test_a_command_alone_asks_a_question(text: str, command: Ask) -> None:
    """The answer is for the asker alone, so each has to be told from a prompt."""
    assert parse_text(text) == command
    assert command.private


@pytest.mark.parametrize(
    "text",
    [
        "help me draw a boat",
        "a balance of light and dark",
        "recently built towers",
        "status of the liberty statue",
        "status\n65f0",
        "helpful",
        "balloon",
        "balanced diet",
        "a cat",
        "hello kitty",
        "ping pong",
        "kelp",
    ],
)
def test_a_command_within_a_prompt_is_a_word(text: str) -> None:
    """People write about anything."""
    assert parse_text(text) == Generate(text)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("balance?", Command.BALANCE),
        ("balance please", Command.BALANCE),
        ("Please, my balance!", Command.BALANCE),
        ("show recent", Command.RECENT),
        ("/balance", Command.BALANCE),
        ("--help", Command.HELP),
        ("help me", Command.HELP),
        ("balanse", Command.BALANCE),
        ("ballance", Command.BALANCE),
        ("recents", Command.RECENT),
        ("statsu", Command.STATUS),
        (f"statsu {A}", Command.STATUS),
        (f"status {A} please", Command.STATUS),
    ],
)
def test_nearly_a_command_asks_back(text: str, guess: Command) -> None:
    """A picture of the word "balance" is not what anybody wants to pay for."""
    assert parse_text(text) == Unsure(text, guess)


@pytest.mark.parametrize(
    "text", ["hello", "Hi!", "hey neocu", "test", "Thanks", "thank you!", "?", "…", "good morning"]
)
def test_a_greeting_asks_back(text: str) -> None:
    """People try out a bot; that shall cost nothing, and concern nobody else."""
    unsure = parse_text(text)

    assert unsure == Unsure(text)
    assert unsure.private


@given(st.lists(words, min_size=3, max_size=8), st.sampled_from([" ", "\n", ", "]))
def test_three_words_are_a_prompt(prompt: list[str], between: str) -> None:
    """Whoever writes as much means it: nobody is asked back but for a command and "please"."""
    text = between.join(prompt)
    if any(word.lower() in {"please", "pls", "plz"} for word in prompt):
        return

    assert isinstance(parse_text(text), Generate)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join))
def test_what_is_asked_back_is_kept_as_it_was(text: str) -> None:
    """*Make it anyway* makes just that."""
    asked = parse_text(text)

    assert isinstance(asked, Ask) or asked.query == text


@pytest.mark.parametrize(
    ("text", "query", "files"),
    [
        (f"make it night files: {A}, {B}", "make it night", (A, B)),
        (f"make it night FILES:{A},{C},", "make it night", (A, C)),
        (f"files: {A} {B}\nmake it night", "make it night", (A, B)),
        (f"one\nfiles: {A}\ntwo", "one\n\ntwo", (A,)),
        ("make --file a1 it --file=b2 night", "make it night", ("a1", "b2")),
        ("--files a1,b2 night", "night", ("a1", "b2")),
        (f"night --file a1\nfiles: {A}, {B}", "night", ("a1", A, B)),
    ],
)
def test_files_are_named_at_the_end_of_a_line_or_as_an_option(
    text: str, query: str, files: tuple[str, ...]
) -> None:
    """Each once, and out of the query."""
    wanted = parse_text(text)

    assert isinstance(wanted, Generate)
    assert wanted.query.replace("  ", " ") == query
    assert sorted(wanted.files) == sorted(files)


@pytest.mark.parametrize(
    "text",
    [
        "profiles: a1",
        "a poster that says “files:”",
        "a sign\nfiles:",
        "a picture --file",
        "--filename x y",
        "https://x.example/files:7",
        "stacks of files and folders",
        "a shop sign. Files: open daily",
        "a shop sign. Files: open 7am-11pm daily",
        "a label\nFiles: 2024-01-01",
        "a label\nfiles: chapter01, chapter02",
        "a label\nfiles: covid-19",
        "a poster\nfiles: blade-runner-2049",
        "a folder\nFiles: room 101",
    ],
)
def test_what_only_looks_like_files_stays_in_the_query(text: str) -> None:
    """Words are not to be taken out of people's prompts."""
    assert parse_text(text) == Generate(text)


@given(st.lists(words, min_size=1, max_size=6), st.sampled_from([" ", ", "]))
def test_words_are_no_file_ids(listed: list[str], between: str) -> None:
    """A line of prose may begin with "files:"."""
    text = f"a sign that says\nFiles: {between.join(listed)}"

    assert parse_text(text) == Generate(text)


@given(st.text("0123456789abcdef", min_size=24, max_size=24) | st.uuids().map(str))
def test_what_neocu_and_its_like_give_out_are_file_ids(file_id: str) -> None:
    """To take one for a word would make, and charge, a picture without it."""
    if any(character.isdigit() for character in file_id):
        assert looks_like_id(file_id)
        assert parse_text(f"night files: {file_id}") == Generate("night", (file_id,))


@pytest.mark.parametrize("listed", ["a1, b 2", "a1 b,2", "a1,b,2,"])
def test_a_field_of_file_ids_is_taken_as_it_is(listed: str) -> None:
    """Whoever fills it in means files, whatever they look like."""
    assert parse_text(with_files("night", listed)) == Generate("night", ("a1", "b", "2"))
    assert parse_text(with_files("help", " , ")) == Ask(Command.HELP)


def test_files_without_a_query_ask_for_help() -> None:
    """The API needs words."""
    assert parse_text(f"files: {A}, {B}") == Ask(Command.HELP)


@pytest.mark.parametrize("bad", ["<@U1>", "a/b", "ü", "..", "a" * 129, "“a1”", "<!channel>", "a;b"])
def test_a_file_id_with_odd_characters_is_named(bad: str) -> None:
    """The sentence quotes it, so that it can be mended; nothing is made without the file."""
    wanted = parse_text(f"make it night\nfiles: {A}, {bad}")

    assert isinstance(wanted, Generate)
    with pytest.raises(BadFileIdError) as caught:
        check(wanted)
    assert caught.value.file_id == bad


def test_too_many_files_are_counted() -> None:
    """Fifty IDs are a slip of the clipboard."""
    with pytest.raises(TooManyFilesError) as caught:
        check(Generate("night", tuple(f"a{n}" for n in range(50))))

    assert caught.value.count == 50


def test_as_many_files_as_allowed_are_taken() -> None:
    """The limit itself is within."""
    ids = tuple(f"64a9250aabcdef01234567{n:02}" for n in range(MAX_FILES))

    assert parse_text(f"night files: {', '.join(ids)}") == Generate("night", ids)
    assert check(Generate("night", ids)) == Generate("night", ids)


def test_a_query_over_the_limit_is_counted() -> None:
    """The sentence tells the limit and the length; white space around does not count."""
    fits = Generate("a" * MAX_QUERY_LENGTH)

    assert parse_text(f" {fits.query} ") == fits
    assert check(fits) == fits
    with pytest.raises(QueryTooLongError) as caught:
        check(Generate("a" * (MAX_QUERY_LENGTH + 1)))
    assert caught.value.length == MAX_QUERY_LENGTH + 1


def test_what_a_platform_parsed_from_its_own_fields_is_checked_alike() -> None:
    """Discord's slash command has fields for both."""
    assert check(Generate("night", ("a1",))) == Generate("night", ("a1",))
    with pytest.raises(BadFileIdError):
        check(Generate("night", ("a 1",)))


@given(texts)
def test_any_text_asks_for_something(text: str) -> None:
    """Nothing is raised whatever people type, and nothing empty is made."""
    asked = parse_text(text)

    assert isinstance(asked, Ask) or asked.query.strip()


@given(st.text(max_size=MAX_QUERY_LENGTH))
def test_a_prompt_without_files_keeps_its_words_exactly(text: str) -> None:
    """Inner white space and line breaks are part of a prompt."""
    prompt = f"draw me {text} now"

    if "file" not in text.lower():
        assert parse_text(prompt) == Generate(prompt)
