"""What a saved prompt may be called, and how `save` and `forget` are read."""

import pytest

from core.intent import Ask, Command, Generate, Unsure, parse_text
from core.prompt_names import Fault, Named, fault, parse_name


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("dusk", None),
        ("logo-blue_2", None),
        ("größe", None),
        ("灯台", None),
        *((verb, Fault.TAKEN) for verb in ("help", "status", "save", "team", "a", "make", "video")),
        *((name, Fault.MENTION) for name in ("@ada", "<@u1>", "#general", "<!channel>")),
        ("n" * 33, Fault.LONG),
        *((name, Fault.SHAPE) for name in ("", "x", "2dusk", "the whales", "a/b", "dusk!")),
    ],
)
def test_a_name_is_one_word_that_no_request_begins_with(name: str, wrong: Fault | None) -> None:
    """Otherwise a sentence would become another one, and be paid for."""
    assert fault(name) == wrong


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Dusk", Named("dusk")),
        (" team  DUSK ", Named("dusk", shared=True)),
        ("team", Named("team")),
    ],
)
def test_a_name_is_the_same_in_any_case(typed: str, named: Named) -> None:
    """Phones begin everything with a capital."""
    assert parse_name(typed) == named


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("save dusk: a lighthouse", Ask(Command.SAVE, words="dusk: a lighthouse")),
        ("Save team dusk:\na\nb", Ask(Command.SAVE, words="team dusk:\na\nb")),
        ("save dusk:", Ask(Command.SAVE, words="dusk:")),
        ("save", Ask(Command.SAVE)),
        ("saved", Ask(Command.SAVED)),
        ("forget dusk", Ask(Command.FORGET, words="dusk")),
        ("forget team dusk", Ask(Command.FORGET, words="team dusk")),
        ("save boat", Unsure("save boat", Command.SAVE)),
        ("save this https://x.example/a", Generate("save this https://x.example/a")),
        ("forget about it, make a boat", Generate("forget about it, make a boat")),
        ("saved by the bell", Generate("saved by the bell")),
    ],
)
def test_only_what_looks_like_the_command_is_one(typed: str, meant: object) -> None:
    """All else is made, or asked back about."""
    assert parse_text(typed) == meant
