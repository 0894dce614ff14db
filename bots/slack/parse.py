"""What Slack tells of a message, a command, a press or a form, as the core's Request."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.slack import render
from bots.slack.forms import Form, filled
from bots.slack.ladder import (
    Channel,
    Ephemeral,
    Place,
    Thread,
    dump,
    is_direct,
    thread_name,
)
from bots.slack.places import (
    in_private,
    place_of_answer,
    place_of_command,
    place_of_press,
    response,
)
from bots.slack.settings_modal import Opened
from core.intent import Ask, Generate, encodable, parse_text
from core.request import (
    ONCE_ACTIONS,
    Action,
    Attachment,
    FormSent,
    Joined,
    Press,
    Request,
)

Json = dict[str, Any]

# Slack can't take the buttons of an ephemeral away: pressed twice is once, unless it was refused.
ONCE = ONCE_ACTIONS | {Action.INVITE, Action.MAKE_PRIVATELY}
# Asked again where the thread shows what it is about.
PROMPT_ABOVE = {Action.CONFIRM, Action.SEND_AGAIN, Action.TRY_AGAIN}


def workspace(context: Json) -> str:
    """Return where the app is installed, whichever company's channel this is.

    An organization's installation is one for all its teams: some payloads name a team then, others
    none. https://github.com/slackapi/bolt-python/issues/23
    """
    organization = context.get("enterprise_id")
    if organization and context.get("is_enterprise_install"):
        return str(organization)
    return str(context.get("team_id") or organization or "")


def is_retried(headers: Mapping[str, Sequence[str]]) -> bool:
    """Whether Slack has sent this before, and would send it once more: it does so three times.

    https://docs.slack.dev/apis/events-api/#retries
    """
    return headers.get("x-slack-retry-num", ["0"])[0] in {"1", "2"}


def of_message(event: Json, body: Json, context: Json, names: Mapping[str, str]) -> Request:
    """Return what a message asks, to be answered in its thread; a question in private."""
    team, channel, person = workspace(context), event["channel"], event["user"]
    thread_ts: str = event.get("thread_ts") or event["ts"]
    asked = parse_text(render.words(event.get("text") or "", context["bot_user_id"], names))
    place: Place = Thread(channel, thread_ts)
    if asked.private and not is_direct(channel):
        # In the channel where there is no thread yet: Slack does not show it there.
        place = in_private(asked, Ephemeral(channel, person, event.get("thread_ts") or ""))
    return Request(
        key=f"slack:{team}:{channel}:{event['ts']}",
        platform="slack",
        workspace=team,
        channel=channel,
        person=person,
        body=asked,
        address=dump(place, team),
        attachments=tuple(attachment(file) for file in event.get("files", ())),
        thread=thread_name(channel, thread_ts),
        in_private=is_direct(channel),
        external=_is_external(event, body, context),
    )


def of_command(body: Json, context: Json) -> Request:
    """Return what a slash command asks, to be answered below a message that shows it."""
    team, channel, person = workspace(context), body["channel_id"], body["user_id"]
    asked = parse_text(render.words(body.get("text", ""), context["bot_user_id"]))
    place: Place = place_of_command(body)
    if asked.private and not is_direct(channel):
        place = in_private(asked, Ephemeral(channel, person, response=response(body)))
    return Request(
        key=f"slack:{team}:{body['trigger_id']}",
        platform="slack",
        workspace=team,
        channel=channel,
        person=person,
        body=asked,
        address=dump(place, team),
        prompt_visible=False,
        in_private=is_direct(channel),
    )


def of_press(body: Json, context: Json, action: Json) -> Request:
    """Return what a press of one of our buttons, or a choice from a menu, asks."""
    team, person = workspace(context), body["user"]["id"]
    press = render.parse_action(action)
    once = f"{press.choice}:{press.source_key}"
    event = once if press.action in ONCE else body["trigger_id"]
    below = place_of_press(body)
    channel = body["container"]["channel_id"]
    thread_ts = below.thread_ts if isinstance(below, Thread) else ""
    private = press.private and press.action is not Action.INVITE  # it is asked again there
    personal = press.action is Action.MAKE_PRIVATELY
    return Request(
        key=f"slack:{team}:{event}",
        platform="slack",
        workspace=team,
        channel=channel,
        person=person,
        body=press,
        address=dump(place_of_answer(press, below, person), team),
        prompt_visible=private or (press.action in PROMPT_ABOVE and bool(thread_ts)),
        thread="" if personal else thread_name(channel, thread_ts),
        in_private=personal or private or is_direct(channel),
        external=_is_strange(body["user"].get("team_id"), context),
    )


def of_joining(event: Json, context: Json) -> Request:
    """Return that the bot was let into a channel: once, however often it is invited."""
    team, channel = workspace(context), event["channel"]
    return Request(
        key=f"slack:{team}:{channel}:joined",
        platform="slack",
        workspace=team,
        channel=channel,
        person=event.get("inviter") or "",
        body=Joined(),
        address=dump(Channel(channel), team),
    )


def of_form(body: Json, context: Json) -> Request:
    """Return what a form asks, to be answered where it was opened; a question in private."""
    view, person = body["view"], body["user"]["id"]
    form, given = Form.load(view), filled(view)
    asked = parse_text(given.query)
    address, uploads = form.address, tuple(attachment(file) for file in given.uploads)
    if isinstance(asked, Ask) and given.query.strip():
        if not is_direct(form.channel):
            thread_ts = form.thread.partition("/")[2]
            alone = in_private(asked, Ephemeral(form.channel, person, thread_ts))
            address = dump(alone, form.workspace)
        sent: Ask | FormSent = asked
    else:
        # What looks like a slip in a message is meant in a form.
        named = asked.files if isinstance(asked, Generate) else ()
        files = tuple(dict.fromkeys((*named, *given.file_ids)))
        query = "" if isinstance(asked, Ask) else asked.query
        sent = FormSent(query, files, form.source_key, form.asset)
    return Request(
        key=f"slack:{form.workspace}:{view['id']}",
        platform="slack",
        workspace=form.workspace,
        channel=form.channel,
        person=person,
        body=sent,
        address=address,
        attachments=(*form.attachments, *uploads),
        prompt_visible=False,
        thread=form.thread,
        in_private=is_direct(form.channel),
        external=_is_strange(body["user"].get("team_id"), context),
    )


def of_settings(body: Json, context: Json, opened: Opened) -> Request:
    """Return who has sent a form of the settings, and for which workspace."""
    team = workspace(context)
    return Request(
        key=f"slack:{team}:{body['view']['id']}",
        platform="slack",
        workspace=team,
        channel=opened.channel,
        person=body["user"]["id"],
        body=Press(Action.SETTINGS, "", opened.group),
        address=opened.address,
        in_private=True,
        external=_is_strange(body["user"].get("team_id"), context),
    )


def form_of_command(body: Json, context: Json) -> Form:
    """Return the form that a bare command opens."""
    team = workspace(context)
    return Form(dump(place_of_command(body), team), team, body["channel_id"])


def form_of_press(request: Request) -> Form:
    """Return the form that a press of "Edit…" opens."""
    asset = request.body.asset if isinstance(request.body, Press) else 0
    return Form(
        address=request.address,
        workspace=request.workspace,
        channel=request.channel,
        thread=request.thread,
        source_key=request.source_key,
        asset=asset,
    )


def form_of_shortcut(shortcut: Json, context: Json, max_name: int) -> Form:
    """Return the form that a message's menu opens, with the message's files."""
    message, channel = shortcut["message"], shortcut["channel"]["id"]
    place = Thread(channel, message.get("thread_ts") or message["ts"], response(shortcut))
    files = [
        (file["id"], (file.get("name") or file["id"])[:max_name])
        for file in message.get("files", ())
    ]
    thread = thread_name(channel, place.thread_ts)
    team = workspace(context)
    return Form(dump(place, team), team, channel, thread, files=files)


def about_message(shortcut: Json, context: Json) -> Request:
    """Return a request that asks which result stands in a message."""
    team, channel = workspace(context), shortcut["channel"]["id"]
    return Request(
        key=f"slack:{team}:{shortcut['trigger_id']}",
        platform="slack",
        workspace=team,
        channel=channel,
        person=shortcut["user"]["id"],
        body=Press(Action.EDIT, ""),
        address="",
        reply_to=shortcut["message"]["ts"],
    )


def attachment(file: Json) -> Attachment:
    """Read a file: https://docs.slack.dev/reference/objects/file-object/ ."""
    return Attachment(
        id=file["id"],
        name=encodable(file.get("name") or file["id"]),
        url=file.get("url_private_download") or file.get("url_private") or "",
        size=file.get("size") or 0,
        media_type=file.get("mimetype") or "",
    )


def _is_external(event: Json, body: Json, context: Json) -> bool:
    """Whether a message is another company's, as far as its event tells.

    The outer `team_id` is the author's in channels that are shared with others:
    https://github.com/slackapi/bolt-js/issues/935
    """
    shared = body.get("is_ext_shared_channel")
    team = event.get("user_team") or event.get("team") or (shared and body.get("team_id"))
    return _is_strange(team or None, context)


def _is_strange(team: str | None, context: Json) -> bool:
    """Whether a team is not ours; in an org-wide installation each of its teams is."""
    if not team or context.get("is_enterprise_install"):
        return False
    return team not in (context.get("team_id"), context.get("enterprise_id"))
