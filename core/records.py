"""What the ledger keeps, as plain values: requests, their messages, limits and levels."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.conversation import Attempt, Barrier, Reply
from core.neocu.models import Asset
from core.request import Request

DAY_SECONDS = 24 * 3600.0
USED_DAYS = 30  # of which it is kept what was used on each


class State(StrEnum):
    """How far a request has come."""

    DRAFT = "draft"
    NOTICE = "notice"
    RECEIVED = "received"
    ANNOUNCING = "announcing"
    ANNOUNCED = "announced"
    CONFIRMING = "confirming"
    SUBMITTING = "submitting"
    GENERATING = "generating"
    STALE = "stale"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Entry:
    """A request as the ledger knows it. Times are Unix seconds; `fence` counts its leases.

    `barrier` is why its place did not let us speak, None where it did. `answer` numbers the
    result message: a second one follows where the first had to say that nobody can know.
    `failing_seconds` have passed since the first of the `tries` that failed. `account` is the
    Neocu key that pays, by its fingerprint, "" the operator's. `parent` is the key of the request
    whose result it changes, "" for none.
    """

    request: Request
    state: State
    address: str
    query: str
    files: tuple[str, ...]
    task_id: str
    assets: tuple[Asset, ...]
    tries: int
    fence: int
    created: float
    submitted: float
    now: float
    credits: float = 0.0
    cost: float | None = None
    barrier: Barrier | None = None
    answer: int = 1
    parent: str = ""
    failing_seconds: float = 0.0
    account: str = ""

    @property
    def key(self) -> str:
        """The request's key."""
        return self.request.key

    @property
    def running_seconds(self) -> float:
        """How long Neocu has been at it."""
        return self.now - self.submitted


@dataclass(frozen=True)
class SavedPrompt:
    """A prompt that can be asked with by its name; `shared` by all in a workspace."""

    name: str
    text: str
    shared: bool = False


class Slot(StrEnum):
    """The messages that make up an answer, in the order in which they come to stand.

    QUESTION shows what was asked where the chat doesn't, PROGRESS is edited until RESULT takes its
    place, and RESULT is the answer: the files, the words, or the refusal. NOTICE is a channel's.
    """

    QUESTION = "question"
    PROGRESS = "progress"
    RESULT = "result"
    NOTICE = "notice"


@dataclass(frozen=True)
class Part:
    """One message of a card. `number` tells several of a slot apart, from 1."""

    slot: Slot
    number: int = 1


# What should stand in the slots of a request: a reply each, None where nothing should stand.
# What is not named stays as it is.
Card = Mapping[Part, Reply | None]


@dataclass(frozen=True)
class Delivery:
    """A message on its way from what stands there to what should.

    `reply` None takes it back. `message_id` is None where nothing has been sent yet, "" where the
    platform gave no ID. `channel` is where it was asked for. `attempt` names this try for the
    platform; `age` is in seconds.
    """

    request: str
    part: Part
    reply: Reply | None
    version: int
    platform: str
    channel: str
    person: str
    address: str
    message_id: str | None
    attempt: Attempt
    age: float
    fence: int

    @property
    def key(self) -> str:
        """What names the message for the platform, the same in every try."""
        return self.attempt.key


class Scope(StrEnum):
    """Whose requests are counted together."""

    PERSON = "person"
    CHANNEL = "channel"
    WORKSPACE = "workspace"
    EVERYBODY = "everybody"


class Kind(StrEnum):
    """What is counted: tasks at the same time; requests, or estimated credits, in 24 hours."""

    RUNNING = "running"
    REQUESTS = "requests"
    CREDITS = "credits"


@dataclass(frozen=True)
class Limit:
    """At most so many of a kind, in a scope."""

    scope: Scope
    kind: Kind
    most: float


class Level(StrEnum):
    """How much compute there is left."""

    OK = "ok"
    LOW = "low"
    EMPTY = "empty"


# The `balance_when_empty` as long as Neocu has refused nothing.
UNREFUSED = -1.0


@dataclass(frozen=True)
class ComputeState:
    """The compute level, and how often it has changed.

    `balance_when_empty` is the balance in credits at which Neocu refused a request, or UNREFUSED.
    """

    level: Level
    crossing: int
    balance_when_empty: float

    @property
    def refused(self) -> bool:
        """Whether compute has run out because Neocu said so, not only by the balance."""
        return self.level is Level.EMPTY and self.balance_when_empty != UNREFUSED


@dataclass(frozen=True)
class Notice:
    """Something to be told in a channel, without having been asked."""

    platform: str
    workspace: str
    channel: str
    address: str
    reply: Reply


@dataclass(frozen=True)
class Reading:
    """The balance in credits at a time in Unix seconds."""

    at: float
    credits: float


@dataclass(frozen=True)
class Day:
    """What was used of a medium on a `day`, which counts from the first of a period, 0."""

    day: int
    medium: str
    requests: int
    credits: float


@dataclass(frozen=True)
class Used:
    """What a person, or a channel, used in a period."""

    subject: str
    requests: int
    credits: float


@dataclass(frozen=True)
class Backlog:
    """What is to be done: deliveries that are due, for how long the oldest, requests by state."""

    deliveries: int
    oldest_seconds: float
    requests: Mapping[str, int]


class Period(StrEnum):
    """A stretch of time, up to now, whose pace a forecast goes by."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Forecast:
    """How many seconds the balance lasts, at the pace of a period."""

    seconds: float
    period: Period


@dataclass(frozen=True)
class Outlook:
    """The balance in credits (None: Neocu doesn't tell), how it was, and how long it lasts.

    The readings are of a week, few enough to be drawn; `now` is in Unix seconds.
    """

    credits: float | None
    readings: tuple[Reading, ...]
    lasts: tuple[Forecast, ...]
    now: float
