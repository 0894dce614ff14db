"""The views.* methods: modals and the home tab (https://docs.slack.dev/reference/views)."""

import secrets
import time
from typing import Any

from bots.playground.slack import blocks as block_kit
from bots.playground.slack.args import Args
from bots.playground.slack.desk import Desk
from bots.playground.slack.payloads import view_json
from bots.playground.slack.slack_error import SlackError, invalid
from bots.playground.slack.state import Json, View
from bots.playground.slack.team import Team

MAX_TITLE = 24
MAX_PRIVATE_METADATA = 3_000
MAX_CALLBACK_ID = 255


async def open_view(desk: Desk, args: Args) -> Json:
    """views.open: soon after the person did something, and once."""
    trigger = desk.team.triggers.get(args.need("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if time.monotonic() - trigger.issued > desk.team.rules.trigger_lifetime:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    content = checked_view(args.json("view"))
    trigger.used = True
    view = View(desk.team.new_id("V"), trigger.person, content, new_hash())
    return _kept(desk.team, view)


async def update(desk: Desk, args: Args) -> Json:
    """views.update, by view_id; a stale hash is refused."""
    view = desk.team.views.get(args.text("view_id"))
    if view is None or not view.open:
        raise SlackError("not_found")
    if args.text("hash", view.hash) != view.hash:
        raise SlackError("hash_conflict")
    view.content, view.hash = checked_view(args.json("view")), new_hash()
    return _kept(desk.team, view)


async def publish(desk: Desk, args: Args) -> Json:
    """views.publish: one person's Home tab."""
    user = args.need("user_id")
    if user not in desk.team.people:
        raise SlackError("invalid_arguments")
    content = checked_view(args.json("view"))
    for old in list(desk.team.views.values()):
        if old.person == user and old.content["type"] == "home":
            del desk.team.views[old.id]
    return _kept(desk.team, View(desk.team.new_id("V"), user, content, new_hash()))


def checked_view(content: Any) -> Json:
    """Return a view as Slack keeps it; `invalid_arguments` says what is wrong with it."""
    if not isinstance(content, dict) or content.get("type") not in ("modal", "home"):
        raise invalid("invalid_arguments", ["unsupported type [json-pointer:/view/type]"])
    found = block_kit.problems(
        content.get("blocks"), limit=block_kit.MAX_VIEW_BLOCKS, at="/view/blocks"
    )
    for key in ("title", "submit", "close"):
        if key in content or (key == "title" and content["type"] == "modal"):
            at = f"/view/{key}"
            found += block_kit.text_problems(content.get(key), MAX_TITLE, at, plain=True)
    limits = {"private_metadata": MAX_PRIVATE_METADATA, "callback_id": MAX_CALLBACK_ID}
    for key, limit in limits.items():
        if len(content.get(key, "")) > limit:
            found.append(f"must be less than {limit + 1} characters [json-pointer:/view/{key}]")
    inputs = [
        b for b in content.get("blocks") or [] if isinstance(b, dict) and b.get("type") == "input"
    ]
    if inputs and content["type"] == "modal" and "submit" not in content:
        found.append("submit is required when an input block is used [json-pointer:/view]")
    if found:
        raise invalid("invalid_arguments", found)
    return {**content, "blocks": block_kit.with_ids(content["blocks"])}


def new_hash() -> str:
    """Return a view's new version mark."""
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _kept(team: Team, view: View) -> Json:
    team.views[view.id] = view
    team.journal.changed()
    return {"view": view_json(team, view)}
