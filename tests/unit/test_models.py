"""What Neocu's answers are read as: the documented ones, and ugly relatives of them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.neocu.models import MAX_ASSETS, Asset, Compute, Generated, Task, TaskPage

# As guide.neocu.com, page tasks/single-task, shows it.
TASK: dict[str, Any] = {
    "isSuccess": True,
    "task": {
        "status": "completed",
        "message": ["Drawing", "Done"],
        "date": "2026-08-06T10:11:12.345Z",
    },
    "asset": [
        {
            "url": "https://cdn.neocu.com/a.png",
            "thumbnail": "https://cdn.neocu.com/a-small.png",
            "embed": "<iframe></iframe>",
            "name": "a lighthouse.png",
            "type": "image",
            "status": "completed",
            "_id": "65f0c0ffee",
        }
    ],
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=6,
)


def task(**changed: Any) -> Task:
    """Return the documented task, with something changed in its inner part."""
    return Task.model_validate(TASK | {"task": TASK["task"] | changed})


def test_a_documented_task_is_read_whole() -> None:
    """Every field that the guide names arrives."""
    read = Task.model_validate_json(json.dumps(TASK))

    assert read == Task(
        status="completed",
        messages=("Drawing", "Done"),
        date=datetime(2026, 8, 6, 10, 11, 12, 345_000, tzinfo=UTC),
        assets=(
            Asset(
                id="65f0c0ffee",
                url="https://cdn.neocu.com/a.png",
                thumbnail="https://cdn.neocu.com/a-small.png",
                embed="<iframe></iframe>",
                name="a lighthouse.png",
                type="image",
                status="completed",
            ),
        ),
    )


def test_a_documented_page_is_read_whole() -> None:
    """A listed task looks like a single one, without an ID."""
    inner = {"task": TASK["task"], "asset": TASK["asset"]}
    answer = {"isSuccess": True, "taskList": [inner, inner]}
    page = TaskPage.model_validate(answer | {"totalPages": 4, "currentPage": 2, "totalTasks": 47})

    assert page.tasks == (Task.model_validate(TASK),) * 2
    assert (page.total_pages, page.current_page, page.total_tasks) == (4, 2, 47)


@pytest.mark.parametrize("tasks", [0, 1])
def test_a_page_may_say_nothing_of_its_number(tasks: int) -> None:
    """The tasks are what was asked for."""
    page = TaskPage.model_validate({"taskList": [TASK] * tasks})

    assert len(page.tasks) == tasks


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("Drawing", ("Drawing",)),
        (["Drawing", None], ("Drawing",)),
        ([], ()),
        (None, ()),
        ([7], ("7",)),
        ("", ("",)),
        ([{}], ()),
        ([{}, "Done", [], True], ("Done",)),
        ({"text": "Done"}, ()),
        (["half \ud800"], ("half \ufffd",)),
        ([str(n) for n in range(1000)], tuple(str(n) for n in range(900, 1000))),
    ],
)
def test_a_message_may_be_one_line_several_or_none(message: Any, lines: tuple[str, ...]) -> None:
    """A task is not lost for the way that its progress is told."""
    assert task(message=message).messages == lines


def test_what_is_optional_may_be_missing() -> None:
    """Only the status makes a task."""
    assert Task.model_validate({"task": {"status": "generating"}}) == Task(status="generating")


@pytest.mark.parametrize("asset", [None, [], [None]])
def test_a_task_may_have_no_asset_yet(asset: Any) -> None:
    """While it is generating there is none, however that is put."""
    assert Task.model_validate(TASK | {"asset": asset}).assets == ()


def test_a_single_asset_needs_no_list() -> None:
    """One picture is a picture."""
    assert len(Task.model_validate(TASK | {"asset": TASK["asset"][0]}).assets) == 1


def test_a_bad_asset_is_left_out_alone(caplog: pytest.LogCaptureFixture) -> None:
    """The others are paid for; the log tells how many, and nothing of what they hold."""
    assets = ["secret", 7, ["x"], TASK["asset"][0], False, {"url": ["x"]}]
    read = Task.model_validate(TASK | {"asset": assets})

    assert [asset.url for asset in read.assets] == ["https://cdn.neocu.com/a.png", None]
    assert "4 assets" in caplog.text
    assert "secret" not in caplog.text


def test_sixteen_thousand_assets_are_some(caplog: pytest.LogCaptureFixture) -> None:
    """The first of them are shown; the rest must not fill memory, ledger and channel."""
    read = Task.model_validate(TASK | {"asset": [{"_id": str(n)} for n in range(16_000)]})

    assert [asset.id for asset in read.assets] == [str(n) for n in range(MAX_ASSETS)]
    assert f"{16_000 - MAX_ASSETS} assets" in caplog.text


@pytest.mark.parametrize("name", list(TASK["asset"][0]))
@given(value=anything)
def test_any_value_in_an_asset_costs_only_itself(name: str, value: Any) -> None:
    """Only task ID and status can make an answer unreadable."""
    read = Task.model_validate(TASK | {"asset": [TASK["asset"][0] | {name: value}]})
    field = "id" if name == "_id" else name

    assert read.assets[0].model_copy(update={field: None}) == Asset.model_validate(
        TASK["asset"][0] | {name: None}
    )


@given(asset=anything, page=anything)
def test_anything_beside_the_status_is_read(asset: Any, page: Any) -> None:
    """The same for lists of things, and for what stands beside the task."""
    assert Task.model_validate(TASK | {"asset": asset, "isSuccess": page}).status == "completed"
    listed = {"taskList": [asset, TASK], "totalPages": page}
    assert TaskPage.model_validate(listed).tasks[-1].status == "completed"


def test_fields_and_values_of_tomorrow_are_no_trouble() -> None:
    """Statuses and types are open sets, and unknown fields are ignored."""
    answer = TASK | {"asset": [{"type": "hologram", "smell": "sea", "url": None}], "eta": 7}
    answer["task"] = {"status": "dreaming", "message": [], "queue": {"place": 3}}
    read = Task.model_validate(answer)

    assert (read.status, read.assets) == ("dreaming", (Asset(type="hologram"),))


def test_a_file_id_may_be_a_number() -> None:
    """It is passed on as text either way."""
    assert Generated.model_validate_json('{"task_id": 7}').task_id == "7"
    assert Asset.model_validate({"_id": 7}).id == "7"


@pytest.mark.parametrize(
    "date", [None, "", "soon", "Thu Aug 06 2026 10:11:12 GMT+0000", True, [], {"$date": 1}, 1e999]
)
def test_a_date_that_cant_be_read_costs_no_task(date: Any) -> None:
    """The date is for show only."""
    assert task(date=date).date is None


@pytest.mark.parametrize("date", [1786011072345, "2026-08-06T10:11:12.345+00:00", "1786011072.345"])
def test_a_date_may_come_in_other_forms(date: Any) -> None:
    """JavaScript's clock counts milliseconds."""
    assert task(date=date).date == datetime(2026, 8, 6, 10, 11, 12, 345_000, tzinfo=UTC)


@given(date=anything, message=anything)
def test_a_task_with_anything_in_it_is_read(date: Any, message: Any) -> None:
    """Dates and messages are for show only."""
    assert task(date=date, message=message).status == "completed"


@pytest.mark.parametrize("answer", [{}, {"task": None}, {"task": {"status": None}}, []])
def test_without_a_status_there_is_no_task(answer: Any) -> None:
    """To guess one could end a wait that is not over."""
    with pytest.raises(ValidationError):
        Task.model_validate(answer)


@pytest.mark.parametrize("compute", ["much", None, float("nan"), float("inf"), [], {}, True])
def test_a_balance_is_a_number(compute: Any) -> None:
    """Anything else would be shown as money."""
    with pytest.raises(ValidationError):
        Compute.model_validate({"isSuccess": True, "compute": compute})


@pytest.mark.parametrize("compute", [0, -3, 1234.56, "12.5"])
def test_a_balance_may_be_fractional_or_overdrawn(compute: Any) -> None:
    """It is an amount in credits, and nothing says that it can't be below nothing."""
    assert Compute.model_validate({"compute": compute}).compute == float(compute)


def test_an_answer_cant_be_changed() -> None:
    """It is what Neocu said."""
    with pytest.raises(ValidationError):
        setattr(task(), "status", "failed")  # noqa: B010 - mypy would see the mistake
