"""A paid task is never given up for what Neocu says at a bad moment."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from operators import tenants_of
from pydantic import SecretStr

from core.intent import Generate
from core.ledger import Ledger
from core.lifecycle import Lifecycle
from core.neocu.client import NeocuClient
from core.neocu.errors import ApiError, NotFoundError, RateLimitError, ServerError
from core.neocu.models import Task
from core.records import Card, Entry, Part, Slot, State
from core.request import Action, Request
from core.settings import Settings
from core.tracking import MAX_NOT_FOUND_SECONDS
from core.workspaces.workspace import Workspace

SETTINGS = Settings.model_validate({"neocu_api_key": "nk-secret", "neocu_stale_after": 36_000})


class Neocu(NeocuClient):
    """Neocu that has one thing to say."""

    def __init__(self, says: Task | ApiError) -> None:
        super().__init__(SecretStr("nk-secret"))
        self.says = says

    async def get_task(self, task_id: str) -> Task:
        """Say it."""
        assert task_id == "a1"
        if isinstance(self.says, ApiError):
            raise self.says
        return self.says


class Chat:
    """A chat that doesn't tell languages."""

    async def language(self, _: str) -> str:
        """Return nothing."""
        return ""


@dataclass
class Notes:
    """A ledger of one request: where it was moved to, and nothing that could be learned from."""

    state: State = State.GENERATING
    tries: int = 0
    after: float | None = None
    card: Card = field(default_factory=dict)

    @property
    def entries(self) -> "Notes":
        """Itself."""
        return self

    @property
    def workspaces(self) -> "Notes":
        """Itself."""
        return self

    async def get(self, platform: str, id_: str) -> Workspace:
        """Return a workspace that has chosen nothing."""
        return Workspace(platform, id_)

    def samples_of(self, _: str) -> "Notes":
        """Itself."""
        return self

    def levels_of(self, _: str) -> "Notes":
        """Itself."""
        return self

    async def durations(self, _: str) -> list[Any]:
        """No task has been finished."""
        return []

    async def costs(self, _: str) -> list[Any]:
        """Nothing has been paid."""
        return []

    async def move(
        self, _: Entry, to: State, *, after: float | None = None, tries: int = 0, card: Card
    ) -> bool:
        """Note it."""
        self.state, self.after, self.tries, self.card = to, after, tries, card
        return True


def entry(age: float, notes: Notes) -> Entry:
    """Return the request as it stands, so many seconds after it was submitted."""
    request = Request("k", "slack", "T1", "C1", "U1", Generate("a boat"), "C1")
    return Entry(
        request=request,
        state=notes.state,
        address="C1",
        query="a boat",
        files=(),
        task_id="a1",
        assets=(),
        tries=notes.tries,
        fence=1,
        created=0.0,
        submitted=0.0,
        now=age,
    )


async def poll(says: Task | ApiError, age: float, notes: Notes) -> None:
    """Poll once."""
    ledger = cast("Ledger", notes)
    nothing = cast("Any", None)  # what has no part in polling
    lifecycle = Lifecycle(
        SETTINGS,
        ledger,
        tenants_of(SETTINGS, Neocu(says), ledger),
        nothing,
        nothing,
        nothing,
        {"slack": cast("Any", Chat())},
    )
    await lifecycle.advance(entry(age, notes))


async def test_a_task_that_neocu_denies_is_stale_by_time_and_not_failed() -> None:
    """A 404 for 20 seconds ended paid tasks for good: the result came, and nobody heard."""
    notes, age, polls = Notes(), 3.0, 0
    while notes.state is State.GENERATING:
        await poll(NotFoundError(404, ""), age, notes)
        assert notes.after is not None
        age += notes.after
        polls += 1

    assert notes.state is State.STALE
    assert age >= MAX_NOT_FOUND_SECONDS
    assert polls < 40  # with backoff
    reply = notes.card[Part(Slot.PROGRESS)]
    assert reply is not None
    assert "know this task" in reply.text
    assert Action.CHECK_NOW in {button.action for button in reply.buttons}


async def test_a_stale_task_that_neocu_denies_is_still_polled() -> None:
    """It may know it again tomorrow."""
    notes = Notes(State.STALE)
    await poll(NotFoundError(404, ""), 5_000.0, notes)

    assert notes.state is State.STALE
    assert notes.after


async def test_a_task_that_is_there_again_counts_anew() -> None:
    """The backoff was for the 404s."""
    notes = Notes(tries=7)
    await poll(Task(status="generating"), 60.0, notes)

    assert (notes.state, notes.tries) == (State.GENERATING, 0)


@pytest.mark.parametrize("wait", [300.0, None])
async def test_a_rate_limit_on_a_look_is_honoured(wait: float | None) -> None:
    """As long as Neocu says; else as it comes."""
    notes, other = Notes(), Notes()
    await poll(RateLimitError(429, "", wait), 3.0, notes)
    await poll(ServerError(500, ""), 3.0, other)

    assert notes.after == (wait or other.after)
    assert notes.state is State.GENERATING
