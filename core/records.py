"""What the ledger keeps, as plain values: requests, what is said of them, limits and levels."""

from dataclasses import dataclass
from enum import StrEnum

from core.conversation import Reply, Request
from core.neocu.models import Asset


class State(StrEnum):
    """How far a request has come."""

    DRAFT = "draft"
    NOTICE = "notice"
    RECEIVED = "received"
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
    """A request as the ledger knows it. Times are Unix seconds; `fence` counts its leases."""

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

    @property
    def key(self) -> str:
        """The request's key."""
        return self.request.key


@dataclass(frozen=True)
class Say:
    """Something to be said about a request, once for each `what`.

    With `edits`, it takes the place of what was said under that name.
    """

    what: str
    reply: Reply
    edits: str = ""


@dataclass(frozen=True)
class Delivery:
    """A reply on its way. `again` says that it may have arrived already."""

    request: str
    what: str
    reply: Reply
    platform: str
    address: str
    edited: str | None
    again: bool
    tries: int
    fence: int

    @property
    def key(self) -> str:
        """What names the reply for the platform, the same in every attempt."""
        return f"{self.request}/{self.what}"


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
