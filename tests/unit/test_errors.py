"""The tree of API errors: what is drawn, what is there, and what each says about money."""

import inspect
import re

import pytest

from core.neocu import errors
from core.neocu.errors import ApiError, ApiStatusError
from core.wording.refusals import REFUSALS


def tree(kind: type[ApiError]) -> list[type[ApiError]]:
    """Return the class and all below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


def drawn() -> dict[str, str]:
    """Return the parent of each class as the module's docstring draws it."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"(?P<branch>[│├└─ ]*)(?P<name>Api\w+|\w+Error)\b", line):
            depth = len(found["branch"]) // len("├── ")
            path[depth:] = [found["name"]]
            parents[found["name"]] = path[depth - 1] if depth else ""
    return parents


def test_the_docstring_draws_the_tree_as_it_is() -> None:
    """It is what a reader believes."""
    real = {kind.__name__: kind.__mro__[1].__name__ for kind in tree(ApiError)}

    assert drawn() == real | {"ApiError": ""}


def test_every_error_of_the_module_is_in_the_tree() -> None:
    """Whoever catches ApiError has caught everything."""
    defined = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__module__ == errors.__name__
    }

    assert defined == set(tree(ApiError))


@pytest.mark.parametrize("kind", tree(ApiError)[1:])
def test_every_error_has_words_of_its_own(kind: type[ApiError]) -> None:
    """A new error must not hide behind another's sentence. The root itself is never raised."""
    assert kind in REFUSALS


def test_no_two_errors_share_their_words() -> None:
    """Otherwise a person could not tell them apart."""
    happened = [words for words, _ in REFUSALS.values()]

    assert len(set(happened)) == len(happened)


@pytest.mark.parametrize("kind", tree(ApiStatusError))
def test_only_a_clear_no_leaves_nothing_open(kind: type[ApiStatusError]) -> None:
    """By the status alone: the list of DESIGN.md, and nothing else."""
    clear = [status for status in range(100, 1000) if not kind(status, "no").maybe_accepted]

    assert clear == [400, 401, 402, 403, 404, 405, 413, 422, 429]
    assert str(kind(400, "so it is")) == "400 so it is"


@pytest.mark.parametrize(
    "kind", [kind for kind in tree(ApiError) if not issubclass(kind, ApiStatusError)]
)
def test_without_an_answer_the_worst_is_assumed(kind: type[ApiError]) -> None:
    """Forgetting to say so must not make anybody pay twice."""
    assert kind("no answer").maybe_accepted
    assert not kind("never connected", maybe_accepted=False).maybe_accepted
