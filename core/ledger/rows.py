"""What the ledger's rows are called in the code: entries, and what is said about them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import TypeAdapter

from core.conversation import Reply, Request
from core.ledger.store import Row
from core.models import Asset

REQUEST = TypeAdapter(Request)
REPLY = TypeAdapter(Reply)
FILES = TypeAdapter(tuple[str, ...])
ASSETS = TypeAdapter(tuple[Asset, ...])


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

    @classmethod
    def of(cls, row: Row) -> Self:
        """Read a row."""
        return cls(
            request=REQUEST.validate_json(row["body"]),
            state=State(row["state"]),
            address=row["address"],
            query=row["query"] or "",
            files=FILES.validate_json(row["files"] or "[]"),
            task_id=row["task_id"] or "",
            assets=ASSETS.validate_json(row["assets"] or "[]", by_name=True),
            tries=row["tries"],
            fence=row["fence"],
            created=row["created"],
            submitted=row["submitted"] or 0.0,
            now=row["now"],
            credits=row["credits"],
            cost=row["cost"],
        )


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

    @classmethod
    def of(cls, row: Row) -> Self:
        """Read a row."""
        return cls(
            request=row["request"],
            what=row["what"],
            reply=REPLY.validate_json(row["reply"]),
            platform=row["platform"],
            address=row["address"],
            edited=row["edited"],
            again=row["state"] == "again",
            tries=row["tries"],
            fence=row["fence"],
        )
