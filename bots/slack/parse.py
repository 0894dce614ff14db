"""What Slack tells of a message, a form or a press, as the core's Request."""

from typing import Any

from bots.slack import render
from bots.slack.conversation import Place
from bots.slack.forms import Form
from core import intent
from core.conversation import Action, Attachment, Request

Json = dict[str, Any]


def of_message(event: Json, body: Json, context: Json) -> Request:
    """Return what a message asks, to be answered in its thread."""
    team, channel = body["team_id"], event["channel"]
    text = render.words(event.get("text") or "", context["bot_user_id"])
    thread_ts: str = event.get("thread_ts") or event["ts"]
    place = address = Place(channel, thread_ts)
    if intent.is_question(text) and text and text.lower() != "help":
        # In the channel where there is no thread yet: Slack does not show it there.
        address = Place(channel, event.get("thread_ts", ""), person=event["user"])
    return Request(
        key=f"slack:{team}:{channel}:{event['ts']}",
        platform="slack",
        workspace=team,
        channel=channel,
        person=event["user"],
        text=text,
        address=address.dump(),
        attachments=tuple(attachment(file) for file in event.get("files", ())),
        thread=place.thread,
    )


def of_form(form: Form, body: Json, text: str, attachments: tuple[Attachment, ...] = ()) -> Request:
    """Return what a form asks, to be answered where it was opened."""
    view = body.get("view", {})
    return Request(
        key=f"slack:{form.workspace}:form:{view.get('id', '')}",
        platform="slack",
        workspace=form.workspace,
        channel=form.channel,
        person=body["user"]["id"],
        text=text,
        address=form.address,
        attachments=attachments,
        shown=False,
        action=Action.EDIT if form.about else None,
        about=form.about,
        asset=form.asset,
        thread=form.thread,
    )


def pressed_at(body: Json) -> Place:
    """Return where a button's answer goes: the thread; in the channel if only one person saw it."""
    container = body["container"]
    message = body.get("message", {})
    thread_ts: str = container.get("thread_ts") or message.get("thread_ts") or ""
    if not thread_ts and not container.get("is_ephemeral"):
        thread_ts = container["message_ts"]
    return Place(container["channel_id"], thread_ts)


def attachment(file: Json) -> Attachment:
    """Read a file: https://docs.slack.dev/reference/objects/file-object/ ."""
    return Attachment(
        id=file["id"],
        name=file.get("name") or file["id"],
        url=file.get("url_private_download") or file.get("url_private") or "",
        size=file.get("size") or 0,
        media_type=file.get("mimetype") or "",
    )
