"""What the Neocu API gives back, as documented at guide.neocu.com.

Statuses and types are open sets, unknown fields are ignored, and optional ones may be missing:
nothing that Neocu adds tomorrow may break a bot of today.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic import ValidationError as Invalid

_date = TypeAdapter(datetime)


def _several(value: Any) -> Any:
    """Take one thing, several, or none, for what is documented as a list."""
    several = value if isinstance(value, list | tuple) else [value]
    return tuple(one for one in several if one is not None)


def _when(value: Any) -> datetime | None:
    """Take any date that can be read; one that can't be is no reason to lose a task."""
    try:
        return _date.validate_python(value)
    except Invalid:
        return None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True, populate_by_name=True)


class Generated(_Answer):
    """The answer to POST /v1/generate."""

    task_id: str = Field(min_length=1)


class Asset(_Answer):
    """One thing that a task made. `type` (image, video, sound, …) is an open set."""

    id: str | None = Field(None, validation_alias="_id")
    url: str | None = None
    thumbnail: str | None = None
    embed: str | None = None
    name: str | None = None
    type: str | None = None
    status: str | None = None


class Task(_Answer):
    """One task. `status` (generating, completed, failed, …) is an open set."""

    status: str = Field(validation_alias=AliasPath("task", "status"))
    messages: Annotated[tuple[str, ...], BeforeValidator(_several)] = Field(
        (), validation_alias=AliasPath("task", "message")
    )
    date: Annotated[datetime | None, BeforeValidator(_when)] = Field(
        None, validation_alias=AliasPath("task", "date")
    )
    assets: Annotated[tuple[Asset, ...], BeforeValidator(_several)] = Field(
        (), validation_alias="asset"
    )


class TaskPage(_Answer):
    """One page of GET /v1/task. A listed task has no ID: that is how the API is documented."""

    tasks: tuple[Task, ...] = Field(validation_alias="taskList")
    total_pages: int = Field(1, validation_alias="totalPages")
    current_page: int = Field(1, validation_alias="currentPage")
    total_tasks: int = Field(0, validation_alias="totalTasks")


class Compute(_Answer):
    """The balance in credits; one credit is 0.01 USD."""

    compute: float = Field(allow_inf_nan=False)
