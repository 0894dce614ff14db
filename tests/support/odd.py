"""What others may send us: recorded payloads, with some of what we may not rely on changed."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

RECORDED = json.loads((Path(__file__).parents[1] / "fuzz" / "recorded.json").read_text("utf-8"))
MAX_CHANGES = 4
WORDS = {"text", "value", "content", "name", "title", "filename"}

words = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zs"]), max_size=8),  # halves, controls
    st.sampled_from(["<@U1>", "<@", "<!channel>", "@everyone", "files: a, b", "&lt;", "`" * 9]),
    st.text("ab <>@#&;:|`*_~\n", max_size=60),
    st.integers(1_000, 30_000).map(lambda n: "a " * n),
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def changed(
    draw: st.DrawFn,
    payload: Any,
    relied_on: frozenset[str] = frozenset(),
    *,
    words_only: bool = False,
) -> Any:
    """Return a payload of which some is missing or odd, but never what is `relied_on`.

    Words of people become any words, IDs stay what they are. With `words_only` nothing is missing.
    """
    payload = copy.deepcopy(payload)
    for _ in range(draw(st.integers(0, MAX_CHANGES))):
        places = [place for place in _places(payload) if place[1] not in relied_on]
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if isinstance(holder[key], str) and key in WORDS:
            holder[key] = draw(words)
        elif words_only:
            continue
        elif draw(st.booleans()):
            holder[key] = None
        else:
            del holder[key]
    return payload


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every field of every object, as the object and the field's name."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            yield from _places(one)
    if isinstance(value, dict):
        yield from ((value, key) for key in value)


def collected(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Return as many examples as a test of its own would try."""
    found: list[Any] = []

    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return found
