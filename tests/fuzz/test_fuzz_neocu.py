"""Whatever Neocu answers: an ApiError, or something that can be kept, shown and read again."""

import json
from dataclasses import replace
from typing import Any

from house import ENTRY
from hypothesis import given
from hypothesis import strategies as st
from odd import anything, words

from bots.discord import render as discord_render
from bots.slack import render as slack_render
from core import wording
from core.ledger.codec import ASSETS, REPLY
from core.neocu.errors import ApiError
from core.neocu.models import Compute, Generated, Task, TaskPage
from core.neocu.responses import parse_response
from core.records import Card, State

ASSET = {"_id": "a", "url": "https://files.example/a.png", "type": "image", "name": "a"}
fields = st.one_of(anything, words)
assets = st.one_of(
    anything,
    st.lists(
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("_id", "url", "thumbnail", "embed", "name", "type"), fields)
        ),
        max_size=12,
    ),
    st.dictionaries(st.sampled_from(list(ASSET)), fields).map(lambda odd: [ASSET | odd, ASSET]),
)
answers = st.fixed_dictionaries(
    {
        "task": st.fixed_dictionaries(
            {"status": st.one_of(st.sampled_from(["completed", "failed", "generating"]), words)},
            optional={"message": anything, "date": anything},
        )
    },
    optional={"asset": assets},
)
bodies = st.one_of(
    st.binary(max_size=200),
    anything.map(lambda value: json.dumps(value).encode()),
    answers.map(lambda value: json.dumps(value).encode()),
    answers.map(lambda value: json.dumps(value).encode()[:-3]),
)


@given(st.sampled_from([Generated, Task, TaskPage, Compute]), st.integers(100, 599), bodies)
def test_any_answer_is_read_or_refused(model: Any, status: int, body: bytes) -> None:
    """An error that nobody thought of would end the request as "Something went wrong"."""
    try:
        read = parse_response(status, {"Retry-After": "x"}, body, model, "key-" + "k" * 20)
    except ApiError as error:
        read = error

    assert isinstance(read, ApiError | model)
    if isinstance(read, ApiError):
        shown({0: wording.refused(read, "k")})  # type: ignore[dict-item]  # its part is of no interest


@given(answers)
def test_any_task_can_be_kept_and_shown(answer: Any) -> None:
    """It is paid: one odd name must not cost the result."""
    task = parse_response(200, {}, json.dumps(answer).encode(), Task)
    entry = replace(ENTRY, state=State.COMPLETED, assets=task.assets, query="a boat")
    kept = ASSETS.dump_json(task.assets, by_alias=False)

    assert ASSETS.validate_json(kept, by_name=True) == task.assets
    shown(wording.ended(entry, State.COMPLETED, wording.result(entry)))
    shown(wording.ended(entry, State.FAILED, wording.failed(entry, task.messages)))
    shown(wording.making(entry, None, note=task.messages[-1] if task.messages else ""))


@given(words, words)
def test_any_words_can_be_kept_and_shown(query: str, note: str) -> None:
    """What people write may be anything, and is repeated to them."""
    clean = query.encode(errors="replace").decode()
    entry = replace(ENTRY, query=clean)
    shown(wording.beginning(entry))
    shown(wording.making(entry, None, note=note.encode(errors="replace").decode()))


def shown(card: Card) -> None:
    """Write what is said down, and render it for both platforms."""
    for reply in card.values():
        if reply is None:
            continue
        assert REPLY.validate_json(REPLY.dump_json(reply)) == reply
        json.dumps([one.blocks for one in slack_render.messages(reply)]).encode()
        assert all(len(part) <= 2_000 for part in discord_render.parts(reply))
