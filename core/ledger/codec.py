"""Decodes rows into values, and names the JSON codec of each column."""

from pydantic import TypeAdapter

from core.conversation import Reply, Request
from core.ledger.stores.base import Row
from core.neocu.models import Asset
from core.records import Delivery, Entry, State

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
    )


def decode_delivery(row: Row) -> Delivery:
    """Return a row of `deliveries` as a delivery."""
    return Delivery(
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
