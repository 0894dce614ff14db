"""What the Neocu API gives back, as documented at guide.neocu.com.

Only what makes a task is needed: its ID and its status. All else is read leniently: statuses and
types are open sets, unknown fields are ignored, and an odd field counts as missing, so that
nothing that Neocu adds tomorrow makes a finished, paid task unreadable.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationInfo,
)
from pydantic import ValidationError as Invalid

log = logging.getLogger(__name__)

# What Neocu's types are called, by the kinds that we know; any other is a file.
OTHER = "file"
KINDS = {
    "audio": "sound",
    "music": "sound",
    "gif": "image",
    **{kind: kind for kind in ("image", "video", "sound", "voice", "3d", "360")},
}
MAX_ASSETS = 100
MAX_MESSAGES = 100
# Halves of characters that JSON can carry alone ("\ud800"), and that no log or chat can encode.
_SURROGATE = re.compile("[\ud800-\udfff]")

_date = TypeAdapter(datetime)


def _text(value: Any, info: ValidationInfo) -> str | None:
    """Return text that can be written anywhere; None for what is neither text nor a number.

    The validation context, a function, takes out of it what must not be told.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    redact: Callable[[str], str] = info.context or str
    return redact(_SURROGATE.sub("\ufffd", str(value)))


def _identifier(value: Any, info: ValidationInfo) -> str | None:
    """Return an ID, None for what can't be one: an ID with a hole in it names nothing."""
    text = None if isinstance(value, float) else _text(value, info)
    return None if not text or "\ufffd" in text else text


def _date_or_none(value: Any) -> datetime | None:
    """Return any date that can be read; one that can't be is no reason to lose a task."""
    try:
        return _date.validate_python(value)
    except Invalid:
        return None


def _listed(value: Any) -> list[Any]:
    """Return one thing, several, or none, for what is documented as a list."""
    several = value if isinstance(value, list | tuple) else [value]
    return [one for one in several if one is not None]


def _messages(value: Any, info: ValidationInfo) -> list[str]:
    """Return the messages that can be read, the latest of too many."""
    listed = _listed(value)
    texts = [text for one in listed[-MAX_MESSAGES:] if (text := _text(one, info)) is not None]
    _log_dropped(len(listed) - len(texts), "messages")
    return texts


def _assets(value: Any) -> list[Any]:
    """Return the assets that can be read, the first of too many."""
    listed = _listed(value)
    readable = [one for one in listed[:MAX_ASSETS] if isinstance(one, dict | Asset)]
    _log_dropped(len(listed) - len(readable), "assets")
    return readable


def _tasks(value: Any, info: ValidationInfo) -> list["Task"]:
    """Return the tasks of a page that can be read."""
    tasks = []
    listed = _listed(value)
    for one in listed:
        try:
            tasks.append(Task.model_validate(one, context=info.context))
        except Invalid:
            continue
    _log_dropped(len(listed) - len(tasks), "tasks")
    return tasks


def _log_dropped(number: int, what: str) -> None:
    if number:
        log.warning("Left out of an answer of Neocu, as odd or too many: %d %s", number, what)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _balance(value: Any) -> Any:
    """Refuse a bool, which Python would take for a number."""
    if isinstance(value, bool):
        raise ValueError("a balance is a number")  # noqa: TRY004 (pydantic reports ValueErrors)
    return value


Text = Annotated[str | None, BeforeValidator(_text)]
Identifier = Annotated[str, BeforeValidator(_identifier)]
Count = Annotated[int | None, BeforeValidator(_count)]


class _Response(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Generated(_Response):
    """The answer to POST /v1/generate."""

    task_id: Identifier


class Asset(_Response):
    """One thing that a task made. `type` (image, video, sound, …) is an open set."""

    id: Annotated[str | None, BeforeValidator(_identifier)] = Field(None, validation_alias="_id")
    url: Text = None
    thumbnail: Text = None
    embed: Text = None
    name: Text = None
    type: Text = None
    status: Text = None

    @property
    def kind(self) -> str:
        """Which kind of ours it is."""
        return KINDS.get((self.type or "").lower(), OTHER)


class Task(_Response):
    """One task. `status` (generating, completed, failed, …) is an open set."""

    status: Annotated[str, BeforeValidator(_text)] = Field(
        validation_alias=AliasPath("task", "status")
    )
    messages: Annotated[tuple[str, ...], BeforeValidator(_messages)] = Field(
        (), validation_alias=AliasPath("task", "message")
    )
    date: Annotated[datetime | None, BeforeValidator(_date_or_none)] = Field(
        None, validation_alias=AliasPath("task", "date")
    )
    assets: Annotated[tuple[Asset, ...], BeforeValidator(_assets)] = Field(
        (), validation_alias="asset"
    )


class TaskPage(_Response):
    """One page of GET /v1/task. A listed task has no ID: that is how the API is documented."""

    tasks: Annotated[tuple[Task, ...], BeforeValidator(_tasks)] = Field(validation_alias="taskList")
    total_pages: Count = Field(None, validation_alias="totalPages")
    current_page: Count = Field(None, validation_alias="currentPage")
    total_tasks: Count = Field(None, validation_alias="totalTasks")


class Compute(_Response):
    """The balance in credits; one credit is 0.01 USD."""

    compute: Annotated[float, BeforeValidator(_balance)] = Field(allow_inf_nan=False)
