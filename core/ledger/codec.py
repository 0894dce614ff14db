"""Decodes rows into values, and names the JSON codec of each column."""

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.conversation import Attempt, Barrier, Reply
from core.intent import parse_text
from core.ledger.stores.base import Row
from core.neocu.models import Asset
from core.records import Delivery, Entry, Part, Slot, State
from core.request import Action, FormSent, Press, Request

log = logging.getLogger(__name__)

T = TypeVar("T")

REQUEST = TypeAdapter(Request)
REPLY = TypeAdapter(Reply)
FILES = TypeAdapter(tuple[str, ...])
ASSETS = TypeAdapter(tuple[Asset, ...])


def decode_all(rows: Sequence[Row], decode: Callable[[Row], T]) -> tuple[list[T], list[Row]]:
    """Return what the rows hold, and the rows that this version can't read.

    A newer version may have written them, before it was rolled back or beside this one.
    """
    decoded, unreadable = [], []
    for row in rows:
        try:
            decoded.append(decode(row))
        except (ValueError, TypeError, KeyError) as error:
            log.error("A row of the ledger can't be read by this version: %s", _brief(error))  # noqa: TRY400 (its traceback would hold what was written)
            unreadable.append(row)
    return decoded, unreadable


def _brief(error: Exception) -> str:
    """Describe an error without what a person wrote."""
    if isinstance(error, ValidationError):
        return ", ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors()
        )
    return type(error).__name__


def decode_entry(row: Row) -> Entry:
    """Return a row of `requests` as an entry."""
    return Entry(
        request=decode_request(row["body"]),
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
        parent=row["parent"] or "",
        failing_seconds=row["now"] - (row["failing_since"] or row["now"]),
        account=row["account"],
    )


def decode_delivery(row: Row) -> Delivery:
    """Return a row of `deliveries` as a delivery.

    What is withdrawn but may stand is first to be found: as it was wanted the last time.
    """
    part = Part(Slot(row["slot"]), row["number"])
    to_find = row["withdrawn"] and row["maybe_sent"] and row["message_id"] is None
    return Delivery(
        request=row["request"],
        part=part,
        reply=None if row["withdrawn"] and not to_find else decode_reply(row["reply"]),
        version=row["version"] - 1 if to_find else row["version"],
        platform=row["platform"],
        channel=row["channel"],
        person=row["person"],
        address=row["place"],
        message_id=row["message_id"],
        attempt=Attempt(
            key=f"{row['request']}/{_name(part, row['posts'])}",
            number=row["tries"],
            maybe_sent=bool(row["maybe_sent"]),
            memo=row["memo"],
        ),
        age=row["age"],
        fence=row["fence"],
    )


def _name(part: Part, posts: int) -> str:
    """Name a message within its request: another name after one of its slot was taken back."""
    name = part.slot if part.number == 1 else f"{part.slot}-{part.number}"
    return name if posts == 1 else f"{name}.{posts}"


def decode_request(text: str) -> Request:
    """Return a stored request, also one of version 0.1."""
    try:
        return REQUEST.validate_json(text)
    except ValidationError:
        old = json.loads(text)
        if "body" in old or "text" not in old:
            raise
        return REQUEST.validate_python(_translated_request(old))


def decode_reply(text: str) -> Reply:
    """Return a stored reply, also one of version 0.1."""
    try:
        return REPLY.validate_json(text)
    except ValidationError:
        old = json.loads(text)
        if "small" in old:
            raise
        return REPLY.validate_python(_translated_reply(old))


def _translated_request(old: dict[str, Any]) -> dict[str, Any]:
    action, source, asset = old.pop("action"), old.pop("about"), old.pop("asset")
    wanted = parse_text(old.pop("text"))
    match action:
        case None if not source:
            old["body"] = wanted
        case None | Action.EDIT:
            query, files = getattr(wanted, "query", ""), getattr(wanted, "files", ())
            old["body"] = FormSent(query, files, source, asset)
        case _:
            old["body"] = Press(Action(action), source, asset)
    return old | {"prompt_visible": old.pop("shown")}


def _translated_reply(old: dict[str, Any]) -> dict[str, Any]:
    buttons = [one | {"source_key": one.pop("about")} for one in old["buttons"]]
    return old | {"buttons": buttons, "media": [old["media"]] if old["media"] else []}
