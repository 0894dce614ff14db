"""Decodes rows into values, and names the JSON codec of each column."""

from pydantic import TypeAdapter

from core.conversation import Attempt, Barrier, Reply, Request
from core.ledger.stores.base import Row
from core.neocu.models import Asset
from core.records import Delivery, Entry, Part, Slot, State

REQUEST = TypeAdapter(Request)
REPLY = TypeAdapter(Reply)
FILES = TypeAdapter(tuple[str, ...])
ASSETS = TypeAdapter(tuple[Asset, ...])


def decode_entry(row: Row) -> Entry:
    """Return a row of `requests` as an entry."""
    return Entry(
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
        barrier=Barrier(row["barrier"]) if row["barrier"] else None,
        answer=row["answer"],
    )


def decode_delivery(row: Row) -> Delivery:
    """Return a row of `deliveries` as a delivery."""
    part = Part(Slot(row["slot"]), row["number"])
    name = part.slot if part.number == 1 else f"{part.slot}-{part.number}"
    return Delivery(
        request=row["request"],
        part=part,
        reply=None if row["reply"] is None else REPLY.validate_json(row["reply"]),
        version=row["version"],
        platform=row["platform"],
        person=row["person"],
        address=row["place"],
        message_id=row["message_id"],
        attempt=Attempt(
            key=f"{row['request']}/{name}",
            number=row["tries"],
            maybe_sent=bool(row["maybe_sent"]),
            memo=row["memo"],
        ),
        age=row["age"],
        fence=row["fence"],
    )
